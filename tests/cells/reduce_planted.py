#!/usr/bin/env python3
"""Reduces panels written by gen_panel.py to drivers_planted_<seed>.csv and decomposition_planted.json.

usage: reduce_planted.py OUT_DIR PANEL_DIR...     (each with its truth.json)

The committed files come from `gen_panel.py --consumers 20000 --no-visits --seed 11` to `--seed 15`.

drivers_planted_<seed>.csv: one line a consumer; ten digits, the attributes' levels in alphabetical order; then the
change of spend in cents in the category whose rate was multiplied by 1.7, target month against the month before, and
by 1.5, against the year before; empty for consumers that were not active in both months. The header names the
attributes, then for each change the attribute that was planted.

decomposition_planted.json: spend in cents and active consumers by segment, before and after, with the planted split.
"""
import json
import os
import sys

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

ATTRIBUTES = ["age_band", "gender", "income_band", "region", "household_size", "education", "children", "home", "urbanicity", "prime"]
TARGET, MONTH_BEFORE, YEAR_BEFORE = "2024-06", "2024-05", "2023-06"


class Panel:
    def __init__(self, folder):
        self.folder = folder
        self.truth = json.load(open(f"{folder}/truth.json"))
        self.consumers = pq.read_table(f"{folder}/consumers.parquet")
        self.n = self.consumers.num_rows
        self.months = {}

    def labels(self, attribute):
        return self.consumers[attribute].cast("string").to_numpy(zero_copy_only=False).astype(str)

    def active(self, month):
        active = np.zeros(self.n, bool)
        active[pq.read_table(f"{self.folder}/activity/month={month}/part-0.parquet")["consumer_id"].to_numpy()] = True
        return active

    def cents(self, month, category):
        if month not in self.months:
            columns = ["consumer_id", "category", "amount"]
            self.months[month] = pq.read_table(f"{self.folder}/transactions/month={month}/part-0.parquet", columns=columns)
        table = self.months[month]
        table = table.filter(pc.equal(table["category"].cast("string"), category))
        amounts = np.bincount(table["consumer_id"].to_numpy(), weights=table["amount"].to_numpy(), minlength=self.n)
        return np.round(amounts * 100).astype(np.int64)


def drivers(panel, out):
    codes = np.stack([np.unique(panel.labels(attribute), return_inverse=True)[1] for attribute in ATTRIBUTES], 1)
    effects = {e["multiplier"]: e for e in panel.truth["effects"] if e["kind"] == "rate"}
    columns, planted = [], []
    for multiplier, before in ((1.7, MONTH_BEFORE), (1.5, YEAR_BEFORE)):
        effect = effects[multiplier]
        planted.append(effect["attr"])
        change = panel.cents(TARGET, effect["category"]) - panel.cents(before, effect["category"])
        both = panel.active(before) & panel.active(TARGET)
        columns.append([str(x) if asked else "" for x, asked in zip(change, both)])
    with open(f"{out}/drivers_planted_{panel.truth['args']['seed']}.csv", "w") as file:
        file.write(",".join([" ".join(ATTRIBUTES)] + planted) + "\n")
        for own, one, other in zip(codes, *columns):
            if one or other:
                file.write("".join(map(str, own)) + f",{one},{other}\n")


def decompositions(panel):
    for case in panel.truth["decomposition"]:
        names = [segment["segment"] for segment in case["segments"]]
        labels = map(" | ".join, zip(*(panel.labels(attribute) for attribute in case["dims"])))
        segment = np.array([names.index(label) for label in labels])
        sums = lambda x: np.bincount(segment, weights=x, minlength=len(names)).astype(np.int64).tolist()
        months = (case["period0"], case["period1"])
        active = [panel.active(month) for month in months]
        cents = [sums(panel.cents(month, case["category"]) * own) for month, own in zip(months, active)]
        truth = {"structural": case["structural"], "behavioural": case["behavioural"], "mean_before": case["mean0"]}
        yield {
            "category": case["category"], "segments_by": case["dims"], "before": case["period0"],
            "truth": {name: round(value, 6) for name, value in truth.items()},
            "cents": list(map(list, zip(*cents))), "heads": list(map(list, zip(*map(sums, active)))),
        }


def main():
    out, *folders = sys.argv[1:]
    cases = []
    for folder in folders:
        panel = Panel(folder)
        drivers(panel, out)
        cases.extend(decompositions(panel))
    with open(f"{out}/decomposition_planted.json", "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
