"""Makes reference.json: regressions under airline noise by statsmodels, and counts of days by Python's calendar.

    pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 python-dateutil==2.9.0.post0
    python tests/calendar/make_reference.py > tests/calendar/reference.json

Nothing of Bellwether is used. The covariance of the noise is built from the moving average's own coefficients, the fit
is statsmodels' GLS with it, the optimum is scipy's over the restricted likelihood; days are counted one by one.
"""

import calendar
import datetime
import json

import numpy as np
import statsmodels
import statsmodels.api as sm
from dateutil.easter import easter
from scipy.optimize import minimize
from scipy.signal import convolve
from scipy.stats import t as student

SEASON = 12


def months(first_year, n):
    return [(first_year + i // 12, i % 12 + 1) for i in range(n)]


def counts(year, month):
    """Days of each weekday, Monday first."""
    of = [0] * 7
    for week in calendar.Calendar().itermonthdays2(year, month):
        if week[0]:
            of[week[1]] += 1
    return of


def differenced(values):
    values = np.asarray(values, float)
    values = values[SEASON:] - values[:-SEASON]
    return values[1:] - values[:-1]


def covariance(level, season, times):
    """From the product of the polynomials, not from a formula of the result."""
    of_season = np.zeros(SEASON + 1)
    of_season[0], of_season[SEASON] = 1.0, -season
    weights = convolve([1.0, -level], of_season)
    by_lag = [float(weights[: len(weights) - lag] @ weights[lag:]) for lag in range(len(weights))]
    lags = np.abs(np.subtract.outer(times, times))
    return np.array([[by_lag[lag] if lag < len(by_lag) else 0.0 for lag in row] for row in lags])


def gls(w, x, times, level, season):
    model = sm.GLS(w, x, sigma=covariance(level, season, times))
    # Two more degrees of freedom go to the numbers of the noise.
    model.df_resid = len(w) - x.shape[1] - 2
    return model.fit()


def restricted(w, x, times, level, season):
    v = covariance(level, season, times)
    inverse = np.linalg.inv(v)
    xvx = x.T @ inverse @ x
    effects = np.linalg.solve(xvx, x.T @ inverse @ w)
    rest = (w - x @ effects) @ inverse @ (w - x @ effects)
    n = len(w) - x.shape[1]
    return -0.5 * (
        n * (np.log(2 * np.pi * rest / n) + 1) + np.linalg.slogdet(v)[1] + np.linalg.slogdet(xvx)[1]
    )


def case(name, seed, n, gaps, kind, level, season):
    rng = np.random.default_rng(seed)
    days = [counts(*it) for it in months(2016, n)]
    if kind == "six":
        columns = [[it[j] - it[6] for it in days] for j in range(6)]
    else:
        columns = [[sum(it[:5]) - 2.5 * sum(it[5:]) for it in days]]
    columns.append([sum(it) for it in days])
    of_easter = [1.0 if (easter(y).month == m) else 0.0 for y, m in months(2016, n)]
    columns.append(of_easter)
    wave = 0.2 * np.cos(2 * np.pi * np.arange(n) / 12)
    y = 5 + 0.004 * np.arange(n) + wave + np.cumsum(rng.normal(0, 0.01, n)) + rng.normal(0, 0.02, n)
    y = y + np.array(columns).T @ rng.normal(0, 0.01, len(columns))
    y = np.round(y, 6)
    y[list(gaps)] = np.nan
    w = differenced(y)
    known = np.isfinite(w)
    times = np.arange(len(w))[known]
    w, x = w[known], np.array([differenced(it) for it in columns]).T[known]
    fit = gls(w, x, times, level, season)
    k = x.shape[1]
    weekdays, holidays = np.eye(k)[: k - 1], np.eye(k)[k - 1 :]
    row = np.linspace(-1, 1, k)
    effect = fit.t_test(row)
    bounds = [(-0.95, 0.95), (0.0, 0.95)]
    starts = [(a, b) for a in (-0.4, 0.2, 0.8) for b in (0.1, 0.5, 0.9)]
    target = lambda it: -restricted(w, x, times, *it)
    best = min((minimize(target, s, bounds=bounds) for s in starts), key=lambda it: it.fun)
    return {
        "name": name,
        "values": [None if np.isnan(v) else float(v) for v in y],
        "columns": [[float(v) for v in it] for it in columns],
        "level": level,
        "season": season,
        "n": len(w),
        "effects": fit.params.tolist(),
        "covariance": fit.cov_params().tolist(),
        "variance": float(fit.scale),
        "p_weekdays": float(fit.f_test(weekdays).pvalue),
        "p_holidays": float(fit.f_test(holidays).pvalue),
        "row": row.tolist(),
        "row_effect": float(effect.effect[0]),
        "row_error": float(np.ravel(effect.sd)[0]),
        "reach95": float(student.ppf(0.975, len(w) - k - 2)),
        "restricted": float(restricted(w, x, times, level, season)),
        "best": [float(it) for it in best.x],
        "best_restricted": float(-best.fun),
    }


cases = [
    case("ten years, six contrasts", 1, 120, [], "six", 0.4, 0.7),
    case("five years, one contrast", 2, 60, [], "one", 0.0, 0.9),
    case("with gaps", 3, 96, [30, 31, 57], "one", -0.35, 0.2),
]
days = {f"{y}-{m:02}": counts(y, m) for y, m in months(2000, 36 * 12)}
print(json.dumps({"statsmodels": statsmodels.__version__, "cases": cases, "days": days}))
