import io
import sys

import numpy as np
import pandas as pd
import pytest

from workbench.features import (
    Equals,
    Feature,
    FeatureSet,
    Formula,
    Lookup,
    Measure,
    Source,
    Tables,
    attributes,
    cadence,
    rfm,
    share,
    windows,
)
from workbench.features.declared import declared
from workbench.features.plans import cells
from workbench.features.plans import execute as module
from workbench.features.plans.execute import execute, is_text
from workbench.features.plans.sql import SqlPlan
from workbench.tables.campaign_data import CampaignData, Events

VISITS = Source("visits")
COUNT = Measure(VISITS, "count")


def feature(name, value):
    return Feature(name, value, "g", "unit", "Text.")


def test_numbers_text_and_measures_of_both_plans_keep_their_order(full_shop):
    features = [
        feature("items", Measure(VISITS, "distinct", "item")),  # by SQL, as events arrive late
        feature("count", COUNT),
        feature("segment", Lookup(Source("segments"), "segment", "customer", dated=True)),
        feature("again", COUNT),
        feature("share", share(Measure(VISITS, "count", None, (Equals("channel", "app"),)), COUNT)),
        feature("year", Formula("year(c.as_of)")),
        feature("campaign", Formula("CAST(length(c.campaign) AS DOUBLE)")),
    ]
    table = execute(features, Tables(full_shop), progress=False)
    assert table.columns.tolist() == [f.name for f in features]
    assert table["items"].tolist() == [2.0, 0.0, 3.0]
    assert table["count"].tolist() == table["again"].tolist() == [3.0, 0.0, 4.0]
    assert table["segment"].tolist()[::2] == ["new", "loyal"]
    assert table["share"].tolist()[::2] == [1 / 3, 0.5]
    assert np.isnan(table.loc[1, "share"])
    assert table["year"].tolist() == [2024.0] * 3
    assert table["campaign"].tolist() == [6.0] * 3
    assert table["segment"].dtype == "str"


@pytest.mark.parametrize("rows_at_once", [1, 2, 3, 1000])
def test_rows_are_done_some_at_a_time(full_shop, monkeypatch, rows_at_once):
    monkeypatch.setattr(module, "ROWS_AT_ONCE", rows_at_once)
    tables = Tables(full_shop)
    builders = [rfm("visits", value="spend"), attributes("segments"), cadence()]
    features = [f for _, f in declared(builders, tables)]
    table = execute(features, tables, progress=False)
    monkeypatch.undo()
    pd.testing.assert_frame_equal(table, execute(features, tables, progress=False, plan="sql"))


def test_a_contact_keeps_its_row_whatever_the_order_of_the_table(large):
    data = large(late=True)
    tables = Tables(data)
    features = [
        feature("count", COUNT),
        feature("distinct", Measure(VISITS, "distinct", "item")),
        feature("day", Formula("epoch_us(c.as_of)")),
    ]
    table = execute(features, tables, progress=False)
    as_of = data.contacts.sort_values("contact")["as_of"].astype("datetime64[us]")
    assert table["day"].tolist() == as_of.astype("int64").tolist()
    assert ((table["distinct"] > 0) <= (table["count"] > 0)).all()


def test_a_missing_mean_of_gaps_is_missing_to_a_formula_too(make_shop):
    """NumPy's NaN must not reach SQL, where it would be a number."""
    gap = Measure(VISITS, "gap_mean")
    features = [feature("gap", gap), feature("known", Formula("coalesce({0}, -1)", (gap,)))]
    table = execute(features, Tables(make_shop()), progress=False)
    assert table.loc[1].isna().tolist() == [True, False]
    assert table.loc[1, "known"] == -1


def test_an_interrupted_build_leaves_nothing_behind(large, monkeypatch):
    """Ctrl-C in the middle of a block: the next build is whole."""
    data = large()
    features = FeatureSet(windows("visits", values=["spend"]), rfm("visits"))
    wanted = features.build(data).X
    compute, calls = cells.Block.compute, []

    def interrupted(self, alike):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return compute(self, alike)

    monkeypatch.setattr(cells.Block, "compute", interrupted)
    with pytest.raises(KeyboardInterrupt):
        features.build(data)
    monkeypatch.undo()
    pd.testing.assert_frame_equal(features.build(data).X, wanted)


def test_progress_reaches_the_end(full_shop, monkeypatch):
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    ticks = []
    tables = Tables(full_shop)
    run = module.Run([feature("count", COUNT), feature("half", COUNT / 2)], tables, 100)
    run.measure(None, ticks.append)
    run.frame(ticks.append)
    assert sum(ticks) == pytest.approx(1.0)
    execute([feature("count", COUNT)], tables, progress=True)
    assert shown.getvalue() == ""  # it took less than a second


def test_what_gives_text():
    assert is_text(Lookup(VISITS, "item", "customer"))
    assert not is_text(Lookup(VISITS, "spend", "customer", number=True))
    assert not is_text(COUNT / 2)


LIKE_THE_PLANS = [
    ["step_1", "step_2", "step_3"],
    ["STEP_1", "Step_2", "step__1"],
    ["some_contacts", "numbered_customers", "numbered_events"],
    ["c", "e", "k"],
]


@pytest.mark.parametrize("names", LIKE_THE_PLANS)
@pytest.mark.parametrize("plan", [None, "cells", "running sums", "sql"])
def test_a_table_may_be_named_like_what_a_plan_makes(names, plan):
    def built(names):
        features = [
            feature(f"{place}{number}", leaf)
            for place, name in enumerate(names)
            for number, leaf in enumerate(measures_of(Source(name)))
        ]
        tables = Tables(events_named(names))
        text = SqlPlan(features, tables).text
        printed = tables.connection.execute(text).df().drop(columns="contact")
        return execute(features, tables, progress=False, plan=plan, at_once=3), printed

    wanted, of_the_query = built(["visits", "mails", "calls"])
    assert wanted.nunique(axis=1).min() > 3  # tables that differ
    pd.testing.assert_frame_equal(wanted, of_the_query)
    for found in built(names):
        pd.testing.assert_frame_equal(found, wanted)


def measures_of(source):
    return [
        Measure(source, "count"),
        Measure(source, "sum", "amount", lookback_days=28),
        Measure(source, "distinct", "item"),
        Measure(source, "decayed", half_life_days=7),
        Measure(source, "gap_mean"),
    ]


def events_named(names):
    """Three tables of events under these names, of 8, 16 and 24 rows."""
    day = pd.Timestamp("2024-01-01")
    events = {}
    for number, name in enumerate(names, 1):
        rows = 8 * number
        table = pd.DataFrame(
            {
                "customer": ["ann", "bob"] * (rows // 2),
                "at": day + pd.to_timedelta(np.arange(rows) ** 2 // 10 + number, unit="D"),
                "amount": np.arange(rows) * number + 0.5,
                "item": [f"i{row % (number + 3)}" for row in range(rows)],
            }
        )
        events[name] = Events(table, time="at")
    return CampaignData(
        pd.DataFrame({"customer": ["ann", "bob"], "campaign": "spring"}),
        pd.DataFrame({"campaign": ["spring"], "as_of": [pd.Timestamp("2024-02-20")]}),
        events=events,
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until="2025-01-01",
    )


def test_columns_of_the_contacts_do_not_get_in_the_way(make_shop):
    """Contacts may have columns of any name, such as those that measures had inside."""
    contacts = pd.DataFrame(
        {"customer": ["ann", "bob"], "campaign": "spring", "m0": [7.0, 8.0], "n": [1, 2]}
    )
    campaigns = make_shop().campaigns[["campaign", "as_of", "ends"]].head(1)
    features = [
        feature("half", COUNT / 2),
        feature("own", Formula("c.m0 * 10")),
        feature("spread", Measure(VISITS, "gap_variance") * 1.0),
    ]
    data = make_shop(contacts=contacts, campaigns=campaigns)
    table = execute(features, Tables(data), progress=False)
    assert table["half"].tolist() == [1.5, 0.0]
    assert table["own"].tolist() == [70.0, 80.0]
    assert table["spread"].isna().tolist() == [False, True]
