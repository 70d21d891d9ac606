"""Windows off running sums against the inequality join, and against the plan in SQL."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.features import Equals, Listed, Measure, Source, Tables
from workbench.features.plans import cells
from workbench.features.plans.cells import understands

PLANS = ["cells", "running sums"]
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
VISITS = Source("visits")


def assert_same_bits(found, wanted):
    for name in wanted:
        a, b = found[name].to_numpy(), wanted[name].to_numpy()
        same = (a.view("int64") == b.view("int64")) | (np.isnan(a) & np.isnan(b))
        assert same.all(), (name, a[~same][:3], b[~same][:3])


def assert_agrees_with_the_join(join, data, measures, table):
    for name, wanted in join(data, measures).items():
        measure = str(measures[int(name[1:])])
        np.testing.assert_allclose(table[name], wanted, rtol=1e-9, atol=1e-9, err_msg=measure)


@st.composite
def visits(draw, moments):
    """Ties at a decision and at the edges of windows, and the same event more than once."""
    visit = st.tuples(
        st.sampled_from(["ann", "bob", "cem"]),
        st.sampled_from(moments),
        st.one_of(st.none(), st.integers(-500, 50_000).map(lambda cents: cents / 100)),
        st.sampled_from(["mail", "app", None]),
        st.sampled_from(["tea", "cup", None]),
    )
    rows = draw(st.lists(visit, min_size=1, max_size=25))
    rows += draw(st.lists(st.sampled_from(rows), max_size=4))
    names = ["customer", "moment", "spend", "channel", "item"]
    kinds = {"moment": "datetime64[us]", "spend": "float64", "channel": "str", "item": "str"}
    return pd.DataFrame(rows, columns=names).astype(kinds)


def in_zone(table, columns, zone):
    """The same moments, as clocks in a zone show them."""
    return table.assign(**{c: table[c].dt.tz_localize("UTC").dt.tz_convert(zone) for c in columns})


def assert_plans_agree(run, join, data, measures):
    wanted = run(data, measures, "sql")
    assert_agrees_with_the_join(join, data, measures, wanted)
    for plan in PLANS:
        assert_same_bits(run(data, measures, plan), wanted)


@pytest.mark.slow
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(draw=st.data())
def test_generated_events(make_shop, moments, measures, run, join, draw):
    data = make_shop(visits=draw.draw(visits(moments)))
    assert_plans_agree(run, join, data, measures)


@pytest.mark.slow
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(draw=st.data())
def test_generated_events_that_arrive_late(shops, measures, run, join, draw):
    assert_plans_agree(run, join, draw.draw(shops), measures)


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(draw=st.data(), zone=st.sampled_from(["UTC", "Pacific/Auckland", "America/St_Johns"]))
def test_generated_events_of_another_zone(make_shop, moments, run, draw, zone):
    table = draw.draw(visits(moments))
    plain = make_shop(visits=table)
    campaigns = plain.campaigns[["campaign", "as_of", "ends", "type"]]
    orders = pd.DataFrame(
        {"customer": ["ann"], "campaign": "spring", "ordered": [pd.Timestamp("2024-03-10")]}
    )
    zoned = make_shop(
        visits=in_zone(table, ["moment"], zone),
        campaigns=in_zone(campaigns, ["as_of", "ends"], zone),
        orders=in_zone(orders, ["ordered"], zone),
        observed_until=pd.Timestamp("2025-01-01", tz="UTC"),
    )
    few = [Measure(VISITS, "sum", "spend", lookback_days=28), Measure(VISITS, "gap_mean")]
    for plan in PLANS:
        assert_same_bits(run(zoned, few, plan), run(plain, few, "sql"))


@pytest.mark.parametrize("late", [False, True], ids=["on time", "late"])
@pytest.mark.parametrize("dates", [1, 12, 3_000])
def test_many_customers(large, measures, run, join, dates, late):
    data = large(dates=dates, late=late)
    wanted = run(data, measures, "sql")
    for plan in PLANS:
        assert_same_bits(run(data, measures, plan), wanted)
    assert_agrees_with_the_join(join, data, measures, wanted)
    assert (wanted.iloc[:, :6].sum() != 0).all()


@pytest.mark.parametrize("plan", PLANS)
def test_neither_blocks_nor_parts_nor_threads_change_a_bit(large, measures, run, plan, monkeypatch):
    data = large(late=True)
    wanted = run(data, measures, plan)
    for size, at_once in [(1, 20_000), (7, 3_000), (100, 50)]:
        monkeypatch.setattr(cells, "CUSTOMERS_A_BLOCK", size)
        found = run(data, measures, plan, at_once=at_once)
        assert_same_bits(found, wanted)


@pytest.mark.parametrize("plan", PLANS)
def test_five_events_worked_by_hand(make_shop, run, plan):
    """Ann on 1 March: events of 31 January, 20 February, and the last microsecond before."""
    app = (Equals("channel", "app"),)
    found = run(
        make_shop(),
        [
            Measure(VISITS, "count"),
            Measure(VISITS, "count", lookback_days=28),
            Measure(VISITS, "count", None, app, 10),
            Measure(VISITS, "sum", "spend", lookback_days=28),
            Measure(VISITS, "distinct", "item"),
            Measure(VISITS, "gap_mean"),
            Measure(VISITS, "last"),
        ],
        plan,
    )
    gap = (30 - 1e-6 / 86_400) / 2  # 31 January to the end of 29 February
    last = pd.Timestamp("2024-02-29 23:59:59.999999").value / 1_000
    assert found.loc[0].tolist() == [3, 2, 1, 25.5, 2, pytest.approx(gap, rel=1e-15), last]
    assert found.loc[1, :"f4"].tolist() == [0, 0, 0, 0, 0]  # bob: his only event is later
    assert found.loc[1, "f5":].isna().all()


@pytest.mark.parametrize("plan", PLANS)
def test_the_first_microsecond_of_a_window_is_in_it(make_shop, run, plan):
    start = pd.Timestamp("2024-03-01") - pd.Timedelta(days=28)
    moments = [start - pd.Timedelta(microseconds=1), start]
    data = make_shop(visits=pd.DataFrame({"customer": "ann", "moment": moments}))
    found = run(data, [Measure(VISITS, "count", lookback_days=28)], plan)
    assert found["f0"].tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("plan", PLANS)
def test_events_appended_at_a_decision_and_later_change_no_bit(large, measures, run, plan):
    data = large()
    before = run(data, measures, plan)
    last = data.contacts["as_of"].max()
    early = (data.contacts["as_of"] < last).to_numpy()
    cut = data.contacts.loc[early, "as_of"].max()
    after = run(Appended(data, cut), measures, plan)
    assert_same_bits(after[early], before[early])
    assert not after[~early].equals(before[~early])


class Appended:
    """The data with all events again at a moment and after it."""

    def __init__(self, data, moment):
        self._data, self._moment = data, moment

    def __getattr__(self, name):
        return getattr(self._data, name)

    def connect(self):
        connection = self._data.connect()
        moment = f"TIMESTAMP '{self._moment}'"
        connection.execute(
            "CREATE TEMP TABLE more AS SELECT * FROM visits UNION ALL SELECT v.* REPLACE "
            f"({moment} + INTERVAL (i) HOUR AS time, v.spend * 1.7 AS spend) "
            "FROM visits v, range(3) t(i)"
        )
        connection.execute("CREATE TEMP VIEW visits AS SELECT * FROM more")
        return connection


@pytest.mark.slow
def test_events_that_do_not_fit_go_through_the_disk(large, tmp_path, run):
    """Three million events in a file, and 64 MB for DuckDB: what it sorts and keeps moves out."""
    path = tmp_path / "visits.parquet"
    large(customers=20_000, events=10).connect().execute(
        "COPY (SELECT i * 7919 % 20_000 AS customer, TIMESTAMP '2023-01-01' + INTERVAL (i) SECOND "
        f"AS moment, i % 1_000 / 4 AS spend FROM range(3_000_000) t(i)) TO '{path}'"
    )
    data = large(customers=20_000, events=10, visits=path)
    measures = [Measure(VISITS, "sum", "spend", lookback_days=28), Measure(VISITS, "last")]
    wanted = run(data, measures, "cells")
    small = Small(data, tmp_path)
    assert_same_bits(run(small, measures, "cells", at_once=200_000), wanted)
    assert_same_bits(run(small, measures, "running sums", at_once=200_000), wanted)
    assert (wanted["f0"] > 0).any()
    assert small.spilled, "nothing went to disk: the test shows nothing"


class Small:
    """The data under a memory limit; watches the folder for what moves out."""

    def __init__(self, data, folder):
        self._data, self.folder = data, folder

    def __getattr__(self, name):
        return getattr(self._data, name)

    def connect(self):
        connection = self._data.connect()
        if not self.spilled:  # for the database: all connections share it
            connection.execute(f"SET temp_directory = '{self.folder / 'spill'}'")
        connection.execute("SET memory_limit = '64MB'")
        return Watched(connection, self)

    spilled = False


class Watched:
    """A connection that looks for temporary files after each statement."""

    def __init__(self, connection, owner):
        self._connection, self._owner = connection, owner

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, *arguments):
        result = self._connection.execute(*arguments)
        spill = self._owner.folder / "spill"
        self._owner.spilled |= spill.is_dir() and any(spill.iterdir())
        return result


def test_sums_beyond_64_bits_go_to_sql(make_shop, run):
    moments = pd.Timestamp("2024-02-01") + pd.to_timedelta(range(5), unit="h")
    visits = pd.DataFrame({"customer": "ann", "moment": moments, "spend": 9e12})
    measures = [Measure(VISITS, "sum", "spend"), Measure(VISITS, "count")]
    orders = [Measure(Source("orders"), "count"), Measure(Source("orders"), "last")]
    found = run(make_shop(visits=visits), measures + orders, "cells")
    assert found.loc[0, :"f2"].tolist() == [4.5e13, 5.0, 0.0]
    # 10 March is before the second contact of ann
    assert found.loc[2, "f2"] == 1.0
    assert found.loc[2, "f3"] == pd.Timestamp("2024-03-10").value / 1_000


@pytest.mark.parametrize("sign", [-1, 1])
def test_sums_that_need_more_than_53_bits_are_rounded_once(large, run, sign):
    """DuckDB casts some whole numbers below −2⁵³ to the double next to the nearest."""
    rng = np.random.default_rng(5)
    visits = pd.DataFrame(
        {
            "customer": np.arange(2_000),
            "moment": pd.Timestamp("2022-12-01"),
            "spend": sign * rng.integers(2**53, 2**62, 2_000) / 1e6,
        }
    )
    data = large(visits=visits, customers=2_000)
    total = [Measure(VISITS, "sum", "spend")]
    tables = [run(data, total, plan) for plan in ("cells", "running sums", "sql")]
    pd.testing.assert_frame_equal(tables[0], tables[2], check_exact=True)
    pd.testing.assert_frame_equal(tables[1], tables[2], check_exact=True)
    # Python rounds a ratio of whole numbers once; here the whole number is rounded before
    spend = data.contacts["customer"].map(visits.set_index("customer")["spend"]).fillna(0.0)
    whole = [int(millionths) for millionths in np.round(spend * 1e6)]
    assert tables[0]["f0"].tolist() == [float(value) / 1e6 for value in whole]


def test_squares_of_gaps_beyond_the_span_go_to_sql(make_shop, run):
    moments = pd.to_datetime(["1900-01-01", "1930-01-01", "2024-02-01"]).astype("datetime64[us]")
    visits = pd.DataFrame({"customer": "ann", "moment": moments})
    found = run(make_shop(visits=visits), [Measure(VISITS, "gap_variance")], "cells")
    wanted = np.var(np.diff(moments.to_numpy()) / np.timedelta64(1, "D"), ddof=1)
    assert found.loc[0, "f0"] == pytest.approx(wanted, rel=1e-12)


def test_what_is_left_to_sql(make_shop, full_shop):
    tables, late = Tables(make_shop()), Tables(full_shop)
    listed = Listed(Source("items", "SELECT campaign, type AS item FROM campaigns"), "item")
    dated = Source("dated", "SELECT customer, CAST(time AS DATE) AS time FROM visits")
    assert understands(Measure(VISITS, "gap_variance"), tables)
    assert understands(Measure(VISITS, "last"), late)
    assert not understands(Measure(VISITS, "gap_variance"), late)
    assert not understands(Measure(VISITS, "distinct", "item"), late)
    assert not understands(Measure(VISITS, "count", where=(listed,)), tables)
    assert not understands(Measure(dated, "count"), tables)
