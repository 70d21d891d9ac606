import duckdb
import pandas as pd
import pytest

from workbench.tables.quality import QUALITY, late_events, quality_of

END, TODAY = pd.Timestamp("2024-03-01"), pd.Timestamp("2024-06-01")


@pytest.fixture
def database():
    connection = duckdb.connect()
    connection.execute("CREATE TABLE all_contacts AS SELECT * FROM (VALUES (1), (2)) t(customer)")
    return connection


def counted(database, name):
    found = quality_of(database, name, observed_until=END, today=TODAY)
    return dict(zip(QUALITY, found, strict=True))


def test_events_are_counted(database):
    database.execute("""
        CREATE TABLE "the events" AS SELECT * FROM (VALUES
            (1, TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-02', 'a'),
            (1, TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-02', 'a'),
            (9, TIMESTAMP '2024-03-01', TIMESTAMP '2024-02-29', NULL),
            (9, TIMESTAMP '2024-06-02', NULL, NULL),
            (8, TIMESTAMP '2024-02-29 23:59:59', NULL, NULL)
        ) t(customer, time, arrived, kind)""")
    assert counted(database, "the events") == {
        "rows": 5,
        "duplicate_rows": 1,
        "missing_share": pytest.approx(5 / 20),
        "unknown_customers": 2,
        "after_observed": 2,
        "in_future": 1,
        "remark": "1 repeated: check that none is counted twice; 1 in the future: check the "
        "dates; 1 arrived before "
        "happening; mostly missing: ['kind']",
    }
    note = (
        "Of the events, 2 events lie at or after 2024-03-01, the end of observation; no known "
        "outcome counts them."
    )
    assert late_events(database, ["the events"], END) == [note]
    assert late_events(database, ["the events"], pd.Timestamp("2024-06-03")) == []


def test_attributes_that_never_hold(database):
    database.execute("""
        CREATE TABLE people AS SELECT 1 AS customer, DATE '2024-02-01' AS valid_from,
        DATE '2024-02-01' AS valid_until, 40 AS age""")
    assert (
        counted(database, "people")["remark"] == "1 with an end before the beginning, never valid"
    )


def test_offers_have_no_customers(database):
    database.execute("CREATE TABLE offers AS SELECT 'spring' AS campaign, 'tea' AS item")
    assert list(counted(database, "offers").values()) == [1, 0, 0.0, 0, 0, 0, ""]
