# Retificação: o que memorandos anteriores disseram de um número, e o que ele diz agora.

restatement-headline =
    { $n ->
        [one] Um número de um memorando anterior mudou.
       *[other] { CAPITAL($count) } números de memorandos anteriores mudaram.
    }
restatement-title =
    { $n ->
        [one] Um número já informado mudou
       *[other] { CAPITAL($count) } números já informados mudaram
    }
restatement-said = { $what }, { $period }: { $memo } dizia { $was }; agora consta { $is }{ $known ->
        [yes] {" "}({ $by })
       *[no] {""}
    }.
restatement-memo = o memorando { DE($period) }
restatement-version = a versão anterior deste memorando{ $several ->
        [yes] {" "}com dados até { $day }
       *[no] {""}
    }
restatement-none = nada
restatement-why =
    { $n ->
        [0] { CAPITAL($memo) }: mesma especificação, mesmos dados e mesmo programa; os números só podem diferir se o relatório foi alterado.
        [one] { CAPITAL($memo) }: desde então mudou uma coisa de que os números dependem: { $causes }.
       *[other] { CAPITAL($memo) }: desde então mudaram várias coisas de que os números dependem, e só `bellwether verify` diz qual delas foi: { $causes }.
    }
restatement-spec = a especificação
restatement-data = os dados
restatement-engine = o programa
restatement-files = Arquivos: { $files }.
restatement-rows = Linhas de { $source }, { $period }: { $was } antes, { $is } agora.
restatement-table = Dito antes, lido agora
restatement-subtitle = A maior mudança primeiro
restatement-metric = Número
restatement-period = Período
restatement-was = Dito antes
restatement-is = Agora
restatement-change = Mudança
restatement-told = Dito por último em
restatement-all = todo o conjunto de { $nouns }
restatement-note = { $held } números de memorandos anteriores foram comparados com os deste; os demais são iguais.{ $more ->
        [0] {""}
       *[other] {" "}Outras { $n_more } mudanças menores estão em facts.json.
    }
