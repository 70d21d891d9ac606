"""Whether penalties by group or co-data lose less on later campaigns: planted, real, and plain.

Planted spikes, doses 0 to 1, `BENCH_SEEDS` seeds (20): learned from 12 campaigns, judged on 10
new ones that redraw the spikes. Complete Journey: every campaign with outcomes of 6 known before
it. Caravan, without campaigns: as many splits as seeds. Prints tables; the last line is one JSON
object. At full size both are written to benchmarks/results/shift.md.
"""

import json
import os
import time
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from workbench import FeatureFrame, RidgePropensity, __version__, datasets, features, metrics
from workbench.errors import DataWarning
from workbench.evidence import random_hold_out, shift_report
from workbench.evidence.baselines import OURS
from workbench.evidence.fits import judge
from workbench.evidence.origins import Origin

SEEDS = int(os.environ.get("BENCH_SEEDS", "20"))
DOSES = (0.0, 0.25, 0.5, 0.75, 1.0)
DEFAULT, GROUPS, LCO, RANDOM = (
    "default, not told",
    "default, told",
    "one alpha, LCO",
    "one alpha, random",
)
LEARNED = 12
RESULTS = Path(__file__).parent / "results" / "shift.md"
FOLDER = os.environ.get("BENCH_SHIFT_FOLDER")


def on_planted(dose, seed):
    """Return log loss on new campaigns, and the spiky columns' share of the score, by method."""
    frame = datasets.planted(dose=dose, seed=seed).frame
    untold = replace(frame, catalogue=frame.catalogue.assign(group="all"))
    new = ~frame.campaign.isin(frame.campaigns[:LEARNED]).to_numpy()
    origin = Origin("new campaigns", "planted", np.flatnonzero(~new), np.flatnonzero(new))
    ways = {
        DEFAULT: (RidgePropensity(), untold),
        GROUPS: (RidgePropensity(), frame),
        LCO: (RidgePropensity(penalty_factors={}), untold),
        RANDOM: (RidgePropensity(penalty_factors={}, folds="random"), untold),
    }
    rows = []
    for name, (model, rows_of) in ways.items():
        (said,) = judge(model, rows_of, [origin])
        spiky = sum(share for feature, share in said.shares.items() if feature.startswith("spiky"))
        loss = metrics.log_loss(frame.y[new], said.propensity)
        rows.append({"dose": dose, "seed": seed, "method": name, "loss": loss, "spiky": spiky})
    return rows


def dose_curve(runs):
    """Return gains in per cent of log loss, means over seeds with standard errors, by dose."""
    loss = runs.pivot_table(index=["dose", "seed"], columns="method", values="loss")
    spiky = runs.pivot_table(index=["dose", "seed"], columns="method", values="spiky")
    gains = pd.DataFrame(
        {
            "gain_pct": 100 * (1 - loss[DEFAULT] / loss[RANDOM]),
            "gain_told_pct": 100 * (1 - loss[GROUPS] / loss[RANDOM]),
            "gain_on_lco_pct": 100 * (1 - loss[DEFAULT] / loss[LCO]),
            "gain_told_on_lco_pct": 100 * (1 - loss[GROUPS] / loss[LCO]),
            "spiky_share": spiky[DEFAULT],
            "spiky_share_random": spiky[RANDOM],
            "spiky_share_lco": spiky[LCO],
        }
    ).groupby("dose")
    curve = gains.mean()
    curve.insert(1, "gain_se", gains["gain_pct"].sem())
    curve["seeds_won"] = gains["gain_pct"].agg(lambda gain: int((gain > 0).sum()))
    return curve


def journey():
    """Build Complete Journey as the propensity notebook does."""
    data = datasets.complete_journey().with_history(days=28)
    logged = features.logged(
        features.rfm("transactions", value="sales_value", occasion="basket_id"),
        features.windows(
            "transactions",
            values=["sales_value", "coupon_disc"],
            kinds="department",
            lookbacks_days=(28, 91),
        ),
        features.offer(
            "transactions",
            "coupons",
            "product_id",
            value="sales_value",
            through=["product_category"],
        ),
        features.cadence(same=["campaign_type"]),
    )
    others = (features.campaign(["campaign_type", "duration_days"]), features.calendar())
    return features.FeatureSet(logged, *others, features.attributes("demographics")).build(data)


def on_caravan(seed):
    """Return responders in the best fifth of an unseen half, and what the default costs."""
    frame = FeatureFrame.from_table(datasets.caravan(), target="Purchase")
    split = random_hold_out(frame, share=0.5, seed=seed)
    y, loss = split.test.y, {}
    for name, model in {
        "default": RidgePropensity(),
        "one": RidgePropensity(penalty_factors={}),
    }.items():
        said = model.fit(split.train).propensity(split.test)
        loss[name] = metrics.log_loss(y, said)
        if name == "default":
            captured = 100 * 0.2 * metrics.lift_at(y, said, depth=0.2)
    return {"capture_pct": captured, "cost_pct": 100 * (loss["default"] / loss["one"] - 1)}


def written(tables, found):
    """Write tables and figures, with date and versions, where they are committed."""
    RESULTS.parent.mkdir(exist_ok=True)
    parts = [
        f"# Whether it holds up when campaigns change\n\n`make bench-shift`, {found['date']}.\n"
    ]
    for title, table in tables.items():
        text = table.to_string(float_format="{:.4g}".format)
        parts.append(f"## {title}\n\n```text\n{text}\n```\n")
    parts.append(f"## Figures\n\n```json\n{json.dumps(found, indent=2)}\n```\n")
    RESULTS.write_text("\n".join(parts), encoding="utf-8")


def main():
    """Run all three, print, and write at full size."""
    start = time.monotonic()
    steps = tqdm([(dose, seed) for dose in DOSES for seed in range(SEEDS)], desc="Planted")
    runs = pd.DataFrame([row for dose, seed in steps for row in on_planted(dose, seed)])
    curve = dose_curve(runs)
    print(curve.to_string(float_format="{:.3f}".format), flush=True)
    caravan = pd.DataFrame([on_caravan(seed) for seed in range(SEEDS)])
    print(caravan.describe().to_string(float_format="{:.3f}".format), flush=True)
    report = shift_report(journey(), folder=FOLDER)
    print(report.table.T.to_string(float_format="{:.4g}".format), flush=True)
    print(report.sentence())
    full, none, ours = curve.loc[1.0], curve.loc[0.0], report.table.loc[OURS]
    found = {
        "planted_gain_pct": full["gain_pct"],
        "planted_gain_told_pct": full["gain_told_pct"],
        "planted_gain_on_lco_pct": full["gain_on_lco_pct"],
        "planted_gain_told_on_lco_pct": full["gain_told_on_lco_pct"],
        "share_of_oracle_gain": full["gain_pct"] / full["gain_told_pct"],
        "share_of_oracle_gain_on_lco": full["gain_on_lco_pct"] / full["gain_told_on_lco_pct"],
        "spiky_share_ratio": full["spiky_share"] / full["spiky_share_random"],
        "spiky_share_ratio_on_lco": full["spiky_share"] / full["spiky_share_lco"],
        "dose_zero_cost_pct": -none["gain_pct"],
        "journey_gain_pct": ours["gain_pct"],
        "journey_low": ours["low"],
        "journey_high": ours["high"],
        "journey_proven": bool(ours["proven"]),
        "journey_worst_gain_pct": ours["worst_gain_pct"],
        "journey_worst": ours["worst"],
        "wins": int(ours["wins"]),
        "losses": int(ours["losses"]),
        "control_gain_pct": report.control["gain_pct"],
        "control_low": report.control["low"],
        "control_high": report.control["high"],
        "caravan_capture_top20pct": caravan["capture_pct"].mean(),
        "caravan_cost_pct": caravan["cost_pct"].mean(),
        "coil_winner_top20pct": 100 * 121 / 238,
    }
    found = {k: round(v, 4) if isinstance(v, float) else v for k, v in found.items()} | {
        "seeds": SEEDS,
        "seconds": round(time.monotonic() - start),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "workbench": __version__,
        "versions": {one: version(one) for one in ("numpy", "scipy", "scikit-learn", "pandas")},
    }
    if SEEDS >= 20:
        tables = {"Planted, by dose": curve, "Complete Journey": report.table.T}
        written({**tables, "Complete Journey, campaign by campaign": report.campaigns}, found)
    print(json.dumps(found))


if __name__ == "__main__":
    warnings.simplefilter("ignore", DataWarning)
    main()
