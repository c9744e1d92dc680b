# Estabilidade: se os clusters voltam quando os clientes são sorteados de novo.

stability-method-title = Estabilidade
stability-method = Os clientes são sorteados com reposição { $draws } vezes e agrupados de novo pelo mesmo método. A semelhança de um cluster é o número
    de clientes em comum com o seu melhor par sobre o dos dois juntos (Hennig 2007): a partir de { $very } é muito estável, de { $stable } estável,
    de { $pattern } um padrão; abaixo, não é confiável.
stability-verdict =
    { $verdict ->
        [very-stable] muito estável
        [stable] estável
        [pattern] um padrão
        [untrusted] não confiável
       *[not-compared] não comparado
    }
stability-title =
    { $stable ->
        [0] Nenhum cluster volta com segurança
       *[other] { $all ->
            [yes] { $n ->
                [2] Os dois clusters voltam quando os clientes são sorteados de novo
               *[other] Os { COUNT($n) } clusters voltam quando os clientes são sorteados de novo
            }
           *[no] { CAPITAL(COUNT($stable)) } de { COUNT($n) } clusters { $stable ->
                [one] volta
               *[other] voltam
            } com segurança
        }
    }
stability-weakest = O menos estável é “{ $name }”, semelhança { $likeness }: { stability-verdict }.
stability-untrusted = Seus membros dependem de quais clientes calharam de estar nos dados.
stability-subtitle = Semelhança: clientes em ambos sobre clientes em qualquer um, o melhor par de cada sorteio, em média.
# Uma barra separa as linhas de um cabeçalho estreito.
stability-head-likeness = Semelhança,|0 a 1
stability-head-verdict = É
stability-head-recovered = % dos sorteios|recuperado
stability-head-dissolved = % dos sorteios|dissolvido
