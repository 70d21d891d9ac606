import re

import numpy as np
import pytest

from workbench.datasets import planted_drift
from workbench.errors import FitError
from workbench.ridge import RidgePropensity
from workbench.ridge.explain.jackknife import jackknife_errors


def campaigns_with_effects_of_their_own(rng, sizes, spread):
    fold = np.repeat(np.arange(len(sizes)), sizes)
    Z = rng.normal(size=(len(fold), 3))
    effects = 0.4 + spread * rng.normal(size=(len(sizes), 3))
    log_odds = (Z * effects[fold]).sum(axis=1) - 1
    y = (rng.random(len(fold)) < 1 / (1 + np.exp(-log_odds))).astype(float)
    return Z, y, np.char.add("c", fold.astype(str))


def test_jackknife_errors_are_those_of_refits_without_each_campaign():
    """Many contacts, so that one Newton step is near enough."""
    sizes = [400, 600, 800, 1000, 1000, 1200, 1400, 1600]
    Z, y, campaign = campaigns_with_effects_of_their_own(np.random.default_rng(8), sizes, 0.3)
    factors = {"x0": 0.0, "x1": 1.0, "x2": 30.0}
    model = RidgePropensity(0.01, factors).fit(Z, y, campaign=campaign)
    left = []
    for label in np.unique(campaign):
        kept = campaign != label
        share = kept.mean()  # the penalty weighs sums: the same against fewer rows
        # it also weighs standardised coefficients, and these rows have deviations of their own
        ratio = (Z.std(axis=0) / Z[kept].std(axis=0)) ** 2
        same = {name: f / share * r for (name, f), r in zip(factors.items(), ratio, strict=True)}
        left.append(RidgePropensity(0.01, same).fit(Z[kept], y[kept]).coef_[0] * Z.std(axis=0))
    away = np.array(left) - model.coef_standardised_.to_numpy()
    by_hand = np.sqrt(7 / 8 * (away**2).sum(axis=0))
    found = jackknife_errors(model)
    assert found.index.tolist() == ["x0", "x1", "x2"]
    np.testing.assert_allclose(found, by_hand, rtol=0.02)
    # effects differ by campaign: taking contacts as independent says too little
    assert (found > 2 * model.coefficients()["std_error"])[:2].all()


def test_jackknife_errors_are_what_other_campaigns_would_have_given():
    """Their mean square against the variance of coefficients over campaigns drawn anew."""
    rng, fits, squares = np.random.default_rng(9), [], []
    for _ in range(60):
        Z, y, campaign = campaigns_with_effects_of_their_own(rng, [150] * 10, 0.4)
        model = RidgePropensity(0.01).fit(Z, y, campaign=campaign)
        fits.append(model.coef_standardised_)
        squares.append(jackknife_errors(model) ** 2)
    assert 0.8 < np.mean(squares) / np.var(fits, axis=0, ddof=1).mean() < 1.4


def test_a_dropped_column_has_no_jackknife_error(rows):
    model = RidgePropensity(0.02, {"spend": np.inf}).fit(rows.X, rows.y, campaign=rows.campaign)
    errors = jackknife_errors(model)
    assert errors["spend"] == 0.0
    assert (errors.drop("spend") > 0).all()


def test_without_campaigns_or_rows_nothing_can_be_left_out(rows, tmp_path):
    message = (
        "Errors by leaving campaigns out need the rows and at least two campaigns of the fit, "
        "as its folds; this model was loaded, or fitted without them. Fit it here with "
        "`campaign`, or use the Bayesian errors of `coefficients()`."
    )
    alone = RidgePropensity(0.02).fit(rows.X, rows.y)
    fitted = RidgePropensity(0.02).fit(rows.X, rows.y, campaign=rows.campaign)
    loaded = RidgePropensity.load(fitted.save(tmp_path / "model.json"))
    dealt = RidgePropensity(0.02, folds="random").fit(rows.X, rows.y, campaign=rows.campaign)
    for model in (alone, loaded, dealt):
        with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
            jackknife_errors(model)


def test_jackknife_errors_leave_campaigns_out_however_penalties_were_tuned():
    frame = planted_drift(seed=2, campaigns=6, rows=100, columns=3).frame
    tuned = RidgePropensity(folds="forward").fit(frame)
    given = RidgePropensity(1.0).fit(frame).refit(tuned.penalties_)
    np.testing.assert_allclose(jackknife_errors(tuned), jackknife_errors(given), rtol=1e-5)
