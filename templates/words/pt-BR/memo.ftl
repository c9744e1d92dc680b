# O que todas as análises têm em comum: números por extenso, frações, períodos, unidades e a moldura do memorando.

count-words = nenhum um dois três quatro cinco seis sete oito nove dez onze doze
count-words-feminine = nenhuma uma duas três quatro cinco seis sete oito nove dez onze doze
count = { COUNT($n) }
fraction =
    { $fraction ->
        [tenth] um décimo
        [fifth] um quinto
        [quarter] um quarto
        [third] um terço
        [two-fifths] dois quintos
        [half] metade
        [three-fifths] três quintos
        [two-thirds] dois terços
        [three-quarters] três quartos
        [four-fifths] quatro quintos
        [nine-tenths] nove décimos
        [all] totalidade
       *[other] { $percent }
    }
points = { $figure }{"\u00A0"}p.p.
points-head = p.p.

# Peças que uma frase chama: a periodicidade do memorando, e para cima ou para baixo.
grain-noun =
    { $grain ->
        [day] dia
        [week] semana
        [month] mês
        [quarter] trimestre
       *[year] ano
    }
one-grain =
    { $grain ->
        [week] uma semana
       *[other] um { grain-noun }
    }
grain-nouns =
    { $grain ->
        [day] dias
        [week] semanas
        [month] meses
        [quarter] trimestres
       *[year] anos
    }
grains = { $n ->
        [one] { $n } { grain-noun }
       *[other] { $n } { grain-nouns }
    }
rose =
    { $up ->
        [yes] subiu
       *[no] caiu
    }
above =
    { $up ->
        [yes] acima
       *[no] abaixo
    }

period-week = semana { $week } de { $year }
period-quarter = { $quarter }º trimestre de { $year }
period-quarter-short = { $quarter }º tri. { $year }
period-when-part = no período de { $period }
period-when =
    { $grain ->
        [week] na { $period }
        [quarter] no { $period }
       *[other] em { $period }
    }
period-dates = { $first } a { $last }
period-mean =
    { $grain ->
        [week] média das últimas { $n } semanas
       *[other] média dos últimos { $n } { grain-nouns }
    }

default-category = categoria
other-categories = Demais { $nouns }
customers = clientes

memo-kicker = Memorando { $grain ->
        [day] diário
        [week] semanal
        [month] mensal
        [quarter] trimestral
       *[year] anual
    } aos sócios
memo-dateline = { CAPITAL($dates) } · dados completos até { $last }
memo-appendix = Método, qualidade dos dados e auditoria
interval = { $low } a { $high }
window =
    { $n ->
        [0] todo o histórico até { $last }
        [1] { one-grain } até { $last }
       *[other] { $n } { grain-nouns } até { $last }
    }
level-not-stated = não informado
level-merged = demais
