"""Columns that tell which offer each contact took: they were shown one alone."""

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.errors import DataError
from workbench.frame.offers_shown import FEWEST_ROWS, check_any_was_there

SAID = {"target": "bought", "campaign": "month", "offer": "took"}


def contacts(n=240, seed=0):
    rng = np.random.default_rng(seed)
    took = pd.Series(rng.choice(["tea", "wine", "milk"], n)).where(pd.Series(range(n)) % 2 == 0)
    return pd.DataFrame(
        {
            "visits": rng.poisson(3, n),
            "month": np.sort(rng.integers(1, 5, n)),
            "bought": took.notna().astype(int),
            "took": took,
        }
    )


def test_offers_that_anybody_could_take_are_taken():
    assert FeatureFrame.from_table(contacts(), **SAID).offer.notna().sum() == 120


def test_a_column_of_what_was_shown_is_refused():
    table = contacts()
    table["shown"] = table["took"].fillna("milk").str.title()
    with pytest.raises(DataError) as told:
        FeatureFrame.from_table(table, **SAID)
    assert str(told.value).startswith(
        "Every contact must have been able to take any offer; 'shown' tells which one it took, of "
        "120 contacts that took one: each seems to have been shown one offer alone."
    )
    assert "workbench run experiment" in str(told.value)


@pytest.mark.parametrize("role", ["treatment", "campaign"])
def test_so_is_a_campaign_or_an_arm_of_one_offer(role):
    table = contacts()
    offers = {1: "tea", 2: "wine", 3: "tea", 4: "milk"}
    table["took"] = table["month"].map(offers).where(table["bought"] == 1)
    more = {}
    if role == "treatment":
        table["arm"] = table["month"].map({**offers, 4: "control"})
        table["month"] = np.tile([1, 2, 3, 4], 60)
        more = {"treatment": "arm", "control": "control"}
    with pytest.raises(DataError, match=f"the {role} tells which one it took"):
        FeatureFrame.from_table(table, **SAID, **more)


def test_codes_of_what_was_shown_are_found_as_well_and_a_few_slips_do_not_hide_them():
    table = contacts(800)
    code = {"tea": 1, "wine": 2, "milk": 3}
    table["code"] = table["took"].map(code).fillna(2).astype(int)
    table.loc[table.index[table["took"] == "tea"][:2], "code"] = 3
    with pytest.raises(DataError, match="'code' tells which one it took"):
        FeatureFrame.from_table(table, **SAID)


def test_what_only_goes_with_an_offer_does_not_tell_it():
    table = contacts(800)
    liked = table["took"].fillna("wine")
    other = np.random.default_rng(1).random(800) < 0.1
    table["likes"] = liked.where(~other, "milk")
    assert FeatureFrame.from_table(table, **SAID).offer.notna().any()


@pytest.mark.parametrize("slips", [0, 1])
def test_a_flag_of_one_offer_is_refused(slips):
    """The others go on mixing: only of tea does it tell who took it."""
    table = contacts(800)
    tea = table["took"] == "tea"
    table["tea_coupon"] = (tea & (tea.cumsum() > slips)).astype(int)
    with pytest.raises(DataError, match="'tea_coupon' tells which one it took"):
        FeatureFrame.from_table(table, **SAID)


def test_one_campaign_with_an_offer_of_its_own_is_refused():
    table = contacts(800)
    here = (table["month"] == 2) & (table["bought"] == 1)
    table.loc[here, "took"] = "rum"
    with pytest.raises(DataError, match="the campaign tells which one it took"):
        FeatureFrame.from_table(table, **SAID)


def test_an_offer_that_only_some_may_take_beside_others_is_none_of_it():
    table = contacts(800)
    table["adult"] = np.where(table["took"] == "wine", True, np.arange(800) % 3 > 0)
    assert FeatureFrame.from_table(table, **SAID).offer.notna().any()


def test_few_contacts_and_many_levels_tell_by_chance():
    few = contacts(2 * FEWEST_ROWS)
    few["shown"] = few["took"].fillna("milk")
    assert FeatureFrame.from_table(few, **SAID).offer.notna().any()
    many = contacts()
    many["who"] = [f"customer {k}" for k in range(len(many))]
    assert FeatureFrame.from_table(many, **SAID, customer="who").offer.notna().any()


def test_a_frame_without_offers_passes():
    frame = FeatureFrame.from_table(contacts().drop(columns="took"), target="bought")
    assert check_any_was_there(frame) is None
