import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import DataError, ParameterError, SchemaError
from workbench.features import FeatureSet, logged, rfm

MICROSECOND_IN_DAYS = 1 / 86_400e6
DAY = pd.Timedelta(days=1)


def test_worked_by_hand(built):
    table = built(rfm("visits", value="spend"))
    # Before 1 March: 31 January, 20 February, and the last microsecond of February.
    gaps = [20.0, 10 - MICROSECOND_IN_DAYS]
    assert table.loc[("ann", "spring")].to_dict() == pytest.approx(
        {
            "visits_recency_days": MICROSECOND_IN_DAYS,
            "visits_frequency": 3.0,
            "visits_monetary_sum": 35.5,
            "visits_monetary_mean": 35.5 / 3,
            "visits_tenure_days": 30.0,
            "visits_active_span_days": 30 - MICROSECOND_IN_DAYS,
            "visits_gap_mean_days": np.mean(gaps),
            "visits_gap_variance": np.var(gaps, ddof=1),
        },
        rel=1e-12,
    )


def test_a_customer_without_events_has_counts_of_0_and_nothing_else(built):
    row = built(rfm("visits", value="spend")).loc[("bob", "spring")]
    assert row[["visits_frequency", "visits_monetary_sum"]].tolist() == [0.0, 0.0]
    assert row.drop(["visits_frequency", "visits_monetary_sum"]).isna().all()


def test_one_event_has_no_gap_and_two_have_no_variance(built, make_shop):
    days = pd.to_datetime(["2024-02-01", "2024-02-05"]).astype("datetime64[us]")
    visits = pd.DataFrame({"customer": ["ann", "bob"], "moment": days[:1].repeat(2)})
    visits = pd.concat([visits, pd.DataFrame({"customer": ["bob"], "moment": days[1:]})])
    table = built(rfm("visits"), make_shop(visits=visits))
    gaps = ["visits_gap_mean_days", "visits_gap_variance"]
    assert table.loc[("ann", "spring"), gaps].isna().all()
    assert table.loc[("bob", "spring"), gaps[0]] == 4.0
    assert np.isnan(table.loc[("bob", "spring"), gaps[1]])


def test_lines_of_one_moment_are_one_occasion_unless_told_otherwise(built, make_shop):
    visits = pd.DataFrame(
        {
            "customer": "ann",
            "moment": pd.Timestamp("2024-02-01"),
            "basket": [1, 1, 2],
            "spend": [1.0, 2.0, 4.0],
        }
    )
    data = make_shop(visits=visits)
    row = built(rfm("visits", value="spend"), data).loc[("ann", "spring")]
    assert (row["visits_frequency"], row["visits_monetary_mean"]) == (1.0, 7.0)
    row = built(rfm("visits", value="spend", occasion="basket"), data).loc[("ann", "spring")]
    assert (row["visits_frequency"], row["visits_monetary_mean"]) == (2.0, 3.5)


def test_a_lookback_names_its_columns_and_its_catalogue_rows(make_shop):
    frame = FeatureSet(rfm("visits", value="spend", lookback_days=28)).build(make_shop())
    spring = frame.X.loc[0]
    assert spring["visits_28d_frequency"] == 2.0  # 31 January is 30 days before
    assert spring["visits_28d_monetary_sum"] == 25.5
    assert set(frame.catalogue["lookback_days"]) == {28.0}
    row = frame.catalogue.loc["visits_28d_monetary_sum"]
    assert row[["group", "builder", "source", "unit"]].tolist() == ["rfm", "rfm", "visits", "spend"]
    assert row["description"] == "Sum of spend over visits, in the 28 days before."


def test_without_a_value_there_is_no_money(built):
    assert not [name for name in built(rfm("visits")).columns if "monetary" in name]


def test_prefix(built):
    names = built(rfm("visits", prefix="shop")).columns
    assert all(name.startswith("shop_") for name in names)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), lookback=st.sampled_from([None, 28, 91]))
def test_agrees_with_brute_force(shops, data, lookback):
    shop = data.draw(shops)
    X = FeatureSet(rfm("visits", value="spend", lookback_days=lookback)).build(shop).X
    events = shop.connect().execute("SELECT customer, time, arrived, spend FROM visits").df()
    for row, (_, contact) in zip(X.to_numpy(), shop.contacts.iterrows(), strict=True):
        np.testing.assert_allclose(row, brute_force(events, contact, lookback), rtol=1e-12)


def brute_force(events, contact, lookback):
    as_of = contact["as_of"]
    seen = events[(events["customer"] == contact["customer"]) & (events["time"] < as_of)]
    seen = seen[seen["arrived"] < as_of]
    if lookback:
        seen = seen[seen["time"] >= as_of - lookback * DAY]
    times = seen["time"].drop_duplicates().sort_values()
    gaps = (times.diff() / DAY).dropna()
    total = seen["spend"].sum()
    return [
        (as_of - times.max()) / DAY,
        len(times),
        round(total, 6),
        round(total, 6) / len(times) if len(times) else np.nan,
        (as_of - times.min()) / DAY,
        (times.max() - times.min()) / DAY,
        gaps.mean(),
        gaps.var(ddof=1),
    ]


def message(error, call):
    with pytest.raises(error) as raised:
        call()
    return str(raised.value)


def test_unknown_table(built):
    assert message(ParameterError, lambda: built(rfm("visit"))) == (
        "`events` must name a table of the data; got 'visit', there are ['visits', 'orders']. "
        "Did you mean 'visits'?"
    )


def test_unknown_column(built):
    assert message(SchemaError, lambda: built(rfm("visits", value="spent"))) == (
        "Table 'visits' has no column 'spent'; got "
        "['customer', 'time', 'spend', 'channel', 'item']. Did you mean 'spend'?"
    )


def test_value_that_is_not_a_number(built):
    assert message(SchemaError, lambda: built(rfm("visits", value="channel"))) == (
        "Column 'channel' of table 'visits' must hold numbers to be summed; it holds VARCHAR. "
        "Numeric columns are ['spend']."
    )


def test_value_that_is_infinite(built, make_shop):
    visits = pd.DataFrame(
        {"customer": ["ann"], "moment": [pd.Timestamp("2024-02-01")], "spend": [np.inf]}
    )
    call = lambda: built(rfm("visits", value="spend"), make_shop(visits=visits))  # noqa: E731
    assert message(DataError, call) == (
        "Column 'spend' of table 'visits' must be finite and at most 9e+12 in size, since sums "
        "are kept in units of 1/1,000,000; 1 value is not. Remove them, or use a larger unit."
    )


@pytest.mark.parametrize("days", [0, -7, 1.5, True, "28"])
def test_lookback_that_is_no_number_of_days(days):
    wanted = (
        f"`lookback_days` must be a whole number of days above 0; got {days!r}. "
        "Give for example 28, or None for all history."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        rfm("visits", lookback_days=days)


@pytest.mark.parametrize("name", ["spend{eur}", "a{}", "a{0}", "{", "a%s", "a'b", 'a"b', "a\\b"])
def test_any_name_of_a_value_will_do(make_shop, name):
    moments = pd.to_datetime(["2024-01-31", "2024-02-20", "2024-03-05"])
    visits = pd.DataFrame({"customer": ["ann", "bob", "ann"], "moment": moments, name: [1.5, 2, 3]})
    shop = make_shop(visits=visits)
    plain = make_shop(visits=visits.rename(columns={name: "spend"}))
    for wrap in (lambda builder: builder, logged):
        odd = FeatureSet(wrap(rfm("visits", value=name)))
        built = odd.build(shop, progress=False, cache=False).X
        usual = FeatureSet(wrap(rfm("visits", value="spend"))).build(plain, progress=False).X
        pd.testing.assert_frame_equal(built, usual)
        described = odd.catalogue(shop)["description"]
        assert described.str.startswith(f"Sum of {name} over visits").any()
        assert odd.sql(shop)
    assert len(FeatureSet.default(shop).build(shop, progress=False, cache=False).X)
