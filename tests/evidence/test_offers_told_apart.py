"""Which offers are told apart, and what becomes of those that few took."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.offers_planted import contacts
from workbench import FeatureFrame
from workbench.errors import DataError, ParameterError
from workbench.evidence.offers_told_apart import MOST_OFFERS, OTHER_OFFERS, offer_classes

SAID = {"target": "bought", "campaign": "month", "offer": "took"}


def frame_of(table, **more):
    return FeatureFrame.from_table(table, **SAID, **more)


def with_small(table, names, each):
    """Let some contacts that took an offer have taken others, so many each."""
    table = table.copy()
    rows = table.index[table["took"].notna()][: each * len(names)]
    table.loc[rows, "took"] = np.repeat(names, each)
    return table


def test_offers_stand_in_the_order_of_how_often_they_were_taken():
    table = contacts()
    found = offer_classes(frame_of(table.drop(columns="who")))
    counts = table["took"].value_counts()
    assert list(found.names) == counts.index.tolist()
    assert list(found.taken) == counts.tolist()
    assert found.campaigns == (6, 6, 6, 6)
    assert (found.small, found.others) == (0, False)


def test_customers_count_and_not_their_contacts():
    """Thirty contacts of three customers are three people."""
    table = with_small(contacts(), ["beer"], 30)
    assert "beer" in offer_classes(frame_of(table, customer="who")).names
    table.loc[table["took"] == "beer", "who"] = np.tile([90001, 90002, 90003], 10)
    found = offer_classes(frame_of(table, customer="who"))
    assert "beer" not in found.names
    assert (found.small, found.others) == (1, False)


def test_small_offers_of_ten_customers_together_are_one_class():
    table = with_small(contacts(), [f"rare {k}" for k in range(5)], 3)
    frame = frame_of(table.drop(columns="who"))
    found = offer_classes(frame)
    assert (found.small, found.others) == (5, True)
    labels = found.of(frame)
    rare = table["took"].str.startswith("rare", na=False).to_numpy()
    assert set(labels[rare]) == {str(OTHER_OFFERS)}
    assert labels.isna().equals(frame.offer.isna())
    assert offer_classes(frame, fewest=3).small == 0


def test_fewer_than_ten_customers_together_are_left_out():
    table = with_small(contacts(), ["one", "two"], 2)
    frame = frame_of(table.drop(columns="who"))
    labels = offer_classes(frame).of(frame)
    rare = table["took"].isin(["one", "two"]).to_numpy()
    assert labels[rare].isna().all()


def test_no_more_than_twenty_are_told_apart():
    table = contacts(6000, offers=[f"offer {k:02d}" for k in range(30)])
    found = offer_classes(frame_of(table.drop(columns="who")))
    assert len(found.names) == MOST_OFFERS
    assert (found.small, found.others) == (10, True)
    most = table["took"].value_counts()
    assert set(found.names) <= set(most.index)
    assert min(found.taken) >= most.iloc[MOST_OFFERS]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_does_not_matter(seed):
    table = with_small(contacts(600), ["a", "b", "c"], 4)
    moved = table.sample(frac=1, random_state=seed)
    assert offer_classes(frame_of(moved)) == offer_classes(frame_of(table))


def test_what_is_no_choice_is_refused():
    table = contacts(200)
    plain = FeatureFrame.from_table(table.drop(columns="took"), target="bought")
    with pytest.raises(DataError, match=r"this frame knows none. Read it with `FeatureFrame\.from"):
        offer_classes(plain)
    with pytest.raises(DataError, match=r"taken by 60 customers, .* 0 offers were, of 4"):
        offer_classes(frame_of(table), fewest=60)
    cells = replace(frame_of(table), cell=pd.Series(range(len(table))))
    with pytest.raises(DataError, match="the rows of this frame are cells of several"):
        offer_classes(cells)
    with pytest.raises(ParameterError, match="`fewest` must be a whole number"):
        offer_classes(frame_of(table), fewest=0)
    called = contacts(offers=["other offers", "tea"])
    with pytest.raises(DataError, match="An offer is called 'other offers'"):
        offer_classes(frame_of(called))
    nobody = frame_of(contacts(200))
    with pytest.raises(DataError, match="Some offer must have been taken; none was"):
        offer_classes(nobody.rows((nobody.y == 0).to_numpy()))
