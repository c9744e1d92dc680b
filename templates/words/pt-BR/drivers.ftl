# Fatores associados: que atributo distingue quem mudou o gasto, e quem são os compradores.

drivers-nothing =
    { $n ->
        [1] O único atributo não explica nada
       *[other] Nenhum dos { COUNT($n) } atributos explica a variação
    }
drivers-answer =
    { $n ->
        [0] Nenhum atributo distingue { drivers-what }
        [1] { CAPITAL($attributes) } distingue { drivers-what }
       *[other] { CAPITAL($attributes) } distinguem { drivers-what }
    }
drivers-what =
    { $question ->
        [population] quem são os compradores
       *[behaviour] { $money ->
            [yes] quem mudou o gasto
           *[no] quem mudou de comportamento
        }
    }
drivers-subtitle =
    { $question ->
        [population] O que distingue os compradores dos { DE($against) }, % da variância
       *[behaviour] { $money ->
            [yes] O que distingue quem mudou o gasto desde { THE($against) }, % da variância
           *[no] O que distingue quem mudou de comportamento desde { THE($against) }, % da variância
        }
    }
drivers-title = { $label }: atributos por importância
drivers-alt = Importância de { $n ->
        [1] um atributo
       *[other] { $n } atributos
    } ao lado do que o acaso daria a cada um; { $n_above ->
        [0] nenhum atributo supera seu nulo
       *[other] acima do nulo: { $above }
    }.
drivers-null-label = traço: até onde vai o acaso
drivers-note = { $n } clientes { $question ->
        [population] que compraram em um dos dois períodos
       *[behaviour] ativos nos dois períodos
    }. { $other } Associação, não causa.
drivers-levels-title = { $label }: participações e taxas, antes e depois
drivers-levels-alt = Participação em { $buyers } e { $metric } por { $attributes }, { $before } ante { $after }.
drivers-share-head = Participação em { $buyers }, %
drivers-no-levels-title = Nenhum atributo lidera
drivers-no-levels = Embaralhar qualquer atributo entre os clientes não piora a previsão, ou seus níveis têm clientes de menos para serem mostrados. O motivo deve ser buscado fora destes atributos.
drivers-moved =
    { $moved ->
        [both] As participações mudaram, e as taxas também
        [shares] As participações mudaram; as taxas, não
        [rates] As taxas mudaram; as participações, não
        [all-fell] A taxa caiu em todos os níveis
        [all-rose] A taxa subiu em todos os níveis
       *[neither] Participações e taxas, antes e depois
    }
drivers-coloured =
    { $explaining ->
        [0] { $groups ->
            [1] O atributo que lidera, embora não explique a variação. Em cor: além do erro amostral.
           *[other] Os dois atributos que lideram, embora nenhum explique a variação. Em cor: além do erro amostral.
        }
       *[other] Em cor: mudou além do próprio erro amostral; em cinza: não mudou.
    }
drivers-method-title = Fatores associados
drivers-method = Pares de árvores rasas, cada uma treinada em metade dos clientes e avaliada na outra metade, buscam o que distingue quem mudou
    o gasto e o que distingue os compradores de um período dos do outro. Importância é a variância fora da amostra que se perde quando um
    atributo é embaralhado; o nulo é o mesmo em dados dos quais só a pergunta foi retirada. Um caso em vinte aponta um atributo por acaso.
    { drivers-outcome }
drivers-outcome =
    { $told ->
        [0] Nada foi examinado por { $noun }.
       *[other] { $explained ->
            [0] Nenhum atributo explica as variações examinadas: o motivo deve ser buscado fora destes atributos.
            [one] Uma de { COUNT($told, gender: "f") } variações tem um atributo que a explica.
           *[other] { CAPITAL(COUNT($explained, gender: "f")) } de { COUNT($told, gender: "f") } variações têm um atributo que as explica.
        }
    }
drivers-spent =
    { $direction ->
        [less] gastou menos
       *[more] gastou mais
    }
drivers-rules-title = Gasto que acompanhou a variação por { $noun } desde { THE($against) }: regras de uma árvore rasa
drivers-head-customers = Clientes
drivers-head-number = Número
drivers-head-which = O que fizeram
drivers-head-share = Parcela, %
