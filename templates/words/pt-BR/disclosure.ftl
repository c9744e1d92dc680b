# O que um memorando guarda para si: valores de poucos clientes.

disclosure-few = { CAPITAL($nouns) } com menos de { $min } clientes em algum período
disclosure-any = Os valores podem ser de qualquer número de clientes, como diz a especificação (min_cell: { $min }).
disclosure-joined =
    { $n ->
        [one] { $n } de { $all } { $nouns } tem
       *[other] { $n } de { $all } { $nouns } têm
    } menos de { $min } clientes em algum período. { $members } aparecem em conjunto como “{ $label }”, para que nenhum valor seja de poucos.
disclosure-left-out =
    { $members } { $n ->
        [one] fica
       *[other] ficam
    } fora: o que a especificação omite tem menos de { $min } clientes em algum período, e seria uma diferença.
disclosure-thin = { $periods }: { $nouns } em conjunto, menos de { $min } clientes.
disclosure-more = mais { COUNT($n) }
disclosure-withheld = Um traço ({ $dash }) está no lugar de menos de { $min } clientes, ou do que os revelaria.
