import duckdb
import pytest

from workbench.features import Source
from workbench.features.sql_words import known_at, millionths, select_all


def test_a_source_is_a_table_or_its_own_query():
    late = Source("late", "SELECT customer, time FROM visits")
    assert select_all(late) == late.sql
    assert select_all("visits") == select_all(Source("visits")) == 'SELECT * FROM "visits"'


@pytest.mark.parametrize(
    ("value", "whole"),
    [("0.1", 100_000), ("-19.99", -19_990_000), ("5e-7", 1), ("4e-7", 0), ("'NaN'", None)],
)
def test_millionths_are_whole_and_halves_go_away_from_zero(value, whole):
    found = duckdb.connect().execute(f"SELECT {millionths(value)}").fetchone()
    assert found == (whole,)


def test_what_never_arrived_is_never_known():
    moment, ever = known_at(late=True)
    days = "DATE '2024-01-02', DATE '2024-01-03'", "DATE '2024-01-02', NULL"
    found = [
        duckdb.connect()
        .execute(f"SELECT {moment}::VARCHAR FROM (SELECT {d}) e(time, arrived) WHERE TRUE{ever}")
        .fetchall()
        for d in days
    ]
    assert found == [[("2024-01-03",)], []]
