# Heads of columns that stand in the tables' files alone, and the list of the workbook's sheets.

sheet-low = mínimo
sheet-high = máximo
sheet-value = valor
sheet-note = nota
sheet-remark = Observação
sheet-first-day = primeiro dia
sheet-last-day = último dia
sheet-attribute = Atributo
sheet-sheet = Planilha
sheet-holds = O que contém
sheet-rows = Linhas
sheet-file = O mesmo em CSV
