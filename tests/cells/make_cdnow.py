"""Makes specs/data/cdnow/purchases.parquet from the master table of CDNOW.

    python3 tests/cells/make_cdnow.py cdnow_master.parquet specs/data/cdnow

The source is the package Lifetimes 0.11.3 (`lifetimes/datasets/CDNOW_master.txt`), saved as Parquet with the columns
customer_id, date, cds, value. No row is dropped or changed; types are narrow, and the clock time, always midnight, goes.
"""

import sys

import pyarrow as pa
import pyarrow.parquet as pq


def main(source, folder):
    rows = pq.read_table(source).to_pandas()
    assert len(rows) == 69_659 and rows.customer_id.nunique() == 23_570
    table = pa.table(
        {
            "customer_id": pa.array(rows.customer_id, pa.int32()),
            "date": pa.array(rows.date.dt.date, pa.date32()),
            "cds": pa.array(rows.cds, pa.int16()),
            "value": pa.array(rows.value, pa.float64()),
        }
    )
    order = [("date", "ascending"), ("customer_id", "ascending")]
    pq.write_table(table.sort_by(order), f"{folder}/purchases.parquet", compression="zstd", version="2.6")


if __name__ == "__main__":
    main(*sys.argv[1:])
