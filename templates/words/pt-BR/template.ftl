# O que o próprio modelo de página escreve.

template-skip = Ir para o memorando
template-dark = Escuro
template-light = Claro
template-contents = Sumário
template-note-facts = Fatos da nota
template-marks-facts = Fatos por trás das notas
template-figure-facts = Fatos por trás do número
template-of = de
template-close = Fechar
template-facts-json = Em facts.json, com este nome.
template-definition = Definição
template-value = Valor
template-unit = Unidade
template-interval = Intervalo
template-to = a
template-metric = Métrica
template-category = Categoria
template-periods = Períodos
template-analysis = Análise
template-not-defined = não definido
template-per = por
template-pure-number = número puro
template-share = parcela de um todo
template-share-points = diferença de parcelas
template-change = variação relativa
template-probability = probabilidade
