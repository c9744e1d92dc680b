# Heads of columns that stand in the tables' files alone, and the list of the workbook's sheets.

sheet-low = low
sheet-high = high
sheet-value = value
sheet-note = note
sheet-remark = Remark
sheet-first-day = first day
sheet-last-day = last day
sheet-attribute = Attribute
sheet-sheet = Sheet
sheet-holds = What it holds
sheet-rows = Rows
sheet-file = The same as CSV
