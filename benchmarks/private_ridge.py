"""What differential privacy costs a ridge model, and what it hides; JSON on the last line.

Planted contacts, one a customer, of eight campaigns to learn from and two later ones: seven
features with declared bounds, the log-odds linear in them, a base rate of its own for each
campaign. `private_ridge` against exact ridge on squared loss (the same penalties, no noise) and
against the default `RidgePropensity` (logistic, tuned), over several keys. Then an attacker who
knows everybody else holds results with and without the most exposed customer.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from workbench import FeatureFrame, RidgePropensity, metrics
from workbench.errors import FitError
from workbench.governance import private_ridge
from workbench.governance.private import noisy_ridge
from workbench.governance.private.declared import Declared
from workbench.governance.private.gaussian import chance, most_mu
from workbench.governance.private.noisy_sums import (
    Parts,
    exact_sums,
    put_together,
    sigmas,
    with_noise,
)
from workbench.governance.private.secret import FOLDER

KEYS = int(sys.argv[1]) if len(sys.argv) > 1 else 8
PAIRS = 200
LEARNED = [f"c{k}" for k in range(8)]
BOUNDS = {
    "age": (18, 90),
    "visits": (0, 12),
    "spent": (0, 200),
    "days_since": (0, 365),
    "mail_ok": (False, True),
    "member": (False, True),
    "segment": ["new", "loyal", "lapsed"],
}
EXPOSED = {"age": (18, 90), "member": (False, True)}
LEAST_SHARE = 1e-3  # shares below count as this, for log loss


def contacts(n: int, seed: int = 0) -> pd.DataFrame:
    """Make n contacts to learn from, and a quarter as many of two later campaigns."""
    rng = np.random.default_rng(seed)
    rows = n + n // 4
    table = pd.DataFrame(
        {
            "age": rng.integers(18, 91, rows),
            "visits": np.minimum(rng.poisson(3, rows), 30),
            "spent": rng.gamma(2.0, 30.0, rows),
            "days_since": rng.exponential(90.0, rows),
            "mail_ok": rng.random(rows) < 0.5,
            "member": rng.random(rows) < 0.3,
            "segment": rng.choice(BOUNDS["segment"], rows, p=[0.3, 0.5, 0.2]),
        }
    )
    campaign = np.where(np.arange(rows) < n, np.arange(rows) * 8 // n, 8 + np.arange(rows) % 2)
    base = rng.normal(-2.6, 0.2, 10)[campaign]
    eta = base + 0.18 * table["visits"] - 0.004 * table["days_since"] + 0.4 * table["member"]
    eta += 0.004 * table["spent"] + 0.3 * (table["segment"] == "loyal") + 0.01 * table["age"] - 0.5
    bought = rng.random(rows) < 1 / (1 + np.exp(-eta))
    label = [f"c{k}" for k in campaign]
    return table.assign(bought=bought.astype(int), campaign=label)


def frame_of(table: pd.DataFrame) -> FeatureFrame:
    """Take the table as features."""
    return FeatureFrame.from_table(table, target="bought", campaign="campaign")


def losses(y: np.ndarray, share: np.ndarray) -> dict[str, float]:
    """Return squared loss, log loss and AUC."""
    inside = np.clip(share, LEAST_SHARE, 1 - LEAST_SHARE)
    return {
        "brier": metrics.brier(y, share),
        "log_loss": metrics.log_loss(y, inside),
        "auc": metrics.auc(y, share),
    }


def rivals(train: FeatureFrame, test: FeatureFrame) -> dict[str, dict[str, float]]:
    """Return the losses of exact ridge without penalties, of the logistic default, of the rate."""
    y, declared = test.y.to_numpy(), Declared.of(BOUNDS, LEARNED, 1)
    X = declared.design(train) / 4096
    b = np.linalg.lstsq(X, train.y.to_numpy(), rcond=None)[0]
    linear = np.clip(declared.design(test) / 4096 @ b, 0, 1)
    logistic = RidgePropensity().fit(train).propensity(test)
    rate = np.full(len(y), train.y.mean())
    named = {"exact": linear, "logistic": logistic, "rate": rate}
    return {name: losses(y, share) for name, share in named.items()}


def cost(n: int, epsilon: float) -> dict[str, float]:
    """Return the distances from the exact fit, and losses on the later campaigns."""
    frame = frame_of(contacts(n))
    train = frame.rows((frame.campaign.isin(LEARNED)).to_numpy())
    test = frame.rows((~frame.campaign.isin(LEARNED)).to_numpy())
    declared = Declared.of(BOUNDS, LEARNED, 1)
    sums = exact_sums(train, declared)
    exact = put_together(sums, dict.fromkeys(sigmas(declared, 1.0), 1))
    found, refused, seconds = [], "", []
    for _ in range(KEYS):
        with tempfile.TemporaryDirectory() as folder:
            os.environ[FOLDER] = folder
            begun = time.perf_counter()
            try:
                model = private_ridge(train, bounds=BOUNDS, campaigns=LEARNED, epsilon=epsilon)
            except FitError as error:
                refused = str(error)
                continue
            seconds.append(time.perf_counter() - begun)
        fit = model.fit
        b = noisy_ridge.solved(exact.products, exact.responses, fit.penalties)
        moved = ((fit.b - b) / fit.chance)[1:]
        of_noise = ((fit.b - b) / fit.noise)[1:]
        told = losses(test.y.to_numpy(), model.propensity(test))
        spread = {"moved": float((moved**2).mean()), "of_noise": float((of_noise**2).mean())}
        worst = {"worst": float((fit.noise / fit.chance)[1:].max())}
        found.append(told | spread | worst)
    out = {"refused": float(KEYS - len(found))}
    if refused:
        print(f"n = {n:,}, ε = {epsilon:g}: {refused}")
    if found:
        mean = pd.DataFrame(found).mean()
        out |= {"coef_error_se": mean["moved"] ** 0.5, "z_of_noise": mean["of_noise"] ** 0.5}
        out |= {"noise_se_worst": mean["worst"], "seconds": float(np.median(seconds))}
        out |= {f"private_{name}": mean[name] for name in ("brier", "log_loss", "auc")}
        for name, told in rivals(train, test).items():
            out |= {f"{name}_{what}": value for what, value in told.items()}
        out["loss_error_pct"] = 100 * (out["private_brier"] / out["exact_brier"] - 1)
    return {name: float(value) for name, value in out.items()}


def attacked(victims: pd.DataFrame, table: pd.DataFrame, pairs: int) -> float:
    """Return the attacker's area under the curve, over tables with and without one of them.

    Who knows all others asks of every told number under which of the two worlds it is likelier.
    """
    declared, mu = Declared.of(EXPOSED, LEARNED, 1), most_mu(3.0, 1e-7)
    sizes, scores = sigmas(declared, mu), []
    without = exact_sums(frame_of(table), declared)
    for k in range(pairs):
        victim = victims.iloc[[k % len(victims)]]
        there = exact_sums(frame_of(pd.concat([table, victim])), declared)
        scores += [
            likelihood_ratio(with_noise(world, sizes, os.urandom(32)), there, without, sizes)
            for world in (there, without)
        ]
    return float(roc_auc_score([1, 0] * pairs, scores))


def likelihood_ratio(told: Parts, there: Parts, without: Parts, sizes: dict[str, int]) -> float:
    """Add up log p(told | there) − log p(told | without)."""
    score = 0.0
    for part in ("products", "responses"):
        size = [sizes[part]] + [sizes[f"{part} by campaign"]] * len(LEARNED)
        x, first, second = (getattr(one, part).astype(float) for one in (told, there, without))
        apart = ((x - second) ** 2 - (x - first) ** 2) / (2 * np.array(size)[:, None] ** 2.0)
        score += float(apart.sum())
    return score


def audit(n: int = 300) -> dict[str, float]:
    """Attack ordinary customers, and the most exposed that the bounds allow."""
    table = contacts(n)[lambda t: t["campaign"].isin(LEARNED)]
    ordinary, corner = contacts(PAIRS, seed=1)[:PAIRS], table.iloc[[0]]
    corner = corner.assign(age=10**6, member=True, bought=1)
    return {
        "membership_auc": attacked(ordinary, table, PAIRS),
        "membership_auc_most_exposed": attacked(corner, table, 5 * PAIRS),
        "membership_auc_allowed": float(chance(most_mu(3.0, 1e-7))),
    }


def main() -> None:
    """Measure, attack, print."""
    out: dict[str, float] = {}
    for n in (2_000, 20_000, 200_000):
        for epsilon in (1.0, 3.0):
            got = cost(n, epsilon)
            out |= {f"{name}_{n}_{epsilon:g}": value for name, value in got.items()}
    out |= audit()
    out["keys"], out["pairs"] = KEYS, PAIRS
    rounded = {name: round(value, 5) for name, value in out.items()}
    for name, value in rounded.items():
        print(f"{name:32s} {value}")
    print(json.dumps(rounded))


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main()
