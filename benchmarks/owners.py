"""How rounds with the owners of the rows go: how many they take, and how far they are from a fit.

A table's campaigns are dealt to owners in turn. Whoever has the first ones fits; then all collect,
one combines, and so on until it has converged. It is held against one fit to all rows: under the
penalties found (coefficients and the mean loss on campaigns left out), and under those that the
fit takes by itself (the left-out loss). The same is done from another start with all rows at one
owner. Planted spikes, and the tables of a folder (``--periods`` or `BENCH_PERIODS`). JSON last.
"""

import argparse
import json
import os
import time
import warnings
from pathlib import Path

import numpy as np
from rolling.origins import sampled
from rolling.periods import period_tables
from tqdm.auto import tqdm

from workbench import FeatureFrame, RidgePropensity, datasets
from workbench.errors import WorkbenchError

OWNERS = 3
SEEDS = int(os.environ.get("BENCH_SEEDS", "3"))
ROWS = int(os.environ.get("BENCH_ROWS", "1000"))


def tables(folder):
    """Return frames by name."""
    found = {}
    for seed in range(SEEDS):
        for dose in (0.5, 1.0):
            world = datasets.planted(
                dose=dose, seed=700 + seed, train_campaigns=9, new_campaigns=0, rows=ROWS
            )
            found[f"spikes of dose {dose:g}, seed {seed}"] = world.frame
    for table in [] if folder is None else period_tables(Path(folder)):
        frame = sampled(table.frame, ROWS)
        if len(frame.campaigns) >= 6:
            found[table.name] = frame.rows(frame.campaign.isin(frame.campaigns[:9]).to_numpy())
    return found


def rounds(start: RidgePropensity, frames: list[FeatureFrame]):
    """Return the models of all rounds."""
    found = [start]
    while len(found) < 20 and not (found[-1].round_ and found[-1].round_.converged):
        sums = [found[-1].collect(one) for one in frames]
        found.append(RidgePropensity.combine(found[-1], sums, again=True))
    return found[1:]


def mean_left_out(fit):
    """Return the mean loss on campaigns left out, by refits."""
    left = fit.workspace_.left_out()
    return float(np.average(left["loss"], weights=left["contacts"]))


def told(name, frame):
    """Return one row of the table."""
    names, label = frame.campaigns, frame.campaign
    frames = [frame.rows(label.isin(names[k::OWNERS]).to_numpy()) for k in range(OWNERS)]
    start = time.perf_counter()
    fit = RidgePropensity(half_life=None).fit(frame)
    seconds = time.perf_counter() - start
    # who begins knows the levels of all
    begins = RidgePropensity(0.1, half_life=None).fit(frame)
    begins.set_params(alpha="tuned")
    start = time.perf_counter()
    found = rounds(begins, frames)
    spent = time.perf_counter() - start
    alone = rounds(fit, [frame])[-1]
    last, exact = found[-1], fit.refit(found[-1].penalties_)
    loss, own = mean_left_out(exact), mean_left_out(fit)
    used = ~last.columns_["dropped"].to_numpy()
    apart = np.log(alone.penalties_[used] / last.penalties_[used])
    return {
        "table": name,
        "rows": len(frame.X),
        "columns": int(used.sum()),
        "rounds": len(found),
        "converged": bool(last.round_.converged and alone.round_.converged),
        "coefficients": float((last.coef_standardised_ - exact.coef_standardised_).abs().max()),
        "left_out": abs(float(last.tuning_["left_out_loss"].iloc[0]) / loss - 1),
        "left_out_after_one": _after_one(found[0], fit),
        "against_fit_pct": 100 * (loss / own - 1),
        "start_coefficients": float(
            (last.coef_standardised_ - alone.coef_standardised_).abs().max()
        ),
        "start_penalties": float(apart.abs().max()),
        "seconds_a_round": spent / len(found),
        "fit_seconds": seconds,
    }


def _after_one(first, fit):
    """Return how far the left-out loss of one round is from refits under its penalties."""
    exact = mean_left_out(fit.refit(first.penalties_))
    return abs(float(first.tuning_["left_out_loss"].iloc[0]) / exact - 1)


def main():
    """Go through all tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--periods", default=os.environ.get("BENCH_PERIODS"))
    warnings.simplefilter("ignore")
    table = []
    for name, frame in tqdm(tables(parser.parse_args().periods).items(), disable=None):
        try:
            table.append(told(name, frame))
        except WorkbenchError as error:
            print(f"{name}: refused: {error}", flush=True)
            continue
        print(table[-1], flush=True)
    worst = {
        f"worst_{key}": max(row[key] for row in table)
        for key in table[0]
        if key not in ("table", "rows", "columns", "converged", "fit_seconds")
    }
    print(json.dumps({"tables": len(table), **worst, "all": all(r["converged"] for r in table)}))


if __name__ == "__main__":
    main()
