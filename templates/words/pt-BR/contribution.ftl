# Contribuição: a variação dividida em efeito composição e comportamento, segmento a segmento.

contribution-turn =
    { $up ->
        [yes] alta
       *[no] queda
    }
contribution-title = De onde veio: a { contribution-turn } de { $size } desde { THE($against) }, segmento a segmento
contribution-head-share = Part., %
contribution-head-rate = Taxa
contribution-structural = Estrutural
contribution-behavioural = Comportamental
contribution-joint = Conjunto
contribution-head-total = Total
contribution-head-interval = Intervalo de 95%
contribution-mean-of = Média de { $n }
contribution-before = Antes
contribution-part =
    { $part ->
        [structural] estrutural
       *[behavioural] comportamental
    }
contribution-bar-title = { $label }, { contribution-part }
contribution-bar-alt = { $label }: { contribution-part } { $change }.
contribution-segment =
    { $presence ->
        [entrant] { $label } (entrou)
        [leaver] { $label } (saiu)
       *[other] { $label }
    }
contribution-all = Total de { $buyers }
contribution-note = Decomposição de Kitagawa em duas partes, centrada na taxa média; linhas e colunas fecham até o último dígito impresso pelo maior resto.
    { $n } { $buyers } em um dos dois períodos; menor segmento: { $smallest }. { $moved ->
        [0] Nenhum segmento entrou ou saiu.
       *[other] Segmentos que entraram: { $came }; que saíram: { $went }; eles levam a taxa do outro período.
    } Intervalos: { $resamples } reamostragens de clientes.
contribution-method-title = Contribuição
contribution-method-chain = Um total é clientes × frequência × tíquete. A parte de cada fator é a sua variação na média dos demais, em todas as ordens de mudança (Das Gupta), e as partes somam a variação.
contribution-method = Com participação w e taxa r de cada segmento, comportamental = média(w) · Δr e estrutural = Δw · (média(r) − média(M)); as duas somam ΔM.
    Segmentos com menos de { $min_cell } clientes em um dos períodos são agrupados. Intervalos: { $resamples } reamostragens de clientes, dos dois períodos em conjunto, com os segmentos fixos.

contribution-chain-title = De onde veio: a { contribution-turn } de { $size } desde { THE($against) }{ $led ->
        [yes] {" "}vem sobretudo de { $factor }
       *[no] , fator a fator
    }
contribution-head-factor = Fator
contribution-head-part = Parte da variação

contribution-sensitivity-title = Sensibilidade: a mesma variação por outras regras
contribution-head-split = Decomposição
contribution-split =
    { $split ->
        [two-part] duas partes (usada)
        [three-part] taxas e participações de antes
       *[shapley] Shapley
    }
contribution-depends =
    { $n ->
        [0] Nenhum segmento com um vigésimo da variação ou mais tem uma parte cujo sinal dependa do método.
       *[other] O sinal de uma parte depende do método em { $flagged }.
    }
contribution-per = { $label } por { $per }
