#!/usr/bin/env python3
"""Reduces the Complete Journey data set to drivers_grocery.csv and decomposition_grocery.json.

usage: reduce_grocery_cases.py DATA_DIR REFERENCES_DIR OUT_DIR

drivers_grocery.csv: one line for each of the 801 households with demographics; seven characters, the attributes' levels
in alphabetical order (0-9, then a; a missing value last); then spend in cents in four categories before and after,
empty where the household bought nothing at all in that period.

decomposition_grocery.json: households, mean spend (or orders) and, where the reference splits three factors, baskets
by segment, before and after, with the split by a NumPy implementation, by DasGuptR and by Shapley over three factors.
"""
import json
import sys

import numpy as np
import pyarrow.parquet as pq

ATTRIBUTES = ["age", "income", "home_ownership", "marital_status", "household_size", "household_comp", "kids_count"]
INCOME4 = {"Under 15K": "<35K", "15-24K": "<35K", "25-34K": "<35K", "35-49K": "35-74K", "50-74K": "35-74K",
           "75-99K": "75-124K", "100-124K": "75-124K"}
DIGITS = "0123456789abcdef"


def written(file, cases):
    file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")


def drivers(rows, households, cases, out):
    codes = [households[a].fillna("\uffff").astype("category").cat.codes for a in ATTRIBUTES]
    columns, heads = [], []
    rows = rows[rows.transaction_timestamp.dt.year == 2017]
    for case in cases:
        for period, when in (("period0", "before"), ("period1", "after")):
            inside = rows[rows.transaction_timestamp.dt.month.isin(case[period])]
            bought = inside[inside[case["level"]] == case["category"]]
            cents = bought.groupby("household_id").cents.sum().reindex(households.household_id).fillna(0).astype(int)
            active = households.household_id.isin(inside.household_id)
            columns.append([str(x) if own else "" for x, own in zip(cents, active)])
            heads.append(f"{case['category'].lower()} {when}")
    with open(f"{out}/drivers_grocery.csv", "w") as file:
        file.write(",".join([" ".join(ATTRIBUTES)] + heads) + "\n")
        for own in zip(zip(*codes), *columns):
            file.write(",".join(["".join(DIGITS[code] for code in own[0])] + list(own[1:])) + "\n")


def orders(rows, case, labels):
    rows = rows[rows[case["level"]] == case["category"]]
    counts = []
    for period in (case["period0"], case["period1"]):
        inside = rows[rows.transaction_timestamp.dt.strftime("%Y-%m").isin(period)]
        segment = inside[case["dims"]].agg(" | ".join, axis=1)
        baskets = inside.basket_id.groupby(segment).nunique()
        counts.append([int(baskets.get(label, 0)) for label in labels])
    return list(map(list, zip(*counts)))


def decompositions(rows, references, dasguptr):
    for case in references:
        if case["category"].startswith("Online"):
            continue
        own = next(other for other in dasguptr if other["category"] == case["category"])
        segments = case["carry"]["segments"]
        labels = [s["segment"] for s in segments]
        kept = {
            "category": case["category"], "segments_by": case["dims"], "before": case["period0"], "after": case["period1"],
            "metric": case["metric"], "dasguptr": {row["factor"]: row["diff"] for row in own["dasguptr"]},
            "threefold": case["carry"]["threefold"], "labels": labels,
            "heads": [[s["n0"], s["n1"]] for s in segments], "rates": [[s["r0"], s["r1"]] for s in segments],
            "structural": [s["structural_centred"] for s in segments], "behavioural": [s["behavioural"] for s in segments],
        }
        shapley = case.get("shapley3_share_frequency_value")
        # Over all departments the reference counts baskets by department; that case is left with two factors.
        if shapley and case["category"] != "*":
            kept["shapley"] = [shapley[name] for name in ("structural", "frequency", "basket_value")]
            kept["orders"] = orders(rows, case, labels)
        yield kept


def main():
    data, references, out = sys.argv[1:4]
    read = lambda name: pq.read_table(f"{data}/cj_{name}.parquet").to_pandas()
    households = read("demographics").sort_values("household_id")
    households["income4"] = households.income.map(lambda label: INCOME4.get(label, "125K+"))
    rows = read("transactions").merge(read("products"), on="product_id").merge(households, on="household_id")
    rows["cents"] = np.round(rows.sales_value * 100).astype(np.int64)
    expected = lambda name: json.load(open(f"{references}/{name}.json"))["cases"]
    drivers(rows, households, expected("drivers_shared"), out)
    with open(f"{out}/decomposition_grocery.json", "w") as file:
        written(file, decompositions(rows, expected("decomposition_shared"), expected("dasgupta_shared")))


if __name__ == "__main__":
    main()
