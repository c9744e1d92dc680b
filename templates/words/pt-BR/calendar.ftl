# Calendário: o que fazem os dias úteis e os feriados móveis, onde o histórico o mostra.

calendar-what =
    { $what ->
        [days] dias da semana
        [holidays] feriados móveis
       *[both] dias da semana e feriados móveis
    }
calendar-in-short =
    { $used ->
        [0] Nenhum histórico mostra efeito de { calendar-what }, por isso nenhuma projeção os contém.
       *[other] As projeções contêm { calendar-what } onde o histórico os mostra: em { $used } de { $tested } séries.
    }
calendar-explains = Da variação desde { THE($against) }{ $known ->
        [yes] , de { $change },
       *[no] {""}
    } o calendário sozinho faz { $effect } ({ $range }, a 95%): { $parts }. A projeção o contém.
calendar-same = O calendário não explica nada da variação desde { THE($against) }: era o mesmo. O que ele faz com o nível está na projeção.
calendar-not-shown = O calendário não explica nada mensurável: este histórico não mostra efeito de { calendar-what } (q { $q }), e a projeção não contém nenhum.
calendar-too-short = Este histórico é curto demais para dizer o que fazem { calendar-what }; a projeção não contém nada disso.
calendar-nothing = Nada do calendário está na projeção: o que se pediu muda de ano a ano raramente demais para se distinguir do acaso.
calendar-weekday = { $is_weekend ->
        [yes] { $n ->
            [1] um { $name }
           *[other] { COUNT($n) } dias de { $name }
        }
       *[no] { $n ->
            [1] uma { $name }
           *[other] { COUNT($n) } dias de { $name }
        }
    } { calendar-more }
calendar-holiday = { $n ->
        [1] um dia
       *[other] { COUNT($n) } dias
    } { calendar-more } de { $name }
calendar-more =
    { $more ->
        [yes] a mais
       *[no] a menos
    }
calendar-method-title = Calendário
calendar-method = Quantas vezes vem cada dia da semana, quanto dura um período e quais feriados caem nele se sabe de antemão; pediram-se { calendar-what }.
    O que fazem se aprende de todo o histórico de cada série antes do período-alvo: uma regressão sobre variações de variações anuais
    com ruído do modelo airline, cujos dois números se acham por máxima verossimilhança restrita. Regressores do mesmo tipo são
    testados em conjunto (teste F) e usados onde q, de Benjamini–Hochberg entre { $nouns } de uma métrica, é de no máximo 5%. Os efeitos usados
    são tirados do histórico antes que os modelos o vejam e devolvidos à projeção; as faixas se alargam pelo custo em graus de
    liberdade e pelo erro-padrão do efeito no período-alvo. O backtest conhece os mesmos efeitos. Um feriado que nunca sai do seu
    lugar no ano é sazonalidade; o que saiu só uma vez não se distingue do acaso. Ambos ficam de fora.
calendar-title = O que o calendário faz com o período-alvo (séries cuja projeção o contém em seminegrito)
calendar-head-q =
    { $group ->
        [trading_days] q, dias|da semana
       *[holidays] q,|feriados
    }
calendar-head-usual = Ante o|usual, %
calendar-head-year-ago = Ante um|ano antes, %
calendar-head-interval = Intervalo de 95%|disso
calendar-note = Usual é o que o lugar do período-alvo no ano tem em média no histórico. Os efeitos de cada dia da semana e feriado estão nos fatos.
