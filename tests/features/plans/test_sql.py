"""Measures against pandas, one by one; features built on them are tested by family."""

import numpy as np
import pandas as pd
import pytest

from workbench.features import Equals, Feature, Formula, Listed, Lookup, Measure, Source, Tables
from workbench.features.plans.sql import SqlPlan

VISITS = Source("visits")


def values(data, *expressions):
    features = [Feature(f"f{i}", e, "g", "count", "Text.") for i, e in enumerate(expressions)]
    plan = SqlPlan(features, Tables(data))
    table = data.connect().execute(plan.text).df()
    return table.set_index("contact"), plan


def test_conditions_add_up(make_shop):
    app, tea = Equals("channel", "app"), Equals("item", "tea")
    table, _ = values(
        make_shop(),
        Measure(VISITS, "count", where=(app,)),
        Measure(VISITS, "count", where=(tea,)),
        Measure(VISITS, "count", where=(app, tea)),
        Measure(VISITS, "sum", "spend", where=(tea,), lookback_days=28),
        Measure(VISITS, "distinct", "item", lookback_days=28),
    )
    assert table.loc[0].tolist() == [1.0, 2.0, 1.0, 20.0, 2.0]


def test_a_listed_item_counts_an_event_once(make_shop):
    twice = Source("offers", "SELECT campaign, 'tea' AS item FROM campaigns, range(2)")
    table, _ = values(make_shop(), Measure(VISITS, "count", where=(Listed(twice, "item"),)))
    assert table.loc[0].tolist() == [2.0]


def test_no_missing_value_is_summed(make_shop):
    visits = pd.DataFrame(
        {"customer": "ann", "moment": pd.Timestamp("2024-02-01"), "spend": [1.5, np.nan]}
    )
    data = make_shop(visits=visits)
    table, _ = values(data, Measure(VISITS, "sum", "spend"), Measure(VISITS, "count"))
    assert table.loc[0].tolist() == [1.5, 2.0]


def test_sums_are_rounded_to_millionths(make_shop):
    visits = pd.DataFrame(
        {"customer": "ann", "moment": pd.Timestamp("2024-02-01"), "spend": [1e-7, 0.1, 0.2]}
    )
    table, _ = values(make_shop(visits=visits), Measure(VISITS, "sum", "spend"))
    assert table.loc[0, "f0"] == 0.3  # 0.1 + 0.2 in floating point is not


def test_an_event_known_at_the_moment_or_later_is_not_seen(make_shop):
    day = pd.Timestamp("2024-02-01")
    arrived = [day, pd.Timestamp("2024-02-29 23:59:59.999999"), pd.Timestamp("2024-03-01"), pd.NaT]
    visits = pd.DataFrame({"customer": "ann", "moment": day, "arrived": arrived})
    data = make_shop(visits=visits.dropna(), arrived="arrived")
    table, _ = values(data, Measure(VISITS, "count"))
    assert table["f0"].tolist() == [2.0, 0.0, 3.0]


def test_gaps_do_not_reveal_an_event_that_had_not_arrived(make_shop):
    days = pd.to_datetime(["2024-02-01", "2024-02-11", "2024-02-21"]).astype("datetime64[us]")
    arrived = days.where(days != pd.Timestamp("2024-02-11"), pd.Timestamp("2024-04-01"))
    visits = pd.DataFrame({"customer": "ann", "moment": days, "arrived": arrived})
    table, _ = values(make_shop(visits=visits, arrived="arrived"), Measure(VISITS, "gap_mean"))
    assert table["f0"].tolist()[::2] == [20.0, 10.0]


def test_gap_variance_does_not_cancel(make_shop):
    """A million-second gap, twice, differing by a microsecond."""
    start = pd.Timestamp("2024-01-01")
    gaps = np.cumsum([0, 10**12, 10**12 + 1])
    moments = start + pd.to_timedelta(gaps, unit="us")
    visits = pd.DataFrame({"customer": "ann", "moment": moments})
    table, _ = values(make_shop(visits=visits), Measure(VISITS, "gap_variance"))
    assert table.loc[0, "f0"] == pytest.approx(0.5 / 86_400e6**2, rel=1e-12)


def test_equal_measures_are_computed_once(make_shop):
    count = Measure(VISITS, "count", lookback_days=28)
    _, plan = values(make_shop(), count, count / 28, Formula("ln(1 + {0})", (count,)))
    assert len(plan.steps) == 1
    assert plan.steps[0].sql.count(" AS m") == 1


def test_one_pass_a_table_one_more_for_distinct_counts_and_gaps(make_shop):
    _, plan = values(
        make_shop(),
        Measure(VISITS, "count"),
        Measure(VISITS, "sum", "spend", lookback_days=7),
        Measure(Source("orders"), "count"),
        Measure(VISITS, "distinct", "item"),
        Measure(VISITS, "gap_mean"),
        Measure(VISITS, "gap_variance"),
    )
    assert len(plan.steps) == 4


def test_lookups_by_customer_and_campaign(make_shop):
    colours = Source("colours", "SELECT 'bob' AS customer, 'red' AS colour")
    table, _ = values(
        make_shop(),
        Lookup(colours, "colour", "customer"),
        Lookup(Source("campaigns"), "discount", "campaign", number=True),
    )
    assert table["f0"].isna().tolist() == [True, False, True]
    assert table["f1"].tolist() == [0.1, 0.1, 0.25]


def test_without_any_measure_there_is_no_step(make_shop):
    table, plan = values(make_shop(), Formula("month(c.as_of)"))
    assert plan.steps == ()
    assert table["f0"].tolist() == [3.0, 3.0, 6.0]


def test_lookups_by_the_moment_of_the_decision(make_shop):
    counts = Source("counts", "SELECT as_of, count(*) AS size FROM contacts GROUP BY as_of")
    table, _ = values(make_shop(), Lookup(counts, "size", "as_of", number=True))
    assert table["f0"].tolist() == [2.0, 2.0, 1.0]


def test_a_decayed_sum_follows_conditions_and_lookbacks(make_shop):
    app = Equals("channel", "app")
    table, plan = values(
        make_shop(),
        Measure(VISITS, "decayed", half_life_days=10.0, where=(app,)),
        Measure(VISITS, "decayed", "spend", half_life_days=10.0, lookback_days=28),
        Measure(VISITS, "count"),
    )
    assert len(plan.steps) == 1
    # by app 20.00 ten days before; the visit of thirty days before is out of the window
    assert table.loc[0].tolist() == pytest.approx([0.5, 10.0 + 5.5, 3.0], rel=1e-9)


def test_a_formula_may_give_text(make_shop):
    table, _ = values(make_shop(), Formula("monthname(c.as_of)", text=True))
    assert table["f0"].tolist() == ["March", "March", "June"]
