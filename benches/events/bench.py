"""The memo of an event log against DuckDB, question by question, on the same files and two threads.

usage: bench.py BELLWETHER EVENTS_DIR [--peak]      (needs duckdb and pytz)

EVENTS_DIR is the `events` folder of a generated log: one Parquet file a day. Prints one JSON object: seconds and peak
memory of each, and their ratios.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
program, data = (pathlib.Path(it).resolve() for it in sys.argv[1:3])

# Each question in the best form that we know of it.
PEER = r"""
import duckdb, json, sys, time
con = duckdb.connect(); con.execute("set threads=2"); con.execute("set memory_limit='12GB'"); con.execute("set enable_progress_bar=false")
src = f"read_parquet('{sys.argv[1]}/*/*.parquet', hive_partitioning=true)"
questions = {
 "cells": f"with u as (select date_trunc('month', event_time) m, split_part(category_code,'.',1) c, user_id, sum(price) filter (where event_type='purchase') s, count(*) filter (where event_type='purchase') o from {src} group by 1,2,3) select m, c, sum(s), sum(o), count(*), count(*) filter (where o>0) from u group by 1,2",
 "daily": f"select date_trunc('day', event_time) d, split_part(category_code,'.',1) c, sum(price) filter (where event_type='purchase') spend, count(*) n from {src} group by 1,2",
 "funnel": f"select count(*) seen, count(*) filter (where v) viewed, count(*) filter (where c) carted, count(*) filter (where p) bought from (select user_id, bool_or(event_type='view') v, bool_or(event_type='cart') c, bool_or(event_type='purchase') p from {src} group by 1)",
 "rhythm": f"select hour(event_time) h, dayofweek(event_time) w, event_type, count(*) n from {src} group by 1,2,3",
 "rfm": f"select r, f, m, count(*) n, sum(spend) from (select ntile(5) over (order by last desc) r, ntile(5) over (order by n) f, ntile(5) over (order by spend) m, spend from (select user_id, max(event_time) last, count(*) n, sum(price) spend from {src} where event_type='purchase' group by 1)) group by 1,2,3",
 "cohorts": f"with f as (select user_id, min(date_trunc('week', event_time)) c from {src} group by 1) select c, date_diff('week', c, w) k, count(*) from (select distinct e.user_id, f.c, date_trunc('week', e.event_time) w from {src} e join f using (user_id)) group by 1,2",
}
out = {}
for name in sys.argv[2].split(","):
    start = time.time(); con.execute(questions[name]).fetchall(); out[name] = round(time.time() - start, 2)
print(json.dumps(out))
"""


def measured(command, **more):
    """Runs a command; its output, seconds of wall time and peak of resident memory in GB."""
    done = subprocess.run(
        ["/usr/bin/env", "time", "-f", "%e %M", *map(str, command)], capture_output=True, text=True, **more
    )
    if done.returncode:
        sys.exit(done.stderr)
    seconds, peak = done.stderr.strip().splitlines()[-1].split()
    return done.stdout, float(seconds), round(int(peak) / 1e6, 2)


def memo(name, work, *more):
    spec = work / f"{name}.yaml"
    spec.write_text((HERE / f"{name}.yaml").read_text().replace("DATA", str(data)))
    environment = {**os.environ, "RAYON_NUM_THREADS": "2"}
    command = [program, "run", spec, "--out", work / "out", "--data-root", data, *more]
    _, seconds, peak = measured(command, env=environment)
    return seconds, peak


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    result = {}
    for name, asked in [("cells", "cells"), ("memo", "cells,daily,funnel,rhythm,rfm,cohorts")]:
        out, _, peer_peak = measured([sys.executable, "-c", PEER, data, asked])
        peer = json.loads(out)
        seconds, peak = memo(name, work)
        total = sum(peer.values())
        result[name] = {
            "bellwether_s": seconds, "bellwether_gb": peak, "duckdb_s": peer, "duckdb_gb": peer_peak,
            "ratio": round(seconds / total, 2),
        }
    print(json.dumps(result, indent=1))
