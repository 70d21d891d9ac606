import re

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from workbench.errors import DataError, FitError, ParameterError
from workbench.networks import Linearised, tune_weight_decay

DECAY = {"signal": 0.01, "noise": 0.01}
LAYERS = ["signal", "signal", *["noise"] * 12, None]


def world(seed=0, n=480):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(size=(n, 14)), np.ones(n)])
    y = (rng.random(n) < expit(-1 + X[:, 0] - X[:, 1])).astype(float)
    return X, y, np.repeat(np.arange(6), n // 6)


def refit_of(X, y):
    """Exact fits of a linear model by scikit-learn: columns divided by √λ of their layer."""

    def refit(decay, rows):
        root = np.sqrt([decay[layer] for layer in LAYERS if layer])
        model = LogisticRegression(C=1 / len(y), tol=1e-9, max_iter=5000)
        model.fit(X[rows, :14] / root, y[rows])
        theta = np.append(model.coef_[0] / root, model.intercept_)
        return Linearised(X, X @ theta, theta)

    return refit


def test_noise_is_held_tighter_and_the_exact_loss_falls():
    X, y, campaign = world()
    refit = refit_of(X, y)
    at = refit(DECAY, np.ones(len(y), dtype=bool))
    found = tune_weight_decay(
        X,
        y,
        campaign,
        LAYERS,
        log_odds=at.log_odds,
        parameters=at.parameters,
        decay=DECAY,
        refit=refit,
    )
    assert found.exact
    assert found.decay["noise"] > 5 * found.decay["signal"]
    assert found.rounds["exact_loss"].min() < found.rounds["exact_loss"].iloc[0]
    best = found.rounds.loc[found.rounds["exact_loss"].idxmin()]
    assert best["noise"] == pytest.approx(found.decay["noise"])
    assert len(found.rounds) == 4
    grid = [
        sum(
            np.sum(
                np.logaddexp(
                    0,
                    eta := refit({"signal": s, "noise": n}, campaign != g).log_odds[campaign == g],
                )
                - y[campaign == g] * eta
            )
            for g in range(6)
        )
        / len(y)
        for s in (1e-3, 1e-2, 3e-2)
        for n in (1e-2, 1e-1, 1.0)
    ]
    assert found.rounds["exact_loss"].min() <= min(grid) + 1e-4


def test_no_round_moves_further_than_it_can_see():
    X, y, campaign = world()
    found = tune_weight_decay(
        X,
        y,
        campaign,
        LAYERS,
        log_odds=np.zeros(len(y)),
        parameters=np.zeros(15),
        decay={"signal": 1e-6, "noise": 1e-6},
    )
    assert max(found.decay.values()) <= 1e-6 * np.exp(4) * (1 + 1e-9)
    assert not found.exact
    assert found.rounds["exact_loss"].isna().all()


def test_a_worse_round_is_not_taken():
    X, y, campaign = world()
    refit = refit_of(X, y)
    start = {"signal": 0.006, "noise": 0.3}
    at = refit(start, np.ones(len(y), dtype=bool))

    def spoiled(decay, rows):
        one = refit(decay, rows)
        worse = 0.0 if decay == pytest.approx(start) else 3.0
        return one._replace(log_odds=one.log_odds + worse)

    found = tune_weight_decay(
        X,
        y,
        campaign,
        LAYERS,
        log_odds=at.log_odds,
        parameters=at.parameters,
        decay=start,
        refit=spoiled,
        rounds=1,
    )
    assert found.decay == pytest.approx(start)


def call(**changed):
    X, y, campaign = world(n=60)
    given = {
        "jacobian": X,
        "outcome": y,
        "campaign": campaign,
        "layers": LAYERS,
        "log_odds": np.zeros(60),
        "parameters": np.zeros(15),
        "decay": DECAY,
    }
    return tune_weight_decay(**{**given, **changed})


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"decay": {"signal": 1.0}}, ParameterError, "one number above 0 for each layer"),
        ({"decay": {"signal": 0.0, "noise": 1.0}}, ParameterError, "one number above 0"),
        ({"layers": [None] * 15}, ParameterError, "for each layer"),
        ({"campaign": np.zeros(60)}, DataError, "at least two campaigns; got one"),
        ({"campaign": np.zeros(9)}, DataError, "got 9 for 60 rows"),
        ({"parameters": np.zeros(3)}, DataError, "got (60, 15) for (60, 60, 60) and (3, 15)"),
        ({"outcome": np.full(60, 0.5)}, DataError, "outcomes 0 or 1"),
        ({"log_odds": np.full(60, np.nan)}, DataError, "must be finite"),
        ({"rounds": 0}, ParameterError, "`rounds`"),
        ({"log_odds": None}, DataError, "`log_odds` must be a list of numbers; got None"),
        ({"jacobian": ""}, DataError, "`jacobian` must be a table of numbers; got ''"),
        ({"weight": "w"}, DataError, "`weight` must be a list of numbers; got 'w'"),
    ],
)
def test_what_cannot_be_tuned(changed, error, said):
    with pytest.raises(error, match=re.escape(said)):
        call(**changed)


def test_too_many_parameters():
    p = 5001
    with pytest.raises(FitError, match="got 5,001"):
        call(jacobian=np.zeros((60, p)), parameters=np.zeros(p), layers=["signal"] * p)
