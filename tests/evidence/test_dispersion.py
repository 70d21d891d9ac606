"""Whether cells differ beyond chance: against statsmodels' binomial GLM, and in words."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit

from workbench import FeatureFrame, RidgePropensity
from workbench.evidence import CellDispersion, cell_dispersion
from workbench.evidence.baselines import BaseRate
from workbench.frame.dealing import wholes
from workbench.metrics import overdispersion


def table_of(spread, *, count=80, seed=0, largest=400):
    rng = np.random.default_rng(seed)
    x, n = rng.normal(size=count), rng.integers(20, largest, count)
    sold = rng.binomial(n, expit(-1.5 + 0.6 * x + rng.normal(0, spread, count)))
    return pd.DataFrame({"x": x, "sent": n, "sold": sold})


def frame_of(table, **roles):
    return FeatureFrame.from_table(table, target="sold", trials="sent", **roles)


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_it_is_pearsons_of_a_binomial_glm(spread):
    table = table_of(spread)
    frame = frame_of(table)
    model = RidgePropensity(alpha=0.0).fit(frame)
    both = np.column_stack([table["sold"], table["sent"] - table["sold"]])
    fit = sm.GLM(both, sm.add_constant(table[["x"]]), sm.families.Binomial()).fit()
    found = cell_dispersion(model, frame)
    assert found.value == pytest.approx(fit.pearson_chi2 / fit.df_resid, rel=1e-7)
    assert (found.cells, found.freedom) == (80, pytest.approx(fit.df_resid))
    assert found.above == (spread > 0)
    # quasi-likelihood: the errors of a binomial fit, times the root
    errors = found.widened(model.coefficients())["std_error"] / model.columns_["scale"]
    factor = np.sqrt(max(found.value, 1.0))
    assert errors["x"] == pytest.approx(fit.bse["x"] * factor, rel=1e-5)


def test_it_looks_at_the_fit_and_not_at_the_forecast_base_rate():
    table = pd.concat(
        [table_of(0.0, seed=k).assign(month=f"2024-{k + 1:02d}") for k in range(6)],
        ignore_index=True,
    )
    # the last months respond twice as often: what is scored follows them, the fit does not
    table.loc[table["month"] > "2024-03", "sold"] = np.minimum(2 * table["sold"], table["sent"])
    frame = frame_of(table, campaign="month")
    followed = RidgePropensity(0.001, base_rate="recent").fit(frame)
    left_alone = RidgePropensity(0.001, base_rate="training").fit(frame)
    assert abs(followed.intercept_[0] - left_alone.intercept_[0]) > 0.1
    values = [cell_dispersion(model, frame).value for model in (followed, left_alone)]
    assert values[0] == pytest.approx(values[1], rel=1e-9)


def test_it_says_so_only_where_cells_differ_beyond_chance():
    told = CellDispersion(5.24, 60, 57.0)
    assert told.sentence() == (
        "The 60 cells differ by more than chance: Pearson's χ² over its degrees of freedom is "
        "5.2, where contacts that respond independently of one another give about 1. So their "
        "contacts carry less information than their number, and intervals draw them as wholes."
    )
    assert CellDispersion(1.4, 5000, 4990.0).sentence() == ""  # beyond chance, and yet little
    assert CellDispersion(2.0, 5, 3.0).sentence() == ""  # much, and yet chance
    assert repr(CellDispersion(1.4, 5, 3.0)) == "5 cells: χ² over its degrees 1.40."


@pytest.mark.slow
def test_chance_is_rarely_called_more():
    said = 0
    for seed in range(60):
        frame = frame_of(table_of(0.0, seed=seed, count=40))
        said += cell_dispersion(RidgePropensity(alpha=0.001).fit(frame), frame).above
    assert said <= 1


def test_a_frame_without_cells_tells_nothing():
    frame = frame_of(table_of(0.5))
    plain = FeatureFrame(frame.X, frame.y, weight=frame.weight)
    found = cell_dispersion(BaseRate().fit(plain), plain)
    assert np.isnan(found.value)
    assert (found.cells, found.above, found.sentence()) == (0, False, "")
    table = pd.DataFrame({"std_error": [0.1]})
    assert found.widened(table)["std_error"].tolist() == [0.1]


def test_what_only_scores_has_one_coefficient_or_none():
    frame = frame_of(table_of(0.5))
    found = cell_dispersion(BaseRate().fit(frame), frame)
    assert found.freedom == 80
    assert found.above


def cells_of(rng, rows=168, columns=4):
    X = rng.normal(size=(rows, columns))
    effect = 0.5 * X[:, 0] + rng.normal(0, 0.5, rows) - 2.5
    sent = rng.integers(400, 900, rows)
    table = pd.DataFrame(X, columns=[f"x{j}" for j in range(columns)])
    responded = rng.binomial(sent, expit(effect))
    return table.assign(sent=sent, responded=responded, wave=np.arange(rows) % 12)


ROLES = {"target": "responded", "trials": "sent", "campaign": "wave", "order": "first-seen"}
AS_FITTED = {"alpha": 0.001, "slope": 1.0, "base_rate": "training", "half_life": None}


@pytest.mark.parametrize("layout", ["far from zero", "sparse", "sparse and full"])
def test_it_is_the_same_however_the_rows_are_laid_out(layout):
    table = cells_of(np.random.default_rng(0))
    moved = table.copy()
    if layout == "far from zero":
        moved["x0"] += 1e5
    else:
        full = 50.0 * (layout == "sparse and full")
        names = [name for name in table if name.startswith("x")]
        moved[names] = (moved[names] + full).astype(pd.SparseDtype(float, 0.0))
    found = []
    for data in (table, moved):
        frame = FeatureFrame.from_table(data, **ROLES)
        found.append(cell_dispersion(RidgePropensity(**AS_FITTED).fit(frame), frame))
    assert found[0].value > 5
    np.testing.assert_allclose(found[1].value, found[0].value, rtol=1e-5)


def test_a_fit_of_more_columns_than_cells_is_its_own_score():
    table = cells_of(np.random.default_rng(1), rows=72, columns=160)
    frame = FeatureFrame.from_table(table, **ROLES)
    model = RidgePropensity(**AS_FITTED | {"alpha": 0.1}).fit(frame)
    p = model.propensity(frame).to_numpy()
    by_hand = overdispersion(frame.y, p, wholes(frame), weight=frame.weights, fitted=model.edf_ + 1)
    np.testing.assert_allclose(cell_dispersion(model, frame).value, by_hand, rtol=1e-9)
