"""The peer of the deviation benchmark: Python Prophet fits each series once, one process, one thread.

usage: python peer_prophet.py [n_series] [n_months]

The series are made by the same formula as in the Rust side (`cargo bench`, group `deviation`): trend, season, and
a small linear congruential noise, so that both sides read the same numbers without a file. Needs `pip install prophet`.
Prints one JSON line: wall seconds of fitting, wall and process seconds of fitting and projecting one month.
"""

import json
import logging
import math
import resource
import sys
import time

import numpy as np
import pandas as pd
from prophet import Prophet

logging.getLogger("cmdstanpy").disabled = True
logging.getLogger("prophet").disabled = True


def series(index: int, n_months: int) -> list[float]:
    """One monthly series: growth, a yearly wave, December, and repeatable noise of about 3 %."""
    state = 12345 + 7919 * index
    values = []
    for month in range(n_months):
        state = (1103515245 * state + 12345) % 2**31
        noise = state / 2**31 - 0.5
        wave = 0.1 * math.cos(2 * math.pi * (month + index) / 12)
        december = 0.3 if month % 12 == 11 else 0.0
        values.append(1000.0 * (1 + index) * math.exp(0.004 * month + wave + december + 0.1 * noise))
    return values


def cpu_seconds() -> float:
    """Process time so far, with that of the optimiser's child processes."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(it.ru_utime + it.ru_stime for it in used)


def main() -> None:
    n_series = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    n_months = int(sys.argv[2]) if len(sys.argv) > 2 else 72
    dates = pd.date_range("2018-01-01", periods=n_months + 1, freq="MS")
    frames = [pd.DataFrame({"ds": dates[:-1], "y": np.array(series(i, n_months))}) for i in range(n_series)]
    # The first fit loads the compiled model: not counted.
    Prophet(uncertainty_samples=0).fit(frames[0])
    wall, cpu, fit_seconds = time.perf_counter(), cpu_seconds(), 0.0
    for frame in frames:
        model = Prophet(
            seasonality_mode="multiplicative", weekly_seasonality=False, daily_seasonality=False, uncertainty_samples=0
        )
        started = time.perf_counter()
        model.fit(frame)
        fit_seconds += time.perf_counter() - started
        model.predict(pd.DataFrame({"ds": dates[-1:]}))
    result = {
        "series": n_series,
        "months": n_months,
        "fit_wall_s": round(fit_seconds, 2),
        "fit_and_project_wall_s": round(time.perf_counter() - wall, 2),
        "fit_and_project_cpu_s": round(cpu_seconds() - cpu, 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
