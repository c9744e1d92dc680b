#!/usr/bin/env python3
"""Writes clusters.csv, rows to be clustered, and clusters.json, what scikit-learn and scipy make of them.

usage: make_clusters.py OUT_DIR     (numpy, scipy 1.17.1 and scikit-learn 1.9.1)

The rows: four crowds in three features, of different size, spread and shape, and some rows far from all; every tenth
row stands twice. Labels are one character a row, `-` for none. The best medoids are found by trying every pair and triple.
"""
import itertools
import json
import os
import sys

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN, HDBSCAN, KMeans
from sklearn.metrics import (adjusted_rand_score, calinski_harabasz_score, davies_bouldin_score, silhouette_samples,
                             silhouette_score)
from sklearn.mixture import GaussianMixture

out = sys.argv[1]
rng = np.random.default_rng(20)
crowds = [(60, [0, 0, 0], [1, .6, .4]), (45, [4, 1, 0], [.7, .7, .7]), (30, [2, 4, 1], [.5, .9, .5]),
          (20, [-2, 4, 3], [.4, .4, .4])]
rows = np.vstack([rng.normal(at, spread, (n, 3)) for n, at, spread in crowds] + [rng.uniform(-4, 7, (8, 3))])
rows[:60, 1] += .5 * rows[:60, 0]
rows = np.round(rows, 3)
rows = np.vstack([rows, rows[::10]])
rows = rows[rng.permutation(len(rows))]
np.savetxt(os.path.join(out, "clusters.csv"), rows, fmt="%.3f", delimiter=",")
x = np.loadtxt(os.path.join(out, "clusters.csv"), delimiter=",")


def text(labels):
    return "".join("-" if label < 0 else "0123456789abcdefghijklmnopqrstuvwxyz"[label] for label in labels)


def scores(labels):
    return {"silhouette": silhouette_score(x, labels), "davies_bouldin": davies_bouldin_score(x, labels),
            "calinski_harabasz": calinski_harabasz_score(x, labels), "labels": text(labels)}


found = {"versions": {"scipy": scipy.__version__, "scikit-learn": sklearn.__version__}}
kmeans = {}
for k in range(2, 8):
    model = KMeans(k, n_init=200, tol=1e-12, random_state=0).fit(x)
    kmeans[k] = {"inertia": model.inertia_, **scores(model.labels_)}
found["kmeans"] = kmeans
four = np.array([int(c) for c in kmeans[4]["labels"]])
found["silhouette_of_first_rows"] = list(silhouette_samples(x, four)[:10])
found["linkage"] = {}
for method in ["ward", "average", "complete"]:
    tree = linkage(x, method)
    found["linkage"][method] = {"heights": [float(h) for h in tree[:, 2]],
                                **{str(k): scores(fcluster(tree, k, "maxclust") - 1) for k in (2, 4, 6)}}
found["mixture"] = {}
for k in (2, 3, 4):
    model = GaussianMixture(k, n_init=50, tol=1e-8, max_iter=2000, random_state=0).fit(x)
    found["mixture"][k] = {"log_likelihood": model.score(x) * len(x), "bic": model.bic(x),
                           "weights": sorted(model.weights_, reverse=True), **scores(model.predict(x))}
apart = cdist(x, x)
found["medoids"] = {}
for k in (1, 2, 3):
    best = np.inf
    for others in itertools.combinations(range(len(x)), k - 1):
        near = apart[list(others)].min(axis=0) if others else np.full(len(x), np.inf)
        best = min(best, np.minimum(apart, near).sum(axis=1).min())
    found["medoids"][k] = best
found["dbscan"] = [{"reach": reach, "min_rows": n, "labels": text(DBSCAN(eps=reach, min_samples=n).fit_predict(x)),
                    "core": sorted(int(i) for i in DBSCAN(eps=reach, min_samples=n).fit(x).core_sample_indices_)}
                   for reach, n in [(.8, 5), (1.1, 8)]]
found["hdbscan"] = [{"min_cluster": size, "min_rows": n,
                     "labels": text(HDBSCAN(min_cluster_size=size, min_samples=n, copy=True).fit_predict(x))}
                    for size, n in [(8, 5), (15, 3), (5, 10)]]
seven = np.array([int(c) for c in kmeans[7]["labels"]])
found["adjusted_rand_of_4_and_7"] = adjusted_rand_score(four, seven)
with open(os.path.join(out, "clusters.json"), "w") as file:
    json.dump(found, file, indent=1)
    file.write("\n")
