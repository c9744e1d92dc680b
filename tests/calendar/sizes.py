"""How often each test of "no effect" names weekdays where there are none, at 5 %: why `stats::airline` is what it is.

    pip install numpy==2.4.6 scipy==1.17.1
    python tests/calendar/sizes.py

Series of 60 and 120 months with noise alone (white, a random walk, autoregressive, a wandering level and season), tested for seven
regressors: six weekdays against Sunday, and the leap day. `hac` is least squares with Newey–West errors (Bartlett, so many lags,
n ÷ (n − k)); `ml` and `reml` are generalised least squares under airline noise by full and by restricted likelihood, the last
with two degrees of freedom for the noise. It printed:

     60 white          hac, 3 lags 0.700  hac, 13 lags 0.953  ml 0.077  reml 0.052
     60 walk           hac, 3 lags 0.535  hac, 13 lags 0.917  ml 0.172  reml 0.077
     60 autoregressive hac, 3 lags 0.608  hac, 13 lags 0.950  ml 0.128  reml 0.077
     60 wandering      hac, 3 lags 0.675  hac, 13 lags 0.920  ml 0.122  reml 0.075
    120 white          hac, 3 lags 0.468  hac, 13 lags 0.745  ml 0.065  reml 0.058
    120 walk           hac, 3 lags 0.352  hac, 13 lags 0.670  ml 0.083  reml 0.055
    120 autoregressive hac, 3 lags 0.393  hac, 13 lags 0.693  ml 0.052  reml 0.048
    120 wandering      hac, 3 lags 0.468  hac, 13 lags 0.752  ml 0.058  reml 0.050
"""

import datetime

import numpy as np
from scipy.linalg import cholesky, toeplitz
from scipy.stats import f as fisher

SEASON = 12
GRID = [(a, b) for a in (-0.6, -0.3, 0, 0.2, 0.4, 0.6, 0.8, 0.95) for b in (0, 0.2, 0.4, 0.6, 0.8, 0.95)]


def regressors(n):
    starts = [datetime.date(2016 + i // 12, i % 12 + 1, 1) for i in range(n + 1)]
    rows = []
    for start, until in zip(starts, starts[1:]):
        days = [0] * 7
        for i in range((until - start).days):
            days[(start + datetime.timedelta(i)).weekday()] += 1
        rows.append([days[j] - days[6] for j in range(6)] + [float(sum(days) == 29)])
    return np.array(rows)


def changes(values):
    values = values[1:] - values[:-1]
    return values[SEASON:] - values[:-SEASON]


def whitener(level, season, n):
    by_lag = np.zeros(max(n, SEASON + 2))
    by_lag[0] = (1 + level**2) * (1 + season**2)
    by_lag[1] -= level * (1 + season**2)
    by_lag[SEASON - 1] += level * season
    by_lag[SEASON] -= season * (1 + level**2)
    by_lag[SEASON + 1] += level * season
    root = cholesky(toeplitz(by_lag[:n]), lower=True)
    return np.linalg.inv(root), 2 * np.log(np.diag(root)).sum()


def of_f(f, k, freedom):
    return fisher.sf(f, k, freedom)


def hac(w, x, lags):
    n, k = x.shape
    effects = np.linalg.lstsq(x, w, rcond=None)[0]
    scores = x * (w - x @ effects)[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        part = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (part + part.T)
    bread = np.linalg.inv(x.T @ x)
    covariance = bread @ middle @ bread * n / (n - k)
    return of_f(effects @ np.linalg.solve(covariance, effects) / k, k, n - k)


def likely(w, x, whiteners):
    n, k = x.shape
    best = {}
    for white, determinant in whiteners:
        a, b = white @ x, white @ w
        q, r = np.linalg.qr(a)
        effects = np.linalg.solve(r, q.T @ b)
        rest = ((b - a @ effects) ** 2).sum()
        full = -n / 2 * np.log(rest) - determinant / 2
        restricted = -(n - k) / 2 * np.log(rest) - determinant / 2 - np.log(np.abs(np.diag(r))).sum()
        for name, value, spent in (("ml", full, 0), ("reml", restricted, 2)):
            if name not in best or best[name][0] < value:
                freedom = n - k - spent
                f = ((r @ effects) @ (r @ effects)) / k / (rest / freedom)
                best[name] = (value, of_f(f, k, freedom))
    return best["ml"][1], best["reml"][1]


def noise(name, n, rng):
    e = rng.normal(size=n) * 0.02
    if name == "white":
        return e
    if name == "walk":
        return np.cumsum(e)
    if name == "autoregressive":
        for i in range(1, n):
            e[i] += 0.6 * e[i - 1]
        return e
    season = rng.normal(size=n) * 0.008
    for i in range(12, n):
        season[i] += season[i - 12]
    return e + np.cumsum(rng.normal(size=n) * 0.01) + season


for n in (60, 120):
    x = changes(regressors(n))
    whiteners = [whitener(*it, len(x)) for it in GRID]
    for name in ("white", "walk", "autoregressive", "wandering"):
        rng = np.random.default_rng(1)
        p = []
        for _ in range(400):
            w = changes(noise(name, n, rng))
            p.append([hac(w, x, 3), hac(w, x, 13), *likely(w, x, whiteners)])
        shares = (np.array(p) < 0.05).mean(0)
        named = zip(("hac, 3 lags", "hac, 13 lags", "ml", "reml"), shares)
        print(f"{n:3} {name:14} " + "  ".join(f"{it} {share:.3f}" for it, share in named))
