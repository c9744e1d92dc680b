"""Packs the same CSV with bellwether and with DuckDB, on two threads, and prints the ratios.

python peer_pack.py BELLWETHER CSV_FOLDER WORK_FOLDER [--time COLUMN]
CSV_FOLDER holds what `gen_events.py --csv --rows 5000000` wrote. Both pack into one file, best of three runs, taken in turns;
DuckDB writes Zstandard Parquet with its own defaults, in the order of the files.
"""
import argparse, glob, os, shutil, subprocess, time
import duckdb

parser = argparse.ArgumentParser()
parser.add_argument("bellwether")
parser.add_argument("csv")
parser.add_argument("work")
parser.add_argument("--time", default="event_time")
args = parser.parse_args()
files = sorted(glob.glob(args.csv + "/**/*.csv", recursive=True))
size = sum(os.path.getsize(it) for it in files)
os.makedirs(args.work, exist_ok=True)
ours, theirs = [], []
for _ in range(3):
    target = args.work + "/ours"
    shutil.rmtree(target, ignore_errors=True)
    begin = time.time()
    subprocess.run([args.bellwether, "pack", args.csv, target, "--time", args.time], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "RAYON_NUM_THREADS": "2", "POLARS_MAX_THREADS": "2"})
    ours.append(time.time() - begin)
    packed = args.work + "/theirs.parquet"
    begin = time.time()
    db = duckdb.connect()
    db.execute("set threads = 2")
    db.execute(f"copy (from read_csv({files!r})) to '{packed}' (format parquet, compression zstd)")
    db.close()
    theirs.append(time.time() - begin)
a, b = os.path.getsize(target + "/part.parquet"), os.path.getsize(packed)
same = duckdb.sql(f"select count(*), sum(price), count(user_session) from '{target}/part.parquet'").fetchall()[0]
other = duckdb.sql(f"select count(*), sum(price), count(user_session) from '{packed}'").fetchall()[0]
print(f"CSV {size} bytes; rows and sums {same} and {other}")
print(f"size: {a / size:.4f} of the CSV, {a / b:.3f} of DuckDB's {b} bytes")
print(f"time: {min(ours):.1f} s and {min(theirs):.1f} s; throughput {min(theirs) / min(ours):.2f} of DuckDB's")
