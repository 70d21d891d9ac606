"""What `read_out` says of tests whose truth is known: coverage, width, looks, and time.

- coverage: 36 kinds of tests (binary, amount, count; 500 to 20,000 contacts; half and 80% treated;
  contacts alone, and customers with several), `BENCH_TESTS` (2,000) in all;
- the variance beside that of CUPED with the one best covariate, where features explain half;
- the worst variance beside the plain difference, with features that explain nothing, too;
- thirty looks at a test without an effect: how often it is called proven, by intervals that are
  valid at any time, and by a z test;
- a propensity of earlier campaigns as the only covariate: how much of what is saved is kept;
- Caravan with arms and an effect drawn at random: coverage on a real table;
- a million contacts with 140 features.

tea-tasting, in an environment of its own, is the witness of CUPED. Prints a table; the last line is
one JSON object. `--quick`: a few draws of each.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
import warnings
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit
from tqdm.auto import tqdm

from workbench import FeatureFrame, RidgePropensity, datasets
from workbench.errors import DataError, DataWarning
from workbench.experiments import read_out

TESTS = int(os.environ.get("BENCH_TESTS", "2000"))
PEER = Path(os.environ.get("BENCH_TEA_VENV", Path(tempfile.gettempdir()) / "tea-tasting"))
KINDS, SIZES, SHARES = ("binary", "amount", "count"), (500, 2000, 20_000), (0.5, 0.8)
LOOKS, EACH_LOOK = 30, 200


def outcomes(kind, told, rng, effect):
    """Draw what each contact does without and with the contact; `told` is known beforehand."""
    n = len(told)
    if kind == "binary":
        luck = rng.random(n)
        return [(luck < expit(-1.5 + told + lift)).astype(float) for lift in (0, effect)]
    if kind == "count":
        return [rng.poisson(np.exp(0.5 * told + lift)).astype(float) for lift in (0, 0.3 * effect)]
    spent = (rng.random(n) < expit(told)) * rng.gamma(2.0, 10.0 * np.exp(0.3 * told))
    return [spent, spent + 3 * effect]


def drawn(kind, n, share, *, clusters, seed, columns=20, effect=0.3, signal=1.0):
    """Draw a test: its frame, its outcome, and its effect on these very contacts."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, n // 2, n) if clusters else np.arange(n)
    own = rng.normal(size=(int(who.max()) + 1, columns + 1))[who]
    X = own[:, :-1] if not clusters else 0.8 * own[:, :-1] + 0.6 * rng.normal(size=(n, columns))
    told = signal * X[:, :5].sum(axis=1) / np.sqrt(5) + 0.5 * own[:, -1] * clusters
    without, treated_ = outcomes(kind, told, rng, effect)
    arm = (rng.random(int(who.max()) + 1) < share)[who]
    y = np.where(arm, treated_, without)
    frame = FeatureFrame(
        pd.DataFrame(X).add_prefix("x"),
        pd.Series(y if kind == "binary" else np.zeros(n)),
        treatment=pd.Series(np.where(arm, "mail", "none")),
        control="none",
        customer=pd.Series(who) if clusters else None,
    )
    return frame, y, float((treated_ - without).mean())


def effect_of(frame, y, **told):
    """Read a test for one look; None where chance stops it, as it does in one of a thousand."""
    try:
        return read_out(frame, outcome=y, **({"valid": "at_end"} | told)).effects.iloc[0]
    except DataError:
        return None


def coverage(tests):
    """Count how often the interval holds the effect, by kind of test; and mean squared errors."""
    settings = list(product(KINDS, SIZES, SHARES, (False, True)))
    rows = []
    for number, (kind, n, share, clusters) in enumerate(tqdm(settings, desc="coverage")):
        told = {"clusters": clusters, "effect": 0.3}
        true = np.mean([drawn(kind, 100_000, share, seed=(9, k), **told)[2] for k in range(4)])
        for draw in range(max(2, round(tests / len(settings)))):
            frame, y, _ = drawn(kind, n, share, seed=(number, draw), **told)
            one = effect_of(frame, y)
            if one is None:
                continue
            rows.append(
                {
                    "kind": kind,
                    "contacts": n,
                    "share": share,
                    "clusters": clusters,
                    "held": one["low"] <= true <= one["high"],
                    "saved": one["sample_saved"],
                    "squared": (one["effect"] - true) ** 2,
                    "plain": (one["plain_effect"] - true) ** 2,
                }
            )
    return pd.DataFrame(rows)


def cuped(X, y, arm):
    """Adjust for the one covariate that is correlated most; return effect and standard error."""
    best = np.argmax(np.abs(np.corrcoef(X, y, rowvar=False)[-1, :-1]))
    x = X[:, best]
    rest = y - np.cov(x, y)[0, 1] / x.var(ddof=1) * x
    arms = rest[arm], rest[~arm]
    error = np.sqrt(sum(part.var(ddof=1) / len(part) for part in arms))
    return arms[0].mean() - arms[1].mean(), error


def against_cuped(draws):
    """Return mean squared errors of ours, CUPED, and the plain difference: a past outcome helps."""
    found = []
    for seed, n in tqdm(list(product(range(draws), (500, 2000))), desc="CUPED"):
        rng = np.random.default_rng((1, seed, n))
        X = rng.normal(size=(n, 60))
        weight = np.r_[1.0, np.full(10, 0.35)]
        told = X[:, :11] @ weight
        arm = rng.random(n) < 0.5
        y = told * np.sqrt(0.5 / 0.5 / (weight @ weight)) + rng.normal(size=n)
        frame = FeatureFrame(
            pd.DataFrame(X).add_prefix("x"),
            pd.Series(np.zeros(n)),
            treatment=pd.Series(np.where(arm, "mail", "none")),
            control="none",
        )
        one = effect_of(frame, y, kind="amount")
        if one is not None:
            rival, _ = cuped(X, y, arm)
            found.append((one["effect"] ** 2, rival**2, one["plain_effect"] ** 2))
    return np.mean(found, axis=0)


def without_signal(draws):
    """Return the mean squared error over the plain difference's, where features say nothing."""
    ratios = {}
    settings = [(500, 0.5, False), (500, 0.8, False), (500, 0.8, True), (2000, 0.5, True)]
    for kind, (n, share, clusters) in tqdm(list(product(KINDS, settings)), desc="no signal"):
        squares = []
        for seed in range(draws):
            told = {"clusters": clusters, "signal": 0.0, "effect": 0.0, "columns": 60}
            frame, y, _ = drawn(kind, n, share, seed=(2, seed), **told)
            one = effect_of(frame, y)
            if one is not None:
                squares.append((one["effect"] ** 2, one["plain_effect"] ** 2))
        ours, plain = np.mean(squares, axis=0)
        ratios[f"{kind} n={n} share={share} clusters={clusters}"] = ours / plain
    return ratios


def many_looks(draws):
    """Look thirty times at tests without an effect; say how often each rule called it proven."""
    ever = []
    for seed in tqdm(range(draws), desc="looks"):
        frame, y, _ = drawn(
            "binary", LOOKS * EACH_LOOK, 0.5, clusters=False, seed=(3, seed), columns=5, effect=0.0
        )
        proven = np.zeros(2, dtype=bool)
        for look in range(1, LOOKS + 1):
            here = np.arange(look * EACH_LOOK)
            one = effect_of(frame.rows(here), y[here], valid="any_time")
            if one is not None:
                z = abs(one["plain_effect"] / one["plain_std_error"])
                proven |= [one["p_value"] < 0.05, z > 1.96]
        ever.append(proven)
    return 100 * np.mean(ever, axis=0)


def carried_over(draws):
    """Return what a saved propensity saves, over what fitting within the test saves."""
    saved = []
    for seed in tqdm(range(draws), desc="carried over"):
        frame, y, _ = drawn(
            "binary", 25_000, 0.5, clusters=False, seed=(4, seed), columns=40, signal=1.5
        )
        past = frame.rows((np.arange(25_000) < 20_000) & (frame.treatment == "none").to_numpy())
        model = RidgePropensity(alpha=1e-3).fit(past.X, past.y)
        test = np.arange(20_000, 25_000)
        both = [effect_of(frame.rows(test), y[test], covariates=one) for one in (model, "auto")]
        if all(one is not None for one in both):
            saved.append([one["sample_saved"] for one in both])
    ours, within = np.mean(saved, axis=0)
    return 100 * ours / within


def on_caravan(draws):
    """Give the customers of Caravan arms and an effect at random; return coverage in per cent."""
    frame = FeatureFrame.from_table(datasets.caravan(), target="Purchase")
    rng, held = np.random.default_rng(5), []
    for _ in tqdm(range(draws), desc="Caravan"):
        arm = rng.random(len(frame)) < 0.5
        y = np.where(arm & (rng.random(len(frame)) < 0.02), 1.0, frame.y)
        true = 0.02 * (1 - frame.y.mean())
        test = FeatureFrame(
            frame.X,
            pd.Series(y),
            treatment=pd.Series(np.where(arm, "mail", "none")),
            control="none",
        )
        one = effect_of(test, None)
        if one is not None:
            held.append(one["low"] <= true <= one["high"])
    return 100 * np.mean(held)


def seconds_of(rows, columns=140):
    """Return the seconds that reading a large test takes."""
    frame, y, _ = drawn("binary", rows, 0.5, clusters=False, seed=6, columns=columns)
    start = time.perf_counter()
    read_out(frame, outcome=y)
    return time.perf_counter() - start


def witness():
    """Compare CUPED with tea-tasting, which is told the covariate; return the difference."""
    python = PEER / "bin" / "python"
    if not (PEER / "ready").exists():
        venv.create(PEER, with_pip=True, clear=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-qq", "tea-tasting==1.14.0", "pandas"], check=True
        )
        (PEER / "ready").touch()
    rng = np.random.default_rng(7)
    table = pd.DataFrame({"x": rng.normal(size=4000), "variant": rng.integers(0, 2, 4000)})
    table["y"] = table["x"] + rng.normal(size=4000) + 0.1 * table["variant"]
    with tempfile.TemporaryDirectory() as place:
        table.to_csv(Path(place) / "test.csv", index=False)
        script = Path(__file__).parent / "peers" / "cuped_in_tea_tasting.py"
        command = [python, script, Path(place) / "test.csv"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    peer = json.loads(said.splitlines()[-1])
    ours = cuped(table[["x"]].to_numpy(), table["y"].to_numpy(), table["variant"].to_numpy() == 1)
    return abs(ours[0] - peer["effect"]) / ours[1]


def measure(*, quick=False, peer=True):
    """Run everything; return the figures."""
    warnings.simplefilter("ignore", DataWarning)
    covered = coverage(72 if quick else TESTS)
    by = covered.groupby(["kind", "contacts"])[["held", "saved"]].mean()
    print(by.round(3).to_string())
    ours, rival, plain = against_cuped(6 if quick else 400)
    ratios = without_signal(6 if quick else 200)
    print(pd.Series(ratios).round(3).to_string())
    squares = covered.groupby(["kind", "contacts", "share", "clusters"])[["squared", "plain"]].sum()
    any_time, z = many_looks(4 if quick else 200)
    found = {
        "tests": len(covered),
        "real_coverage_pct": on_caravan(4 if quick else 200),
        "cuped_vs_difference": rival / plain,
        "variance_vs_difference": ours / plain,
        "no_signal_mean": float(np.mean(list(ratios.values()))),
        "signal_worst": float((squares["squared"] / squares["plain"]).max()),
        "coverage_pct": 100 * covered["held"].mean(),
        "variance_vs_cuped": ours / rival,
        "worst_vs_difference": max(ratios.values()),
        "null_rejected_30_looks_pct": any_time,
        "ztest_rejected_30_looks_pct": z,
        "carried_over_pct": carried_over(2 if quick else 20),
        "read_1m_seconds": seconds_of(20_000 if quick else 1_000_000),
    }
    if peer:
        found = {"cuped_off_tea_tasting_se": witness()} | found
    return {name: round(float(value), 3) for name, value in found.items()}


if __name__ == "__main__":
    print(json.dumps(measure(quick="--quick" in sys.argv)))
