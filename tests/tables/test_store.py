import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from workbench.errors import MissingDataError
from workbench.tables import Query, read_table
from workbench.tables.contacts import Keyed
from workbench.tables.faults import Faults
from workbench.tables.store import store

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


def test_moments_written_as_text_in_parquet_are_doubted_like_any_other(tmp_path):
    file = tmp_path / "events.parquet"
    pd.DataFrame({"id": [1, 2], "at": ["31.01.2024", "2024-02-30"]}).to_parquet(file)
    _, faults = kept(file, time="at")
    assert faults.lines == [
        "events.at: 1 row has no possible date, such as '2024-02-30'; write dates as YYYY-MM-DD."
    ]
    pd.DataFrame({"id": [1, 2], "at": ["31.01.2024", "2024-02-29 12:00"]}).to_parquet(file)
    database, faults = kept(Query(f"SELECT * FROM '{file}'"), time="at")
    assert faults.lines == []
    assert database.execute("SELECT time::VARCHAR FROM events ORDER BY 1").fetchall() == [
        ("2024-01-31 00:00:00",),
        ("2024-02-29 12:00:00",),
    ]


@pytest.mark.parametrize("role", ["arrived", "valid_from", "valid_until"])
def test_no_moment_that_cannot_be_read_becomes_a_gap_in_silence(tmp_path, role):
    file = tmp_path / "events.parquet"
    pd.DataFrame({"id": [1, 2], "at": ["2024-01-01", "soon"]}).to_parquet(file)
    for source in (file, pd.read_parquet(file), Query(f"SELECT * FROM '{file}'")):
        _, faults = kept(source, **{role: "at"})
        assert faults.lines == [
            "events.at: 1 row has no possible date, such as 'soon'; write dates as YYYY-MM-DD."
        ]


def test_zones_of_files_and_queries_are_known(tmp_path):
    file = tmp_path / "events.parquet"
    at = pd.to_datetime(["2024-01-01"])
    pd.DataFrame({"id": [1], "at": at.tz_localize("UTC"), "in": at}).to_parquet(file)
    for source in (file, Query(f"SELECT * FROM '{file}'")):
        _, faults = kept(source, time="at", arrived="in")
        assert faults.zones == {"events.at": True, "events.in": False}


def test_an_open_validity_may_end_in_the_year_9999():
    table = pd.DataFrame({"id": [1], "from": ["0001-01-01"], "to": ["9999-12-31"]})
    database, faults = kept(table, valid_from="from", valid_until="to")
    assert faults.lines == []
    assert database.execute("SELECT valid_until::VARCHAR FROM events").fetchall() == [
        ("9999-12-31 00:00:00",)
    ]


def test_a_column_whose_name_a_key_takes_is_left_out_and_said():
    """A clock time called Time, beside the date that is the moment: SQL sees one name."""
    table = pd.DataFrame({"id": [1], "day": ["2024-01-01"], "Time": ["08:30"], "campaign": ["x"]})
    database, faults = kept(table, time="day")
    assert faults.lines == []
    assert faults.notes == [
        (
            "Of events, columns ['Time', 'campaign'] are left out: key columns take these names. "
            "Rename them to keep them."
        )
    ]
    columns = [row[0] for row in database.execute("DESCRIBE events").fetchall()]
    assert columns == ["customer", "time"]


def test_a_query_or_a_file_that_fails_is_a_fault_among_others(tmp_path):
    (tmp_path / "no.parquet").write_text("id,at")
    message = (
        "events: A query must give a table; DuckDB says 'Catalog Error: Table with name nowhere "
        "does not exist!'. Mend the SQL, or give the connection that has its tables: Query(sql, "
        "connection)."
    )
    assert kept(Query("SELECT * FROM nowhere"), time="at")[1].lines == [message]
    message = (
        "events: 'no.parquet' must be a Parquet file; it is damaged, or something else under that "
        "name. Write it anew."
    )
    assert kept(tmp_path / "no.parquet", time="at")[1].lines == [message]


@pytest.mark.parametrize("end", ["", ";", ";\n", " -- today's"])
def test_a_query_of_its_own_is_run_where_it_is_used(end):
    database, faults = kept(Query("SELECT 1 AS id, DATE '2024-03-01' AS at" + end), time="at")
    assert faults.lines == []
    assert ("events",) in database.execute("SELECT view_name FROM duckdb_views()").fetchall()
    assert database.execute("SELECT customer, time::VARCHAR FROM events").fetchall() == [
        (1, "2024-03-01 00:00:00")
    ]


def test_a_parquet_file_is_found_from_any_folder(tmp_path, monkeypatch):
    pd.DataFrame({"id": [1], "at": pd.to_datetime(["2024-01-01"])}).to_parquet(
        tmp_path / "e.parquet"
    )
    monkeypatch.chdir(tmp_path)
    database, _ = kept(Path("e.parquet"), time="at")
    monkeypatch.chdir(tmp_path.parent)
    assert database.execute("SELECT count(*) FROM events").fetchone() == (1,)


def test_a_moment_that_is_not_declared_is_not_taken_for_one():
    orders = pd.DataFrame({"id": [1], "at": ["2024-01-01"], "arrived": ["by bike"]})
    people = pd.DataFrame({"id": [1], "valid_from": ["x"], "age": [40]})
    for table, roles, columns in (
        (orders, {"time": "at"}, ["customer", "time"]),
        (people, {}, ["customer", "age"]),
    ):
        database, faults = kept(table, **roles)
        assert [row[0] for row in database.execute("DESCRIBE events").fetchall()] == columns
        assert len(faults.notes) == 1


@pytest.mark.parametrize(
    ("value", "kind"),
    [("uuid()", "text"), ("1.5::DECIMAL(9, 2)", "numbers"), ("TRUE", "truth values")],
)
def test_kinds_of_keys(value, kind):
    database, faults = duckdb.connect(), Faults(kinds={"customer": "moments"})
    source = Query(f"SELECT {value} AS id, DATE '2024-03-01' AS at")
    roles = {"time": "at"}
    store(database, "events", source, keys=KEYS, roles=roles, by="customer", faults=faults)
    message = (
        f"events: each customer is given as {kind}, in contacts as moments; nothing would match. "
        "Give them the same type in both."
    )
    assert faults.lines == [message]


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("visits[12].parquet", ("visits1.parquet", "visits2.parquet")),
        ("visits*.parquet", ("visits_old.parquet",)),
        ("visits?.parquet", ("visits2.parquet",)),
        ("[[]*]?.parquet", ("[a.parquet",)),
        ("{a,b}.parquet", ("a.parquet", "b.parquet")),
        ("id=7/at=2020/visits.parquet", ()),
    ],
)
def test_a_path_is_no_pattern(tmp_path, name, beside):
    mine = pd.DataFrame({"id": [1, 2], "at": pd.to_datetime(["2024-01-01"] * 2)})
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    mine.to_parquet(tmp_path / name)
    for other in beside:
        pd.concat([mine] * 9).to_parquet(tmp_path / other)
    database, faults = kept(tmp_path / name, time="at")
    assert faults.lines == []
    rows = database.execute("SELECT customer, time FROM events ORDER BY customer").fetchall()
    assert rows == [(1, mine["at"][0]), (2, mine["at"][1])]
    pd.testing.assert_frame_equal(read_table(tmp_path / name), mine)
