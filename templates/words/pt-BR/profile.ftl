# Perfis: o que distingue cada grupo de clientes.

profile-group =
    { $group ->
        [cluster] cluster
       *[segment] segmento
    }
profile-head-group =
    { $group ->
        [cluster] Cluster
       *[segment] Segmento
    }
profile-title = O que mais distingue os { profile-group }s: { $feature }
profile-title-none = Nada distingue os { profile-group }s
profile-no-attribute = Nenhum atributo diz quem está em qual { profile-group }.
profile-within-chance = Todas as diferenças cabem no acaso.
profile-attribute = Em “{ $name }”, { $share } têm { $attribute } “{ $level }”, ante { $elsewhere } nos demais.
profile-levels =
    { $n ->
        [1] Nenhum outro nível de atributo difere além do acaso.
       *[other] { CAPITAL(COUNT($n)) } níveis de atributos diferem além do acaso.
    }
profile-apart-title = O que distingue cada { profile-group }
profile-apart-subtitle = Média menos a do total de clientes, em desvios-padrão, na escala usada nos clusters.
profile-bar-alt = { $name }, { $feature }: { $x }.
profile-attributes-title = Quem são
profile-attributes-subtitle = Níveis de atributos cuja parcela difere, além do acaso, da dos demais clientes.
# Uma barra separa as linhas de um cabeçalho estreito.
profile-head-attribute = Atributo
profile-head-share = % de seus|clientes
profile-head-elsewhere = % dos|demais
profile-head-difference = Diferença,|p.p.
profile-head-interval = 95%,|conjunto
profile-more = Outros { $n } diferem menos.
profile-head-customer = Cliente
profile-typical-title = Clientes típicos
profile-typical-subtitle = Os mais próximos do meio de cada um; ids mascarados.
profile-method-title = Perfis
profile-method = O que distingue um { profile-group } é sua média menos a do total de clientes, em desvios-padrão, na escala dos passos do cadastro.
    Parcelas de atributos são comparadas com as de todos os clientes de fora pelo intervalo de Newcombe, alargado para que todas valham em conjunto.
    Grupos com menos de { $min_cell } clientes não são descritos. Clientes típicos são os mais próximos do meio; seis letras de um hash fazem as vezes do id.
