"""The memo of a consumer panel against the same steps in Python, on the same files and two threads.

usage: bench.py BELLWETHER PANEL_DIR      (needs duckdb, pandas, prophet, scikit-learn, matplotlib, typst)

PANEL_DIR holds `consumers.parquet` and `transactions/month=*/`. Prints one JSON object: seconds and peak memory of each
route, cold, with one new month, with a warm cache, and with one that knows the cells and not what follows from them.
"""
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


def peer(panel, out):
    """DuckDB for the cells, one Prophet a category and metric, forests for the drivers, numpy for the parts, Typst."""
    import duckdb
    import matplotlib
    import numpy as np
    import pandas as pd
    import typst
    from prophet import Prophet
    from sklearn.ensemble import RandomForestClassifier

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    laps, last = {}, time.time()

    def lap(name):
        nonlocal last
        laps[name], last = round(time.time() - last, 2), time.time()

    con = duckdb.connect()
    con.execute("set threads=2")
    rows = f"read_parquet('{panel}/transactions/*/*.parquet', hive_partitioning=true)"
    people = f"read_parquet('{panel}/consumers.parquet')"
    # The best form that we know: distinct customers by two levels of grouping.
    cells = con.execute(
        f"""select month, category, sum(s)::double spend, sum(n)::double orders, count(*) shoppers
        from (select month, category, consumer_id, sum(amount) s, count(*) n from {rows} group by all) group by all"""
    ).df()
    cells["spend_per_shopper"] = cells.spend / cells.shoppers
    lap("cells")
    target, before = sorted(cells.month.unique())[-1], sorted(cells.month.unique())[-2]
    ranking = []
    for metric in ("spend", "orders", "spend_per_shopper"):
        for category, group in cells.groupby("category"):
            group = group.sort_values("month")
            series = pd.DataFrame({"ds": pd.to_datetime(group.month + "-01"), "y": group[metric].values})
            model = Prophet(weekly_seasonality=False, daily_seasonality=False, interval_width=0.8)
            model.fit(series[:-1])
            said = model.predict(series[["ds"]].tail(1)).iloc[0]
            spread = (said.yhat_upper - said.yhat_lower) / 2.563
            ranking.append((abs(series.y.iloc[-1] - said.yhat) / spread, metric, category))
    ranking.sort(reverse=True)
    lap("projections")
    columns = [it[0] for it in con.execute(f"describe select * from {people}").fetchall()]
    attributes = [it for it in columns if it not in ("consumer_id", "joined", "left")]
    found = []
    for _, metric, category in [it for it in ranking if it[1] == "spend_per_shopper"][:5]:
        q = con.execute(
            f"""select t.month, c.*, spend from (select month, consumer_id, sum(amount)::double spend from {rows}
            where category = ? and month in (?, ?) group by 1, 2) t join {people} c using (consumer_id)""",
            [category, target, before],
        ).df()
        codes = np.column_stack([pd.factorize(q[it], sort=True)[0] for it in attributes])
        forest = RandomForestClassifier(100, max_depth=6, n_jobs=2, random_state=0)
        forest.fit(codes, (q.month == target).values, sample_weight=q.spend.clip(lower=0))
        top = [attributes[i] for i in np.argsort(-forest.feature_importances_)[:3]]
        g = q.groupby([*top, "month"]).agg(n=("spend", "size"), s=("spend", "sum")).unstack(fill_value=0)
        n0, n1, s0, s1 = g["n"][before], g["n"][target], g["s"][before], g["s"][target]
        w0, w1, r0, r1 = n0 / n0.sum(), n1 / n1.sum(), (s0 / n0).fillna(0), (s1 / n1).fillna(0)
        found.append((category, top, ((w1 - w0) * (r0 + r1) / 2).sum(), ((r1 - r0) * (w0 + w1) / 2).sum()))
    lap("drivers and contribution")
    for place, (category, *_) in enumerate(found):
        group = cells[cells.category == category].sort_values("month")
        figure, axes = plt.subplots(figsize=(7, 2.6))
        axes.plot(range(len(group)), group.spend_per_shopper)
        figure.savefig(f"{out}/{place}.svg")
        plt.close(figure)
    pages = (f"== {c}\nTop: {', '.join(t)}; {a:+.2f}, {b:+.2f}\n#image(\"{i}.svg\")" for i, (c, t, a, b) in enumerate(found))
    (out / "memo.typ").write_text("= Movers\n" + "\n".join(pages))
    typst.compile(str(out / "memo.typ"), output=str(out / "memo.pdf"))
    lap("charts and PDF")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({**laps, "seconds": round(sum(laps.values()), 2), "peak_gb": round(peak, 2)}))


def measured(program, spec, root, work, *more):
    """Makes the memo; seconds of wall time and peak of resident memory in GB."""
    command = ["/usr/bin/env", "time", "-f", "%e %M", program, "run", spec, "--out", work / "out", "--data-root", root]
    environment = {**os.environ, "RAYON_NUM_THREADS": "2", "POLARS_MAX_THREADS": "2"}
    done = subprocess.run([*map(str, command), *map(str, more)], capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(done.stderr)
    seconds, peak = done.stderr.strip().splitlines()[-1].split()
    return {"seconds": float(seconds), "peak_gb": round(int(peak) / 1e6, 2)}


def main():
    program, panel = (pathlib.Path(it).resolve() for it in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        # A copy by links, so that the last month can come later.
        months = sorted((panel / "transactions").iterdir())
        (work / "panel" / "transactions").mkdir(parents=True)
        os.symlink(panel / "consumers.parquet", work / "panel" / "consumers.parquet")
        for month in months[:-1]:
            shutil.copytree(month, work / "panel" / "transactions" / month.name, copy_function=os.symlink)
        text = (HERE / "panel.yaml").read_text()
        old, spec = work / "old.yaml", work / "panel.yaml"
        old.write_text(text.replace("DATA", str(work / "panel")))
        spec.write_text(text.replace("DATA", str(panel)))
        roots = ["--data-root", panel]
        cache = ["--cache", work / "cache"]
        result = {"cold": measured(program, spec, panel, work)}
        measured(program, old, work, work, *cache, *roots)
        last = months[-1]
        shutil.copytree(last, work / "panel" / "transactions" / last.name, copy_function=os.symlink)
        result["one new month"] = measured(program, old, work, work, *cache, *roots)
        result["warm"] = measured(program, old, work, work, *cache, *roots)
        # Another seed: nothing is read, and everything is found anew.
        old.write_text(old.read_text().replace("bellwether: 1", "bellwether: 1\nseed: 7"))
        result["rest"] = measured(program, old, work, work, *cache, *roots)
        said = subprocess.run(
            [sys.executable, __file__, "--peer", str(panel), str(work)], capture_output=True, text=True, check=True
        )
        result["peer"] = json.loads(said.stdout.strip().splitlines()[-1])
        result["ratio"] = round(result["cold"]["seconds"] / result["peer"]["seconds"], 3)
        print(json.dumps(result, indent=1))


if sys.argv[1] == "--peer":
    peer(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
else:
    main()
