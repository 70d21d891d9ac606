import numpy as np

from workbench import RidgePropensity
from workbench.ridge.uplift.unseen import unseen_chances
from workbench.widgets.targeting.ranked_contacts import unseen_propensities
from workbench.widgets.targeting.scores import scores_of


def test_an_uplift_model_gives_both_chances(uplift_model, after):
    said = scores_of(uplift_model, after)
    np.testing.assert_allclose(said.score, uplift_model.uplift(after))
    np.testing.assert_allclose(said.untreated, uplift_model.propensity(after))
    assert not said.unseen
    few = said.rows(np.arange(len(after)) < 3)
    np.testing.assert_array_equal(few.score, said.score[:3])
    assert few.untreated.shape == (3,)


def test_contacts_of_the_fit_are_scored_without_their_campaign(uplift_model, before):
    said, without = scores_of(uplift_model, before), unseen_chances(uplift_model, before)
    assert said.unseen
    np.testing.assert_array_equal(said.score, without.treated - without.untreated)
    assert abs(said.score - uplift_model.uplift(before)).max() > 1e-3


def test_a_propensity_is_the_score_itself(before):
    model = RidgePropensity(alpha=0.01).fit(before)
    said = scores_of(model, before)
    np.testing.assert_array_equal(said.score, unseen_propensities(model, before)[0])
    assert said.untreated is None
    assert said.rows(np.arange(len(before)) < 2).untreated is None
