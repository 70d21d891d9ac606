import warnings
from dataclasses import replace
from html import escape

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, metrics
from workbench.datasets import planted
from workbench.errors import DataError, DataWarning, ParameterError
from workbench.evidence import hold_out, loss_difference, shift_report, spikiness
from workbench.evidence.baselines import (
    BASE,
    BOOSTING,
    LASSO,
    NONE,
    ONE_ALPHA,
    OURS,
    SHUFFLED,
    UNIFORM,
    OneAlpha,
    methods,
)
from workbench.evidence.split import ORDER_THEM

FEW = [ONE_ALPHA, SHUFFLED, BASE]


@pytest.fixture(scope="module")
def frame():
    return planted(train_campaigns=9, new_campaigns=0, rows=400, stable=5, spiky=6, seed=3).frame


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def found(frame, kept):
    return shift_report(frame, methods=FEW, folder=kept, seed=1)


def losses_by_hand(frame, model):
    """Log loss of each of the last three campaigns, fitted to those before it."""
    found = {}
    for k in (6, 7, 8):
        train = frame.rows(frame.campaign.isin(frame.campaigns[:k]).to_numpy())
        test = frame.rows((frame.campaign == frame.campaigns[k]).to_numpy())
        p = model.fit(train).propensity(test)
        found[frame.campaigns[k]] = metrics.log_loss(test.y, p)
    return found


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
@pytest.mark.slow
def test_every_later_campaign_is_judged_by_the_ones_before_it(frame, found):
    ours = losses_by_hand(frame, RidgePropensity())
    uniform = losses_by_hand(frame, OneAlpha(folds="random"))
    assert found.campaigns[OURS].to_dict() == pytest.approx(ours, rel=1e-9)
    assert found.campaigns[UNIFORM].to_dict() == pytest.approx(uniform, rel=1e-9)
    row = found.table.loc[OURS]
    mean, other = (np.mean(list(one.values())) for one in (ours, uniform))  # equal campaigns
    assert row["log_loss"] == pytest.approx(mean)
    assert row["mean_campaign_loss"] == pytest.approx(mean)
    assert row["gain_pct"] == pytest.approx(100 * (1 - mean / other))
    assert row["wins"] == sum(ours[name] < uniform[name] for name in ours)
    gains = {name: 100 * (1 - ours[name] / uniform[name]) for name in ours}
    assert row["worst"] == min(gains, key=gains.get)
    assert row["worst_gain_pct"] == pytest.approx(min(gains.values()))


@pytest.mark.slow
def test_the_base_rate_is_that_of_the_campaigns_before(frame, found):
    rates = [frame.y[: 400 * k].mean() for k in (6, 7, 8)]
    losses = [
        metrics.log_loss(frame.y[400 * k : 400 * (k + 1)], np.full(400, rate))
        for k, rate in zip((6, 7, 8), rates, strict=True)
    ]
    np.testing.assert_allclose(found.campaigns[BASE], losses)


@pytest.mark.slow
def test_the_control_is_against_one_alpha_on_the_same_campaigns(found):
    shuffled, one = found.table.loc[SHUFFLED, "log_loss"], found.table.loc[ONE_ALPHA, "log_loss"]
    assert found.control["gain_pct"] == pytest.approx(100 * (1 - shuffled / one))
    assert found.control["low"] <= found.control["gain_pct"] <= found.control["high"]
    assert found.control["low"] < 0 < found.control["high"], "shuffled groups gain nothing"


@pytest.mark.slow
def test_the_methods_are_judged_as_a_propensity_report_judges_its_model(frame, found):
    split = hold_out(frame)
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        model = RidgePropensity().fit(split.train)
    row = metrics.performance(split.test.y, model.propensity(split.test)).iloc[0]
    table = found.methods
    assert table.loc[OURS, "log_loss"] == pytest.approx(row["log_loss"], rel=1e-12)
    assert table["log_loss"].is_monotonic_increasing
    assert (table["low"] < table["log_loss"]).all()
    assert (table["log_loss"] < table["high"]).all()
    base = np.full(len(split.test), split.train.y.mean())
    peer = loss_difference(split.test, base, model.propensity(split.test), seed=1)
    told = table.loc[BASE, ["loss_more", "more_low", "more_high"]].tolist()
    assert told == pytest.approx([peer.estimate, peer.low, peer.high], rel=1e-9)
    assert table.loc[OURS, ["loss_more", "more_low", "more_high"]].tolist() == [0.0, 0.0, 0.0]
    assert not table["proven"].any(), "three campaigns prove nothing"


@pytest.mark.slow
def test_concentration_stays_within_one_and_is_that_of_the_spikes(frame, found):
    told = found.features["concentration"]
    assert told.between(0, 1).all()
    # the fit measures from zero, these from the usual value: alike where most are zero
    spiky = [name for name in frame.X if name.startswith("spiky")]
    scores = spikiness(frame)["concentration"]
    np.testing.assert_allclose(told[spiky], scores[spiky], rtol=1e-9)


@pytest.mark.slow
def test_without_an_order_no_campaign_is_called_later(found):
    unordered = replace(found, in_order_of="file")
    assert unordered.sentence().startswith(
        "On 3 other campaigns, each judged by those before it in the file, as their order in time "
        "is not known, this model errs"
    )
    assert unordered.sentence().endswith(ORDER_THEM)
    assert "later campaigns" not in unordered.sentence()
    assert ORDER_THEM not in found.sentence()


@pytest.mark.slow
def test_shares_of_groups_sum_to_one(found):
    assert found.groups.index.tolist() == ["stable", "spiky"]
    np.testing.assert_allclose(found.groups.sum(), 1.0)
    by_feature = found.features.groupby("group")[OURS].sum()
    np.testing.assert_allclose(by_feature[found.groups.index], found.groups[OURS])


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
@pytest.mark.slow
def test_coefficients_move_as_far_as_leaving_campaigns_out_moves_them(frame, found):
    fits = []
    for name in frame.campaigns:
        fitted = RidgePropensity().fit(frame.rows((frame.campaign != name).to_numpy()))
        fits.append(fitted.coef_standardised_.to_numpy())
    b = np.array(fits)
    spread = np.sqrt(((b - b.mean(axis=0)) ** 2).sum(axis=1).mean())
    by_hand = spread / np.linalg.norm(b.mean(axis=0))
    assert found.table.loc[OURS, "coefficient_movement"] == pytest.approx(by_hand)


@pytest.mark.slow
def test_a_run_resumes_where_it_was(frame, kept, found, monkeypatch):
    """All fits but one are there: only that one is made again, and nothing changes."""
    from workbench.evidence import shift

    made = []
    judge = shift.judge
    monkeypatch.setattr(shift, "judge", lambda *given: made.append(given) or judge(*given))
    next(iter(sorted(kept.iterdir()))).unlink()
    again = shift_report(frame, methods=FEW, folder=kept, seed=1)
    assert len(made) == 1
    pd.testing.assert_frame_equal(again.table, found.table)


@pytest.mark.slow
def test_a_gain_that_other_campaigns_might_undo_is_called_unproven():
    """Small spikes, few rows: six later campaigns cannot tell."""
    frame = planted(
        dose=0.3, train_campaigns=12, new_campaigns=0, rows=150, stable=8, spiky=2, seed=0
    ).frame
    report = shift_report(frame, methods=[])
    row = report.table.loc[OURS]
    assert row["low"] < 0 < row["high"]
    assert not row["proven"]
    assert "; that is unproven, as other campaigns might put it anywhere from" in report.sentence()
    assert escape(report.sentence()) in report._repr_html_()


@pytest.mark.slow
def test_few_campaigns_prove_nothing_however_they_agree(found):
    assert not found.table["proven"].any()
    assert "; that is unproven, as so few campaigns do not show" in found.sentence()


def test_what_is_missing_is_said(frame):
    with pytest.raises(DataError) as caught:
        shift_report(FeatureFrame(frame.X, frame.y))
    assert str(caught.value) == (
        "Whether a model holds up when campaigns change can only be seen where there are "
        "campaigns; this frame names none. Name the campaign column, a month will do."
    )
    with pytest.raises(ParameterError, match=r"got 'laso'\. Leave it out for all of them\.$"):
        shift_report(frame, methods=["laso"])


@pytest.mark.slow
def test_every_method_of_the_protocol_is_judged(frame, kept, found):
    report = shift_report(frame, folder=kept, seed=1)
    assert report.table.index.tolist() == list(methods())
    assert report.table[["log_loss", "gain_pct", "auc"]].notna().all().all()
    assert report.table.loc[[LASSO, BOOSTING], "left_out_gain_pct"].isna().all()
    assert report.table.loc[found.table.index].equals(found.table)


@pytest.mark.slow
def test_planted_spikes_cost_one_strength_for_all_more_than_ours():
    frame = planted(train_campaigns=12, new_campaigns=0, rows=1000, seed=5).frame
    report = shift_report(frame, methods=[NONE])
    ours = report.table.loc[OURS]
    assert ours["proven"]
    assert ours["gain_pct"] > 1
    assert report.groups.loc["spiky", OURS] < 0.35 * report.groups.loc["spiky", UNIFORM]
    assert ours["coefficient_movement"] < report.table.loc[NONE, "coefficient_movement"]
