#!/usr/bin/env python3
"""Reduces a panel written by gen_panel.py to the three small files of specs/data/consumption/.

usage: reduce_panel.py PANEL_DIR OUT_DIR

Nothing is aggregated or left out but transaction ids and the months of joining and leaving: line for line, the
amounts as integer cents, sorted so that they compress.
"""
import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

ZSTD_LEVEL = 19
# Eight row groups over eight years: a reader that asks for one month skips most of the file.
ROW_GROUP = 1 << 18
SETTINGS = dict(compression="zstd", compression_level=ZSTD_LEVEL, row_group_size=ROW_GROUP, dictionary_pagesize_limit=1 << 21)


def months_of(table):
    """Returns the first day of each row's month, as days since 1970."""
    return table["month"].cast(pa.string()).to_numpy(zero_copy_only=False).astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)


def transactions(panel, out):
    table = ds.dataset(f"{panel}/transactions", partitioning="hive").to_table()
    consumer = table["consumer_id"].to_numpy()
    date = table["date"].cast(pa.int32()).to_numpy()
    cents = np.rint(table["amount"].to_numpy() * 100).astype(np.int32)
    quantity = table["quantity"].to_numpy()
    names, category = np.unique(table["category"].cast(pa.string()).to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    order = np.lexsort((cents, quantity, category, consumer, date))
    small = pa.table({
        "consumer_id": pa.array(consumer[order]),
        "date": pa.array(date[order]).cast(pa.date32()),
        "category": pa.DictionaryArray.from_arrays(pa.array(category[order].astype(np.int8)), pa.array(names)),
        "quantity": pa.array(quantity[order]),
        "amount_cents": pa.array(cents[order]),
    })
    # Within a day the consumers only grow: as deltas they take half the bytes of a dictionary.
    pq.write_table(small, f"{out}/transactions.parquet", column_encoding={"consumer_id": "DELTA_BINARY_PACKED"},
                   use_dictionary=["date", "category", "quantity", "amount_cents"], **SETTINGS)
    print(f"transactions: {len(order)} rows, {cents.astype(np.int64).sum() / 100:.2f} USD")


def activity(panel, out):
    table = ds.dataset(f"{panel}/activity", partitioning="hive").to_table()
    consumer = table["consumer_id"].to_numpy()
    month = months_of(table)
    order = np.lexsort((consumer, month))
    small = pa.table({"consumer_id": pa.array(consumer[order]), "month": pa.array(month[order]).cast(pa.date32())})
    pq.write_table(small, f"{out}/activity.parquet", column_encoding={"consumer_id": "DELTA_BINARY_PACKED"}, use_dictionary=["month"], **SETTINGS)
    print(f"activity: {len(order)} rows")


def consumers(panel, out):
    table = pq.read_table(f"{panel}/consumers.parquet").drop_columns(["joined", "left"]).sort_by("consumer_id")
    pq.write_table(table, f"{out}/consumers.parquet", **SETTINGS)
    print(f"consumers: {table.num_rows} rows, {table.num_columns - 1} attributes")


def main():
    panel, out = sys.argv[1:3]
    os.makedirs(out, exist_ok=True)
    transactions(panel, out)
    activity(panel, out)
    consumers(panel, out)


if __name__ == "__main__":
    main()
