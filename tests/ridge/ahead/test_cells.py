"""How much more cells differ than by chance: against statsmodels, with campaigns swept out."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit

from workbench import FeatureFrame, RidgePropensity
from workbench.ridge.ahead.cells import beyond_chance
from workbench.ridge.ahead.outlook import PROVEN_BY


def drawn(spread, seed=0, campaigns=6, each=20, largest=400):
    rng = np.random.default_rng(seed)
    n = campaigns * each
    campaign, x = np.repeat(np.arange(campaigns), each), rng.normal(size=n)
    sent = rng.integers(50, largest, n)
    eta = -1.5 + 0.2 * campaign + 0.3 * x + rng.normal(0, spread, n)
    sold = rng.binomial(sent, expit(eta))
    month = [f"2024-{g + 1:02d}" for g in campaign]
    return pd.DataFrame({"month": month, "x": x, "sent": sent, "sold": sold}), campaign


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_at_the_fit_it_is_pearsons_of_a_glm_with_campaigns(spread):
    table, campaign = drawn(spread)
    design = np.column_stack([np.eye(6)[campaign], table["x"]])
    both = np.column_stack([table["sold"], table["sent"] - table["sold"]])
    fit = sm.GLM(both, design, sm.families.Binomial()).fit()
    given = {"whole": np.repeat(np.arange(120), 2), "campaign": np.repeat(campaign, 2)}
    eta = np.repeat(design @ fit.params, 2)
    found = beyond_chance(
        eta, np.tile([1.0, 0.0], 120), both.ravel().astype(float), fitted=1, **given
    )
    assert found == pytest.approx(max(1.0, fit.pearson_chi2 / fit.df_resid), rel=1e-8)
    # a campaign's own rate makes no difference, to first order
    shifted = eta + np.repeat(np.linspace(-0.01, 0.01, 6)[campaign], 2)
    again = beyond_chance(
        shifted, np.tile([1.0, 0.0], 120), both.ravel().astype(float), fitted=1, **given
    )
    assert again == pytest.approx(found, rel=0.01)


def test_too_few_cells_tell_nothing():
    given = {"whole": np.array([0, 0, 1, 1]), "campaign": np.zeros(4, dtype=int)}
    weight = np.array([30.0, 70, 10, 90])
    assert beyond_chance(np.zeros(4), np.tile([1.0, 0], 2), weight, fitted=1.0, **given) == 1.0


@pytest.mark.parametrize(("odds", "variance"), [(0.25, 16.0), (1.0, 25.0)])
def test_three_cells_of_one_campaign_worked_by_hand(odds, variance):
    """30%, 10% and 20% of 100: (10² + 10² + 0²)/v on one degree of freedom, whatever was fitted."""
    given = {"whole": np.repeat([0, 1, 2], 2), "campaign": np.zeros(6, dtype=int)}
    weight, log_odds = np.array([30.0, 70, 10, 90, 20, 80]), np.full(6, np.log(odds))
    found = beyond_chance(log_odds, np.tile([1.0, 0], 3), weight, fitted=1.0, **given)
    assert found == pytest.approx(200 / variance)
    none_left = beyond_chance(log_odds, np.tile([1.0, 0], 3), weight, fitted=2.0, **given)
    assert none_left == 1.0


def test_clicks_of_cells_that_differ_prove_no_model():
    """Noise in place of a feature: enough clicks always gain two nats, cells do not."""
    proven = {"cells": 0, "single": 0}
    for seed in range(6):
        table, _ = drawn(1.0, seed=seed, campaigns=8, each=12, largest=20_000)
        frame = FeatureFrame.from_table(table, target="sold", trials="sent", campaign="month")
        single = FeatureFrame(
            frame.X,
            frame.y,
            campaign=frame.campaign,
            weight=frame.weight,
            catalogue=frame.catalogue,
        )
        for name, one in {"cells": frame, "single": single}.items():
            model = RidgePropensity().fit(one)
            folds = model.forward_
            gained = float((folds["contacts"] * (folds["base_loss"] - folds["loss"])).sum())
            proven[name] += bool(model.proven_)
            if name == "single":
                assert model.proven_ == (gained > PROVEN_BY)
    assert proven["cells"] < proven["single"]
