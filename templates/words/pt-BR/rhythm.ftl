# Ritmo: horas, dias da semana e dias do mês.

rhythm-index = índice { $index }
rhythm-hour = { $hour }h
rhythm-at =
    { $pattern ->
        [hours] às { $name }
       *[weekdays] { $phase ->
            [0] às segundas-feiras
            [1] às terças-feiras
            [2] às quartas-feiras
            [3] às quintas-feiras
            [4] às sextas-feiras
            [5] aos sábados
           *[6] aos domingos
        }
    }
rhythm-in-window = em { $window }
rhythm-title-none = { $metric }: sem ritmo além do acaso
rhythm-title = { $metric }: pico { $peaks }
rhythm-not-apart = { $days } dias não bastam para distinguir { $pattern ->
        [hours] as horas
       *[weekdays] os dias da semana
    }.
rhythm-pattern = { CAPITAL($metric) }{ $kept ->
        [yes] , { $pattern ->
            [hours] nas horas mostradas
           *[weekdays] nos dias mostrados
        }
       *[no] {""}
    }: máximo { $high } ({ $at_high }) e mínimo { $low } ({ $at_low }){ $total ->
        [yes] , ante uma distribuição uniforme de 100
       *[no] {""}
    }.
rhythm-beyond =
    { $beyond ->
        [yes] vai além do acaso
       *[no] cabe no acaso
    }
rhythm-pattern-sure = Em { $days } dias, o padrão { rhythm-beyond } (p { $p }).
rhythm-changed = Ele { $beyond ->
        [yes] difere
       *[no] não difere, além do acaso,
    } do padrão { DE($against) } (p { $p }).
rhythm-month-not-apart = Ainda não se distinguem os dias do mês: há { COUNT($n) } { $n ->
        [one] mês completo
       *[other] meses completos
    }.
rhythm-month = Os cinco primeiros dias do mês ficam em { $first }, os cinco últimos em { $last }, os demais em { $between }.
rhythm-month-sure = Cada dia é comparado com o seu mês e o seu dia da semana (100); em { $months } meses, isso { rhythm-beyond } (p { $p }).
rhythm-week-index = Índice ante uma distribuição uniforme pelas horas da semana (100)
rhythm-week-title = { $metric } por hora e dia da semana
rhythm-week-alt = { $metric } por hora e dia da semana: de { $lowest } a { $highest }.
rhythm-hour-of-day = Hora do dia
rhythm-week-of = A semana em { $metric }
rhythm-head =
    { $what ->
        [share] Part., %
        [index] Índice
        [before_index] Antes
       *[value] { $percent ->
            [yes] Taxa, %
           *[no] Taxa
        }
    }
rhythm-head-phase =
    { $pattern ->
        [hours] Hora
       *[weekdays] Dia da semana
    }
rhythm-by-phase =
    { $pattern ->
        [hours] Por hora
       *[weekdays] Por dia da semana
    }
rhythm-head-interval = Intervalo de 95%
rhythm-season-subtitle =
    { $n ->
        [1] Ante os doze meses (100); um só ano não separa sazonalidade de evento.
       *[other] Cada mês ante os seus doze meses (100), média de { $years } anos.
    }
rhythm-season-title = Por mês do ano
rhythm-head-month = Mês
rhythm-method-title = Ritmo
rhythm-method = Horas, dias da semana e dias do mês de { $metrics }. Um índice de 100 é uma distribuição uniforme pelas horas e dias da janela;
    uma razão é calculada de suas partes. O dia é a unidade de todo teste: as horas giram por um número aleatório dentro de cada dia, e os dias
    são embaralhados entre dias da semana e partes do mês (999 sorteios cada).{ $compared ->
        [yes] {" "}Dias da janela trocam de lugar com os { DE($against) }, dentro do mesmo dia da semana, depois de levados ao mesmo nível.
       *[no] {""}
    } Os intervalos são de Wilson, quando uma razão conta parte daquilo por que é dividida; linhas de um mesmo dia se parecem, e por isso eles são os mais estreitos possíveis.
