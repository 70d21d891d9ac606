import re
import sqlite3
import sys

import duckdb
import pandas as pd
import pytest
import sqlalchemy

from workbench.errors import (
    DataError,
    DataWarning,
    MissingDataError,
    MissingPackageError,
    ParameterError,
)
from workbench.tables.declared.places import _with_variables, table_at
from workbench.tables.read import read_table

ORDERS = pd.DataFrame({"id": [1, 2], "paid": [1.5, 2.5]})
WHERE = "[events.orders]"


def read(said, folder):
    return read_table(table_at(said, folder=folder, where=WHERE))


@pytest.fixture
def folder(tmp_path):
    """The same two orders, in every place that a declaration may name."""
    ORDERS.to_csv(tmp_path / "orders.csv", index=False)
    ORDERS.to_parquet(tmp_path / "orders.parquet")
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as database:
        database.register("given", ORDERS)
        database.execute('CREATE SCHEMA old; CREATE TABLE old."or-ders" AS FROM given')
    with sqlite3.connect(tmp_path / "shop.db") as database:
        ORDERS.to_sql("orders", database, index=False)
    return tmp_path


@pytest.mark.parametrize(
    "said",
    [
        {"file": "orders.csv"},
        {"file": "orders.parquet"},
        {"file": "shop.duckdb", "table": "old.or-ders"},
        {"file": "shop.duckdb", "query": 'SELECT * FROM old."or-ders"'},
        {"query": "SELECT * FROM 'orders.csv'"},
        {"query": "SELECT * FROM 'orders.parquet'"},
        {"database": "sqlite:///{}/shop.db", "table": "orders"},
        {"database": "sqlite:///{}/shop.db", "query": "SELECT * FROM orders WHERE '%s:x' <> ':y'"},
        {"table": ORDERS},
        {"file": ORDERS},
    ],
    ids=str,
)
def test_a_table_is_read_from_where_it_is(folder, monkeypatch, said):
    monkeypatch.chdir("/")  # paths begin at the declaration's folder
    if "database" in said:
        said = said | {"database": said["database"].format(folder)}
    pd.testing.assert_frame_equal(read(said, folder), ORDERS)
    renamed = read(said | {"rename": {"id": "customer"}}, folder)
    pd.testing.assert_frame_equal(renamed, ORDERS.rename(columns={"id": "customer"}))


def test_a_parquet_file_stays_where_it_is(folder):
    said = {"file": "orders.parquet"}
    assert table_at(said, folder=folder, where=WHERE) == folder / "orders.parquet"


def test_what_is_said_of_a_file_is_heard(tmp_path):
    (tmp_path / "orders.csv").write_text("id;paid;on\n1;1.234;01.02.2024\n2;2.345;03.04.2024\n")
    said = {"file": "orders.csv", "decimal": ",", "dates": "day-first", "kinds": {"id": "category"}}
    found = read(said, tmp_path)
    assert found["paid"].tolist() == [1234, 2345]
    assert found["on"].dt.month.tolist() == [2, 4]
    assert found["id"].tolist() == ["1", "2"]


def test_a_password_comes_from_the_environment(folder, monkeypatch):
    said = {"database": "sqlite:///${SHOP_FOLDER}/shop.db", "table": "orders"}
    message = (
        "[events.orders]: `database` names the environment variable 'SHOP_FOLDER', which is not "
        "set. Set it before the run."
    )
    with pytest.raises(MissingDataError, match=f"^{re.escape(message)}$"):
        read(said, folder)
    monkeypatch.setenv("SHOP_FOLDER", str(folder))
    assert len(read(said, folder)) == 2


@pytest.mark.parametrize(
    "written",
    [
        "postgresql+psycopg://${SHOP_USER}:${SHOP_PASSWORD}@db.shop:5432/sales",
        "postgresql+psycopg://${SHOP_BOTH}@${SHOP_HOST}/sales",
        "postgresql+psycopg://me%40shop:${SHOP_PASSWORD}@${SHOP_HOST}/${SHOP_NAME}",
        "${SHOP_URL}",
    ],
)
def test_a_password_may_have_any_sign(monkeypatch, written):
    password = "p@s/s:w%40?r#d ü"
    values = {"USER": "me@shop", "PASSWORD": password, "BOTH": f"me@shop:{password}"}
    values |= {"HOST": "db.shop:5432", "NAME": "sales"}
    encoded = "p%40s%2Fs%3Aw%2540%3Fr%23d%20%C3%BC"
    values["URL"] = f"postgresql+psycopg://me%40shop:{encoded}@db.shop:5432/sales"
    for name, value in values.items():
        monkeypatch.setenv(f"SHOP_{name}", value)
    url = sqlalchemy.make_url(_with_variables(written, WHERE))
    assert (url.username, url.password) == ("me@shop", password)
    assert (url.host, url.port, url.database) == ("db.shop", 5432, "sales")


def test_a_variable_after_the_question_mark_is_one_value(monkeypatch):
    monkeypatch.setenv("SHOP_PASSWORD", "a&b=c@d")
    url = sqlalchemy.make_url(_with_variables("mssql://h/n?pwd=${SHOP_PASSWORD}&x=1", WHERE))
    assert dict(url.query) == {"pwd": "a&b=c@d", "x": "1"}


def test_no_part_of_a_password_is_told_as_a_host(folder, monkeypatch):
    monkeypatch.setenv("SHOP_URL", "postgresql+psycopg://me:pa@secret@host/sales")
    message = (
        f"{WHERE}: `database` has an '@' in its user or password. Write it there as %40, or have "
        "the password in an environment variable of its own, as it is."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        read({"database": "${SHOP_URL}", "table": "orders"}, folder)


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"file": "ordres.csv"}, MissingDataError, "there is no file"),
        ({"file": "shop.duckdb"}, ParameterError, "a DuckDB file holds several tables; say"),
        ({"file": "no.duckdb", "table": "t"}, DataError, "'no.duckdb' must be a DuckDB file; Duck"),
        (
            {"file": "orders.csv", "rename": {"ID": "customer"}},
            DataError,
            "`rename` names ['ID']; the table has ['id', 'paid'].",
        ),
        (
            {"file": "orders.csv", "rename": {"id": "paid"}},
            DataError,
            "`rename` gives the name ['paid'], which another column has already.",
        ),
        (
            {"database": "sqlite:///{}/shop.db", "table": "missing"},
            DataError,
            "the database did not give the table; it says 'no such table: missing'. Check the",
        ),
        ({"database": "no url", "table": "t"}, ParameterError, "`database` must be a URL such as"),
        (
            {"database": "oracle+oracledb://x/y", "table": "t"},
            MissingPackageError,
            "the database needs a driver that is not installed: No module named 'oracledb'",
        ),
    ],
)
def test_what_is_not_there_is_told(folder, said, error, message):
    (folder / "no.duckdb").write_text("something else, and long enough to be looked at" * 9)
    if "database" in said:
        said = said | {"database": said["database"].format(folder)}
    with pytest.raises(error, match=f"^{re.escape(f'{WHERE}: {message}')}"):
        read(said, folder)


def test_a_database_needs_sqlalchemy(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(MissingPackageError, match="needs SQLAlchemy, which is not installed"):
        read({"database": "sqlite://", "table": "orders"}, folder)


def test_a_second_sheet_is_told_of(tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "orders.xlsx") as book:
        for year in ("2023", "2024"):
            sheet = book.add_worksheet(year)
            sheet.write_row(0, 0, ["id", "paid"])
            sheet.write_row(1, 0, [1, 2.5])
    with pytest.warns(DataWarning, match="Only the first sheet of 'orders.xlsx' is read"):
        assert len(read({"file": "orders.xlsx"}, tmp_path)) == 1
