import pickle

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgeUplift
from workbench.datasets import planted
from workbench.ridge.uplift.unseen import unseen_chances
from workbench.widgets.targeting.ranked_contacts import unseen_propensities


@pytest.fixture(scope="module")
def fitted():
    sizes = {"train_campaigns": 8, "new_campaigns": 1, "rows": 500, "stable": 4, "spiky": 1}
    test = planted(treated=0.5, uplift=0.8, seed=6, **sizes)
    learned = test.frame.rows((test.frame.campaign < "c09").to_numpy())
    return RidgeUplift(alpha=0.02).fit(learned), learned, test.frame


def test_chances_are_those_of_the_joint_fit_without_the_campaign(fitted):
    """The joint columns of the model, laid out by hand, and a view that has its own test."""
    model, frame, _ = fitted
    z = frame.X[["stable_01", "stable_02", "stable_03", "stable_04", "spiky_01"]]
    said, mean = unseen_chances(model, frame), z.mean()
    joint = model.joint_.set_params(extrapolate=True)
    for chance, treated in ((said.treated, 1.0), (said.untreated, 0.0)):
        contrast = treated - model.share_
        columns = {f"main: {name}": z[name] for name in z}
        columns |= {f"uplift: {name}": contrast * (z[name] - mean[name]) for name in z}
        laid = pd.DataFrame({"treated": contrast, **columns}, index=z.index)
        rows = FeatureFrame(laid, frame.y, campaign=frame.campaign)
        np.testing.assert_allclose(chance, unseen_propensities(joint, rows)[0], atol=1e-9)


def test_a_campaign_is_scored_as_by_a_fit_that_did_not_see_it(fitted):
    model, frame, _ = fitted
    said = unseen_chances(model, frame)
    assert said.unseen
    itself = model.scores(frame)
    own = (frame.campaign == "c02").to_numpy()
    without = RidgeUplift(alpha=0.02).fit(frame.rows(~own)).scores(frame.rows(own))
    for chance, column in zip(said[:2], itself.columns[1:], strict=True):
        wanted = without[column].to_numpy()
        off = abs(chance[own] - wanted).mean()
        assert off < 0.5 * abs(itself.loc[own, column].to_numpy() - wanted).mean(), column


def test_other_campaigns_are_scored_by_the_model_itself(fitted):
    model, _, frame = fitted
    new = (frame.campaign == "c09").to_numpy()
    said = unseen_chances(model, frame)
    np.testing.assert_allclose(said.treated[new], model.propensity(frame, treated=True)[new])
    np.testing.assert_allclose(said.untreated[new], model.propensity(frame)[new])
    assert not unseen_chances(model, frame.rows(new)).unseen


def test_a_model_that_was_saved_keeps_no_rows_and_scores_by_itself(fitted):
    model, frame, _ = fitted
    again = pickle.loads(pickle.dumps(model))
    said = unseen_chances(again, frame)
    assert not said.unseen
    np.testing.assert_allclose(said.treated - said.untreated, model.uplift(frame))


def test_without_campaigns_the_model_itself_scores(fitted):
    model, frame, _ = fitted
    plain = frame.X.assign(campaign=0).drop(columns="campaign")
    said = unseen_chances(model, FeatureFrame(plain, pd.Series(np.nan, plain.index)))
    assert not said.unseen
