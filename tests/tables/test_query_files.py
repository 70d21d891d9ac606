import duckdb
import pandas as pd
import pytest

from workbench import Query, read_table
from workbench.files.read_log import VARIABLE, read_log
from workbench.tables.query_files import named_in


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "log"))
    for name in ("a1", "a2"):
        pd.DataFrame({"id": [1]}).to_parquet(f"{name}.parquet")
    pd.DataFrame({"id": [1], "shop": ["*.parquet"]}).to_csv("shops.csv", index=False)
    return tmp_path


def noted(here):
    found = read_log(here / "log")
    return sorted(file.absolute.rpartition("/")[2] for file in found.files), list(found.others)


@pytest.mark.parametrize(
    ("sql", "files"),
    [
        ("SELECT * FROM 'shops.csv'", ["shops.csv"]),
        ("FROM read_parquet('a*.parquet')", ["a1.parquet", "a2.parquet"]),
        ("FROM read_parquet(['a1.parquet', 'a2.parquet'])", ["a1.parquet", "a2.parquet"]),
        ("FROM 'a1.parquet' JOIN \"shops.csv\" USING (id) -- 'x'", ["a1.parquet", "shops.csv"]),
        ("WITH q AS (FROM 'a2.parquet') SELECT * FROM q", ["a2.parquet"]),
        ("SELECT id IN (FROM 'a2.parquet') FROM 'a1.parquet'", ["a1.parquet", "a2.parquet"]),
        ("FROM 'shops.csv' WHERE shop = '*.parquet' OR shop = 'a1.parquet'", ["shops.csv"]),
        ("PIVOT 'shops.csv' ON shop", ["shops.csv"]),
        ("FROM 'a1.parquet' UNION ALL FROM 'a2.parquet';", ["a1.parquet", "a2.parquet"]),
    ],
)  # fmt: skip
def test_the_files_of_a_query_are_noted(here, sql, files):
    assert len(read_table(Query(sql)))
    assert noted(here) == (files, [])


def test_a_query_from_a_folder_of_its_own(here, monkeypatch):
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    connection = duckdb.connect()
    connection.execute(f"SET file_search_path = '{here}'")
    read_table(Query("FROM 'a1.parquet'", connection))
    assert noted(here) == (["a1.parquet"], [])


def test_a_database_and_what_stands_behind_its_views(here):
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute("CREATE TABLE own AS SELECT 1 AS id")
        connection.execute("CREATE VIEW near AS FROM 'a1.parquet'")
        connection.execute("CREATE VIEW far AS FROM near JOIN 'shops.csv' USING (id)")
    connection = duckdb.connect("shop.duckdb", read_only=True)
    read_table(Query("FROM own", connection))
    assert noted(here) == (["shop.duckdb"], [])
    read_table(Query("FROM far", connection))
    assert noted(here) == (["a1.parquet", "shop.duckdb", "shops.csv"], [])


def test_tables_of_the_notebook_are_told_as_such(here):
    connection = duckdb.connect()
    connection.register("mine", pd.DataFrame({"id": [1]}))
    read_table(Query("FROM mine", connection))
    assert noted(here) == ([], ["a query of tables that the notebook made itself"])


def test_of_another_machine_no_address_is_noted(here):
    connection = duckdb.connect()
    connection.execute("CREATE MACRO far(path) AS TABLE SELECT 1 AS id")
    read_table(Query("FROM far('postgresql://ada:s3cret@db/shop')", connection))
    assert noted(here) == ([], ["a query of files on another machine"])
    assert "s3cret" not in (here / "log").read_text()


def test_what_cannot_be_parsed_is_left_to_who_runs_it():
    assert named_in(duckdb.connect(), "SELEC 'x") == []
    assert named_in(duckdb.connect(), "SELEC 'x' FROM 'y'") == ["x", "y"]
