"""Campaign tables in PostgreSQL give the features that the same tables give from files."""

import warnings

import duckdb
import pandas as pd
import pytest

import workbench
from workbench.errors import DataError, DataWarning
from workbench.features import FeatureSet
from workbench.files.shipped import data_path

pytestmark = pytest.mark.warehouse
sqlalchemy = pytest.importorskip("sqlalchemy")

SET_UP = """
DROP SCHEMA IF EXISTS "Shop" CASCADE;
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Contacts" ("Customer" BIGINT, campaign VARCHAR(20));
CREATE TABLE "Shop"."Campaigns" (
    campaign TEXT, start {day}, "End" {day}, discount SMALLINT
);
CREATE TABLE "Shop"."Visits" (
    "Customer" BIGINT, visited_at {moment}, kind CHAR(10), "Amount" NUMERIC(10, 2)
);
CREATE TABLE "Shop".opens ("Customer" BIGINT, opened_at {moment});
CREATE TABLE "Shop".responses ("Customer" INT, campaign TEXT, responded_at {moment});
CREATE TABLE "Shop"."Customers" (
    "Customer" BIGINT, region TEXT, member BOOLEAN, age REAL, since DATE
);
"""
NO_TABLES = duckdb.connect()
SECTIONS = ("contacts", "campaigns", "visits", "opens", "responses", "customers")
TABLES = dict(
    zip(SECTIONS, ("Contacts", "Campaigns", "Visits", "opens", "responses", "Customers"),
        strict=True)
)  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The tables of the shipped shop, with gaps, flags and days beside."""
    folder = tmp_path_factory.mktemp("files")
    for name in SECTIONS:
        table = pd.read_csv(data_path(f"{name}.csv"))
        if name == "customers":
            place = table["customer"] % 5
            table["region"] = table["region"].mask(place == 1)
            table["member"] = place.map({0: "true", 1: "false", 2: "true", 3: "false"})
            table["age"] = (20.5 + table["customer"] % 50).mask(place == 2)
            table["since"] = pd.Timestamp("2020-01-31") + pd.to_timedelta(place * 100, unit="D")
        if name == "visits":
            table["amount"] = table["amount"].mask(table["customer"] % 7 == 3)
        table.to_csv(folder / f"{name}.csv", index=False)
    declared = data_path("campaigns.toml").read_text("utf-8")
    (folder / "campaigns.toml").write_text(declared, "utf-8")
    return folder


@pytest.fixture
def database(files, postgres_warehouse):
    """Fill PostgreSQL's own types from the files, and declare the tables of its schema."""

    def declared(*, day, moment, zone="UTC"):
        url = f"{postgres_warehouse.url}&options=-ctimezone%3D{zone}"
        engine = sqlalchemy.create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("SET timezone = 'UTC'")
            connection.exec_driver_sql(SET_UP.format(day=day, moment=moment))
            for name, table in TABLES.items():
                copy = f'COPY "Shop"."{table}" FROM STDIN (FORMAT csv, HEADER)'
                cursor = connection.connection.cursor()
                with cursor.copy(copy) as written:
                    written.write((files / f"{name}.csv").read_bytes())
        engine.dispose()
        text = (files / "campaigns.toml").read_text("utf-8")
        for name, table in TABLES.items():
            renamed = ", ".join(f'{old} = "{new}"' for old, new in _renamed(table).items())
            text = text.replace(
                f'file = "{name}.csv"',
                f'database = "{url}"\ntable = "Shop.{table}"\nrename = {{ {renamed} }}',
            )
        return text

    return declared


def _renamed(table):
    found = {"Customer": "customer"} if table != "Campaigns" else {}
    found |= {"End": "end"} if table == "Campaigns" else {}
    return found | ({"Amount": "amount"} if table == "Visits" else {})


def built(path):
    """What is proposed: of numbers and kinds of events, of attributes with flags and gaps."""
    data = workbench.load(path, say=False)
    with warnings.catch_warnings(action="ignore", category=DataWarning):  # the days are left out
        frame = FeatureSet.declared(data).build(data, progress=False, cache=False)
    return data, frame


@pytest.mark.parametrize(
    ("day", "moment", "zone"),
    [
        ("DATE", "TIMESTAMP", "UTC"),
        ("TIMESTAMP(0)", "TIMESTAMP(3)", "Asia/Tokyo"),
        ("TIMESTAMPTZ", "TIMESTAMPTZ", "UTC"),
        ("TIMESTAMPTZ", "TIMESTAMPTZ", "Europe/Berlin"),
    ],
)
def test_features_and_outcomes_are_those_of_the_files(files, database, day, moment, zone):
    (files / "database.toml").write_text(database(day=day, moment=moment, zone=zone), "utf-8")
    data, found = built(files / "database.toml")
    witness, wanted = built(files / "campaigns.toml")
    pd.testing.assert_frame_equal(found.X, wanted.X, check_dtype=False)
    pd.testing.assert_series_equal(found.y, wanted.y)
    pd.testing.assert_series_equal(found.as_of, wanted.as_of, check_dtype=False)
    assert data.observed_until == witness.observed_until
    assert wanted.X["customers_member"].isna().any()
    assert wanted.X.filter(like="amount").max().max() > 0
    assert {"food", "other"} & set("_".join(wanted.X).split("_"))


def test_what_the_database_refuses_is_said_in_its_words(files, postgres_warehouse):
    text = (files / "campaigns.toml").read_text("utf-8")
    url = postgres_warehouse.url
    (files / "wrong.toml").write_text(
        text.replace('file = "visits.csv"', f'database = "{url}"\ntable = "Shop.Nowhere"'), "utf-8"
    )
    with pytest.raises(DataError) as raised:
        workbench.load(files / "wrong.toml", say=False)
    assert str(raised.value) == (
        "[events.visits]: the database did not give the table; it says 'relation "
        '"Shop.Nowhere" does not exist\'. Check the URL, the rights of its user, and the query.'
    )


def test_nothing_stays_connected(files, database, postgres_warehouse):
    (files / "database.toml").write_text(database(day="DATE", moment="TIMESTAMP"), "utf-8")
    workbench.load(files / "database.toml", say=False)
    _, rows = postgres_warehouse.ask(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'", NO_TABLES
    )
    assert rows == [(1,)], "the one that asks"
