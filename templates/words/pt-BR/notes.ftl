# O que o autor anota ao lado dos números, e o memorando de um período ainda em curso.

notes-noted = Anotado:
notes-aloud = Marcado: { $notes }.
notes-one = { $label }, { $dates }
notes-one-with = { $label }, { $dates }: { $text }
notes-known = Causa conhecida, segundo { $by }: { $cause }.
notes-known-of = { $metric }: { $known }
notes-title = Anotações com data, como constam da especificação
notes-when = Quando
notes-what = O quê
notes-note = Anotação
notes-concerns = Diz respeito a
notes-all = todo o conjunto de { $nouns }
notes-concerned = { $categories }; { $metrics }
notes-causes-title = Causas conhecidas, segundo os analistas
notes-causes-metric = Métrica
notes-causes-known = Causa conhecida
notes-causes-says = Segundo
notes-causes-note = A causa conhecida fica ao lado do desvio. Ela não altera nenhum número, nenhuma posição e nenhuma probabilidade.

early-mark = sinal antecipado, { $n } de { $all } dias
early-dated = { $dates } · { $mark }
early-chart = { CAPITAL($mark) }; histórico de { grain-nouns } até o mesmo dia.
early-kicker = { $kicker }: sinal antecipado
early-of = { CAPITAL($mark) }: { $period }.
early-warning = Tudo o que segue é comparado com o mesmo trecho de { grain-nouns } anteriores, e ainda pode mudar até o fim do período.
