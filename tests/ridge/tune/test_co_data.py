import re
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from workbench.datasets import planted
from workbench.errors import DataError, DataWarning, LeakageError, ParameterError
from workbench.evidence import out_of_time, spikiness
from workbench.metrics import log_loss
from workbench.ridge import RidgePropensity
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.moments import moments
from workbench.ridge.tune.co_data import (
    check_co_data,
    co_data_reader,
    concentration,
    heterogeneity,
    of_columns,
    slopes_by_fold,
)

QUICK = settings(deadline=None, derandomize=True, max_examples=60)


def exactly(message):
    return f"^{re.escape(message)}$"


# --- concentration


def test_concentration_of_five_rows_worked_by_hand():
    # energy per row: first column 1, 1, 1; second 4, 0, 0; third 1, 3, 0
    X = np.array([[1.0, 2.0, 1.0], [1.0, 2.0, -1.0], [-1.0, 0.0, 3**0.5], [1.0, 0.0, 0.0]])
    X = np.vstack([X, [1.0, 0.0, 0.0]])
    rows = ArrayRows(X, np.array([0.0, 1.0, 0.0, 1.0, 0.0]), fold=np.array([0, 0, 1, 2, 2]))
    found = concentration(moments(rows, np.zeros(3)))
    np.testing.assert_allclose(found, np.log([1.0, 3.0, 3 * (1 + 9) / 16]), atol=1e-12)


def test_a_campaign_of_more_rows_does_not_make_a_column_concentrated():
    rng = np.random.default_rng(0)
    fold = np.repeat([0, 1, 2], [100, 1000, 10_000])
    rows = ArrayRows(rng.normal(size=(11_100, 1)), (fold == 1).astype(float), fold=fold)
    assert concentration(moments(rows, np.zeros(1)))[0] < 0.05


# --- heterogeneity


@QUICK
@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 1.0)), min_size=2, max_size=8))
def test_heterogeneity_is_the_meta_analysis_of_dersimonian_and_laird(campaigns):
    slope, variance = (np.array(part) for part in zip(*campaigns, strict=True))
    assume(np.ptp(slope) > 1e-3)  # the peer divides by what they differ by
    ours = heterogeneity(slope[:, None], variance[:, None])
    with np.errstate(invalid="ignore"):  # it takes the root of a variance below zero
        peer = combine_effects(slope, variance, method_re="dl")
    assert ours.tau[0] ** 2 == pytest.approx(max(peer.tau2, 0.0), rel=1e-9, abs=1e-12)
    assert ours.share[0] == pytest.approx(max(peer.i2, 0.0), rel=1e-9, abs=1e-9)
    assert ours.campaigns[0] == len(slope)
    assert ours.q[0] == pytest.approx(peer.q, rel=1e-9, abs=1e-9)


def test_a_fold_in_which_the_column_does_not_vary_has_no_say():
    slope, variance = np.array([[0.3], [np.nan], [-0.5]]), np.array([[0.1], [np.inf], [0.2]])
    among_three, among_two = (
        heterogeneity(slope, variance),
        heterogeneity(slope[[0, 2]], variance[[0, 2]]),
    )
    assert among_three == among_two
    assert among_three.campaigns.tolist() == [2]
    lonely = heterogeneity(slope[:2], variance[:2])
    assert (lonely.tau[0], lonely.share[0], lonely.campaigns[0]) == (0.0, 0.0, 1)


def test_a_folds_slope_is_one_newton_step_of_its_own_rows(problem, stats):
    slope, variance = slopes_by_fold(stats)
    rows, fold = problem.rows, np.repeat(np.arange(4), len(problem.rows) // 4)
    for g in range(4):
        X, y, w = (part[fold == g] for part in (rows.X, rows.y, rows.weight))
        mu = 1 / (1 + np.exp(-(stats.b[0] + X @ stats.b[1:])))
        v = w * mu * (1 - mu)
        for j in range(5):
            # intercept and this column alone, the others as they are: solve 2 × 2
            design = np.column_stack([np.ones(len(X)), X[:, j]])
            information = design.T @ (v[:, None] * design)
            step = np.linalg.solve(information, design.T @ (w * (y - mu)))[1]
            assert slope[g, j] == pytest.approx(stats.b[1 + j] + step, rel=1e-9)
            assert variance[g, j] == pytest.approx(np.linalg.inv(information)[1, 1], rel=1e-9)


def test_a_column_that_is_constant_in_a_fold_has_no_slope_there(as_they_are):
    X = np.array([[0.0], [1.0], [0.0], [1.0], [1.0], [1.0]])
    y = np.array([0.0, 1.0, 1.0, 1.0, 0.0, 1.0])
    small = as_they_are(X, y, np.ones(6), [0.1], 6.0, fold=np.array([0, 0, 1, 1, 2, 2]))
    slope, variance = slopes_by_fold(DenseStatistics.take(small.rows, small.scaling, np.zeros(2)))
    assert np.isfinite(slope[:2]).all()
    assert np.isnan(slope[2, 0])
    assert np.isinf(variance[2, 0])


def test_a_column_that_is_constant_in_every_fold_has_no_slope_in_any(as_they_are):
    rng = np.random.default_rng(0)
    fold = np.repeat(np.arange(3), 400)
    X = np.array([0.1, 0.7, 0.3])[fold][:, None]
    y = (rng.random(1200) < 0.3).astype(float)
    rows = as_they_are(X, y, np.ones(1200), [0.1], 1200.0, fold=fold)
    # what the intercepts leave of it is rounding, in one fold as in another
    slope, _ = slopes_by_fold(DenseStatistics.take(rows.rows, rows.scaling, np.array([-1.0, 0.2])))
    assert np.isnan(slope).all()


# --- listening


def test_heterogeneity_is_learned_without_the_fold_that_it_is_used_on(problem, stats):
    penalties = problem.penalties + 1e-3
    co_data = co_data_reader(["heterogeneity"], np.zeros(5))(stats, penalties)
    assert co_data.scores.shape == (5, 5, 1)
    without = stats.without_folds(penalties).b
    for g in range(4):
        others = [h for h in range(4) if h != g]
        rest = replace(
            stats,
            b=without[g],
            curvature=stats.curvature[others],
            # scores of the other folds at the coefficients that were learned from them
            score=np.stack(
                [stats.score[h] - stats.curvature[h] @ (without[g] - stats.b) for h in others]
            ),
        )
        expected = heterogeneity(*slopes_by_fold(rest)).share
        np.testing.assert_allclose(co_data.scores[1 + g, :, 0], expected, atol=1e-10)


def test_forward_heterogeneity_is_learned_from_the_folds_before(forward, stats):
    ahead, penalties = (
        DenseStatistics.take(forward.rows, forward.scaling, stats.b),
        np.full(5, 0.05),
    )
    scores = co_data_reader(["heterogeneity"], np.zeros(5))(ahead, penalties).scores[..., 0]
    assert scores.shape == (1 + 3, 5)
    assert scores[1].tolist() == [0.0] * 5  # of one fold alone, nothing differs
    for k, t in enumerate([1, 2, 3], start=1):
        b = ahead.without_folds(penalties).b[k - 1]
        slope, variance = slopes_by_fold(stats, b)
        np.testing.assert_allclose(scores[k], heterogeneity(slope[:t], variance[:t]).share)


def test_names_and_bounds_of_what_is_listened_to(stats):
    penalties = np.full(5, 0.1)
    heard = co_data_reader(["concentration", "heterogeneity"], np.arange(5.0), deviations=True)(
        stats, penalties
    )
    assert heard.names[:3] == ("concentration", "heterogeneity", "deviation 1")
    assert heard.scores.shape == (5, 5, 7)
    np.testing.assert_array_equal(heard.scores[3, :, 0], np.arange(5.0))
    np.testing.assert_array_equal(heard.scores[2, :, 2:], np.eye(5))
    assert heard.lowest.tolist() == [0.0, 0.0] + [-np.inf] * 5
    own = co_data_reader(np.array([[1.0], [2.0], [3.0], [4.0], [5.0]]), np.zeros(5))(
        stats, penalties
    )
    assert own.scores.std() == pytest.approx(1.0)
    assert own.lowest.tolist() == [-np.inf]


# --- in the model


@pytest.fixture(scope="module")
def split():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        frame = planted(
            dose=1.5, seed=3, train_campaigns=8, new_campaigns=6, rows=800, stable=8, spiky=16
        ).frame
        return out_of_time(replace(frame, catalogue=pd.DataFrame()), test_campaigns=6)


SOME_SPIKES_NEVER_OCCUR = pytest.mark.filterwarnings(
    "ignore:Constant columns:workbench.errors.DataWarning"
)


@SOME_SPIKES_NEVER_OCCUR
def test_without_groups_spikes_are_found_by_where_they_live(split):
    """Frames that name no groups: concentration alone tells the spikes apart."""
    model = RidgePropensity().fit(split.train)
    assert model.co_data_["concentration"] > 0
    spiky = model.columns_.index.str.startswith("spiky") & ~model.columns_["dropped"]
    stable = model.columns_.index.str.startswith("stable")
    penalties = model.penalties_
    assert penalties[spiky].median() > 3 * penalties[stable].median()
    uniform = RidgePropensity(penalty_factors={}).fit(split.train)
    assert uniform.co_data_ == {}
    losses = [log_loss(split.test.y, m.propensity(split.test)) for m in (model, uniform)]
    assert losses[0] < losses[1]


@SOME_SPIKES_NEVER_OCCUR
def test_scores_of_ones_own(split):
    names = split.train.X.columns
    told = pd.DataFrame({"spiky": names.str.startswith("spiky").astype(float)}, index=names)
    model = RidgePropensity(co_data=told).fit(split.train)
    assert list(model.co_data_) == ["co-data 1"]
    assert model.co_data_["co-data 1"] > 0
    nothing = RidgePropensity(co_data=None).fit(split.train)
    assert nothing.co_data_ == {}
    used = nothing.penalties_[~nothing.columns_["dropped"]]
    assert used.min() == used.max()


@SOME_SPIKES_NEVER_OCCUR
def test_deviations_move_penalties_a_little(split):
    plain = RidgePropensity().fit(split.train)
    free = RidgePropensity(deviations=True).fit(split.train)
    used = ~plain.columns_["dropped"]
    ratio = np.log(free.penalties_[used] / plain.penalties_[used])
    assert ratio.nunique() > 5
    assert (ratio - ratio.median()).abs().max() < 1.0


def test_each_design_column_finds_its_scores():
    columns = pd.DataFrame({"feature": ["job", "job", "age"]}, index=["job=a", "job=b", "age"])
    co_data = pd.DataFrame({"score": [1.0, 2.0, 3.0]}, index=["job", "job=b", "age"])
    assert of_columns(co_data, columns).tolist() == [[1.0], [2.0], [3.0]]


def test_scores_that_are_missing_doubled_or_text():
    columns = pd.DataFrame({"feature": ["job", "age"]}, index=["job", "age"])
    message = (
        "`co_data` must have a row for every feature; ['job'] have none. Add them, or leave the "
        "scores out."
    )
    with pytest.raises(DataError, match=exactly(message)):
        of_columns(pd.DataFrame({"score": [1.0]}, index=["age"]), columns)
    message = "`co_data` must be finite; ['score'] are not in every row. Fill the gaps first."
    with pytest.raises(DataError, match=exactly(message)):
        of_columns(pd.DataFrame({"score": [1.0, np.nan]}, index=["age", "job"]), columns)
    message = "`co_data` must have one row a feature; ['age'] have more. Keep one of each."
    with pytest.raises(DataError, match=exactly(message)):
        of_columns(pd.DataFrame({"score": [1.0, 2.0, 3.0]}, index=["age", "job", "age"]), columns)
    message = (
        "`co_data` must hold numbers; ['kind'] do not. Write each as one or more numeric columns."
    )
    with pytest.raises(DataError, match=exactly(message)):
        of_columns(pd.DataFrame({"kind": ["a", "b"]}, index=["age", "job"]), columns)


@SOME_SPIKES_NEVER_OCCUR
def test_scores_that_outcomes_had_a_part_in(split):
    scores = spikiness(split.train)
    learned = ["effect", "q", "tau_squared", "i_squared", "false_discovery_rate"]
    message = (
        "`co_data` must not be learned from the outcomes that tuning leaves out; {} of "
        "evidence.spikiness are. Take co_data='heterogeneity', which every fold learns without "
        "its own outcomes, or scores such as [['concentration']]; rename what was learned from "
        "other data."
    )
    for columns in (learned, ["i_squared"]):
        with pytest.raises(LeakageError, match=exactly(message.format(columns))):
            RidgePropensity(co_data=scores[["concentration", *columns]]).fit(split.train)


@SOME_SPIKES_NEVER_OCCUR
def test_scores_of_spikiness_in_one_line(split):
    """None that is taken has seen an outcome, and spiky columns are held harder by them."""
    taken = ["concentration", "between_share", "psi"]
    scores = spikiness(split.train)[taken]
    reversed_ = spikiness(replace(split.train, y=1.0 - split.train.y))[taken]
    pd.testing.assert_frame_equal(reversed_.loc[scores.index], scores, rtol=1e-12)
    model = RidgePropensity(co_data=scores[["concentration"]]).fit(split.train)
    by_hand = RidgePropensity(co_data=pd.DataFrame({"own": scores["concentration"]}))
    by_hand.fit(split.train)
    assert model.co_data_ == by_hand.co_data_
    assert model.co_data_["co-data 1"] > 0
    spiky = model.columns_.index.str.startswith("spiky") & ~model.columns_["dropped"]
    stable = model.columns_.index.str.startswith("stable")
    assert model.penalties_[spiky].median() > 3 * model.penalties_[stable].median()


def test_what_co_data_may_be():
    for fine in (None, "auto", "concentration", ["concentration", "heterogeneity"]):
        check_co_data(fine)
    message = (
        "`co_data` must be one of ['auto', 'concentration', 'heterogeneity']; got "
        "'concentracion'. Did you mean 'concentration'?"
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        check_co_data("concentracion")
    message = (
        "`co_data` must be 'auto', None, names such as ('concentration', 'heterogeneity'), or a "
        "DataFrame with a row a feature; got dict. Make it a DataFrame."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        check_co_data({"age": 1.0})
