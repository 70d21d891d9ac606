"""The offer to make to each contact: of the largest margin times chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.offers_planted import contacts
from workbench import FeatureFrame, RidgeMultinomial, evidence
from workbench.errors import ParameterError
from workbench.evidence import best_offers, next_offer
from workbench.evidence.offer_to_each import best_of, checked_margins

MARGINS = {"coffee": 1.0, "green tea": 2.5, "Müsli": 4.0, "wine": 3.0}


@pytest.fixture(scope="module")
def split():
    table = contacts().drop(columns="who")
    frame = FeatureFrame.from_table(table, target="bought", campaign="month", offer="took")
    return evidence.out_of_time(frame, test_campaigns=2)


@pytest.fixture(scope="module")
def found(split):
    return next_offer(split.train, split.test)


def test_a_list_of_offers_is_that_of_the_largest_margin(split, found):
    new = split.test
    plain = best_offers(found.model, new)
    chance = pd.DataFrame(found.model.predict_proba(new), columns=found.model.classes_)
    assert plain["best_offer"].tolist() == chance.idxmax(axis=1).tolist()
    np.testing.assert_allclose(plain["probability"], chance.max(axis=1))
    dear = best_offers(found.model, new, margins={**MARGINS, "wine": 1e6})
    assert set(dear["best_offer"]) == {"wine"}
    np.testing.assert_allclose(dear["probability"], chance["wine"])


def test_a_saved_model_remembers_its_margins(found, split, tmp_path):
    recipe = {**split.train.recipe, "offer_margins": {**MARGINS, "wine": 1e6}}
    found.model.save(tmp_path / "offers.npz", recipe=recipe)
    loaded = RidgeMultinomial.load(tmp_path / "offers.npz")
    assert set(best_offers(loaded, split.test)["best_offer"]) == {"wine"}
    likeliest = best_offers(loaded, split.test, margins=dict.fromkeys(MARGINS, 1.0))
    assert likeliest.equals(best_offers(found.model, split.test))


@pytest.mark.parametrize("margins", [{"coffee": 1.0}, {**MARGINS, "beer": 1.0}])
def test_margins_of_other_offers_are_refused(found, split, margins):
    with pytest.raises(ParameterError, match="`offer_margins`"):
        best_offers(found.model, split.test, margins=margins)


def test_numbers_that_are_offers_have_margins_by_their_name():
    assert checked_margins({101: 2.0, "102": 1.0}, ["101", "102"], ["101", "102"]) == {
        "101": 2.0,
        "102": 1.0,
    }


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    worth=st.lists(st.floats(0, 100), min_size=2, max_size=4),
    seed=st.integers(0, 100),
    scale=st.sampled_from([0.25, 2.0, 1024.0]),
)
def test_what_is_made_is_the_largest_and_money_in_other_units_changes_nothing(worth, seed, scale):
    names = [f"offer {k}" for k in range(len(worth))]
    chance = np.random.default_rng(seed).dirichlet(np.ones(len(worth) + 1), 20)
    classes = [*names, "other offers"]
    margins = dict(zip(names, worth, strict=True))
    best = best_of(chance, classes, margins)
    for row, name in zip(chance, best, strict=True):
        value = {one: row[k] * margins[one] for k, one in enumerate(names)}
        assert value[name] == max(value.values())
    scaled = {name: scale * value for name, value in margins.items()}  # powers of two: exact
    assert best_of(chance, classes, scaled).tolist() == best.tolist()
