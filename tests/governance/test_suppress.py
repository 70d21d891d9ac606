import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.datasets import sample
from workbench.errors import ParameterError
from workbench.features import FeatureSet
from workbench.governance import suppress

TABLE = pd.DataFrame({"id": [7, 7, 8, 9], "visits": [1, 2, 3, 4], "bought": [1, 0, 0, 1]})


def test_data_of_every_kind_lose_the_same_customers():
    frame = FeatureFrame.from_table(TABLE, target="bought", customer="id")
    for data, named in ((TABLE, {"customer": "id"}), (frame, {})):
        left = suppress(data, [7, 10], **named)
        assert type(left.data) is type(data)
        assert (left.ids, left.rows, left.customers, left.unknown) == ({7}, 2, 1, 1)
    assert left.data.customer.tolist() == [8, 9]


def test_a_table_must_say_who_its_rows_are_of_and_others_know():
    with pytest.raises(ParameterError, match="`suppress` needs `customer`"):
        suppress(TABLE, [7])
    frame = FeatureFrame.from_table(TABLE, target="bought", customer="id")
    with pytest.raises(ParameterError, match="these data know their customers"):
        suppress(frame, [7], customer="id")
    with pytest.raises(ParameterError, match=r"`data` must be a FeatureFrame, .* got list"):
        suppress([7], [7])


@pytest.fixture(scope="module")
def data():
    return sample()


def built(data, recipe=None):
    made = FeatureSet.default(data) if recipe is None else FeatureSet.from_dict(recipe)
    return made.build(data, cache=False, progress=False)


@pytest.mark.filterwarnings("ignore:Look-backs")
def test_customers_of_events_alone_change_nothing_by_a_bit(data):
    """Half of all who visited and were never contacted, and some of nobody."""
    others = data.connect().execute(
        "SELECT DISTINCT customer FROM visits "
        "WHERE customer NOT IN (SELECT customer FROM contacts) ORDER BY customer"
    )
    ids = others.df()["customer"].tolist()
    assert len(ids) > 3
    left = suppress(data, [*ids, 10**8])
    assert (left.customers, left.rows, left.unknown) == (0, 0, len(ids) + 1)
    before, after = built(data), built(left.data)
    pd.testing.assert_frame_equal(before.X, after.X, check_exact=True)
    assert after.recipe == {**before.recipe, "suppressed": {"customers": 0, "rows": 0}}


@pytest.mark.filterwarnings("ignore:Look-backs")
def test_customers_with_contacts_leave_every_table_and_others_keep_what_is_their_own(data):
    ids = data.contacts["customer"].drop_duplicates().sample(100, random_state=1).tolist()
    left = suppress(data, ids)
    seen = left.data.connect()
    for name in [*data.event_tables, *data.attribute_tables, "contacts", "all_contacts"]:
        there = set(seen.execute(f'SELECT DISTINCT customer FROM "{name}"').df()["customer"])
        assert there.isdisjoint(ids), name
        assert there
    recipe = built(data).recipe
    before, after = built(data, recipe), built(left.data, recipe)
    kept = ~before.customer.isin(ids).to_numpy()
    of_all = [name for name in before.X if "reaction_rate" in name]  # drawn towards everybody's
    expected = before.rows(kept).X.drop(columns=of_all)
    pd.testing.assert_frame_equal(after.X.drop(columns=of_all), expected, check_exact=True)
    pd.testing.assert_series_equal(after.y, before.rows(kept).y)
    assert not np.array_equal(after.X[of_all], before.rows(kept).X[of_all])


def test_recording_begins_where_it_began_and_lists_add_up(data):
    first = (
        data.connect().execute("SELECT customer FROM visits ORDER BY time LIMIT 1").fetchone()[0]
    )
    rest = data.contacts.loc[data.contacts["customer"] != first, "customer"].unique()[:2]
    once = data.without_customers([first])
    twice = once.without_customers(rest)
    assert data.began("visits") is None
    begins = data.tables().loc["visits", "first"]
    assert once.began("visits") == twice.began("visits") == begins
    assert twice.tables().loc["visits", "first"] == begins
    assert twice.suppressed["customers"] == once.suppressed["customers"] + 2
    assert len(twice.notes) == len(once.notes)
    seen = twice.connect().execute("SELECT DISTINCT customer FROM visits").df()["customer"]
    assert set(seen).isdisjoint([first, *rest])
    assert len(data.without_customers([first]).with_history(days=30).contacts) == len(
        data.with_history(days=30).without_customers([first]).contacts
    )
