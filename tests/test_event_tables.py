import re

import duckdb
import pandas as pd
import pytest

from workbench._campaign_checks import Faults, Keyed
from workbench._event_tables import store
from workbench.errors import MissingDataError
from workbench.tables import Query

KEYS = Keyed(customer="id", campaign="mail", as_of="start")


def kept(source, *, by="customer", **roles):
    database, faults = duckdb.connect(), Faults()
    store(database, "events", source, keys=KEYS, roles=roles, by=by, faults=faults)
    return database, faults


def test_a_parquet_file_is_read_in_place(tmp_path):
    file = tmp_path / "it's.parquet"
    pd.DataFrame({"id": [1], "at": pd.to_datetime(["2024-01-01"])}).to_parquet(file)
    database, faults = kept(file, time="at")
    assert faults.lines == []
    views = database.execute("SELECT view_name FROM duckdb_views()").fetchall()
    assert ("events",) in views
    assert database.execute("SELECT customer, time::VARCHAR FROM events").fetchall() == [
        (1, "2024-01-01 00:00:00")
    ]


def test_zoned_timestamps_of_a_query_become_utc_whatever_the_machine_is_set_to():
    sql = "SELECT 1 AS id, make_timestamptz(1709251200000000) AS at"  # 2024-03-01 00:00 UTC
    database, _ = kept(Query(sql), time="at")
    assert database.execute("SELECT time::VARCHAR FROM events").fetchall() == [
        ("2024-03-01 00:00:00",)
    ]


def test_odd_column_names_and_a_campaign_of_events_survive():
    table = pd.DataFrame({"id": [1], "mail": ["a"], "at": ["2024-01-01"], 'the "value"': [2.5]})
    database, faults = kept(table, time="at")
    assert faults.lines == []
    columns = [row[0] for row in database.execute("DESCRIBE events").fetchall()]
    assert columns == ["customer", "campaign", "time", 'the "value"']


def test_every_fault_of_a_table_is_noted():
    _, faults = kept(pd.DataFrame({"id": [None, 2], "at": ["2024-01-01", None]}), time="at")
    assert faults.lines == [
        "events: 1 row has no customer; every row needs one.",
        "events.at: 1 of 2 rows have no date; every event needs one.",
    ]
    _, faults = kept(pd.DataFrame({"id": [1]}), by="campaign")
    assert faults.lines == ["events: there is no column 'mail'; it has ['id']."]


def test_a_parquet_file_that_is_not_there(tmp_path):
    message = (
        f"There is no file {str(tmp_path / 'no.parquet')!r}. Check the path; it is taken from the "
        "folder that the command runs in."
    )
    with pytest.raises(MissingDataError, match=f"^{re.escape(message)}$"):
        kept(tmp_path / "no.parquet", time="at")
