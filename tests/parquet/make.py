"""Makes the Parquet files here, and says beside them what pyarrow reads there. Needs PyPI `pyarrow`. Usage: make.py"""

import datetime as dt
import decimal
import json
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
N = 60


def column(values, type):
    # Every seventh value is missing, in another row of each column.
    shift = len(table)
    return pa.array([None if (i + shift) % 7 == 3 else v for i, v in enumerate(values)], type)


def said(value, type):
    """A value as text: moments and dates as whole numbers of their unit."""
    if value is None:
        return None
    if pa.types.is_dictionary(type):
        return said(value, type.value_type)
    if pa.types.is_floating(type):
        return repr(value)
    if pa.types.is_boolean(type):
        return "true" if value else "false"
    return str(value)


def expected(array):
    type = array.type
    if pa.types.is_timestamp(type) or pa.types.is_date64(type):
        nanos = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[getattr(type, "unit", "ms")]
        return [None if it is None else str(it * nanos) for it in array.cast(pa.int64()).to_pylist()]
    if pa.types.is_date32(type):
        return [None if it is None else str(it) for it in array.cast(pa.int32()).to_pylist()]
    return [said(it, type) for it in array.to_pylist()]


first = dt.datetime(2026, 1, 20, 8, 30)
table = {}
# Some rows have no time.
table["at"] = pa.array([None if i in (4, 41) else first + dt.timedelta(days=i, seconds=i) for i in range(N)], pa.timestamp("us"))
table["yes"] = column([i % 3 == 0 for i in range(N)], pa.bool_())
for bits in (8, 16, 32, 64):
    top = 2 ** (bits - 1) - 1
    table[f"int{bits}"] = column([top, -top - 1, *range(N - 2)], getattr(pa, f"int{bits}")())
    table[f"uint{bits}"] = column([2**bits - 1, 0, *range(N - 2)], getattr(pa, f"uint{bits}")())
table["small_int64"] = column([i * 1000 - 7 for i in range(N)], pa.int64())
table["float32"] = column([0.1 * i for i in range(N - 3)] + [float("inf"), -0.0, 3e-39], pa.float32())
table["float64"] = column([0.1 * i for i in range(N - 3)] + [float("-inf"), -0.0, 1e300], pa.float64())
table["money"] = column([i * 1.25 for i in range(N)], pa.float64())
for digits, scale in ((7, 2), (9, 9), (16, 4), (18, 0), (30, 2), (38, 10)):
    of = [decimal.Decimal(i * 7919 - 99_999).scaleb(-scale) for i in range(N)]
    if digits in (16, 18):
        of[0] = of[1] = decimal.Decimal(10**digits - 1).scaleb(-scale)
    table[f"decimal_{digits}_{scale}"] = column(of, pa.decimal128(digits, scale))
table["date"] = column([dt.date(1600, 2, 29) + dt.timedelta(days=i * 3001) for i in range(N)], pa.date32())
table["seconds"] = column([first - dt.timedelta(days=i * 3001) for i in range(N)], pa.timestamp("s"))
table["millis"] = column([first - dt.timedelta(days=i * 3001, milliseconds=i) for i in range(N)], pa.timestamp("ms"))
table["micros"] = column([first - dt.timedelta(days=i * 301, microseconds=i) for i in range(N)], pa.timestamp("us"))
table["nanos"] = column([1_700_000_000_000_000_001 - i * 10**15 for i in range(N)], pa.timestamp("ns"))
table["instant"] = column([first - dt.timedelta(days=i * 301, microseconds=i) for i in range(N)], pa.timestamp("us", "Europe/Berlin"))
table["text"] = column([["007", "", 'a "b", c', "two\nlines", "ä€😀"][i % 5] for i in range(N)], pa.string())
table["long_text"] = column([f"text number {i} of sixty" for i in range(N)], pa.large_string())
table["kind"] = column(["bread", "milk", "tea", None] * (N // 4), pa.string()).dictionary_encode()
table["code"] = column([10, 20, 30] * (N // 3), pa.int64()).dictionary_encode()
table["nothing"] = pa.nulls(N)
table = pa.table(table)
# Decimals of up to eighteen digits as whole numbers; those of more in bytes.
pq.write_table(table, here / "every_type.parquet", row_group_size=25, store_decimal_as_integer=True)
values = {name: expected(table[name].combine_chunks()) for name in table.column_names}
lines = (json.dumps({"name": name, "values": values[name]}, ensure_ascii=False) for name in table.column_names)
(here / "every_type.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")

nested = pa.table({"at": [first], "tags": [["a", "b"]], "place": [{"x": 1}], "bytes": [b"\xff"], "clock": [dt.time(8, 30)], "n": [1]})
pq.write_table(nested, here / "nested.parquet")

wide = pa.table({"at": [first], "much": pa.array([decimal.Decimal(10**20)], pa.decimal128(30, 2))})
pq.write_table(wide, here / "wide.parquet")

# The three purchases of tests/sources.rs, their amounts as decimals of each width.
days = [dt.date(2026, 3, 1), dt.date(2026, 3, 2), dt.date(2026, 3, 2)]
for name, digits, as_integer in (("int32", 9, True), ("int64", 18, True), ("bytes", 9, False), ("bytes16", 38, False)):
    amounts = pa.array([decimal.Decimal(it) for it in ("1.10", "2.30", "0.25")], pa.decimal128(digits, 2))
    rows = pa.table({"day": days, "who": pa.array([1, 1, 2], pa.int32()), "category": ["bread", "bread", "milk"], "amount": amounts})
    pq.write_table(rows, here / f"decimals_{name}.parquet", store_decimal_as_integer=as_integer)

# A dictionary that is full midway: pages behind it are plain. One row group, small pages.
M = 4000
names = [f"shop {i if i > M // 2 else i % 7:05}" for i in range(M)]
rows = pa.table({
    "day": [days[i % 2] for i in range(M)],
    "who": pa.array([i % 50 for i in range(M)], pa.int32()),
    "category": pa.array([None if i % 11 == 5 else it for i, it in enumerate(names)]),
    "amount": pa.array([i % 100 / 4 for i in range(M)]),
})
pq.write_table(rows, here / "full_dictionary.parquet", dictionary_pagesize_limit=4096, data_page_size=1024, write_batch_size=64)
