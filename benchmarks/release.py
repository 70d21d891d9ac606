"""What a mailed Tuner gives away, and what hiding it costs; JSON on the last line.

Attacks: an outlying customer's yes/no values off one file, an ordinary one's off two files that
differ by one customer, and the likelihood-ratio attacker over neighbouring pairs. Cost: how far
coefficients are from the exact ones at three sizes, and the loss of campaigns left out on
Complete Journey, over several keys.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import warnings

import numpy as np
import pandas as pd

from workbench import FeatureFrame, RidgePropensity, Tuner, datasets, evidence, features
from workbench.governance.private.secret import FOLDER
from workbench.widgets.fitted.facts import Facts
from workbench.widgets.private.private_release import Private, private_release
from workbench.widgets.tuner import attacks
from workbench.widgets.tuner.mailed import distance

FLAGS = {"mail_ok": 0.5, "in_debt": 0.2, "smoker": 0.3, "urban": 0.6}
KEYS = 8
PAIRS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
VICTIMS = 20


def shop(n: int, seed: int = 0) -> pd.DataFrame:
    """Make customers with skewed incomes, counts and yes/no values, in six months."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "income": rng.lognormal(10, 0.5, n),
            "age": rng.integers(18, 90, n) * 1.0,
            "visits": rng.poisson(3, n) * 1.0,
            "children": rng.integers(0, 5, n) * 1.0,
        }
    )
    for name, rate in FLAGS.items():
        table[name] = (rng.random(n) < rate) * 1.0
    bought = rng.random(n) < 1 / (1 + np.exp(2.5 - 0.3 * table["visits"]))
    months = [f"2024-{1 + k:02d}" for k in np.arange(n) * 6 // n]
    return table.assign(bought=bought.astype(int), month=months)


def frame_of(table: pd.DataFrame) -> FeatureFrame:
    """Take the table as features."""
    return FeatureFrame.from_table(table, target="bought", campaign="month")


def state_of(table: pd.DataFrame) -> dict:
    """Return what is mailed of a model of the table."""
    return Tuner(RidgePropensity(alpha=0.02).fit(frame_of(table))).state()


def beyond(guess: dict[str, float], table: pd.DataFrame, victim: int) -> np.ndarray:
    """Compare guesses of the yes/no values with guessing the usual."""
    names, usual = list(FLAGS), table[list(FLAGS)].mean() > 0.5
    found = [guess[name] > 0 if name in guess else usual[name] for name in names]
    return attacks.beyond_guessing(found, table.loc[victim, names], usual)


def recovered() -> dict[str, float]:
    """Return the share of yes/no values recovered beyond guessing, of both attacks."""
    single, pairs = [], []
    for victim in range(VICTIMS):
        table = shop(3000, seed=victim)
        odd = table.copy()
        odd.loc[victim, "income"] = 4e7
        single.append(beyond(attacks.by_column(state_of(odd), "income"), odd, victim))
        got = attacks.by_difference(state_of(table), state_of(table.drop(index=victim)))
        pairs.append(beyond(got, table, victim))
    return {"one_file": float(np.mean(single)), "two_files": float(np.mean(pairs))}


def cost(model: RidgePropensity) -> dict[str, float]:
    """Return the distances of released and exact numbers, the mean over keys."""
    facts, found = Facts.of(model), []
    for _ in range(KEYS):
        with tempfile.TemporaryDirectory() as folder:
            os.environ[FOLDER] = folder
            released = private_release(model.workspace_, facts)
            assert isinstance(released, Private), released
            found.append(distance(released, facts))
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}


def promised(model: RidgePropensity, of: str) -> dict[str, float]:
    """Return what a mailed Tuner says of the most exposed customer."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ[FOLDER] = folder
        said = Tuner(model).state()["guarantee"]
    names = {"most_exposed": "worst", "average_exposed": "average", "epsilon": "epsilon"}
    return {f"{name}{of}": said[key] for name, key in names.items()}


def complete_journey() -> FeatureFrame:
    """Build the frame of the propensity notebook's larger builders."""
    data = datasets.complete_journey().with_history(days=28)
    built = features.FeatureSet(
        features.logged(
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
        ),
        features.campaign(["campaign_type", "duration_days"]),
        features.calendar(),
        features.attributes("demographics"),
    )
    return evidence.out_of_time(built.build(data, progress=False)).train


def main() -> None:
    """Attack, measure, print."""
    out: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ[FOLDER] = folder
        got = recovered()
        frame = frame_of(shop(2000))
        victims = np.random.default_rng(2).choice(len(frame), min(PAIRS, 2000), replace=False)
        told = attacks.membership(frame, victims, alpha=0.02)
    out |= {"attack_success": max(got.values()), **got}
    out |= {"membership_auc": float(told.mean()), "membership_auc_most_exposed": float(told.max())}
    for n in (2_000, 20_000, 200_000):
        model = RidgePropensity(alpha=0.02).fit(frame_of(shop(n)))
        there = cost(model)
        out[f"coef_error_se_{n}"] = there["coefficients"]
        out |= promised(model, f"_{n}")
        print(f"n = {n:,}: coefficients {there['coefficients']:.3f} standard errors away")
    out["coef_error_se"] = max(v for k, v in out.items() if k.startswith("coef_error_se_"))
    model = RidgePropensity().fit(complete_journey())
    there = cost(model)
    out |= promised(model, "_complete_journey")
    out["loss_error_pct"] = 100 * there["loss"]
    out["coef_error_se_complete_journey"] = there["coefficients"]
    out["pairs"] = len(victims)
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in out.items()}
    for name, value in rounded.items():
        print(f"{name:32s} {value}")
    print(json.dumps(rounded))


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main()
