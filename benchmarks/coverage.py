"""How often the next campaign's loss lies inside what `evidence.forward_estimate` foresaw.

At every cut-off of every table the interval is made from what came before, by forward folds,
and compared with what the next campaign then lost; the same for the nested estimate's
interval, which is of a mean over campaigns missing from the middle, and was never meant for
it (at every third cut-off: it takes as many fits as there are campaigns). Nothing else is
fitted than the model as it comes.

- planted spikes, of dose 0 and 1;
- a walk: the base rate's log odds move by N(0, 0.3²) a campaign, and effects turn slowly;
- swings: base rates that jump (Student's t, three degrees of freedom), campaigns of unlike
  size, and columns that are constant within a campaign;
- Complete Journey up to the twelfth of July 2017;
- `--frames FOLDER`: pickled FeatureFrames, one a file.

`BENCH_SEEDS` (6) draws of each planted world. Meant are 90%; wanted 85 to 95% over all tables.
The last line is one JSON object.
"""

import argparse
import json
import os
import pickle
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit
from shift import journey
from tqdm.auto import tqdm

from workbench import FeatureFrame, RidgePropensity, __version__, datasets
from workbench.errors import ConvergenceWarning, DataWarning
from workbench.evidence import nested_estimate
from workbench.evidence.forward import EARLIER
from workbench.evidence.forward_losses import forward_losses
from workbench.evidence.next_campaign import FEWEST, Rates, expected

SEEDS = int(os.environ.get("BENCH_SEEDS", "6"))
FIRST = 13  # campaigns of Complete Journey, as in `benchmarks/defaults.py`
CAMPAIGNS, ROWS, COLUMNS = 16, 300, 20
NESTED_EVERY = 3


def moving(seed, *, step, swing=False):
    """Plant campaigns whose base rate moves."""
    rng = np.random.default_rng(seed)
    effects, level, parts = 0.3 * rng.normal(size=COLUMNS), -2.0, []
    for k in range(CAMPAIGNS):
        jump = np.clip(rng.standard_t(3), -4, 4) if swing else rng.normal()
        level = (0.5 * (level + 1.5) - 1.5 if swing else level) + step * jump
        effects = 0.98 * effects + 0.06 * rng.normal(size=COLUMNS)
        size = int(ROWS * np.exp(0.7 * rng.normal())) + 30 if swing else ROWS
        X = rng.normal(size=(size, COLUMNS + 3))
        X[:, COLUMNS:] = rng.normal(size=3)  # the same for all of a campaign, and no effect
        p = expit(level + X[:, :COLUMNS] @ effects)
        label = np.full(size, f"c{k:02d}")
        parts.append((X, (rng.random(size) < p).astype("float64"), label))
    X, y, campaign = (np.concatenate(part) for part in zip(*parts, strict=True))
    X = pd.DataFrame(X, columns=[f"x{j:02d}" for j in range(COLUMNS + 3)])
    kinds = {"builder": "planted", "source": "simulation"}
    group = ["own"] * COLUMNS + ["campaign"] * 3
    catalogue = pd.DataFrame({"group": group, **kinds}, index=X.columns)
    return FeatureFrame(X, pd.Series(y), campaign=pd.Series(campaign), catalogue=catalogue)


def spikes(seed, dose):
    """Plant spikes that come and go, beside what stays."""
    sizes = {"train_campaigns": CAMPAIGNS, "new_campaigns": 0, "rows": ROWS}
    return datasets.planted(dose=dose, seed=seed, stable=20, spiky=30, **sizes).frame


def tables(folder):
    """Yield the name of a kind of table, and a frame of it."""
    for seed in range(SEEDS):
        yield "no spikes", spikes(seed, 0.0)
        yield "spikes", spikes(seed + 100, 1.0)
        yield "walk", moving(seed + 200, step=0.3)
        yield "swings", moving(seed + 300, step=0.7, swing=True)
    known = journey().known()
    yield "Complete Journey", known.rows(known.campaign.isin(known.campaigns[:FIRST]).to_numpy())
    for path in [] if folder is None else sorted(folder.glob("*.pkl")):
        yield path.stem, pickle.loads(path.read_bytes())  # noqa: S301 - the caller's own files


def covered(frame, model=None):
    """Return whether each next campaign lay inside, a row a cut-off and measure."""
    known = frame.known()
    model = RidgePropensity() if model is None else model
    judged = forward_losses(model, known, earlier=EARLIER).judged
    first = judged[judged["ahead"] == 1].reset_index(drop=True)
    found = []
    for k in range(FEWEST, len(first)):
        came = first.loc[k]
        # no more is known than when that campaign started
        table = expected(first[:k], Rates(came["recent_rate"], came["all_rate"]))
        for name, row in table.iterrows():
            if np.isfinite(came[name]) and np.isfinite(row["high"]):
                inside = row["low"] <= came[name] <= row["high"]
                found.append((name, inside, row["high"] / row["low"]))
        if (k - FEWEST) % NESTED_EVERY == 0:
            before = known.campaigns[: known.campaigns.index(came["campaign"])]
            past = known.rows(known.campaign.isin(before).to_numpy())
            row = nested_estimate(model, past, repeats=400).overall.loc["log_loss"]
            inside = row["low"] <= came["log_loss"] <= row["high"]
            found.append(("nested", inside, row["high"] / row["low"]))
    return pd.DataFrame(found, columns=["measure", "inside", "width"])


def main():
    """Print shares and widths by table; the last line is JSON."""
    parser = argparse.ArgumentParser(description="Coverage of the forward estimate.")
    parser.add_argument("--frames", type=Path, help="a folder of pickled FeatureFrames")
    folder = parser.parse_args().frames
    parts = {}
    for name, frame in tqdm(tables(folder), desc="Tables"):
        parts.setdefault(name, []).append(covered(frame))
    found = pd.concat({name: pd.concat(part) for name, part in parts.items()}, names=["table"])
    by_table = found.groupby(["table", "measure"], sort=False).agg(
        cut_offs=("inside", "size"), inside=("inside", "mean"), width=("width", "median")
    )
    print(by_table.round(3).to_string())
    by_measure = found.groupby("measure")["inside"]
    loss = by_table.xs("log_loss", level="measure")
    result = {
        "coverage_next_pct": round(100 * float(by_measure.mean()["log_loss"]), 1),
        "mean_over_tables_pct": round(100 * float(loss["inside"].mean()), 1),
        "cut_offs": int(by_measure.size()["log_loss"]),
        "median_high_over_low": round(float(loss["width"].median()), 2),
        "coverage_pct": {name: round(100 * float(x), 1) for name, x in by_measure.mean().items()},
        "nested_cut_offs": int(by_measure.size()["nested"]),
        "seeds": SEEDS,
        "workbench": __version__,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    warnings.simplefilter("ignore", DataWarning)
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
