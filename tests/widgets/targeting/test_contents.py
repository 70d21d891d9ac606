from dataclasses import replace

import numpy as np
import pandas as pd

from workbench import RidgePropensity
from workbench.widgets.targeting.contents import contents_of

GIVEN = {"amounts": None, "keep": 0.0, "seed": 0, "currency": ""}


def test_those_whose_outcome_is_open_are_ranked_and_the_others_are_known(uplift_model, open_ahead):
    given = contents_of(uplift_model, open_ahead, **GIVEN)
    assert given.incremental
    assert not given.judged
    assert set(given.contacts["campaign"]) == {"c07"}
    assert len(given.known) == 6000
    assert len(given.tested.rows) == 6000
    state = given.state()
    assert state["judged"] is False
    contacts, added, gross = (np.array(part) for part in state["bins"])
    uplift = uplift_model.uplift(open_ahead.rows((open_ahead.campaign == "c07").to_numpy()))
    assert contacts.sum() == 1000
    np.testing.assert_allclose(added.sum(), uplift.sum())
    assert (gross > added).all()


def test_a_propensity_has_nothing_tested(before):
    given = contents_of(RidgePropensity(alpha=0.01).fit(before), before, **GIVEN)
    assert given.tested is None
    assert not given.incremental
    assert set(given.state()) == {"bins", "known", "unseen", "currency", "outcomes"}


def test_few_contacts_customers_or_responses_are_few(uplift_model, after):
    def few(frame):
        return contents_of(uplift_model, frame, **GIVEN).few()

    assert not few(after)
    assert few(after.rows(np.arange(len(after)) < 99))
    assert few(replace(after, customer=pd.Series([f"k{k % 50}" for k in range(len(after))])))
    assert few(replace(after, y=after.y * (np.cumsum(after.y) < 10)))
