"""Whatever the search does, what is chosen must not lose: judged by refits of scikit-learn.

The witness shares the folds and the design with the model, and nothing else.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import issparse
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from workbench import FeatureFrame, RidgePropensity
from workbench.ridge.design.training_rows import training_rows
from workbench.ridge.tune.folds import folds_of

GRID = np.logspace(3, -5, 9)
ALLOWED = 1.002  # what the rule about ties may give away
pytestmark = pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")


class Witness:
    """Left-out losses of one frame, every fold refitted."""

    def __init__(self, frame, model):
        rows = training_rows(RidgePropensity(), frame)
        matrix = model.design_.matrix(rows.X)
        self.fold = folds_of(rows, matrix, needed=True).of_row
        self.ahead = model.folds == "forward"
        X = matrix.toarray() if issparse(matrix) else matrix
        X = X[:, ~model.columns_["dropped"].to_numpy()]
        self.y, self.weight = rows.y, rows.weight
        mean = np.average(X, axis=0, weights=self.weight)
        self.Z = (X - mean) / np.sqrt(np.average((X - mean) ** 2, axis=0, weights=self.weight))

        self.judged = list(self._parts())
        known = [self.weight[rest] if self.ahead else self.weight for _, rest in self.judged]
        self.peers = [
            LogisticRegression(C=1 / w.sum(), solver="newton-cholesky", tol=1e-8, warm_start=True)
            for w in known
        ]
        self.root = 1.0

    def _parts(self):
        """Yield each fold that is judged, and what it may learn from."""
        for g in range(3 if self.ahead else 0, self.fold.max() + 1):
            yield self.fold == g, self.fold < g if self.ahead else self.fold != g

    def _mean(self, total):
        return total / sum(self.weight[out].sum() for out, _ in self.judged)

    def _summed(self, eta, out):
        y, weight = self.y[out], self.weight[out]
        return weight @ (np.logaddexp(0, eta) - y * eta)

    def loss(self, penalties):
        """Return the mean loss on left-out folds at these penalties, or at a common one."""
        root, total = np.sqrt(penalties), 0.0
        for (out, rest), peer in zip(self.judged, self.peers, strict=True):
            X = self.Z / root
            if hasattr(peer, "coef_"):  # where the last penalties led, in the new units
                peer.coef_ = peer.coef_ * (root / self.root)
            peer.fit(X[rest], self.y[rest], sample_weight=self.weight[rest])
            total += self._summed(peer.decision_function(X[out]), out)
        self.root = root
        return self._mean(total)

    def null(self):
        """Return the mean loss of the base rate of what is known."""
        total = 0.0
        for out, rest in self.judged:
            rate = np.average(self.y[rest], weights=self.weight[rest])
            total += self._summed(np.full(out.sum(), np.log(rate / (1 - rate))), out)
        return self._mean(total)


class Kind(NamedTuple):
    """Sizes of a table; ``strength`` is the spread of what its columns say, in log-odds."""

    rows: int
    numbers: int
    levels: int = 0
    campaigns: int = 0
    rate: float = 0.15
    strength: float = 1.5
    tails: float = 0.0


KINDS = {
    "60 levels": Kind(500, 2, levels=60, rate=0.14),
    "150 levels": Kind(400, 2, levels=150, rate=0.14, strength=2.0),
    "300 levels": Kind(600, 1, levels=300, rate=0.14, strength=2.5),
    "levels and campaigns": Kind(900, 3, levels=120, campaigns=6, rate=0.05),
    "nearly separated": Kind(400, 5, campaigns=6, strength=9.0, rate=0.05),
    "few rows": Kind(80, 10),
    "more columns than rows": Kind(70, 100, rate=0.3),
    "heavy tails": Kind(300, 10, tails=2.5, rate=0.3),
    "no signal": Kind(400, 8, levels=60, campaigns=5, strength=0.0),
    "a year of months": Kind(1800, 12, campaigns=12, rate=0.2),
}


def drawn(kind, seed):
    """Draw a frame of a kind: numbers, perhaps a text column of many levels, campaigns, groups."""
    rng, n = np.random.default_rng([7, seed]), kind.rows
    Z = rng.normal(size=(n, kind.numbers))
    eta = Z @ rng.normal(size=kind.numbers) / np.sqrt(kind.numbers)
    X = np.sinh(kind.tails * Z) if kind.tails else Z
    table = pd.DataFrame(X * [10.0 ** (j % 5 - 2) for j in range(kind.numbers)])
    table.columns = [f"{'web' if j % 2 else 'shop'}_{j}" for j in range(kind.numbers)]
    if kind.levels:
        code = rng.integers(0, kind.levels, n)
        table["joined"] = [f"day {c:03d}" for c in code]
        eta = eta + 0.3 * rng.normal(size=kind.levels)[code]
    roles = {}
    if kind.campaigns:
        table["month"] = [f"2024-{g:02d}" for g in 1 + np.arange(n) * kind.campaigns // n]
        roles["campaign"] = "month"
    eta = kind.strength * eta
    shift = np.log(kind.rate / (1 - kind.rate))
    table["bought"] = (rng.random(n) < expit(eta + shift)).astype(int)
    table.loc[:1, "bought"], table.loc[n - 2 :, "bought"] = [0, 1], [1, 0]
    return FeatureFrame.from_table(table, target="bought", **roles)


@cache
def told(kind, seed, folds):
    """Draw a frame, and refit every fold at common strengths: the rule does not matter to that."""
    frame = drawn(KINDS[kind], seed)
    witness = Witness(frame, RidgePropensity(1.0, folds=folds, half_life=None).fit(frame))
    return frame, witness, min(witness.loss(alpha) for alpha in GRID)


def judged(kind, seed, rule, **settings):
    frame, witness, of_grid = told(kind, seed, settings.get("folds", "auto"))
    model = RidgePropensity(rule=rule, **settings).fit(frame)
    assert not model.columns_["dropped"].any()
    return witness, witness.loss(model.penalties_.to_numpy()), of_grid


# --- never worse than the best common strength of a coarse grid


LONG = ("60 levels", "150 levels", "300 levels", "levels and campaigns", "no signal")


@pytest.mark.parametrize("rule", ["safe", "best"])
@pytest.mark.parametrize(
    "kind", [pytest.param(k, marks=pytest.mark.slow) if k in LONG else k for k in KINDS]
)
def test_no_grid_of_common_strengths_does_better(kind, rule):
    witness, chosen, of_grid = judged(kind, 0, rule)
    assert chosen <= ALLOWED * of_grid
    null = witness.null()
    if of_grid < 0.98 * null:  # a signal is kept
        assert null - chosen > 0.9 * (null - of_grid)


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["safe", "best"])
@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("kind", KINDS)
def test_no_grid_of_common_strengths_does_better_on_other_tables(kind, seed, rule):
    _, chosen, of_grid = judged(kind, seed, rule)
    assert chosen <= ALLOWED * of_grid


# --- nor where campaigns are judged by those before them


FORWARD = ["levels and campaigns", "nearly separated", "no signal", "a year of months"]


@pytest.mark.parametrize("rule", ["safe", "best"])
@pytest.mark.parametrize("kind", FORWARD)
def test_no_common_strength_does_better_forward(kind, rule):
    witness, chosen, of_grid = judged(kind, 0, rule, folds="forward", half_life=None)
    assert len(witness.judged) == KINDS[kind].campaigns - 3
    assert chosen <= ALLOWED * of_grid


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["safe", "best"])
@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("kind", FORWARD)
def test_no_common_strength_does_better_forward_on_other_tables(kind, seed, rule):
    _, chosen, of_grid = judged(kind, seed, rule, folds="forward", half_life=None)
    assert chosen <= ALLOWED * of_grid


# --- the order of rows


def cells(seed):
    """Draw cells of contacts, between whose groups the left-out loss is flat."""
    rng, rows = np.random.default_rng(seed), []
    for month in range(1, 9):
        for segment, effect in {"a": 0.0, "b": 0.3, "c": -0.4, "d": 0.1}.items():
            for visits in range(4):
                sent = int(rng.integers(20, 200))
                log_odds = -1.5 + 0.4 * visits + effect + 0.2 * rng.normal()
                numbers = visits + 0.01 * rng.normal(), rng.normal()
                bought = rng.binomial(sent, expit(log_odds))
                rows.append((f"2024-{month:02d}", segment, *numbers, sent, bought))
    columns = ["month", "segment", "visits", "noise", "sent", "bought"]
    groups = {"segment": "who", "visits": "what", "noise": "what"}
    roles = {"target": "bought", "trials": "sent", "campaign": "month"}
    return FeatureFrame.from_table(pd.DataFrame(rows, columns=columns), groups=groups, **roles)


@pytest.mark.parametrize("rule", ["safe", "best"])
@pytest.mark.parametrize(
    "frame",
    [cells(0), cells(2), drawn(KINDS["60 levels"], 3), drawn(KINDS["levels and campaigns"], 4)],
    ids=["cells", "other cells", "60 levels", "levels and campaigns"],
)
def test_the_order_of_rows_does_not_move_penalties(frame, rule):
    found = []
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(frame))
        found.append(RidgePropensity(rule=rule).fit(frame.rows(order)).penalties_)
    for other in found[1:]:
        np.testing.assert_allclose(np.log(other), np.log(found[0]), atol=0.01)


# --- the curve that users see


@pytest.mark.parametrize("kind", ["60 levels", "levels and campaigns", "few rows"])
def test_the_marked_point_of_the_path_is_its_least_within_what_ties_may_cost(kind):
    frame = drawn(KINDS[kind], 0)
    model = RidgePropensity(penalty_factors={}).fit(frame)
    path = model.path(multipliers=np.logspace(-1.5, 1.5, 13))
    assert path["loss"][path["chosen"]].item() <= ALLOWED * path["loss"].min()
    assert path["loss"][path["chosen"]].item() == pytest.approx(
        model.tuning_["left_out_loss"].iloc[0], rel=1e-5
    )
