import pickle

import numpy as np
import pandas as pd
import pytest

from workbench import RidgeUplift
from workbench.datasets import planted
from workbench.ridge.uplift.unseen import unseen_chances


@pytest.fixture(scope="module")
def fitted():
    test = planted(
        treated=0.5, uplift=0.8, train_campaigns=4, new_campaigns=1, rows=800, stable=4, spiky=1
    )
    learned = test.frame.rows((test.frame.campaign < "c05").to_numpy())
    return RidgeUplift(alpha=0.02).fit(learned), learned, test.frame


def test_a_campaign_is_scored_by_a_model_that_did_not_see_it(fitted):
    model, frame, _ = fitted
    said = unseen_chances(model, frame)
    assert said.unseen
    itself = model.scores(frame)
    for name in ("c01", "c03"):
        own = (frame.campaign == name).to_numpy()
        without = RidgeUplift(alpha=0.02).fit(frame.rows(~own)).scores(frame.rows(own))
        for chance, column in zip(said[:2], itself.columns[1:], strict=True):
            off = abs(chance[own] - without[column]).mean()
            assert off < 0.2 * abs(itself.loc[own, column] - without[column]).mean(), column


def test_other_campaigns_are_scored_by_the_model_itself(fitted):
    model, _, frame = fitted
    new = (frame.campaign == "c05").to_numpy()
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
    from workbench import FeatureFrame

    said = unseen_chances(model, FeatureFrame(plain, pd.Series(np.nan, plain.index)))
    assert not said.unseen
