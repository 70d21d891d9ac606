"""Who loses least on the next campaign, and on all later ones: rolling origins on many tables.

Every method is fitted to the campaigns that were known when the next one began, and judged by
log loss on that one and on all from it on; a table without an order in time is judged on each
campaign left out. A table's loss is the mean over its cut-offs (over draws too, of planted
worlds, against the true propensities), and gains are in per cent of it. Tables:

- planted spikes and planted drift (`BENCH_SEEDS` / 4 draws of each world);
- Complete Journey up to the twelfth of July 2017, where the package is installed;
- ``--periods FOLDER`` (or `BENCH_PERIODS`): public tables, see `rolling/periods.py`;
- ``--frames FOLDER`` (or `BENCH_FRAMES`): tables of one's own, each file one table:
  ``NAME.pkl`` (or ``.pickle``), a pickled FeatureFrame with campaigns; or ``NAME.parquet`` or a
  pickled DataFrame with the columns ``target`` (0, 1, or missing where it is not known) and
  ``campaign``, as far as known ``as_of`` (moments: they order the campaigns), ``matured_at``,
  ``weight`` and ``customer``, every other column being a feature. Groups stand in ``NAME.json``
  beside it as ``{"groups": {feature: group}}``, or in the DataFrame's ``attrs["groups"]``; else
  there is one group. Pickles run code when they are read: open none that you do not trust.

``--only`` leaves the planted worlds and Complete Journey out. `BENCH_SEEDS` (20) draws of
planted spikes give `planted_gain_pct`, in the worlds of `benchmarks/shift.py`, and what could be
gained at best; `BENCH_ROWS` (1,500) rows at most are taken of each campaign of a table that is
read. Prints a table of losses by method;
the last line is one JSON object. Its figures are of the default; what the lasso, LightGBM and
the default of before reach stands beside them.
"""

import argparse
import json
import os
import time
import traceback
import warnings
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from rolling import coverage
from rolling.methods import FORECAST, LASSO, NEW, RANDOM, TODAY, TREES, methods
from rolling.origins import cuts, sampled
from rolling.periods import period_tables
from rolling.tables import ROWS, given_tables, journey_table, planted_tables
from tqdm.auto import tqdm

from workbench import __version__, datasets, metrics
from workbench.metrics.ranking import row_log_loss

SEEDS = int(os.environ.get("BENCH_SEEDS", "20"))
LEARNED = 12
BESIDE = (LASSO, TREES, TODAY)
TOLD = "groups told"


def collected(arguments):
    """Return the tables that were asked for, and are there."""
    found = []
    if not arguments.only:
        found += planted_tables(max(1, SEEDS // 4))
        try:
            found.append(journey_table())
        except Exception as error:  # noqa: BLE001 - the package is an extra
            print(f"Passed over: Complete Journey: {error}", flush=True)
    if arguments.periods is None:
        print("Passed over: tables in periods; name their folder with --periods.", flush=True)
    else:
        tables = period_tables(Path(arguments.periods))
        found += [one._replace(frame=sampled(one.frame, ROWS)) for one in tables]
    if arguments.frames is not None:
        found += given_tables(Path(arguments.frames))
    return found


def mean_loss(table, rows, propensity):
    """Return the weighted mean loss, against the truth where it is known."""
    truth = table.frame.y.to_numpy() if table.truth is None else table.truth
    p = np.asarray(propensity)
    loss = truth[rows] * row_log_loss(np.ones(len(p)), p)
    loss += (1 - truth[rows]) * row_log_loss(np.zeros(len(p)), p)
    return float(np.average(loss, weights=table.frame.weights[rows]))


def judged(table, cut, name, method):
    """Fit one method at one cut-off; a method that cannot is told, and has no loss there."""
    frame, start = table.frame, time.monotonic()
    row = {"table": table.name, "cut": cut.name, "method": name}
    try:
        fitted = method.fit(frame.rows(cut.train))
        said = pd.Series(fitted.propensity(frame.rows(cut.later)).to_numpy(), index=cut.later)
        y, w = frame.y.to_numpy()[cut.next], frame.weights[cut.next]
        row |= {
            "next": mean_loss(table, cut.next, said[cut.next]),
            "later": mean_loss(table, cut.later, said),
            "auc": metrics.auc(y, said[cut.next], weight=w) if 0 < y.mean() < 1 else np.nan,
            "failed": "",
        }
    except Exception as error:  # noqa: BLE001 - the other methods and tables go on
        row["failed"] = f"{type(error).__name__}: {error}"
        print(f"{table.name}, {cut.name}, {name}: {row['failed']}", flush=True)
        if name == NEW:
            traceback.print_exc()
    return row | {"seconds": time.monotonic() - start}


def judge_all(tables):
    """Return one row a table, cut-off and method."""
    steps = [(one, cut) for one in tables for cut in cuts(one.frame)]
    rows = []
    for draw, (table, cut) in enumerate(tqdm(steps, desc="Cut-offs")):
        for name, method in methods().items():
            rows.append(judged(table, cut, name, method) | {"draw": draw})
    return pd.DataFrame(rows)


def by_table(runs, column):
    """Return mean losses, one row a table, one column a method, in the order of both."""
    means = runs.pivot_table(index="table", columns="method", values=column, sort=False)
    return means.reindex(columns=[name for name in methods() if name in means])


def planted_gain(seed):
    """Return gains over one alpha on random folds where spikes are planted, in %.

    `TOLD` is the default where every column's group, stable or spiky, is told: what tuning can
    reach at best.
    """
    world = datasets.planted(dose=1.0, seed=seed).frame
    untold = replace(world, catalogue=world.catalogue.assign(group="all"))
    new = ~world.campaign.isin(world.campaigns[:LEARNED]).to_numpy()
    known = methods()
    tried = {name: (untold, known[name]) for name in (NEW, TODAY, RANDOM)}
    tried[TOLD] = world, known[NEW]
    loss = {}
    for name, (frame, model) in tried.items():
        test = frame.rows(new)
        loss[name] = metrics.log_loss(test.y, model.fit(frame.rows(~new)).propensity(test))
    return {name: 100 * (1 - loss[name] / loss[RANDOM]) for name in (NEW, TODAY, TOLD)}


def figures(runs, name):
    """Return the figures of one method, over the tables."""
    losses = {when: by_table(runs, when) for when in ("next", "later")}
    gains = {when: 100 * (1 - loss[name] / loss[RANDOM]) for when, loss in losses.items()}
    over_base = {w: 100 * (1 - loss[name] / loss[FORECAST]) for w, loss in losses.items()}
    auc = by_table(runs, "auc")
    return {
        "worst_vs_random_pct": min(gain.min() for gain in gains.values()),
        "mean_next_gain_pct": gains["next"].mean(),
        "mean_later_gain_pct": gains["later"].mean(),
        "never_worse_than_base_pct": min(gain.min() for gain in over_base.values()),
        "auc_next_vs_random": (auc[name] - auc[RANDOM]).mean(),
    }


def report(runs):
    """Print losses and gains, by table."""
    for when in ("next", "later"):
        loss = by_table(runs, when)
        print(f"\nLog loss, {when}\n{loss.to_string(float_format='{:.4f}'.format)}")
        gain = 100 * (1 - loss.div(loss[RANDOM], axis=0))
        print(f"\nGain over {RANDOM}, {when}, %\n{gain.round(2).to_string()}")
    seconds = runs.groupby("method", sort=False)["seconds"].sum()
    print(f"\nSeconds\n{seconds.round(0).to_string()}", flush=True)


def main():
    """Run, print, and end in one JSON object."""
    parser = argparse.ArgumentParser(description="Rolling origins on many tables.")
    parser.add_argument("--periods", default=os.environ.get("BENCH_PERIODS"))
    parser.add_argument("--frames", default=os.environ.get("BENCH_FRAMES"))
    parser.add_argument("--only", action="store_true", help="only the tables of these folders")
    arguments = parser.parse_args()
    start = time.monotonic()
    tables = collected(arguments)
    runs = judge_all(tables)
    report(runs)
    found = figures(runs, NEW) | {"planted_gain_pct": None, "coverage_next_pct": None}
    beside = {name: figures(runs, name) for name in BESIDE}
    if not arguments.only:
        steps = tqdm(range(SEEDS), desc="Planted gain")
        gains = pd.DataFrame([planted_gain(seed) for seed in steps]).mean()
        found["planted_gain_pct"] = gains[NEW]
        found["planted_ceiling_pct"] = gains[TOLD]
        beside[TODAY]["planted_gain_pct"] = gains[TODAY]
    found |= coverage.figures(tables)
    found["beside"] = beside
    found |= {
        "failed": sorted(
            {f"{r.table}: {r.method}" for r in runs[runs["failed"] != ""].itertuples()}
        ),
        "tables": runs["table"].nunique(),
        "cut_offs": int(runs["draw"].nunique()),
        "seeds": SEEDS,
        "seconds": round(time.monotonic() - start),
        "workbench": __version__,
        "versions": {
            one: version(one) for one in ("numpy", "scipy", "scikit-learn", "pandas", "lightgbm")
        },
    }
    print(json.dumps(rounded(found)))


def rounded(value):
    """Return numbers with four decimals, and None for those that are none."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, float):
        return None if np.isnan(value) else round(float(value), 4)
    return value


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # constant and one-class columns are what is compared
    main()
