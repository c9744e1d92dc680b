# Afirmações que um autor registrou, confrontadas com os dados.

hypotheses-figure = { $value } (intervalo de 95%: { $range })
hypotheses-against = { $value } ante { $other }
hypotheses-verdict =
    { $verdict ->
        [holds] se sustenta
        [does-not-hold] não se sustenta
        [not-shown] não demonstrada
       *[not-tested] não testada
    }
hypotheses-claim = A afirmação { $claim } { hypotheses-verdict }: { $figure }.
hypotheses-because = Motivo declarado: { $because }.
hypotheses-title-one =
    { $verdict ->
        [holds] A afirmação se sustenta além do acaso
        [does-not-hold] A afirmação não se sustenta
        [not-shown] O acaso sozinho poderia explicar a resposta
       *[not-tested] A afirmação não pode ser testada
    }
hypotheses-title =
    { $n ->
        [0] Nenhuma das { COUNT($all, gender: "f") } afirmações se sustenta além do acaso
       *[other] { $every ->
            [yes] As { COUNT($all, gender: "f") } afirmações se sustentam além do acaso
           *[no] { CAPITAL(COUNT($n, gender: "f")) } de { COUNT($all, gender: "f") } afirmações { $n ->
                [one] se sustenta
               *[other] se sustentam
            } além do acaso
        }
    }
hypotheses-contradicted = Os dados contradizem { COUNT($n, gender: "f") } delas: { $claims }.
hypotheses-undecided =
    { $n ->
        [1] { $only ->
            [yes] Os dados não permitem dizer.
           *[no] Sobre { $claim }, os dados não permitem dizer.
        }
       *[other] Sobre { COUNT($n, gender: "f") } afirmações, os dados não permitem dizer.
    }
hypotheses-undecided-answers =
    { $n ->
        [1] { $yes ->
            [1] É verdadeira para estes clientes, e pode ser obra do acaso.
           *[0] É falsa para estes clientes, e pode ser obra do acaso.
        }
       *[other] { $yes ->
            [0] São falsas para estes clientes, e pode ser obra do acaso.
           *[other] { $every ->
                [yes] São verdadeiras para estes clientes, e pode ser obra do acaso.
               *[no] { CAPITAL(COUNT($yes, gender: "f")) } { $yes ->
                    [one] é verdadeira
                   *[other] são verdadeiras
                } para estes clientes, as demais são falsas; tudo pode ser obra do acaso.
            }
        }
    }
hypotheses-untested =
    { $n ->
        [one] { CAPITAL(COUNT($n, gender: "f")) } não foi testada.
       *[other] { CAPITAL(COUNT($n, gender: "f")) } não foram testadas.
    }
hypotheses-untested-why = O motivo está abaixo de cada uma.
# Uma barra separa as linhas de um cabeçalho estreito.
hypotheses-head-claim = Afirmação
hypotheses-head-figure = Valor
hypotheses-head-against = Ante
hypotheses-head-interval = Intervalo de 95%
hypotheses-head-p = p|após Holm
hypotheses-head-answer = Resposta
hypotheses-table-title = O que se afirmou, e o que é
hypotheses-table-subtitle = Valores de clientes em { $window }; verdadeiro ou falso para estes clientes e, abaixo, se isso vai além do acaso.
hypotheses-table-note = Os intervalos são do valor; quando se comparam dois valores, são da diferença, com sinal. p é o da afirmação quando ela é verdadeira para estes clientes; senão, o da contrária.
hypotheses-answer =
    { $answer ->
        [true] Verdadeiro
        [false] Falso
       *[other] { $answer }
    }
hypotheses-beyond =
    { $beyond ->
        [yes] além do acaso
       *[no] dentro do acaso
    }
hypotheses-method-title = Afirmações
hypotheses-method = Cada afirmação foi registrada na especificação e é testada como está.{ $binomial ->
        [yes] {" "}Parcelas e contagens de clientes são comparadas com um número pelo teste binomial exato, com o intervalo de Wilson.
       *[no] {""}
    }{ $fisher ->
        [yes] {" "}Correlações (Pearson) são comparadas com um número pelo z de Fisher, que supõe normais as duas variáveis: com caudas longas, os intervalos são estreitos demais.
       *[no] {""}
    }{ $drawn ->
        [yes] {" "}Os demais valores, e as diferenças, são julgados sorteando tantos clientes quantos há, com reposição, { $draws } vezes por semente: o intervalo contém os 95% centrais dos sorteios, e p é a parcela de sorteios em que a afirmação falha (com um a mais nas duas contagens). Clientes que estão dos dois lados são sorteados nos dois.
       *[no] {""}
    } Todos os testes são unilaterais. A correção de Holm (1979) deixa que no máximo uma seção como esta em vinte dê por verdadeira uma afirmação por acaso;
    aplica-se às afirmações e, à parte, às contrárias. Os grupos de uma afirmação foram nomeados pelo autor; quando feitos dos mesmos valores (clusters),
    que difiram neles não é descoberta.
