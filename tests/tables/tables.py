"""The memo's tables before readers that are not ours: CSV by Python, Parquet by PyArrow, the workbook by openpyxl (both PyPI).

All three hold the same values; the workbook has number formats and no formula. A memo with hostile labels is made as well, and
left in WORK/reports. Usage: tables.py BELLWETHER WORK REPORT…
"""

import csv
import datetime
import json
import math
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import openpyxl
import pyarrow.parquet

program, work = (pathlib.Path(it).resolve() for it in sys.argv[1:3])
N_CHECKS = [0, 0]
# Facts have twelve digits; a share is a hundredth of what its head says.
NEAR = 1e-11
SIGNS = "=+-@＝＋－＠"
# What a till, or an enemy, may call a category.
LABELS = [
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1+1",
    "-2+3",
    " =1+1",
    "\"=HYPERLINK(\"\"x\"\")",
    "'=1",
    "＝1",
    "a\tb",
    "line one\nline two",
    "long " * 60,
    "😀👩‍👩‍👧 Family",
    "קטגוריה בעברית 12.3",
    "فئة باللغة العربية",
    "<b>&amp;</b>",
    "a, b; c",
    "_x0041_",
    "1e5",
    "00123",
    "TRUE",
    "NULL",
    "2026-01-02",
]
SPEC = """bellwether: 1
title: "=Shift: {{ period.label }}"
sources:
  rows: { files: rows.csv, time: day, customer: who, decimals: { amount: 2 } }
metrics:
  spend: { of: sum(amount), unit: USD }
  buyers: { of: count(distinct who), across: category, unit: buyer }
  spend_per_buyer: { of: spend / buyers }
categories: { by: category }
periods: { grain: day, compare: [previous] }
notes:
  - { on: 2026-02-20, label: "=1+1", text: "@SUM(1)" }
memo:
  - headline: { metrics: [spend, buyers, spend_per_buyer] }
  - deviation: { metrics: [spend, spend_per_buyer] }
  - quality: {}
"""


def check(holds, what):
    N_CHECKS[0 if holds else 1] += 1
    if not holds:
        print("FAILED:", what)


def hostile():
    """Makes the memo of a shop with hostile labels, and of enough others that its tables run over pages."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    labels = LABELS + [f"Category {n}" for n in range(60)]
    first = datetime.date(2026, 1, 1)
    with open(work / "rows.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["day", "who", "category", "amount"])
        for day in range(60):
            for place, label in enumerate(labels):
                for who in range(12):
                    cents = 500 + (day * 37 + place * 101 + who * 53 + day * day * 7) % 300
                    rows.writerow([first + datetime.timedelta(day), who, label, f"{cents // 100}.{cents % 100:02}"])
    (work / "hostile.yaml").write_text(SPEC, encoding="utf-8")
    run = [program, "run", work / "hostile.yaml", "--out"]
    for threads, out in [("1", "again"), ("4", "reports")]:
        done = subprocess.run([*run, work / out], env={"RAYON_NUM_THREADS": threads, "PATH": ""}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    report = next((work / "reports/hostile").iterdir())
    again = work / "again/hostile" / report.name
    check((report / "tables.xlsx").read_bytes() == (again / "tables.xlsx").read_bytes(), "one thread and four give one workbook")
    return report


def plain(text):
    """A text of CSV without the apostrophe that defuses it."""
    return text[1:] if text.startswith("'") else text


def near(a, b):
    return math.isclose(a, b, rel_tol=NEAR, abs_tol=1e-300)


def same(of, kind, written, typed, cell):
    """Holds an entry of CSV, of Parquet and of the workbook together."""
    value = cell.value
    check(cell.data_type != "f", f"{of}: no formula")
    if typed is None:
        check(written == "" and value is None, f"{of}: nothing in all three: {written!r}, {value!r}")
    elif kind in ("int64", "double"):
        shown = value * 100 if cell.number_format.endswith("%") else value
        check(float(written) == typed, f"{of}: CSV {written} is Parquet {typed}")
        check(isinstance(value, (int, float)) and near(shown, typed), f"{of}: workbook {value} is Parquet {typed}")
        check(kind == "double" or cell.number_format == "#,##0", f"{of}: a count is printed as one: {cell.number_format}")
    elif kind == "date32[day]":
        check(datetime.date.fromisoformat(written) == typed, f"{of}: CSV {written} is Parquet {typed}")
        check(value.date() == typed and cell.is_date, f"{of}: workbook {value} is the day {typed}")
    else:
        check(written == typed or plain(written) == typed, f"{of}: CSV {written!r} is Parquet {typed!r}")
        check(not written.strip().startswith(tuple(SIGNS)) or is_number(written), f"{of}: {written!r} is defused")
        if isinstance(value, (int, float)):
            # A column of numbers and words is one of words, but for who computes with the workbook.
            shown = value * 100 if cell.number_format.endswith("%") else value
            check(near(shown, float(typed)), f"{of}: workbook {value} is Parquet {typed}")
        else:
            check(value == typed.replace("\r\n", "\n"), f"{of}: workbook {value!r} is Parquet {typed!r}")


def is_number(text):
    return re.fullmatch(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", text) is not None


def checked(report):
    before = list(N_CHECKS)
    name = report.parent.name
    path = report / "tables.xlsx"
    outputs = json.loads((report / "manifest.json").read_text())["outputs"]
    check("tables.xlsx" in outputs, f"{name}: the manifest names the workbook")
    with zipfile.ZipFile(path) as archive:
        parts = archive.namelist()
        check(not any("vba" in it.lower() or "external" in it.lower() for it in parts), f"{name}: neither macros nor links to files")
        check({it.date_time for it in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}, f"{name}: no clock in the file")
        for part in parts:
            if part.startswith("xl/worksheets/sheet"):
                check(b"<f>" not in archive.read(part), f"{name}: {part} has no formula")
    book = openpyxl.load_workbook(path)
    check(book.properties.creator == "Bellwether", f"{name}: its author")
    check(book.properties.title, f"{name}: its title")
    as_of = json.loads((report / "manifest.json").read_text())["inputs"]["as_of"]
    check(str(book.properties.created.date()) == as_of, f"{name}: made on the day of issue: {book.properties.created}")
    names = book.sheetnames
    check(len({it.lower() for it in names}) == len(names) and all(0 < len(it) <= 31 for it in names), f"{name}: names of sheets")
    files = sorted(it.stem for it in (report / "tables").glob("*.csv") if it.stem != "rejects")
    parquet = sorted(it.stem for it in (report / "tables").glob("*.parquet") if it.stem != "customers")
    check(files == parquet, f"{name}: every table as CSV and as Parquet")
    listed = {}
    for row in book.worksheets[0].iter_rows(min_row=7):
        listed[row[3].value] = row[0].value
        link = row[0].hyperlink
        check(link is not None and row[0].value in (link.location or "").replace("''", "'"), f"{name}: a link to {row[0].value}")
        check(bool(row[1].value), f"{name}: the list says what {row[0].value} holds")
    check(set(listed) == {f"tables/{it}.csv" for it in files}, f"{name}: the list names every table")
    check(list(listed.values()) == names[1:], f"{name}: sheets stand as listed")
    n_numbers = 0
    for file in files:
        sheet = book[listed[f"tables/{file}.csv"]]
        of = f"{name}: {file}"
        with open(report / "tables" / f"{file}.csv", newline="", encoding="utf-8") as read:
            rows = list(csv.reader(read))
        typed = pyarrow.parquet.read_table(report / "tables" / f"{file}.parquet")
        heads = typed.column_names
        check([plain(it) for it in rows[0]] == [plain(it) for it in heads], f"{of}: heads of CSV and Parquet: {rows[0]}")
        check([it.value for it in sheet[1]] == heads, f"{of}: heads of workbook and Parquet: {heads}")
        check(len(set(heads)) == len(heads) and all(heads), f"{of}: heads are told apart")
        check(all(it.font.bold for it in sheet[1]), f"{of}: heads are bold")
        check(sheet.freeze_panes == "A2" and sheet.auto_filter.ref, f"{of}: heads stand, and filter")
        check(len(rows) - 1 == typed.num_rows == sheet.max_row - 1, f"{of}: as many rows in all three")
        check({len(it) for it in rows} == {len(heads)}, f"{of}: rows of one width")
        for at, field in enumerate(typed.schema):
            kind = str(field.type)
            values = typed.column(at).to_pylist()
            filled = [it for it in values if it is not None]
            check(filled, f"{of}: column {field.name!r} holds something")
            check(not filled or kind in ("int64", "double", "date32[day]") or not all(is_number(it) for it in filled if len(it) < 12) or at == 0
                  or any(len(it) >= 12 for it in filled), f"{of}: column {field.name!r} is of numbers: {filled[:3]}")
            n_numbers += kind in ("int64", "double")
            formats = {sheet.cell(row + 2, at + 1).number_format for row, it in enumerate(values) if it is not None}
            check(kind not in ("int64", "double") or formats != {"General"}, f"{of}: column {field.name!r} has a format")
            for row, value in enumerate(values):
                same(f"{of}: {field.name!r}, row {row + 1}", kind, rows[row + 1][at], value, sheet.cell(row + 2, at + 1))
    check(n_numbers > 5, f"{name}: columns of numbers")
    print(f"{name}: {N_CHECKS[0] - before[0]} passed, {N_CHECKS[1] - before[1]} failed")


made = hostile()
for report in [made, *(pathlib.Path(it).resolve() for it in sys.argv[3:])]:
    checked(report)
with open(made / "tables/all.csv", newline="", encoding="utf-8") as read:
    named = [plain(row[0]) for row in csv.reader(read)]
missing = [it for it in LABELS if it.strip() not in [it.strip() for it in named] and it not in named]
check(len(missing) < 6, f"hostile labels reach the tables: {missing}")
print(f"{N_CHECKS[0]} passed, {N_CHECKS[1]} failed")
sys.exit(1 if N_CHECKS[1] else 0)
