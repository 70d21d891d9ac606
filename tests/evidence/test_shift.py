from html import escape

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, metrics
from workbench.datasets import planted
from workbench.errors import DataError, ParameterError
from workbench.evidence import shift_report
from workbench.evidence.baselines import (
    BASE,
    BOOSTING,
    LASSO,
    ONE_ALPHA,
    OURS,
    SHUFFLED,
    UNIFORM,
    OneAlpha,
    methods,
)

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


def test_the_base_rate_is_that_of_the_campaigns_before(frame, found):
    rates = [frame.y[: 400 * k].mean() for k in (6, 7, 8)]
    losses = [
        metrics.log_loss(frame.y[400 * k : 400 * (k + 1)], np.full(400, rate))
        for k, rate in zip((6, 7, 8), rates, strict=True)
    ]
    np.testing.assert_allclose(found.campaigns[BASE], losses)


def test_the_control_is_against_one_alpha_on_the_same_campaigns(found):
    shuffled, one = found.table.loc[SHUFFLED, "log_loss"], found.table.loc[ONE_ALPHA, "log_loss"]
    assert found.control["gain_pct"] == pytest.approx(100 * (1 - shuffled / one))
    assert found.control["low"] <= found.control["gain_pct"] <= found.control["high"]


def test_shares_of_groups_sum_to_one(found):
    assert found.groups.index.tolist() == ["stable", "spiky"]
    np.testing.assert_allclose(found.groups.sum(), 1.0)
    by_feature = found.features.groupby("group")[OURS].sum()
    np.testing.assert_allclose(by_feature[found.groups.index], found.groups[OURS])


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
def test_coefficients_move_as_far_as_leaving_campaigns_out_moves_them(frame, found):
    fits = []
    for name in frame.campaigns:
        fitted = RidgePropensity().fit(frame.rows((frame.campaign != name).to_numpy()))
        fits.append(fitted.coef_standardised_.to_numpy())
    b = np.array(fits)
    spread = np.sqrt(((b - b.mean(axis=0)) ** 2).sum(axis=1).mean())
    by_hand = spread / np.linalg.norm(b.mean(axis=0))
    assert found.table.loc[OURS, "coefficient_movement"] == pytest.approx(by_hand)


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
def test_planted_spikes_cost_one_strength_for_all_more_than_ours(tmp_path):
    frame = planted(train_campaigns=12, new_campaigns=0, rows=1000, seed=5).frame
    report = shift_report(frame, folder=tmp_path)
    assert report.table.index.tolist() == list(methods())
    ours = report.table.loc[OURS]
    assert ours["proven"]
    assert ours["gain_pct"] > 1
    assert report.groups.loc["spiky", OURS] < 0.35 * report.groups.loc["spiky", UNIFORM]
    assert report.control["low"] < 0 < report.control["high"]
    assert ours["coefficient_movement"] < report.table.loc["no penalty", "coefficient_movement"]
    assert report.table.loc[[LASSO, BOOSTING], "left_out_gain_pct"].isna().all()
