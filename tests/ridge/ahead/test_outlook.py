import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit
from scipy.stats import chi2

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted, planted_drift
from workbench.errors import DataError, ParameterError
from workbench.metrics import log_loss
from workbench.ridge.ahead import outlook
from workbench.ridge.ahead.forward_folds import FIRST, SLOPES, ForwardLosses
from workbench.ridge.ahead.outlook import PROVEN_BY
from workbench.ridge.ahead.recency import as_they_came
from workbench.ridge.outcomes.base_rate import MOST_CONTACTS
from workbench.ridge.settings import Settings
from workbench.ridge.statistics.dense import DenseStatistics

OFF = {"base_rate": "training", "half_life": None, "slope": 1.0}


def noise(*, campaigns=8, rows=80, columns=40, seed=0):
    """Many columns without any effect."""
    rng = np.random.default_rng(seed)
    n = campaigns * rows
    X = pd.DataFrame(rng.normal(size=(n, columns)), columns=[f"x{j}" for j in range(columns)])
    start = pd.Timestamp("2024-01-01")
    as_of = pd.Series([start + pd.DateOffset(months=int(k)) for k in np.arange(n) // rows])
    y = pd.Series((rng.random(n) < 0.3).astype(float))
    return FeatureFrame(X, y, campaign=as_of.dt.strftime("%Y-%m"), as_of=as_of)


@pytest.fixture(scope="module")
def walking():
    return planted_drift(seed=1, campaigns=10, rows=250, columns=6, walk=0.6).frame


@pytest.fixture(scope="module")
def model(walking):
    return RidgePropensity().fit(walking)


def fitted_log_odds(model, frame):
    """Return what the fit itself says, from its standardised coefficients."""
    columns, b = model.columns_, model.workspace_.solution.b
    Z = (frame.X[columns.index] - columns["mean"]) / columns["scale"]
    return b[0] + Z.to_numpy() @ b[1:]


def test_the_intercept_is_that_of_a_model_with_an_offset_held_by_five_responses(walking):
    model = RidgePropensity(0.05, base_rate="recent").fit(walking)
    last = walking.campaign.isin(walking.campaigns[-3:]).to_numpy()
    offset, y = fitted_log_odds(model, walking)[last], walking.y.to_numpy()[last]
    weight = np.full(last.sum(), MOST_CONTACTS / 250)
    # a normal prior of precision 5 is one more, exactly quadratic, term: Newton by hand
    by = 0.0
    for _ in range(50):
        glm = sm.GLM(y, np.ones(len(y)), family=sm.families.Binomial(), offset=offset + by)
        mu = glm.family.link.inverse(offset + by)
        by -= (weight @ (mu - y) + 5 * by) / (weight @ (mu * (1 - mu)) + 5)
    assert abs(by) > 0.05
    np.testing.assert_allclose(
        model.decision_function(walking), fitted_log_odds(model, walking) + by, atol=1e-9
    )
    assert model.base_rate_.loc["forecast", "intercept"] == pytest.approx(
        model.workspace_.solution.b[0] + by, abs=1e-9
    )


def test_the_score_is_a_line_through_the_fits_own_log_odds(model, walking):
    eta, score = fitted_log_odds(model, walking), model.decision_function(walking)
    slope, _ = np.polyfit(eta, score, 1)
    assert slope == pytest.approx(model.slope_, rel=1e-9)
    parts = model.contributions(walking)
    np.testing.assert_allclose(
        parts.sum(axis=1) - parts.sum(axis=1).mean(), score - score.mean(), atol=1e-9
    )


@pytest.mark.slow
def test_what_moves_is_followed_and_what_stands_is_not():
    drifting = [planted_drift(seed=300 + s, rows=300, turn=0.15).frame for s in range(4)]
    standing = [planted_drift(seed=300 + s, rows=300, walk=0, turn=0).frame for s in range(4)]
    found = [RidgePropensity().fit(frame).half_life_ for frame in drifting]
    assert sum(half_life is not None for half_life in found) >= 3
    assert [RidgePropensity().fit(frame).half_life_ for frame in standing] == [None] * 4


def test_spikes_are_not_taken_for_drift():
    frame = planted(seed=3, train_campaigns=10, new_campaigns=0, rows=300, spiky=30).frame
    model = RidgePropensity().fit(frame)
    assert model.half_life_ is None
    assert model.proven_


@pytest.mark.slow
def test_forward_choices_lose_less_on_what_comes():
    before = after = 0.0
    for seed in range(6):
        frame = planted_drift(seed=40 + seed, campaigns=14, rows=300, turn=0.1, walk=0.4).frame
        known = frame.campaign.isin(frame.campaigns[:13]).to_numpy()
        train, test = frame.rows(known), frame.rows(~known)
        before += log_loss(test.y, RidgePropensity(**OFF).fit(train).propensity(test))
        after += log_loss(test.y, RidgePropensity().fit(train).propensity(test))
    assert after < 0.99 * before


def test_noise_is_not_proven_and_its_score_is_shrunk_to_the_base_rate():
    frame = noise()
    model = RidgePropensity().fit(frame)
    assert [RidgePropensity().fit(noise(seed=seed)).proven_ for seed in range(4)] == [False] * 4
    weak = RidgePropensity(0.0005, **OFF).fit(frame)
    own = weak.decision_function(frame).std()
    assert model.decision_function(frame).std() < 0.3 * own


def test_a_slope_of_nothing_gives_everybody_the_recent_base_rate(walking):
    model = RidgePropensity(0.05, slope=0.0, base_rate="recent").fit(walking)
    p = model.propensity(walking)
    assert np.ptp(p) == 0
    assert p.iloc[0] == pytest.approx(model.base_rate_.loc["forecast", "rate"], rel=1e-9)
    last = walking.campaign.isin(walking.campaigns[-3:])
    assert p.iloc[0] == pytest.approx(walking.y[last].mean(), abs=0.01)


def test_a_given_slope_needs_no_campaigns():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 3)), columns=[*"abc"])
    y = (rng.random(300) < expit(X["a"] - 1)).astype(int)
    model = RidgePropensity(0.01, slope=0.4).fit(X, y)
    plain = RidgePropensity(0.01).fit(X, y)
    np.testing.assert_allclose(model.coef_, 0.4 * plain.coef_, rtol=1e-9)
    assert model.predict_proba(X)[:, 1].mean() == pytest.approx(y.mean(), rel=1e-9)
    assert model.base_rate_ is None


def test_the_guard_is_told_in_losses(model, walking):
    table = model.forward_
    assert table.index.tolist() == walking.campaigns[FIRST:][-8:]
    assert table["contacts"].tolist() == [250.0] * 7
    better = (table["contacts"] * (table["base_loss"] - table["loss"])).sum()
    assert model.proven_ == (better > PROVEN_BY)


def test_a_model_is_proven_by_half_of_a_chi_square_of_one_degree():
    assert pytest.approx(chi2.ppf(0.95, 1) / 2, rel=0.05) == PROVEN_BY


def without_order(frame):
    names = {name: f"kind {k}" for k, name in enumerate(frame.campaigns)}
    return replace(frame, campaign=frame.campaign.map(names), as_of=None, matured_at=None)


@pytest.mark.parametrize(
    ("settings", "change"),
    [
        ({"alpha": 0.05}, None),
        ({"folds": "random"}, None),
        ({}, without_order),
        ({}, lambda frame: frame.rows(frame.campaign.isin(frame.campaigns[:3]).to_numpy())),
    ],
    ids=["penalties given", "random folds", "no order", "three campaigns"],
)
def test_where_there_is_nothing_to_go_by_the_fit_is_left_alone(walking, settings, change):
    frame = change(walking) if change else walking
    one = RidgePropensity(**settings).fit(frame)
    off = RidgePropensity(**settings, **OFF).fit(frame)
    np.testing.assert_array_equal(one.coef_, off.coef_)
    np.testing.assert_array_equal(one.intercept_, off.intercept_)
    assert (one.slope_, one.half_life_, one.proven_, one.forward_) == (1.0, None, None, None)


def test_dated_labels_are_an_order_of_arrays_too(walking):
    month = walking.as_of.dt.strftime("%Y-%m")
    from_arrays = RidgePropensity().fit(walking.X, walking.y.astype(int), campaign=month)
    bare = replace(walking, campaign=month, as_of=None, matured_at=None)
    assert from_arrays.forward_ is not None
    groups = dict.fromkeys(walking.X.columns, "all")
    np.testing.assert_allclose(
        from_arrays.intercept_,
        RidgePropensity().fit(walking.X, walking.y, campaign=month, groups=groups).intercept_,
    )
    assert RidgePropensity().fit(bare).forward_.index.tolist() == sorted(set(month))[FIRST:][-8:]


def test_two_forward_folds_are_too_few_for_less_than_two():
    frame = planted_drift(seed=1, campaigns=4, rows=200, columns=4).frame
    model = RidgePropensity().fit(frame)
    assert model.proven_ is None
    assert model.outlook_.recent
    assert (model.slope_, model.half_life_) == (1.0, None)


def test_other_penalties_have_an_intercept_of_their_own(model, walking):
    other = model.refit({"steady": 1.0})
    again = RidgePropensity(
        1.0,
        other.penalties_.to_dict(),
        base_rate="recent" if model.outlook_.recent else "training",
        half_life=model.half_life_,
        slope=model.slope_,
    ).fit(walking)
    np.testing.assert_allclose(other.coef_, again.coef_, rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(other.intercept_, again.intercept_, rtol=1e-5)
    assert other.base_rate_.loc["fitted", "intercept"] == pytest.approx(
        again.base_rate_.loc["fitted", "intercept"], rel=1e-5
    )


def test_weights_of_rows_are_rows(walking):
    some = walking.rows(np.arange(0, len(walking), 2))
    twice = some.rows(np.repeat(np.arange(len(some)), 2))
    weighted = replace(some, weight=pd.Series(np.full(len(some), 2.0)))
    given = {"slope": 0.7, "base_rate": "recent", "half_life": 3.0}
    one, other = (RidgePropensity(0.05, **given).fit(frame) for frame in (twice, weighted))
    np.testing.assert_allclose(one.coef_, other.coef_, rtol=1e-6)
    np.testing.assert_allclose(one.intercept_, other.intercept_, rtol=1e-6)


@pytest.mark.parametrize("half_life", [0, -1.0, "long", True, np.nan])
def test_a_half_life_must_be_a_number_of_campaigns(walking, half_life):
    with pytest.raises(ParameterError) as caught:
        RidgePropensity(half_life=half_life).fit(walking)
    assert str(caught.value) == (
        f"`half_life` must be a number of campaigns above 0, None or 'tuned'; got {half_life!r}. "
        "With 3, a campaign counts half as much as the third after it."
    )


@pytest.mark.parametrize("slope", [-0.1, 1.5, "steep", None, False])
def test_a_slope_must_be_a_share(walking, slope):
    with pytest.raises(ParameterError) as caught:
        RidgePropensity(slope=slope).fit(walking)
    assert str(caught.value) == (
        f"`slope` must be a number from 0 to 1, or 'tuned'; got {slope!r}. 1 leaves the score as "
        "it was fitted."
    )


def test_a_base_rate_is_one_of_three(walking):
    with pytest.raises(ParameterError, match="`base_rate`"):
        RidgePropensity(base_rate="latest").fit(walking)


@pytest.mark.parametrize(
    ("given", "said", "least"),
    [
        ({"half_life": 3.0}, "half_life=3.0", 2),
        ({"base_rate": "recent"}, "base_rate='recent'", 4),
    ],
)
def test_what_needs_an_order_of_campaigns_says_so(walking, given, said, least):
    name = next(iter(given))
    message = (
        f"`{said}` needs at least {least} campaigns whose order in time is known; got 10 without "
        f"such an order. Give a FeatureFrame with `as_of`, or leave `{name}` out."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        RidgePropensity(**given).fit(without_order(walking))


def test_cells_are_as_many_draws_however_their_rows_are_laid_out(monkeypatch):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(72, 160))
    sent = rng.integers(400, 900, 72)
    chance = expit(0.1 * X[:, 0] + rng.normal(0, 0.5, 72) - 2.5)
    table = pd.DataFrame(X, columns=[f"x{j}" for j in range(160)]).assign(
        sent=sent, responded=rng.binomial(sent, chance), wave=np.arange(72) // 6
    )
    roles = {"target": "responded", "trials": "sent", "campaign": "wave", "order": "first-seen"}
    few = table.drop(columns=[f"x{j}" for j in range(4, 160)])
    sparse = few.copy()
    names = ["x0", "x1", "x2", "x3"]
    sparse[names] = sparse[names].astype(pd.SparseDtype(float, 0.0))
    found = []
    counted = outlook._beyond_chance  # noqa: SLF001 - what is chosen by it differs little
    monkeypatch.setattr(
        outlook, "_beyond_chance", lambda *a: found.append(counted(*a)) or found[-1]
    )
    for data in (few, sparse, table):
        RidgePropensity().fit(FeatureFrame.from_table(data, **roles))
    dense, same, wide = found[0], found[1], found[-1]
    assert dense > 5
    assert wide > 5
    np.testing.assert_allclose(same, dense, rtol=1e-4)


def test_statistics_before_weights_decayed_are_those_of_the_rows_as_they_came(walking):
    fit = RidgePropensity(0.05, half_life=2.0).fit(walking).workspace_
    found = outlook._as_they_came(fit.stats, 2.0)  # noqa: SLF001 - starts of forward fits
    rows = as_they_came(fit.solved.rows, 2.0)
    expected = DenseStatistics.take(rows, fit.solved.scaling, fit.stats.b)
    for name in ("curvature", "score", "loss", "weight"):
        np.testing.assert_allclose(
            getattr(found, name), getattr(expected, name), rtol=1e-9, atol=1e-9
        )


# --- what is chosen, worked by hand


def folds_of_losses(at_one, *, curve=0.0, recent=0.0):
    """Campaigns of such losses at the slope 1; in all, curve · (s − 0.4)² is added to them."""
    count = len(at_one)
    of_slope = curve * ((SLOPES - 0.4) ** 2 - 0.36) / count
    trained = np.asarray(at_one, dtype=float)[:, None] + of_slope
    loss = np.stack([trained, trained + recent / count], axis=2)
    return ForwardLosses(np.arange(3, 3 + count), np.full(count, 100.0), np.full(count, 9.0), loss)


def chosen(losses, *, beyond=1.0, **settings):
    given = Settings("tuned", None, **settings)
    return outlook._best(losses, None, given, beyond)[1]  # noqa: SLF001 - by hand, without a fit


@pytest.mark.parametrize(("beyond", "slope"), [(1.0, 0.5), (5.0, 0.7), (0.0, 0.4)])
def test_the_slope_is_the_least_of_losses_and_two_nats_of_a_square(beyond, slope):
    """10 (s − 0.4)² + 2 φ (1 − s)² is least at (4 + 2 φ)/(10 + 2 φ)."""
    found = chosen({None: folds_of_losses([50.0] * 4, curve=10.0)}, beyond=beyond)
    assert found.slope == pytest.approx(slope)


@pytest.mark.parametrize(
    ("gains", "taken"),
    [
        ((2.0, 0.0, 1.0), True),  # 3 in all, of a standard error of √3 · 1
        ((3.2, -1.2, 1.0), False),  # 3 in all, of one of √3 · 2.2
        ((2.7, -0.7, 1.0), True),  # of √3 · 1.7 = 2.94
        ((2.8, -0.8, 1.0), False),  # of √3 · 1.8 = 3.12
        ((-1.0, -1.0, -1.0), False),
        ((1.0, 1.0), False),  # two campaigns tell no half-life
    ],
)
def test_a_half_life_gains_more_than_the_standard_error_of_paired_gains(gains, taken):
    losses = {
        None: folds_of_losses([50.0] * len(gains)),
        3.0: folds_of_losses(50.0 - np.array(gains)),
    }
    assert chosen(losses).half_life == (3.0 if taken else None)


def test_of_half_lives_the_one_of_least_loss_is_taken():
    at = {None: 50.0, 3.0: 48.0, 5.0: 47.0, 2.0: 49.0}
    losses = {half_life: folds_of_losses([loss] * 4) for half_life, loss in at.items()}
    assert chosen(losses).half_life == 5.0


@pytest.mark.parametrize(
    ("asked", "recent", "taken"),
    [
        ("auto", -1.0, True),
        ("auto", 0.0, True),
        ("auto", 1.0, False),
        ("training", -1.0, False),
        ("recent", 1.0, True),
    ],
)
def test_the_recent_base_rate_is_taken_unless_it_loses_more(asked, recent, taken):
    losses = {None: folds_of_losses([50.0] * 4, recent=recent)}
    assert chosen(losses, base_rate=asked).recent == taken
