"""Every view on every shape of table: it shows, or one sentence stands in its place."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import FitError
from workbench.widgets import ShiftView, Targeting, Tuner


def table(n, numbers, *, campaigns=5, levels=0, seed=4):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, numbers))
    eta = X[:, :3] @ np.array([1.0, -0.8, 0.5])
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(numbers)])
    if levels:
        frame["shop"] = [f"s{k}" for k in rng.integers(0, levels, n)]
    frame["bought"] = (rng.random(n) < 1 / (1 + np.exp(0.5 - eta))).astype(int)
    frame["campaign"] = [f"2024-{1 + k * campaigns // n:02d}" for k in range(n)]
    return frame


LEVELS = {"alpha": 0.05, "most_levels": 6000}
SHAPES = {  # a table, parameters, groups, and whether a Tuner can show it
    "120 rows, 400 columns": (table(120, 400), {}, None, False),
    "150 rows, 500 columns": (table(150, 500), {}, None, False),
    "as many columns as rows": (table(150, 180), {}, None, True),
    "text of 1,000 levels": (table(3000, 3, levels=1000), LEVELS, None, True),
    "5,000 columns": (table(13_000, 3, levels=5800), LEVELS, None, False),
    "one group": (table(300, 6), {}, "all", True),
    "300 groups": (table(330, 305), {}, "many", True),
    "two campaigns": (table(200, 5, campaigns=2), {}, None, True),
}


SLOW = ("text of 1,000 levels", "5,000 columns", "300 groups")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in SHAPES
    ],
    ids=str,
)
def shown(request):
    rows, parameters, groups, live = SHAPES[request.param]
    features = [name for name in rows if name not in ("bought", "campaign")]
    of = {"all": dict.fromkeys(features, "g"), "many": {f: f"g{f}" for f in features[:300]}}
    frame = FeatureFrame.from_table(
        rows, target="bought", campaign="campaign", groups=of.get(groups)
    )
    return frame, RidgePropensity(**parameters).fit(frame), live


def test_the_tuner_shows_or_says_why_not(shown):
    _, model, live = shown
    why = Tuner.unavailable(model)
    assert (why is None) == live
    if why is None:
        tuner = Tuner(model)
        tuner.move(dict.fromkeys(model.columns_["group"].unique()[:2], 0.3))
        assert np.isfinite(tuner.model.coef_).all()
        return
    assert why.startswith("A Tuner needs ")
    assert why.endswith("Use `model.refit` and `model.path`, or fit fewer columns.")
    with pytest.raises(FitError) as raised:
        Tuner(model)
    assert str(raised.value) == why


def test_targeting_scores_each_campaign_without_itself(shown):
    frame, model, _ = shown
    targeting = Targeting(model, frame, cost=1.0, margin=10.0)
    scores = targeting.table["propensity"] if hasattr(targeting, "table") else None
    assert scores is None or scores.between(0, 1).all()


def test_the_shift_view_compares_columns(shown):
    frame, model, _ = shown
    ShiftView(frame, model)
