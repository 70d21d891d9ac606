"""Stored settings and the rows they are judged on."""

import numpy as np
import pytest

from workbench import RidgePropensity
from workbench.widgets.fitted.facts import Facts
from workbench.widgets.tuner.settings import Judged, stored_settings


def test_the_frame_of_the_fit_is_known_again_in_any_order(model, frame, make_frame):
    facts = Facts.of(model)
    shuffled = frame.rows(np.random.default_rng(0).permutation(len(frame)))
    for given in (None, frame, shuffled):
        judged = Judged.of(model, given, facts)
        assert judged.unseen
        assert judged.about == "the contacts of the fit, each scored without its own campaign"
    other = Judged.of(model, make_frame(seed=9), facts)
    assert (other.unseen, other.about) == (False, "contacts that are not of the fit")


def test_another_frame_is_scored_by_the_model_as_it_is(model, make_frame):
    new = make_frame(seed=9)
    judged = Judged.of(model, new, Facts.of(model))
    workspace = model.workspace_
    bins = judged.bins(workspace, [workspace.given.penalties], [workspace.coefficients])[0]
    assert bins.expected.sum() == pytest.approx(model.propensity(new).sum(), rel=1e-9)
    assert bins.responses.sum() == new.y.sum()


def test_without_campaigns_it_says_that_the_fit_is_flattered(frame):
    model = RidgePropensity(alpha=0.1).fit(frame.X, frame.y)
    judged = Judged.of(model, None, Facts.of(model))
    assert judged.about == "the contacts of the fit itself, which flatters it"


def test_settings_are_tuned_uniform_mine_and_steps_of_each_group(model):
    facts = Facts.of(model)
    judged = Judged.of(model, None, facts)
    settings = stored_settings(model, facts, judged, 2 * facts.tuned)
    names = [one.name for one in settings]
    assert names[:3] == ["tuned", "uniform", "mine"]
    assert {"promo × 0.1", "promo × 100", "behaviour × 10", "all groups × 10"} < set(names)
    promo = next(one for one in settings if one.name == "promo × 10")
    moved = facts.tuned * np.where(np.array(facts.groups) == "promo", 10.0, 1.0)
    np.testing.assert_allclose(promo.penalties, moved)
    np.testing.assert_allclose(
        promo.b, model.refit({"promo": moved[-1]}).workspace_.coefficients, atol=2e-3
    )


def test_contacts_are_scored_without_their_campaign_however_penalties_were_tuned(tuned_ahead):
    bins = []
    for model in tuned_ahead:
        judged, workspace = Judged.of(model, None, Facts.of(model)), model.workspace_
        assert judged.about == "the contacts of the fit, each scored without its own campaign"
        bins.append(judged.bins(workspace, [workspace.penalties], [workspace.coefficients])[0])
    np.testing.assert_allclose(bins[0].expected, bins[1].expected, rtol=1e-6)
