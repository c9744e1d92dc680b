"""The peer of the clusters benchmark: scikit-learn's KMeans on the table that the Rust side wrote.

    python3 benches/clusters/peer_sklearn.py TABLE
"""

import json
import sys
import time

import numpy as np
from sklearn.cluster import KMeans

values = np.fromfile(sys.argv[1], dtype="<f8").reshape(-1, 8)
total = 0.0
for k in range(2, 13):
    started = time.perf_counter()
    found = KMeans(n_clusters=k, n_init=10, max_iter=300, tol=1e-4, random_state=1).fit(values)
    seconds = time.perf_counter() - started
    total += seconds
    print(json.dumps({"k": k, "wall_s": round(seconds, 3), "inertia": round(found.inertia_, 3)}), flush=True)
print(json.dumps({"k": "2-12", "wall_s": round(total, 3)}))
