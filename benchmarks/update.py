"""How much an update with one more campaign loses against a fit to all rows.

A history is a table and a number k, from 4 to 20: the model is fitted to the first k campaigns,
and the next one comes. `update` has that one's rows alone; `fit` has all again. Both are judged by
log loss on the campaign after it, which neither knows. Refusals are counted, by their reason, and
so is what forgetting the campaign again leaves of the update. The drift that an update tells is
held against the truth: the distance from the fit to all rows under the update's penalties.

Histories, 60 in all: planted spikes and planted drift; months of shop visits and of orders, of a
folder (``--periods`` or `BENCH_PERIODS`, see `rolling/periods.py`); and Complete Journey, where
its package is installed. `BENCH_ROWS` (1,500) rows at most are taken of each campaign of the real
ones, `BENCH_PLANTED` (800) are planted. With ``--large N`` one planted history of twelve campaigns
of N rows each tells the time: `update` against `fit`, which is not worth the while of few rows.
The last line is one JSON object.
"""

import argparse
import json
import os
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rolling.origins import sampled
from rolling.periods import period_tables
from rolling.tables import ROWS, journey_table
from tqdm.auto import tqdm

from workbench import FeatureFrame, RidgePropensity, datasets
from workbench.errors import WorkbenchError
from workbench.metrics.ranking import row_log_loss

PLANTED = int(os.environ.get("BENCH_PLANTED", "800"))
SEEDS = int(os.environ.get("BENCH_SEEDS", "2"))
WORSE = 0.5  # per cent of the loss of a refit that an update may cost


class History(NamedTuple):
    """A frame, after how many of its campaigns it is cut, and whether it was planted."""

    name: str
    frame: FeatureFrame
    k: int
    planted: bool


def planted_histories():
    """Return spikes and drifts."""
    found = []
    for seed in range(SEEDS):
        for dose in (0.5, 1.0):
            world = datasets.planted(
                dose=dose, seed=500 + seed, train_campaigns=12, new_campaigns=10, rows=PLANTED
            )
            name = f"spikes of dose {dose:g}"
            found += [History(name, world.frame, k, planted=True) for k in (4, 6, 8, 12, 16, 20)]
        for walk in (0.2, 0.6):
            drift = datasets.planted_drift(seed=600 + seed, rows=PLANTED, walk=walk, turn=0.05)
            name = f"drift of {walk:g} a campaign"
            found += [History(name, drift.frame, k, planted=True) for k in (4, 8, 12)]
    return found


def real_histories(folder):
    """Return every cut of the tables of a folder, and of Complete Journey."""
    tables = [] if folder is None else period_tables(Path(folder))
    try:
        tables.append(journey_table())
    except Exception as error:  # noqa: BLE001 - the package is an extra
        print(f"Passed over: Complete Journey: {error}", flush=True)
    found = []
    for table in tables:
        frame = sampled(table.frame, ROWS)
        last = min(20, len(frame.campaigns) - 2)
        found += [History(table.name, frame, k, planted=False) for k in range(4, last + 1)]
    return found


def parts(history):
    """Return the campaigns that are known, the next one, both, and the one after it."""
    names, label = history.frame.campaigns, history.frame.campaign
    cuts = ((0, history.k), (history.k, history.k + 1), (0, history.k + 1))
    cuts += ((history.k + 1, history.k + 2),)
    return [history.frame.rows(label.isin(names[a:b]).to_numpy()) for a, b in cuts]


def told(history):
    """Return one row of the table."""
    known, coming, together, later = parts(history)
    row = {"history": history.name, "k": history.k, "rows": len(known.X), "refused": ""}
    model = RidgePropensity().fit(known)
    start = time.perf_counter()
    refit = RidgePropensity().fit(together)
    row["fit_seconds"] = time.perf_counter() - start
    row["refit"], row["old"] = (loss(one, later) for one in (refit, model))
    try:
        model.statistics_  # noqa: B018 - taken once, with the fit
        start = time.perf_counter()
        updated = model.update(coming)
        row["update_seconds"] = time.perf_counter() - start
    except WorkbenchError as error:
        return row | {"refused": str(error)}
    row["update"] = loss(updated, later)
    if refit.half_life_ != updated.half_life_:  # another objective: the bound is of this one
        refit = RidgePropensity(half_life=updated.half_life_).fit(together)
    row["drift"], row["off"] = updated.training_["drift"], off(updated, refit)
    back = updated.forget(coming.campaigns[0])
    row["undone"] = float(np.abs(back.coef_ - model.coef_).max())
    return row


def loss(model, frame):
    """Return the mean log loss of a model on a frame."""
    y, p = frame.y.to_numpy(), model.propensity(frame).to_numpy()
    return float(np.average(row_log_loss(y, p), weights=frame.weights))


def off(updated, refit):
    """Return how far an update is from the fit to all rows under its penalties, in log-odds."""
    used = ~refit.columns_["dropped"].to_numpy()
    exact = refit.refit(updated.columns_.loc[used, "penalty"])
    fit = exact.workspace_
    A = fit.stats.total_curvature()
    here = updated.columns_.loc[used, "coef_standardised"].to_numpy()
    slopes = here - exact.columns_.loc[used, "coef_standardised"].to_numpy()
    away = np.concatenate([[-float(A[0, 1:] @ slopes) / A[0, 0]], slopes])
    return float(np.sqrt(max(0.0, away @ A @ away) / A[0, 0]))


def line(row):
    """Say a history in a line."""
    start = f"{row['history']:26s} k={row['k']:2d} rows={row['rows']:6d} refit {row['refit']:.4f}"
    if row["refused"]:
        return f"{start}  refused: {row['refused'][:90]}"
    return (
        f"{start} old {row['old'] / row['refit'] - 1:+.2%} update "
        f"{row['update'] / row['refit'] - 1:+.2%} drift {row['drift']:.4f} true {row['off']:.4f} "
        f"undone {row['undone']:.0e} time {row['update_seconds'] / row['fit_seconds']:.3f}"
    )


def timed(rows):
    """Return what an update and a refit of twelve campaigns take."""
    world = datasets.planted(dose=0.5, seed=7, train_campaigns=12, new_campaigns=1, rows=rows)
    known, coming, together, _ = parts(History("large", world.frame, 11, planted=True))
    model = RidgePropensity().fit(known)
    seconds: dict[str, float] = {}
    cpu: dict[str, float] = {}
    for name, work in (
        ("statistics", lambda: model.statistics_),
        ("update", lambda: model.update(coming)),
        ("fit", lambda: RidgePropensity().fit(together)),
    ):
        start, busy = time.perf_counter(), time.process_time()
        work()
        seconds[name] = time.perf_counter() - start
        cpu[name] = time.process_time() - busy  # what others do on the same cores is not in it
    told = {f"{name}_seconds": round(s, 2) for name, s in seconds.items()}
    return {"rows": 12 * rows, **told, **{f"{name}_cpu": round(s, 2) for name, s in cpu.items()}}


def main():
    """Go through all histories."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--periods", default=os.environ.get("BENCH_PERIODS"))
    parser.add_argument("--large", type=int, default=0)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    table = []
    for history in tqdm(planted_histories() + real_histories(asked.periods), disable=None):
        table.append(told(history))
        print(line(table[-1]), flush=True)
    done = [row for row in table if not row["refused"]]
    worse = [100 * (row["update"] / row["refit"] - 1) for row in done]
    figures = {
        "histories": len(table),
        "refused": len(table) - len(done),
        "refused_pct": round(100 * (1 - len(done) / len(table)), 1),
        "worst_loss_pct": round(max(worse), 3),
        "median_loss_pct": round(float(np.median(worse)), 3),
        "within_bar_or_refused_pct": round(
            100 * (1 - sum(one > WORSE for one in worse) / len(table)), 1
        ),
        "drift_holds_pct": round(100 * np.mean([row["off"] <= row["drift"] for row in done]), 1),
        "worst_undone": max(row["undone"] for row in done),
        "time_ratio_median": round(
            float(np.median([row["update_seconds"] / row["fit_seconds"] for row in done])), 3
        ),
    }
    if asked.large:
        large = timed(asked.large)
        ratio = round(large["update_seconds"] / large["fit_seconds"], 4)
        of_cpu = round(large["update_cpu"] / large["fit_cpu"], 4)
        figures |= {"large": large, "large_time_ratio": ratio, "large_cpu_ratio": of_cpu}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
