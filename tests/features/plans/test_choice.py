import pandas as pd
import pytest

from workbench.features import (
    Feature,
    FeatureSet,
    Measure,
    Source,
    Tables,
    attributes,
    offer,
    rfm,
    windows,
)
from workbench.features.plans.choice import choose, explained
from workbench.features.plans.execute import execute
from workbench.features.plans.reading import read_contacts


def plans(data, *builders):
    table = FeatureSet(*builders).explain(data)
    return table.set_index("source")["plan"].to_dict()


def test_few_dates_make_cells_and_many_make_running_sums(large):
    counts = windows("visits", values=["spend"])
    assert plans(large(dates=1, events=50_000), counts) == {"visits": "cells"}
    assert plans(large(dates=3_000), counts) == {"visits": "running sums"}


def test_what_is_shown(make_shop):
    table = FeatureSet(windows("visits", values=["spend"])).explain(make_shop())
    assert table.columns.tolist() == [
        "source", "plan", "why", "rows", "events", "windows", "measures", "seconds",
    ]  # fmt: skip
    assert table[["source", "rows", "events", "windows", "measures"]].to_dict("records") == [
        {"source": "visits", "rows": 3, "events": 5, "windows": 4, "measures": 12}
    ]
    # 1 March and 1 June, and 7, 28, 91 and 365 days before them
    assert "2 dates and 11 intervals between window edges" in table.loc[0, "why"]


def test_what_is_left_to_sql_says_why(full_shop):
    table = FeatureSet(
        rfm("visits"), attributes("segments"), offer("visits", "leaflets", "item")
    ).explain(full_shop)
    sql = table[table["plan"] == "sql"]
    reasons = sql.groupby("source")["why"].agg(list).to_dict()
    assert reasons["segments"] == ["a look-up: one row a contact"]
    assert sorted(reasons["visits"]) == [
        "events that become known late, or moments of another type",
        "what is listed for the row's campaign: a running sum has no campaign",
    ]


def test_the_rows_of_a_source_are_counted_once(large):
    """A source in SQL may take long to count."""
    tables = Tables(large(late=True))
    asked, connection = [], tables.connection

    class Listening:
        def __getattr__(self, name):
            return getattr(connection, name)

        def execute(self, query, *given):
            asked.append(query)
            return connection.execute(query, *given)

    tables.connection = Listening()
    written = Source("bought", "SELECT customer, time, spend FROM visits")
    names = ("count", "decayed", "gap_mean", "gap_variance")
    features = [
        Feature(
            how,
            Measure(written, how, half_life_days=7 if how == "decayed" else None),
            "g",
            "u",
            ".",
        )
        for how in names
    ]
    for _ in range(2):
        execute(features, tables, progress=False)
    assert len([query for query in asked if query.startswith("SELECT count(*)")]) == 1
    table = explained(choose(features, tables, read_contacts(connection)))
    assert set(table["events"]) == {20_000}
    assert set(table["plan"]) == {"cells", "sql"}


def test_the_costliest_comes_first_and_grows_with_the_data(large):
    builders = (windows("visits", values=["spend"]), rfm("visits"))
    few, many = (
        FeatureSet(*builders).explain(large(events=events))["seconds"].sum()
        for events in (2_000, 40_000)
    )
    assert many > 2 * few
    table = FeatureSet(*builders).explain(large())
    assert table["seconds"].is_monotonic_decreasing


def test_without_any_measure_there_is_nothing_to_choose(make_shop):
    tables = Tables(make_shop())
    table = explained(choose([], tables, read_contacts(tables.connection)))
    assert isinstance(table, pd.DataFrame)
    assert table.empty


def test_the_choice_does_not_depend_on_what_happens_later(large):
    """Which plan is taken never shows in a value, but it should not wander either."""
    data = large()
    first, second = (FeatureSet(rfm("visits")).explain(data) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("dates", [1, 12, 3_000])
def test_estimates_are_positive_and_finite(large, dates):
    seconds = FeatureSet(rfm("visits", value="spend")).explain(large(dates=dates))["seconds"]
    assert seconds.between(0, 60, inclusive="neither").all()
