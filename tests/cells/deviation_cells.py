"""Makes deviation_planted.csv and deviation_null.csv: monthly spend in cents and active customers, by category.

usage: python deviation_cells.py    (in this folder; numpy and pyarrow; a few minutes)

Runs gen_panel.py with 20,000 customers and without visits: seeds 11 to 15 with effects, 101 to 120 without. The
generator's own record of what it wrote has the monthly sums; its transaction files are not needed and not written.
"""

import json
import os
import runpy
import sys
import tempfile

import pyarrow.parquet as pq


def panel(seed: int, effects: str, folder: str) -> dict:
    truth = os.path.join(folder, "truth.json")
    arguments = f"--out {folder} --truth {truth} --consumers 20000 --seed {seed} --no-visits --effects {effects}"
    sys.argv = ["gen_panel.py", *arguments.split()]
    pq.write_table = lambda *_, **__: None
    runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gen_panel.py"), run_name="__main__")
    with open(truth) as file:
        return json.load(file)


def lines(seed: int, truth: dict, labels: bool) -> list[str]:
    months = list(truth["active_consumers"])
    blank = ",," if labels else ""
    made = [f"{seed},(active customers),{blank}" + ",".join(str(truth["active_consumers"][m]) for m in months)]
    for row in truth["categories"]:
        name = row["category"]
        label = f"{'+'.join(row['planted'])},{row['z_per_active']:.3f}," if labels else ""
        cents = ",".join(str(round(100 * truth["monthly_spend"][name][m])) for m in months)
        made.append(f"{seed},{name.replace(',', '')},{label}{cents}")
    return made


def main() -> None:
    folder = tempfile.mkdtemp()
    for name, effects, seeds in (("planted", "on", range(11, 16)), ("null", "off", range(101, 121))):
        made = []
        for seed in seeds:
            truth = panel(seed, effects, folder)
            if not made:
                labels = "planted,z_per_active," if name == "planted" else ""
                made.append(f"seed,category,{labels}" + ",".join(truth["active_consumers"]))
            made += lines(seed, truth, name == "planted")
        with open(f"deviation_{name}.csv", "w") as file:
            file.write("\n".join(made) + "\n")


if __name__ == "__main__":
    main()
