"""What a tuned hidden layer is worth: in curved worlds, in straight ones, and on real tables.

`BENCH_SEEDS` (20) draws of each kind of curvature and of a straight world, at the full size of
`planted`: twelve campaigns to learn from, ten later ones to be judged by. Ridge, gradient boosting
and the network as it comes see the same rows. `BENCH_OWN` (20) draws of planted spikes compare a
network of one's own under one decay by random folds with one tuned by layer. ``--periods FOLDER``
(or `BENCH_PERIODS`) reads the public tables of `rolling/periods.py`; Complete Journey is read where
its package is installed; both are judged on their last campaigns, campaigns drawn again for the
interval. Prints tables; the last line is one JSON object.
"""

import argparse
import json
import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from rolling.periods import period_tables
from rolling.tables import journey_table
from tqdm.auto import tqdm
from weight_decay import own_network, worlds
from weight_decay.real_tables import on_later_campaigns

from workbench.datasets.planted_curves import KINDS

SEEDS = int(os.environ.get("BENCH_SEEDS", "20"))
OWN = int(os.environ.get("BENCH_OWN", "20"))


def real_tables(folder):
    """Return the tables that are there."""
    found = []
    try:
        found.append(journey_table())
    except Exception as error:  # noqa: BLE001 - the package is an extra
        print(f"Passed over: Complete Journey: {error}", flush=True)
    if folder is None:
        print("Passed over: tables in periods; name their folder with --periods.", flush=True)
        return found
    return found + list(period_tables(Path(folder)))


def figures(drawn, own):
    """Return what the JSON line tells; the worst kind of curvature, and each by its name."""
    table = worlds.ratios(drawn)
    curved = table.loc[[kind for kind in KINDS if kind in table.index]]
    straight = table.loc[worlds.STRAIGHT]
    spiky = table["spiky_network"] / table["spiky_ridge"]
    wins = int((own["by_layer"] < own["one_decay"]).sum()) if len(own) else None
    return {
        "curved_vs_ridge": round(float(curved["vs_ridge"].max()), 4),
        "curved_vs_boosting": round(float(curved["vs_boosting"].max()), 4),
        **{f"{kind} vs ridge": round(float(one), 4) for kind, one in curved["vs_ridge"].items()},
        "linear_vs_ridge": round(float(straight["vs_ridge"]), 4),
        "own_network_won_of_20": wins,
        "own_draws": len(own),
        "spiky_share_vs_ridge": round(float(spiky.max()), 3),
        "draws": int(table["draws"].min()),
    }


def main():
    """Run all, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--periods", default=os.environ.get("BENCH_PERIODS"))
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    asked = [(kind, seed) for seed in range(SEEDS) for kind in worlds.WORLDS]
    drawn = pd.DataFrame([worlds.judged(*one) for one in tqdm(asked, desc="Worlds")])
    print(worlds.ratios(drawn).round(4).to_string())
    own = pd.DataFrame([own_network.judged(seed) for seed in tqdm(range(OWN), desc="Networks")])
    if len(own):
        gain = 100 * (1 - own["by_layer"] / own["one_decay"])
        print(f"\nTuned by layer saves {gain.mean():.1f}% ± {gain.sem():.1f} of one decay's loss.")
    real = [on_later_campaigns(one.name, one.frame) for one in real_tables(arguments.periods)]
    if real:
        print(pd.DataFrame(real).round(4).to_string(index=False))
    ratio = float(np.median([worlds.fit_time_ratio(seed) for seed in range(min(3, SEEDS))]))
    worst = min((one["gain_pct"] for one in real), default=None)
    found = {**figures(drawn, own), "fit_time_vs_ridge": round(ratio, 2), "worst_real_pct": worst}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
