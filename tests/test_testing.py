"""The contract check must catch every kind of builder that peeks, and pass one that does not."""

from dataclasses import dataclass

import pandas as pd
import pytest

from workbench.errors import LeakageError, ParameterError
from workbench.features import (
    Builder,
    Feature,
    Formula,
    Lookup,
    Measure,
    Source,
    attributes,
    cadence,
    logged,
    register,
    rfm,
    windows,
)
from workbench.features.builder import unregister
from workbench.tables.campaign_data import Attributes, CampaignData, Events, Outcome
from workbench.testing import check_builder

CAMPAIGNS = pd.DataFrame(
    {
        "campaign": ["spring", "summer"],
        "as_of": pd.to_datetime(["2024-03-01", "2024-06-01"]),
        "ends": pd.to_datetime(["2024-03-29", "2024-06-29"]),
    }
)
VISITS = pd.DataFrame(
    {
        "customer": ["ann", "ann", "bob", "bob", "ann"],
        "moment": pd.to_datetime(
            ["2024-02-01", "2024-02-10", "2024-02-20", "2024-03-10", "2024-05-01"]
        ),
        "spend": [1.0, 2.0, 4.0, 8.0, 16.0],
    }
)


@pytest.fixture
def data():
    visits = VISITS.assign(known=VISITS["moment"] + pd.Timedelta(days=15))
    orders = pd.DataFrame({"customer": ["ann"], "ordered": [pd.Timestamp("2024-03-05")]})
    segments = pd.DataFrame(
        {
            "customer": ["ann", "ann"],
            "since": pd.to_datetime(["2024-01-01", "2024-03-01"]),
            "segment": ["new", "loyal"],
        }
    )
    return CampaignData(
        pd.DataFrame({"customer": ["ann", "bob"] * 2, "campaign": ["spring"] * 2 + ["summer"] * 2}),
        CAMPAIGNS,
        events={
            "visits": Events(visits, time="moment", arrived="known"),
            "orders": Events(orders, time="ordered"),
        },
        attributes={"segments": Attributes(segments, valid_from="since")},
        outcome=Outcome("orders", until="ends"),
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until="2025-01-01",
    )


@pytest.fixture
def builder_of():
    """Register a builder of one feature, and forget it afterwards."""

    def make(value, *, learn=None):
        @register("mine")
        @dataclass(frozen=True)
        class Mine(Builder):
            level: str = ""

            def features(self, tables):
                found = value(tables) if callable(value) else value
                yield Feature(f"mine{self.level}", found, "mine", "count", "My own.")

            def resolve(self, tables):
                return Mine(learn(tables)) if learn else self

        return Mine()

    yield make
    unregister("mine")


@pytest.mark.parametrize(
    "builder",
    [
        rfm("visits", value="spend"),
        logged(windows("visits", values=["spend"])),
        cadence(),
        attributes("segments"),
    ],
    ids=lambda builder: builder.name,
)
def test_honest_builders_pass(builder, data):
    check_builder(builder, data)


def test_an_honest_builder_of_ones_own_passes(builder_of, data):
    pace = Measure(Source("visits"), "count") / Measure(Source("visits"), "distinct", "spend")
    check_builder(builder_of(pace), data)


# SQL that a source, a formula or a look-up could hold, each a way to look ahead.
KNOWN_LATE = "SELECT customer, time, spend FROM visits"  # drops the arrival
ANTEDATED = "SELECT customer, time - INTERVAL 30 DAY AS time FROM orders"
TOTALS = "SELECT customer, count(*) AS total FROM orders GROUP BY customer"
AVERAGE = "(SELECT sum(spend) FROM visits)"
TIED = "(SELECT count(*) FROM visits e WHERE e.customer = c.customer AND e.time <= c.as_of)"
NEXT = "(SELECT count(*) FROM contacts n WHERE n.customer = c.customer AND n.as_of > c.as_of)"


@pytest.mark.parametrize(
    "value",
    [
        Measure(Source("visits", KNOWN_LATE), "count"),
        Measure(Source("orders", ANTEDATED), "count"),
        Lookup(Source("orders", TOTALS), "total", "customer", number=True),
        Lookup(Source("segments"), "segment", "customer"),  # whichever row there is
        Formula(AVERAGE),
        Formula(TIED),
        Formula(NEXT),
    ],
    ids=["arrival", "antedated", "later orders", "later segment", "average", "tie", "contacts"],
)
def test_each_way_of_peeking_is_caught(value, builder_of, data):
    with pytest.raises(LeakageError, match="Features must use only what was known before as_of"):
        check_builder(builder_of(value), data)


def test_reading_the_outcome_is_caught(builder_of, data):
    def outcome(tables):
        chosen = tables.data.contacts.query("outcome == 1")["contact"].tolist()
        return Formula(f"CASE WHEN c.contact IN ({', '.join(map(str, chosen))}) THEN 1 ELSE 0 END")

    with pytest.raises(LeakageError, match="later outcomes reversed"):
        check_builder(builder_of(outcome), data)


def test_learning_columns_from_later_events_is_caught(builder_of, data):
    def busiest(tables):
        query = "SELECT count(*) FROM visits"
        return str(tables.connection.execute(query).fetchone()[0])

    mine = builder_of(Measure(Source("visits"), "count"), learn=busiest)
    with pytest.raises(LeakageError) as raised:
        check_builder(mine, data)
    assert str(raised.value) == (
        "Features must use only what was known before as_of; with every earlier event "
        "repeated at 2024-06-01 00:00:00, there are other columns. "
        "What it learns from the data may come from before the first as_of only."
    )


def test_the_message_names_feature_contact_and_change(builder_of, data):
    with pytest.raises(LeakageError) as raised:
        check_builder(builder_of(Formula(TIED)), data)
    assert str(raised.value) == (
        "Features must use only what was known before as_of; with every earlier event repeated "
        "at 2024-06-01 00:00:00, feature 'mine' of builder 'mine', for customer ann, campaign "
        "summer, as_of 2024-06-01 00:00:00, goes from 3.0 to 6.0. "
        "Let an event in only where time < as_of, and arrived < as_of."
    )


def test_a_builder_that_is_not_steady(builder_of, data):
    with pytest.raises(AssertionError) as raised:
        check_builder(builder_of(Formula("random()")), data)
    assert str(raised.value) == (
        "Two builds from the same data must agree to the last bit; feature 'mine' of builder "
        "'mine' differs. Sum with Measure(…, 'sum'), which adds whole numbers, and order ties by "
        "more than the time."
    )


def test_a_builder_that_is_not_registered(data):
    class Nameless(Builder):
        def features(self, tables):
            return []

    with pytest.raises(AssertionError) as raised:
        check_builder(Nameless(), data)
    assert str(raised.value) == (
        "Nameless must be registered, so that a saved model can build its features again. "
        'Put @register("name") above the class.'
    )


def test_settings_that_do_not_come_back(data):
    @register("mine")
    @dataclass(frozen=True)
    class Mine(Builder):
        number: int

        def __post_init__(self):
            object.__setattr__(self, "number", self.number + 1)

        def features(self, tables):
            return []

    try:
        with pytest.raises(AssertionError) as raised:
            check_builder(Mine(1), data)
    finally:
        unregister("mine")
    assert str(raised.value) == (
        "The settings of 'mine' must make the same builder again; {'kind': 'features', 'features': "
        "[{'builder': 'mine', 'number': 2}]} gave {'kind': 'features', 'features': [{'builder': "
        "'mine', 'number': 3}]}. Keep its fields to numbers, text, and lists and mappings of them."
    )


def test_no_moment(data):
    with pytest.raises(ParameterError, match=r"^`moments` must be at least 1; got 0\.$"):
        check_builder(cadence(), data, moments=0)
