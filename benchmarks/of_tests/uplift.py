"""Whom a contact changes: increments of RidgeUplift against other rankings, on planted truth.

`BENCH_SEEDS` draws (20) of a randomised test at dose 1 of spikes, of 12 campaigns of 300
contacts, and of 1,000: learned from these, the best 30% of 10 new ones contacted, and their true
increments counted.
Columns change the effect half as much as they change who responds (`BENCH_UPLIFT`, 0.5). The
T-learners learn two models, of the treated and of the untreated. A ranking of noise says how often
the interval of a Qini covers zero. Prints tables; the last line is one JSON object. `--quick`: four
draws of the small ones.
"""

import json
import os
import sys
import time
import warnings

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.ensemble import HistGradientBoostingClassifier
from tqdm.auto import tqdm

from workbench import RidgePropensity, RidgeUplift, datasets, evidence, metrics
from workbench.errors import DataWarning

SEEDS = int(os.environ.get("BENCH_SEEDS", "20"))
LEARNED, DEPTH = 12, 0.3
UPLIFT = float(os.environ.get("BENCH_UPLIFT", "0.5"))
LARGE, SMALL = 1000, 300
"""Contacts of a campaign."""
OURS, T_RIDGE, T_BOOSTING, PROPENSITY = (
    "RidgeUplift",
    "T-learner, two ridges",
    "T-learner, boosting",
    "propensity",
)
NOISE_DRAWS, NOISE_ROWS = 300, 4000


def ridge_of_two(train, test):
    """Rank by the difference of two propensities, each tuned by itself."""
    treated = (train.treatment != train.control).to_numpy()
    with_it, without = (RidgePropensity().fit(train.rows(arm)) for arm in (treated, ~treated))
    return with_it.propensity(test) - without.propensity(test)


def boosting_of_two(train, test):
    """Rank by the difference of two boosted classifiers, as they come."""
    treated = (train.treatment != train.control).to_numpy()
    chances = []
    for arm in (treated, ~treated):
        rows = train.rows(arm)
        model = HistGradientBoostingClassifier(random_state=0).fit(rows.X, rows.y)
        chances.append(model.predict_proba(test.X)[:, 1])
    return chances[0] - chances[1]


RANKINGS = {
    OURS: lambda train, test: RidgeUplift().fit(train).uplift(test),
    T_RIDGE: ridge_of_two,
    T_BOOSTING: boosting_of_two,
    PROPENSITY: lambda train, test: RidgePropensity().fit(train).propensity(test),
}


def one_draw(seed, rows):
    """Return the true increments of each ranking's best, as a share of the best possible."""
    plant = datasets.planted(dose=1.0, seed=seed, treated=0.5, uplift=UPLIFT, rows=rows)
    frame, new = plant.frame, ~plant.frame.campaign.isin(plant.frame.campaigns[:LEARNED])
    train, test = frame.rows(~new), frame.rows(new)
    effect = plant.effect[new.to_numpy()]
    count = round(DEPTH * len(test))
    oracle = np.sort(effect)[-count:].sum()
    found, scores = {"seed": seed, "random": DEPTH * effect.sum() / oracle}, {}
    for name, rank in RANKINGS.items():
        start = time.perf_counter()
        scores[name] = np.asarray(rank(train, test))
        found[f"{name} s"] = time.perf_counter() - start
        found[name] = effect[np.argsort(-scores[name])[:count]].sum() / oracle
    gain = evidence.uplift_gain(scores[OURS], test, propensity=scores[PROPENSITY], depth=DEPTH)
    best = {
        name: np.isin(np.arange(len(test)), np.argsort(-s)[:count]) for name, s in scores.items()
    }
    truth = effect[best[OURS]].sum() - effect[best[PROPENSITY]].sum()
    found["gain_held"] = gain["low"][0] <= truth <= gain["high"][0]
    found["verdict"] = gain["verdict"][0]
    return found


def ratio_of(table, rival):
    """Return how many times the rival's increments ours are, and the 95% interval by draws."""
    ours, theirs = table[OURS], table[rival]
    ratio = ours.mean() / theirs.mean()
    apart = (ours - ratio * theirs) / theirs.mean()
    half = stats.t.ppf(0.975, len(table) - 1) * apart.std() / np.sqrt(len(table))
    return ratio, ratio - half, ratio + half


def noise_covered(draws):
    """Return the share of rankings of noise whose Qini's interval covers zero: campaigns drawn."""
    covered = []
    for seed in tqdm(range(draws), desc="Rankings of noise", disable=None):
        plant = datasets.planted(
            seed=seed, treated=0.5, uplift=UPLIFT, train_campaigns=12, new_campaigns=0,
            rows=NOISE_ROWS // 12, stable=6, spiky=6,
        )  # fmt: skip
        noise = np.random.default_rng(seed).normal(size=len(plant.frame))
        found = metrics.qini(
            plant.frame.y, plant.treated, noise, treated_share=0.5, campaign=plant.frame.campaign
        )
        covered.append(found["low"] <= 0 <= found["high"])
    return float(np.mean(covered))


def compared(rows, seeds):
    """Compare the rankings on tests of so many contacts a campaign; print a table."""
    draws = tqdm(range(seeds), desc=f"Tests of {LEARNED * rows:,}", disable=None)
    table = pd.DataFrame([one_draw(seed, rows) for seed in draws])
    shown = {}
    for name in (*RANKINGS, "random"):
        row = {"share of the oracle": table[name].mean()}
        if name != OURS:
            row |= dict(zip(("ours, times", "low", "high"), ratio_of(table, name), strict=True))
        row["seconds a fit"] = table[f"{name} s"].mean() if f"{name} s" in table else 0.0
        shown[name] = row
    print(f"Learned from {LEARNED * rows:,} contacts")
    print(pd.DataFrame(shown).T.round(3).to_string(), end="\n\n")
    names = {T_RIDGE: "t_learner", T_BOOSTING: "boosting", PROPENSITY: "propensity"}
    found = {"share_of_oracle": round(table[OURS].mean(), 3)}
    for rival, name in names.items():
        ratio, low, high = (round(one, 3) for one in ratio_of(table, rival))
        found |= {f"increments_vs_{name}": ratio, f"increments_vs_{name}_interval": [low, high]}
    found["gain_interval_held_pct"] = round(100 * table["gain_held"].mean(), 1)
    found["gain_proven_pct"] = round(100 * (table["verdict"] == "better").mean(), 1)
    return found


def measure(*, quick=False):
    """Measure, print tables, and return the figures: of large tests, and of small ones."""
    warnings.simplefilter("ignore", DataWarning)
    small = compared(SMALL, 4 if quick else SEEDS)
    large = small if quick else compared(LARGE, SEEDS)
    covered = round(100 * noise_covered(60 if quick else NOISE_DRAWS), 1)
    return {"draws": 4 if quick else SEEDS, **large, "null_covered_pct": covered, "small": small}


if __name__ == "__main__":
    print(json.dumps(measure(quick="--quick" in sys.argv)))
