"""Bad input, found while it can still be named."""

import warnings
from dataclasses import dataclass

import pandas as pd
import pytest

from workbench.errors import DataError, DataWarning, ParameterError, SchemaError
from workbench.features import (
    Builder,
    Equals,
    Feature,
    FeatureSet,
    Listed,
    Lookup,
    Measure,
    Source,
    attributes,
    cadence,
    channel,
    decay,
    logged,
    rfm,
    windows,
)
from workbench.tables.campaign_data import CampaignData, Events

VISITS = Source("visits")


@dataclass(frozen=True)
class Mine(Builder):
    """A builder of one's own, whose only check is that of the set."""

    name = "mine"
    value: object = None

    def features(self, tables):
        yield Feature("x", self.value, "mine", "count", "My own.")


def message(error, value, shop):
    with pytest.raises(error) as raised:
        FeatureSet(Mine(value)).build(shop)
    return str(raised.value)


@pytest.mark.parametrize(
    ("value", "error", "wanted"),
    [
        (
            Measure(Source("visit"), "count"),
            ParameterError,
            (
                "must read a table of the data; it names 'visit', there are ['visits', 'orders', "
                "'contacts', 'all_contacts', 'campaigns']. Did you mean 'visits'?"
            ),
        ),
        (
            Measure(VISITS, "sum", "spent"),
            SchemaError,
            (
                "needs column 'spent' of 'visits'; it has ['customer', 'time', 'spend', 'channel', "
                "'item']. Did you mean 'spend'?"
            ),
        ),
        (
            Measure(VISITS, "count", where=(Equals("chanel", "app"),)),
            SchemaError,
            (
                "needs column 'chanel' of 'visits'; it has ['customer', 'time', 'spend', "
                "'channel', 'item']. Did you mean 'channel'?"
            ),
        ),
        (
            Measure(VISITS, "count", where=(Listed(Source("campaigns"), "item"),)),
            SchemaError,
            (
                "needs column 'item' of 'campaigns'; it has ['campaign', 'as_of', 'ends', 'type', "
                "'discount', 'matured_at']."
            ),
        ),
        (
            Measure(Source("late", "SELECT customer FROM visits"), "count"),
            SchemaError,
            "needs column 'time' of 'late'; it has ['customer'].",
        ),
        (
            Lookup(Source("campaigns"), "type", "campaign", dated=True),
            SchemaError,
            (
                "needs column 'valid_from' of 'campaigns'; it has ['campaign', 'as_of', 'ends', "
                "'type', 'discount', 'matured_at']."
            ),
        ),
    ],
    ids=["table", "column", "kind", "items", "time", "validity"],
)
def test_what_is_not_there_is_named_with_the_closest(value, error, wanted, make_shop):
    found = message(error, value, make_shop())
    assert found == f"Feature 'x' of builder 'mine' {wanted}"


@pytest.mark.parametrize(
    ("builder", "argument", "there"),
    [
        (windows("visit"), "events", ["visits", "orders"]),
        (channel("visit", "channel"), "events", ["visits", "orders"]),
        (attributes("segment"), "table", ["segments"]),
    ],
    ids=["windows", "channel", "attributes"],
)
def test_a_builder_that_names_a_table_that_is_not_there(builder, argument, there, full_shop):
    with pytest.raises(ParameterError) as raised:
        FeatureSet(builder).build(full_shop)
    assert str(raised.value) == (
        f"`{argument}` must name a table of the data; got {builder.subject!r}, there are "
        f"{there}. Did you mean {there[0]!r}?"
    )


@pytest.mark.parametrize(
    "builder",
    [
        windows("visits", values=["spent"]),
        rfm("visits", value="spent"),
        decay("visits", "spent"),
    ],
    ids=lambda builder: builder.name,
)
def test_a_builder_that_names_a_column_that_is_not_there(builder, make_shop):
    with pytest.raises(SchemaError) as raised:
        FeatureSet(builder).build(make_shop())
    assert str(raised.value) == (
        "Table 'visits' has no column 'spent'; got ['customer', 'time', 'spend', 'channel', "
        "'item']. Did you mean 'spend'?"
    )


def test_sql_that_cannot_be_read(make_shop):
    value = Measure(Source("late", "SELECT customer, time FROM visit"), "count")
    found = message(SchemaError, value, make_shop())
    assert found.startswith(
        "Feature 'x' of builder 'mine' must give SQL over the tables of the data as its source "
        "'late'; DuckDB says 'Catalog Error: Table with name visit does not exist!"
    )
    assert found.endswith("Mend the SQL.")


def test_a_lookback_longer_than_the_history_is_warned_of_with_the_share(make_shop):
    builder = windows("visits", lookbacks_days=(28, 91, 365))
    with pytest.warns(DataWarning) as caught:
        FeatureSet(builder).build(make_shop())
    # visits begin on 31 January: spring is 30 days later, summer 122
    assert [str(warning.message) for warning in caught] == [
        (
            "Look-backs reach back before the first of 'visits': 91 days for 67%, 365 days "
            "for 100% of contacts. Their counts are of fewer days; shorten the look-backs, or drop "
            "the earliest contacts with `data.with_history(days=...)`."
        )
    ]


def test_a_history_that_is_long_enough_to_the_day_is_not_warned_of(make_shop):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FeatureSet(windows("visits", lookbacks_days=(28, 30)), cadence()).build(make_shop())


@pytest.mark.parametrize(
    "builder",
    [logged(rfm("visits", value="spend")), decay("visits", "spend")],
    ids=["logged", "decay"],
)
def test_negative_amounts_on_a_logarithmic_scale_are_warned_of(builder, make_shop):
    visits = pd.DataFrame(
        {
            "customer": "ann",
            "moment": pd.Timestamp("2024-02-01"),
            "spend": [-3.0, 0.0, 4.0, 2.0],
        }
    )
    with pytest.warns(DataWarning) as caught:
        frame = FeatureSet(builder).build(make_shop(visits=visits))
    assert [str(warning.message) for warning in caught] == [
        (
            "Column 'spend' of table 'visits' has 1 amount below 0, 25.0% of its rows: refunds? A "
            "sum x below 0 becomes −ln(1 + |x|) on the logarithmic scale, and 0 stays 0."
        )
    ]
    assert (frame.X.filter(regex="spend_log|monetary_sum").iloc[0] > 0).all()  # -3 + 0 + 4 + 2


def test_amounts_of_zero_need_no_warning_and_stay_zero(built, make_shop):
    visits = pd.DataFrame(
        {"customer": ["ann"], "moment": [pd.Timestamp("2023-02-01")], "spend": [0.0]}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = built(logged(rfm("visits", value="spend")), make_shop(visits=visits))
    assert table["visits_monetary_sum_log"].tolist() == [0.0, 0.0, 0.0]


def test_unlogged_negative_amounts_are_nobodys_business(make_shop):
    visits = pd.DataFrame(
        {"customer": ["ann"], "moment": [pd.Timestamp("2023-02-01")], "spend": [-1.0]}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FeatureSet(rfm("visits", value="spend")).build(make_shop(visits=visits))


def events_at(*moments):
    return CampaignData(
        pd.DataFrame({"customer": ["ann"], "campaign": ["spring"]}),
        pd.DataFrame({"campaign": ["spring"], "start": ["2024-03-01T00:00:00"]}),
        events={"visits": Events(pd.DataFrame({"customer": "ann", "at": moments}), time="at")},
        customer="customer",
        campaign="campaign",
        as_of="start",
        observed_until="2025-01-01",
    )


def test_future_events_are_noted_and_enter_no_feature():
    data = events_at("2024-02-01", "2031-05-01")
    assert data.notes == (
        (
            "Of visits, 1 event lies at or after 2025-01-01, the end of observation; no known "
            "outcome counts them."
        ),
    )
    assert (
        data.quality(today="2025-06-01").loc["visits", "remark"]
        == "1 in the future: check the dates"
    )
    assert FeatureSet(rfm("visits")).build(data).X["visits_frequency"].tolist() == [1.0]


def test_event_times_as_text_are_read_and_what_is_none_is_named():
    features = FeatureSet(rfm("visits"))
    built = [features.build(events_at(at)).X for at in ("2024-02-20", "20.02.2024")]
    pd.testing.assert_frame_equal(*built)
    assert built[0]["visits_recency_days"].tolist() == [10.0]
    with pytest.raises(DataError) as raised:
        events_at("2024-02-20", "soon")
    assert str(raised.value) == (
        "The campaign data have 1 fault; mend all of them, then try again:\n"
        "- visits.at: 1 row has no possible date, such as 'soon'; write dates as YYYY-MM-DD."
    )


def test_zones_must_agree():
    with pytest.raises(DataError) as raised:
        events_at("2024-02-20T10:00+01:00", "2024-02-21T10:00")
    assert str(raised.value) == (
        "The campaign data have 1 fault; mend all of them, then try again:\n"
        "- visits.at: 1 moments have a time zone and 1 have none, such as "
        "'2024-02-20T10:00+01:00' and '2024-02-21T10:00'; convert them to one zone first."
    )
    with pytest.raises(DataError) as raised:
        events_at("2024-02-20T10:00+01:00")
    assert str(raised.value) == (
        "The campaign data have 1 fault; mend all of them, then try again:\n"
        "- Moments must all have a time zone, or none: ['visits.at'] have one, "
        "['campaigns.start'] have none; convert them to one zone first."
    )


def test_unknown_kinds_are_named_with_the_closest(make_shop):
    with pytest.raises(ParameterError) as raised:
        FeatureSet(windows("visits", kinds={"channel": ["ap"]})).build(make_shop())
    assert str(raised.value) == (
        "`kinds` names 'ap', which column 'channel' of table 'visits' never holds; it holds "
        "['app', 'mail']. Did you mean 'app'?"
    )
