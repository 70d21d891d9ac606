from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from workbench.features import Equals, Measure, Source, Tables
from workbench.features.plans.reading import Wanted, read_contacts, read_events

VISITS = Source("visits")
MEASURES = [
    Measure(VISITS, "sum", "spend", (Equals("channel", "app"),), 28),
    Measure(VISITS, "distinct", "item", (Equals("channel", "mail"),), 7),
]


def test_customers_are_numbered_by_their_first_contact(make_shop):
    contacts = read_contacts(Tables(make_shop()).connection)
    assert contacts.customer.tolist() == [0, 1, 0]  # ann, bob, ann
    assert contacts.customers == 2
    moments = pd.to_datetime(["2024-03-01", "2024-03-01", "2024-06-01"]).astype("datetime64[us]")
    assert contacts.as_of.tolist() == moments.astype("int64").tolist()
    assert contacts.dates.tolist() == moments.astype("int64").unique().tolist()


def read(data, measures, **settings):
    tables = Tables(data)
    contacts = read_contacts(tables.connection)
    wanted = Wanted.by(measures, tables)
    return list(read_events(tables, wanted, contacts, **settings))


def test_events_are_read_as_whole_numbers(make_shop):
    ((low, high, events),) = read(make_shop(), MEASURES)
    assert (low, high) == (0, 2)
    order = np.argsort(events["time"])
    # 31 January is more than 28 days before 1 March, and 7 June is no date of a visit
    assert events["customer"][order].tolist() == [0, 0, 0, 1]
    assert events.summed("spend")[order].tolist() == [20_000_000, 5_500_000, 99_000_000, 7_000_000]
    assert events.where(MEASURES[0])[order].tolist() == [True, False, True, False]
    assert events.where(MEASURES[1])[order].tolist() == [False, True, False, True]
    items = events.valued("item")[order]
    assert len(set(items)) == 3
    assert items[0] == items[3]  # tea
    assert events.where(Measure(VISITS, "count")) is None


def test_missing_values_and_kinds(make_shop):
    visits = pd.DataFrame(
        {
            "customer": "ann",
            "moment": pd.Timestamp("2024-02-20"),
            "spend": [np.nan, 1e-7, -2.5],
            "channel": [None, "app", "fax"],
            "item": [None, "tea", "tea"],
        }
    )
    ((_, _, events),) = read(make_shop(visits=visits), MEASURES)
    order = np.argsort(events.summed("spend"))
    assert events.summed("spend")[order].tolist() == [-2_500_000, 0, 0]
    assert min(events.valued("item")) == -1
    assert sorted(events.where(MEASURES[0]).tolist()) == [False, False, True]


def test_an_event_is_known_when_it_has_arrived(make_shop):
    day, later = pd.Timestamp("2024-02-20"), pd.Timestamp("2024-02-25")
    never = pd.Timestamp("2024-06-01")
    visits = pd.DataFrame(
        {"customer": "ann", "moment": day, "arrived": [day, later, never], "spend": 1.0}
    )
    data = make_shop(visits=visits, arrived="arrived")
    ((_, _, events),) = read(data, [Measure(VISITS, "count")])
    known = pd.to_datetime(np.sort(events["known"]), unit="us")
    assert known.tolist() == [day, later]  # at the last decision itself is too late


@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_parts_hold_each_customer_whole(large, at_once):
    data = large(customers=40, events=200)
    ((_, customers, whole),) = read(data, MEASURES)
    parts = read(data, MEASURES, at_once=at_once)
    assert parts[0][0] == 0
    assert parts[-1][1] == customers
    assert all(a[1] == b[0] for a, b in pairwise(parts))
    for low, high, events in parts:
        assert all(low <= customer < high for customer in events["customer"])
    for name in whole.columns:
        together = np.concatenate([events[name] for _, _, events in parts])
        assert sorted(together.tolist()) == sorted(whole[name].tolist())
