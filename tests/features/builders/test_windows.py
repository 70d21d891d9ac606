import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import DataError, ParameterError, SchemaError
from workbench.features import FeatureSet, windows

DAY = pd.Timedelta(days=1)


def test_worked_by_hand(built):
    builder = windows(
        "visits",
        values=["spend"],
        kinds={"channel": ["app", "mail"]},
        lookbacks_days=(7, 28),
        trends=[(7, 28)],
    )
    # Spring: 5.50 by mail a microsecond before, 20.00 by app ten days before, 10.00 thirty days.
    assert built(builder).loc[("ann", "spring")].to_dict() == pytest.approx(
        {
            "visits_7d_count": 1.0,
            "visits_7d_spend_sum": 5.5,
            "visits_7d_spend_mean": 5.5,
            "visits_7d_app_count": 0.0,
            "visits_7d_app_share": 0.0,
            "visits_7d_app_spend_sum": 0.0,
            "visits_7d_app_spend_share": 0.0,
            "visits_7d_mail_count": 1.0,
            "visits_7d_mail_share": 1.0,
            "visits_7d_mail_spend_sum": 5.5,
            "visits_7d_mail_spend_share": 1.0,
            "visits_28d_count": 2.0,
            "visits_28d_spend_sum": 25.5,
            "visits_28d_spend_mean": 12.75,
            "visits_28d_app_count": 1.0,
            "visits_28d_app_share": 0.5,
            "visits_28d_app_spend_sum": 20.0,
            "visits_28d_app_spend_share": 20 / 25.5,
            "visits_28d_mail_count": 1.0,
            "visits_28d_mail_share": 0.5,
            "visits_28d_mail_spend_sum": 5.5,
            "visits_28d_mail_spend_share": 5.5 / 25.5,
            "visits_7d_to_28d_count_trend": (1 * 4 + 1) / (2 + 1),
            "visits_7d_to_28d_spend_trend": (5.5 * 4 + 1) / (25.5 + 1),
        },
        rel=1e-12,
    )


def test_no_events_in_the_window(built):
    row = built(windows("visits", values=["spend"], lookbacks_days=(28, 91))).loc[("bob", "spring")]
    counted = row.filter(regex="_count$|_sum$")
    assert counted.tolist() == [0.0] * 4
    assert row.filter(regex="_mean$").isna().all()
    assert row.filter(regex="_trend$").tolist() == [1.0, 1.0]


def test_a_window_begins_at_its_first_microsecond(built):
    # 31 January 00:00 is exactly 30 days before 1 March 2024
    table = built(windows("visits", lookbacks_days=(29, 30)))
    assert table.loc[("ann", "spring")].tolist() == [2.0, 3.0]


def test_the_usual_trend_is_there_by_default(built):
    assert "visits_28d_to_91d_count_trend" in built(windows("visits")).columns
    assert not built(windows("visits", lookbacks_days=(7,))).filter(like="trend").columns.tolist()


def test_refunds_leave_the_trend_open(built, make_shop):
    visits = pd.DataFrame(
        {"customer": ["ann"], "moment": [pd.Timestamp("2024-02-20")], "spend": [-1.0]}
    )
    row = built(windows("visits", values=["spend"]), make_shop(visits=visits))
    assert np.isnan(row.loc[("ann", "spring"), "visits_28d_to_91d_spend_trend"])


def test_frequent_kinds_come_from_before_the_first_decision_only(make_shop):
    # app is far more frequent over all: those visits are after the first as_of
    rows = [("ann", f"2024-02-0{day}", "mail") for day in (1, 2)]
    rows += [("ann", "2024-02-03", "phone"), *[("ann", "2024-03-01", "app")] * 9]
    visits = pd.DataFrame(rows, columns=["customer", "moment", "channel"])
    data = make_shop(visits=visits.astype({"moment": "datetime64[us]"}))
    frame = FeatureSet(windows("visits", kinds={"channel": 2}, lookbacks_days=(91,))).build(data)
    assert frame.recipe["features"][0]["kinds"] == {"channel": ["mail", "phone"]}
    one = FeatureSet(windows("visits", kinds={"channel": 1}, lookbacks_days=(91,))).build(data)
    assert one.recipe["features"][0]["kinds"] == {"channel": ["mail"]}


def test_a_late_arrival_has_no_say_in_which_kinds_are_frequent(make_shop):
    moment = pd.Timestamp("2024-02-01")
    visits = pd.DataFrame(
        {
            "customer": "ann",
            "moment": moment,
            "arrived": [moment, pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-01")],
            "channel": ["mail", "app", "app"],
        }
    )
    data = make_shop(visits=visits, arrived="arrived")
    frame = FeatureSet(windows("visits", kinds="channel", lookbacks_days=(91,))).build(data)
    assert frame.recipe["features"][0]["kinds"] == {"channel": ["mail"]}


def test_flags_are_named_by_their_column(built, make_shop):
    visits = pd.DataFrame(
        {
            "customer": "ann",
            "moment": pd.to_datetime(["2024-02-01", "2024-02-02", "2024-02-03"]),
            "with_coupon": [True, False, True],
        }
    )
    builder = windows("visits", kinds={"with_coupon": [True, False]}, lookbacks_days=(91,))
    row = built(builder, make_shop(visits=visits)).loc[("ann", "spring")]
    assert row.to_dict() == pytest.approx(
        {
            "visits_91d_count": 3.0,
            "visits_91d_with_coupon_count": 2.0,
            "visits_91d_with_coupon_share": 2 / 3,
            "visits_91d_not_with_coupon_count": 1.0,
            "visits_91d_not_with_coupon_share": 1 / 3,
        }
    )


def test_awkward_kinds_get_names_of_their_own(built, make_shop):
    kinds = ["A&B", "a b", "Levi's", "<script>"]
    visits = pd.DataFrame({"customer": "ann", "moment": pd.Timestamp("2024-02-01"), "brand": kinds})
    builder = windows("visits", kinds={"brand": kinds}, lookbacks_days=(91,))
    row = built(builder, make_shop(visits=visits)).loc[("ann", "spring")]
    names = ["a_b", "a_b_2", "levi_s", "script"]
    assert row[[f"visits_91d_{name}_count" for name in names]].tolist() == [1.0] * 4


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_agrees_with_brute_force(shops, data):
    shop = data.draw(shops)
    kinds = sorted(shop.connect().execute("SELECT DISTINCT channel FROM visits").df()["channel"])
    builder = windows("visits", values=["spend"], kinds={"channel": kinds}, lookbacks_days=(28, 91))
    X = FeatureSet(builder).build(shop).X
    events = shop.connect().execute("SELECT * FROM visits").df()
    for (_, row), (_, contact) in zip(X.iterrows(), shop.contacts.iterrows(), strict=True):
        for days in (28, 91):
            seen = in_window(events, contact, days)
            total = round(seen["spend"].sum(), 6)
            assert row[f"visits_{days}d_count"] == len(seen)
            assert row[f"visits_{days}d_spend_sum"] == pytest.approx(total, rel=1e-12)
            for kind in kinds:
                of_kind = seen[seen["channel"] == kind]
                name = f"visits_{days}d_{kind}"
                assert row[f"{name}_count"] == len(of_kind)
                share = len(of_kind) / len(seen) if len(seen) else np.nan
                assert row[f"{name}_share"] == pytest.approx(share, nan_ok=True)
                part = round(of_kind["spend"].sum(), 6)
                share = part / total if total > 0 else np.nan
                assert row[f"{name}_spend_share"] == pytest.approx(share, rel=1e-9, nan_ok=True)


def in_window(events, contact, days):
    known = events[["time", "arrived"]].max(axis=1) < contact["as_of"]
    recent = events["time"] >= contact["as_of"] - days * DAY
    return events[known & recent & (events["customer"] == contact["customer"])]


def message(error, call):
    with pytest.raises(error) as raised:
        call()
    return str(raised.value)


def test_unknown_kind(built):
    builder = windows("visits", kinds={"channel": ["mial"]})
    assert message(ParameterError, lambda: built(builder)) == (
        "`kinds` names 'mial', which column 'channel' of table 'visits' never holds; it holds "
        "['app', 'mail']. Did you mean 'mail'?"
    )


def test_unknown_column_of_kinds(built):
    assert message(SchemaError, lambda: built(windows("visits", kinds="chanel"))) == (
        "Table 'visits' has no column 'chanel'; got "
        "['customer', 'time', 'spend', 'channel', 'item']. Did you mean 'channel'?"
    )


def test_no_early_event_to_take_kinds_from(built, make_shop):
    visits = pd.DataFrame(
        {"customer": ["ann"], "moment": [pd.Timestamp("2024-03-01")], "channel": ["app"]}
    )
    call = lambda: built(windows("visits", kinds="channel"), make_shop(visits=visits))  # noqa: E731
    assert message(DataError, call) == (
        "The most frequent kinds of 'channel' are taken from events before the first as_of, and "
        "table 'visits' has none with a kind. Name the kinds: kinds={'channel': [...]}, or drop "
        "the earliest contacts with `data.with_history(days=...)`."
    )


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (
            {"lookbacks_days": ()},
            "`lookbacks_days` must have at least one window; got none.",
        ),
        (
            {"lookbacks_days": (28, -1)},
            (
                "`lookbacks_days` must be a whole number of days above 0; got -1. "
                "Give for example 28, or None for all history."
            ),
        ),
        (
            {"lookbacks_days": (7, 28), "trends": [(28, 7)]},
            (
                "`trends` must hold pairs of look-backs, the shorter one first, out of [7, 28]; "
                "got (28, 7)."
            ),
        ),
    ],
)
def test_settings_that_cannot_be(settings, wanted):
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        windows("visits", **settings)


def test_the_rate_of_a_kind_is_among_occasions(built, make_shop):
    visits = pd.DataFrame(
        {
            "customer": "ann",
            "moment": pd.to_datetime(["2024-02-20"] * 3 + ["2024-02-21", "2024-01-01"]),
            "channel": ["mail", "mail", "app", "app", "mail"],
            "basket": [1, 1, 1, 2, 3],
        }
    )
    kinds = {"channel": ["mail", "app"]}
    for occasion in ("time", "basket"):
        builder = windows("visits", kinds=kinds, lookbacks_days=(28,), occasion=occasion)
        row = built(builder, make_shop(visits=visits)).loc[("ann", "spring")]
        # two occasions in the window: one with mail, both with the app
        assert row[["visits_28d_mail_rate", "visits_28d_app_rate"]].tolist() == [0.5, 1.0]
        assert row["visits_28d_mail_share"] == 0.5  # of lines, two of four


def test_an_occasion_that_is_no_column(built):
    with pytest.raises(SchemaError, match="has no column 'baskt'"):
        built(windows("visits", occasion="baskt"))
