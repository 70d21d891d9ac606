"""What the defaults of tuning were chosen from: planted data, and earlier campaigns only.

Ways to set penalties, each against one strength for all tuned on the same campaigns left out:
by group with nothing holding the groups together, by concentration alone, by both, and held
together more or less (the standard deviation of a group's log penalty about their mean).
Three sources, none of them the last six campaigns that `make bench-shift` judges:

- spikes: `datasets.planted` in small (5 and 8 campaigns of 300 rows, doses 0, 0.5 and 1), its
  groups told, split in eight pure ones, or eight dealt at random;
- groups: eight groups of twelve columns, of which two matter much, two a little, two not at
  all, and two differently in every campaign; none or a third of the columns are spikes;
- Complete Journey up to the twelfth of July 2017, each campaign left out in turn.

`BENCH_SEEDS` (6) draws of each planted world. Losses are against the true propensities.
The last line is one JSON object.
"""

import json
import os
import warnings
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pandas as pd
from scipy.special import expit
from shift import journey
from tqdm.auto import tqdm

from workbench import FeatureFrame, RidgePropensity, __version__, datasets
from workbench.errors import DataWarning
from workbench.metrics.ranking import row_log_loss
from workbench.ridge.tune import tuning

SEEDS = int(os.environ.get("BENCH_SEEDS", "6"))
EARLIER = 13  # campaigns of Complete Journey, the last of which starts on 2017-07-12
NEW = 10
ONE = "one strength"
GROUPS, BOTH = {"co_data": None}, {"co_data": "concentration"}
WAYS = {  # how far groups may lie apart, as a standard deviation of log penalties; settings
    ONE: (np.inf, {"penalty_factors": {}}),
    "random folds": (np.inf, {"penalty_factors": {}, "folds": "random"}),
    "concentration": (np.inf, {"penalty_factors": {}, **BOTH}),
    "groups": (np.inf, GROUPS),
    "groups, held 1": (1.0, GROUPS),
    "both": (np.inf, BOTH),
    "both, held 2": (2.0, BOTH),
    "both, held 1": (1.0, BOTH),
    "both, held 0.5": (0.5, BOTH),
}


@contextmanager
def held(apart):
    """Tune with groups held together by this standard deviation."""
    before, tuning.PRECISION = tuning.PRECISION, apart**-2
    try:
        yield
    finally:
        tuning.PRECISION = before


def losses(train, test, truth):
    """Return the mean loss of each way on unseen rows, against outcomes or propensities."""
    found = {}
    for name, (apart, settings) in WAYS.items():
        with held(apart):
            p = RidgePropensity(**settings).fit(train).propensity(test).to_numpy()
        found[name] = truth * row_log_loss(np.ones(len(p)), p)
        found[name] += (1 - truth) * row_log_loss(np.zeros(len(p)), p)
    return {name: float(loss.sum()) for name, loss in found.items()}


def first_and_new(frame, campaigns, probability):
    """Return the first campaigns to learn from, the others, and their true propensities."""
    first = frame.campaign.isin(frame.campaigns[:campaigns]).to_numpy()
    return frame.rows(first), frame.rows(~first), probability[~first]


def spikes(campaigns, dose, grouping, seed):
    """Plant spikes; group the columns by the truth, finer than it, or by chance."""
    world = datasets.planted(
        dose=dose, seed=seed, train_campaigns=campaigns, new_campaigns=NEW, rows=300
    )
    catalogue = world.frame.catalogue
    dealt = np.random.default_rng(seed + 99).integers(0, 8, len(catalogue)).astype(str)
    names = {
        "told": catalogue["group"],
        "pure": [
            f"{group} {int(k) % 4}" for group, k in zip(catalogue["group"], dealt, strict=True)
        ],
        "random": dealt,
    }
    frame = replace(world.frame, catalogue=catalogue.assign(group=names[grouping]))
    return first_and_new(frame, campaigns, world.probability)


def groups(campaigns, rows, spiky_share, seed):
    """Plant groups that matter more or less, or differently in every campaign."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(8), 12)
    effects = rng.normal(size=96) * np.array([0.3, 0.3, 0.1, 0.1, 0, 0, 0, 0])[group]
    drift = np.array([0, 0, 0, 0, 0, 0, 0.3, 0.3])[group]
    spiky = rng.random(96) < spiky_share
    tables, log_odds = [], []
    for _ in range(campaigns + NEW):
        active, filled = rng.random(96) < 0.3, rng.random((rows, 96)) < 0.15
        spikes_of = np.where(active & filled, rng.lognormal(size=(rows, 96)), 0.0)
        X = np.where(spiky, spikes_of, rng.normal(size=(rows, 96)))
        own = np.where(active, rng.normal(0, 0.7, 96), 0.0)
        effect = np.where(spiky, own, effects + rng.normal(size=96) * drift)
        tables.append(X)
        log_odds.append(rng.normal(-2.5, 0.3) + X @ effect)
    probability = expit(np.concatenate(log_odds))
    X = pd.DataFrame(np.concatenate(tables), columns=[f"x{j:02d}" for j in range(96)])
    label = np.repeat([f"c{k:02d}" for k in range(campaigns + NEW)], rows)
    kinds = {"builder": "planted", "source": "simulation"}
    catalogue = pd.DataFrame({"group": [f"group {k}" for k in group], **kinds}, index=X.columns)
    y = pd.Series((rng.random(len(X)) < probability).astype("float64"))
    frame = FeatureFrame(X, y, campaign=pd.Series(label), catalogue=catalogue)
    return first_and_new(frame, campaigns, probability)


def planted():
    """Return the losses of every planted world, one row a draw."""
    worlds = [
        (("spikes", campaigns, dose, grouping), spikes, (campaigns, dose, grouping))
        for campaigns in (5, 8)
        for dose in (0.0, 0.5, 1.0)
        for grouping in ("told", "pure", "random")
    ]
    worlds += [
        (("groups", campaigns, share, str(rows)), groups, (campaigns, rows, share))
        for campaigns, rows in ((5, 300), (8, 300), (8, 1500))
        for share in (0.0, 0.33)
    ]
    steps = tqdm([(world, seed) for seed in range(SEEDS) for world in worlds], desc="Planted")
    found = {(*name, seed): losses(*make(*of, 100 + seed)) for (name, make, of), seed in steps}
    table = pd.DataFrame(found).T
    table.index.names = ["world", "campaigns", "dose", "grouping", "seed"]
    return table


def earlier_campaigns():
    """Return the losses on each earlier campaign of Complete Journey, judged by the others."""
    known = journey().known()
    first = known.rows(known.campaign.isin(known.campaigns[:EARLIER]).to_numpy())
    found = {}
    for name in tqdm(first.campaigns, desc="Complete Journey"):
        out = (first.campaign == name).to_numpy()
        found[name] = losses(first.rows(~out), first.rows(out), first.y.to_numpy()[out])
    return pd.DataFrame(found).T


def main():
    """Run all three, print gains over one strength in per cent."""
    table = planted()
    gains = 100 * (1 - table.div(table[ONE], axis=0)).drop(columns=ONE)
    print(gains.groupby(["world", "campaigns", "dose", "grouping"]).mean().round(2).to_string())
    campaigns = earlier_campaigns()
    print(campaigns.round(1).to_string())
    on_journey = 100 * (1 - campaigns.sum() / campaigns[ONE].sum())
    by_world = gains.groupby("world").mean()
    found = {
        "gain_pct": {
            way: {
                "spikes": round(by_world.loc["spikes", way], 2),
                "groups": round(by_world.loc["groups", way], 2),
                "worst 5% of draws": round(gains[way].quantile(0.05), 2),
                "earlier campaigns": round(on_journey[way], 2),
                "campaigns won": int((campaigns[way] < campaigns[ONE]).sum()),
            }
            for way in gains
        },
        "seeds": SEEDS,
        "workbench": __version__,
        "versions": {one: version(one) for one in ("numpy", "scipy", "scikit-learn", "pandas")},
    }
    print(pd.DataFrame(found["gain_pct"]).T.to_string())
    print(json.dumps(found))


if __name__ == "__main__":
    warnings.simplefilter("ignore", DataWarning)
    main()
