"""Tables of awkward shape, drawn: what people have, not what a method likes."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from workbench import FeatureFrame


class Shape(NamedTuple):
    """Ranges that a table's sizes are drawn from; ``numbers`` in rows where below 4 and no int."""

    rows: tuple
    numbers: tuple
    levels: tuple = ()
    campaigns: tuple = ()
    rate: tuple = (0.03, 0.4)
    grouped: bool = False
    twist: str = ""


SHAPES = {
    "text": Shape((300, 3_000), (1, 5), levels=((60, 300),)),
    "text, campaigns": Shape((400, 3_000), (1, 5), levels=((60, 300),), campaigns=(3, 15)),
    "two texts": Shape((200, 3_000), (1, 4), levels=((2, 50), (100, 2_000)), campaigns=(0, 8)),
    "2,000 levels": Shape((800, 3_000), (1, 3), levels=((500, 2_000),), twist="all levels"),
    "few rows": Shape((60, 150), (3, 20)),
    "few rows, campaigns": Shape((60, 250), (2, 15), campaigns=(3, 9), rate=(0.15, 0.6)),
    "p > n": Shape((60, 150), (1.0, 3.0), rate=(0.15, 0.6)),
    "p > n, campaigns": Shape((80, 180), (1.0, 3.0), (), (3, 9), (0.15, 0.6), grouped=True),
    "columns twice": Shape((150, 2_000), (4, 15), (), (0, 9), grouped=True, twist="twice"),
    "few campaigns": Shape((100, 3_000), (3, 20), (), (1, 4), grouped=True),
    "many campaigns": Shape((600, 5_000), (3, 20), (), (20, 40), grouped=True),
    "rare": Shape((1_000, 5_000), (3, 15), ((2, 40),), (0, 8), (0.005, 0.02)),
    "every other": Shape((200, 3_000), (3, 25), (), (3, 20), (0.4, 0.6), grouped=True),
    "spikes": Shape((400, 4_000), (8, 25), (), (5, 15), grouped=True, twist="spikes"),
    "no signal": Shape((100, 3_000), (3, 25), ((2, 100),), (0, 12), grouped=True, twist="none"),
    "nearly separated": Shape((100, 2_000), (3, 15), (), (0, 9), grouped=True, twist="strong"),
    "heavy tails": Shape((150, 3_000), (3, 15), ((2, 30),), (0, 12), grouped=True, twist="heavy"),
}


def draw(number):
    """Draw a table; return its kind, the frame, and the parameters of the fit."""
    kind = list(SHAPES)[number % len(SHAPES)]
    shape, rng = SHAPES[kind], np.random.default_rng([20260301, number])
    n = between(rng, shape.rows)
    X, eta = numbers(rng, n, shape)
    for k, levels in enumerate(shape.levels):
        text, effect = text_column(rng, n, between(rng, levels))
        X[f"text_{k}"], eta = text, eta + effect
    count = int(rng.integers(shape.campaigns[0], shape.campaigns[1] + 1)) if shape.campaigns else 0
    campaign = campaigns(rng, n, count) if count else None
    if campaign is not None:
        eta += rng.normal(0, 0.4, count)[campaign]
        eta += spikes(rng, X, campaign, count) if shape.twist == "spikes" else 0.0
    eta *= {"none": 0.0, "strong": 8.0}.get(shape.twist, rng.choice([0.3, 1.0, 2.0]))
    rate = np.exp(rng.uniform(*np.log(shape.rate)))
    y = outcomes(rng, eta, rate)
    groups = dict(zip(X, rng.permutation(np.arange(X.shape[1]) % 4), strict=True))
    groups = {name: f"group_{g}" if shape.grouped else "all" for name, g in groups.items()}
    catalogue = pd.DataFrame({"group": pd.Series(groups)})
    labels = None if campaign is None else pd.Series([f"2024-{g:03d}" for g in campaign])
    frame = FeatureFrame(X, pd.Series(y), campaign=labels, catalogue=catalogue)
    return kind, frame, {"most_levels": 2_000} if shape.twist == "all levels" else {}


def between(rng, bounds):
    """Draw a whole number, evenly in its logarithm."""
    return round(np.exp(rng.uniform(*np.log(bounds))))


def numbers(rng, n, shape):
    """Draw numeric columns that go together in part, and what they say of the outcome."""
    low, high = shape.numbers
    p = int(n * rng.uniform(low, high)) if isinstance(low, float) else between(rng, (low, high))
    Z = rng.normal(size=(n, p)) + rng.uniform(0, 1.5) * rng.normal(size=(n, 1))
    if shape.twist == "heavy":
        Z = np.sinh(2.5 * Z / Z.std(axis=0))
    effects = rng.normal(size=p) * (rng.random(p) < rng.choice([0.2, 1.0]))
    eta = Z / Z.std(axis=0) @ effects / np.sqrt(max(1, (effects**2).sum()))
    X = pd.DataFrame(Z * 10 ** rng.uniform(-3, 3, p), columns=[f"x_{j}" for j in range(p)])
    if shape.twist == "twice":
        X["x_0 again"], X["x_1 tripled"] = X["x_0"], 3 * X["x_1"]
        X["nearly x_0"] = X["x_0"] * (1 + 1e-9 * rng.normal(size=n))
        X["always 7"], X["x_0 + x_1"] = 7.0, X["x_0"] + X["x_1"]
    return X, eta


def text_column(rng, n, levels):
    """Draw a text column of skewed levels, and what each says of the outcome."""
    chance = (1 + np.arange(levels)) ** -rng.uniform(0, 1.2)
    code = rng.choice(levels, n, p=chance / chance.sum())
    effect = rng.normal(0, rng.choice([0.0, 0.5, 1.5]), levels)
    return pd.Series([f"level {c:04d}" for c in code]), effect[code]


def campaigns(rng, n, count):
    """Deal rows to campaigns of very uneven size, none below 5."""
    chance = rng.lognormal(0, rng.choice([0.2, 1.5]), count)
    sizes = 5 + rng.multinomial(max(0, n - 5 * count), chance / chance.sum())
    return np.sort(np.repeat(np.arange(count), sizes)[:n])


def spikes(rng, X, campaign, count):
    """Let half of the columns live in one to three campaigns, with effects of their own there."""
    eta = np.zeros(len(X))
    for name in list(X)[::2]:
        lives = np.isin(campaign, rng.choice(count, min(count, rng.integers(1, 4)), replace=False))
        X[name] = np.where(lives, X[name], 0.0)
        own = rng.normal(0, 1.0, count)[campaign]
        eta += own * X[name] / max(X[name].std(), 1e-12)
    return 0.3 * eta


def outcomes(rng, eta, rate):
    """Draw outcomes at about the rate, of both classes."""
    shift = logit(rate)
    for _ in range(50):
        shift += logit(rate) - logit(np.clip(expit(eta + shift).mean(), 1e-9, 1 - 1e-9))
    y = (rng.random(len(eta)) < expit(eta + shift)).astype(float)
    y[np.argsort(eta)[-2:]], y[np.argsort(eta)[:2]] = 1.0, 0.0
    return y
