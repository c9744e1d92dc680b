# Migração: quem passou de que grupo a qual.

migration-title-none = Nenhum cliente de { $since } é cliente agora
migration-title-kept = Quem mudou de { $group ->
        [cluster] cluster
       *[segment] segmento
    } desde { THE($since) }: poucos demais para mostrar
migration-title = { $share } dos clientes mudaram de { $group ->
        [cluster] cluster
       *[segment] segmento
    } desde { THE($since) }
migration-stayed = De { $customers } presentes nos dois períodos, { $stayed } estão onde estavam.
migration-joined-and-left =
    { $came ->
        [yes] { $went ->
            [yes] Entraram { $joined }, e saíram { $figure }.
           *[no] Entraram { $joined }.
        }
       *[no] { $went ->
            [yes] Saíram { $left }.
           *[no] Ninguém entrou nem saiu.
        }
    }
migration-largest = O maior movimento é de “{ $from }” para “{ $to }”.
migration-there-and-back = Foram para lá { $there }{ $known ->
        [yes] ; no sentido contrário, { $back }
       *[no] {""}
    }.
migration-fit =
    { $fits ->
        [yes] A definição também serve para { $when }.
       *[no] A definição de “{ $crowd }” não serve para { $when }.
    }
migration-fit-figures = Em “{ $crowd }”, { $beyond } estão mais longe do seu centro do que 99% estavam quando ela foi feita, e a dispersão é { $widened } vezes a de então.
migration-measure =
    { $measure ->
        [beyond] % fora de alcance, “{ $crowd }”
       *[widened] Dispersão, na definição = 1, “{ $crowd }”
    }
migration-creep-title = Quanto os clusters se deslocaram
migration-creep-subtitle = Distância da média dos membros ao centro, dispersão do grupo = 1; a definição foi feita { $frozen ->
        [yes] em um relatório anterior
       *[no] com { $now }
    }.
migration-method-title = Migração
migration-method = Os clientes de cada período são os de { $n ->
        [0] todo o histórico
       *[other] { grains }
    }, até o seu fim. { $group ->
        [cluster] Uma só definição classifica os clientes dos dois períodos: as mesmas escalas, os mesmos centros. Diz-se que ela serve enquanto menos de { $beyond } dos clientes estão mais longe do seu centro do que 99% estavam quando ela foi feita, e a dispersão é menor que { $widened } vezes a de então.
       *[segment] As mesmas regras classificam os clientes dos dois períodos, acompanhados por seus ids.
    }
migration-unplaced = Em nenhum cluster
