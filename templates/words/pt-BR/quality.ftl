# Qualidade: linhas e regras, verificações, e com que reproduzir um memorando.

quality-note-title = O que saber sobre os dados
quality-rows-before = { $rows } antes
quality-rows-history = { $rows } no histórico ({ grains })
quality-rows-target = { $rows } { $when }
quality-rows-after = { $rows } depois
quality-rows-title = Linhas por período
quality-rows-alt = Linhas usadas de { $source }: { $parts }.
quality-rows-figure = Linhas lidas, removidas e usadas
quality-unreadable = não pode ser lido
quality-rejects = guardadas em tables/rejects.csv
quality-rows-used = linhas usadas
quality-of-memo = as linhas de que este memo trata
quality-head-source = Fonte
quality-head-rule = Regra
quality-head-rows = Linhas
quality-head-removed = Removidas
quality-head-of-rows = % das linhas
quality-head-because = Motivo
quality-title = Qualidade dos dados
quality-head-check = Verificação
quality-head-result = Resultado
quality-check = { $source }: { $check ->
        [duplicates] linhas repetidas
        [rows_without_customer] linhas sem cliente
        [rows_without_attributes] linhas de clientes desconhecidos
        [rows_without_category] linhas sem categoria
       *[rounded] valores arredondados
    }
quality-unmatched = { $source }: linhas cuja chave não está em { $table }
quality-not-stated = { $attribute }: não informado
quality-of = { $n } de { $all }
quality-periods-empty = { quality-grains } sem linhas
quality-periods-incomplete = { quality-grains } fora, por não { $grain ->
        [week] estarem completas
       *[other] estarem completos
    }
quality-smallest = Menor volume, { $noun }: { $label }
quality-hashes = Hashes completos: manifest.json, ao lado deste memorando.
quality-reproduce = Para reproduzir este memorando
quality-head-input = Insumo
quality-head-hash = BLAKE3, { $n } primeiros

quality-some-rows =
    { $n ->
        [one] { $rows } linha
       *[other] { $rows } linhas
    }
quality-nobody-kept = { CAPITAL($source) }: { $rows } ({ $share }) sem cliente entram nas somas e não são de ninguém.
quality-nobody-dropped = { CAPITAL($source) }: linhas sem cliente não estão no memorando; “{ $rule }” removeu { $rows } ({ $share }).
quality-nobody-named = { CAPITAL($source) }: linhas sem cliente têm um id que a coluna calculada { $column } lhes dá.
quality-different = { $n } de { $all } são diferentes
quality-duplicates = Variáveis e atributos repetem os de outro cliente
quality-near-duplicates = O mesmo, variáveis com três dígitos
quality-twins = Tem um gêmeo no restante, com { $share } de fora
quality-leakage = destes, um modelo já viu a resposta
quality-constant = Variáveis com um só valor
quality-inflated = Variáveis explicadas pelas demais (inflação de { $from } ou mais)
quality-condition = Número de condição das variáveis
quality-condition-weak = abaixo de { $below }: sem dependência forte
quality-condition-one = uma variável quase não varia ante sua média
quality-condition-pairs = vem de { $pairs }
quality-customers-title = Qualidade da tabela de clientes
quality-customers-subtitle =
    { $some ->
        [yes] { $all } clientes, { $without } deles sem linhas na janela e por isso não comparados entre si; ids desconsiderados.
       *[no] { $all } clientes, ids desconsiderados.
    }
# Uma barra separa as linhas de um cabeçalho estreito.
quality-head-of-customers = % dos|clientes
quality-head-says = O que diz
quality-more = mais { COUNT($n) }
quality-head-rare = Níveis abaixo de { $share }, a agrupar
quality-head-not-stated = Não|informado
quality-attributes-title = Quem não informou o quê
quality-attributes-subtitle = Clientes do cadastro; os que não informaram um atributo ante os que informaram.
quality-head-attribute = Atributo
quality-head-silent = Os que não informaram
quality-all-stated = Todos informaram
quality-too-few = Poucos demais para mostrar
quality-silent =
    { $kind ->
        [less] Mediana de { $feature } { $size } menor ({ quality-medians })
        [more] Mediana de { $feature } { $size } maior ({ quality-medians })
        [alike] Mediana de { $feature } difere dentro do acaso ({ quality-medians })
        [part] Têm { $size } de { $feature }
       *[medians] Mediana de { $feature } { quality-medians }
    }
quality-medians = { $silent } ante { $stated }
quality-rare =
    { $n ->
        [1] { $levels }: { $share }
       *[other] { $levels }: { $share } em conjunto
    }
quality-grains =
    { $grain ->
        [day] Dias
        [week] Semanas
        [month] Meses
        [quarter] Trimestres
       *[year] Anos
    }
