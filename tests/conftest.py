"""Fixtures for tests that open a browser or ask another database; kept features of their own."""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlglot
from hypothesis import settings

CHROMIUM = "no Chromium on this machine (on Debian: apt-get install chromium)"
POSTGRES = "no PostgreSQL on this machine (on Debian: apt-get install postgresql)"
JAVA = (
    "no Java on this machine, which Spark needs (on Debian: apt-get install default-jre-headless)"
)

# what a machine is busy with besides is no fault: no test has a deadline
settings.register_profile("untimed", deadline=None)
settings.register_profile("the same each time", derandomize=True, database=None, deadline=None)
settings.load_profile(
    "the same each time" if os.environ.get("WORKBENCH_SAME_DRAWS") == "1" else "untimed"
)


def lacking(reason, *, required_by):
    """Skip, or fail where it was said that nothing may be skipped."""
    if os.environ.get(required_by) == "1":
        pytest.fail(f"{required_by}=1, but there is {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Keep features of large tables where no other run finds them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_CACHE", str(tmp_path_factory.mktemp("kept")))
        yield


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium, closed after each file: its event loop would stop asyncio in others."""
    executable = shutil.which("chromium")
    if executable is None:
        lacking(CHROMIUM, required_by="WORKBENCH_REQUIRE_BROWSER")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def offline_page(browser):
    """A page without network; what it asks for and what its console says in error is kept on it."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.requests, page.errors = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda line: line.type == "error" and page.errors.append(line.text))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    context.close()


@pytest.fixture(
    scope="session",
    params=[
        "duckdb",
        pytest.param("postgres", marks=pytest.mark.warehouse),
        pytest.param("spark", marks=[pytest.mark.warehouse, pytest.mark.slow]),
    ],
)
def warehouse(request):
    """Every database that can run here: `ask` runs a query over the tables of a connection.

    DuckDB is among them, as the witness that a test asks the right thing.
    """
    return request.getfixturevalue(f"{request.param}_warehouse")


def table_names(connection):
    """Tables, views and registered frames of a DuckDB connection."""
    return [
        row[0]
        for row in connection.execute("SELECT DISTINCT name FROM (SHOW ALL TABLES)").fetchall()
    ]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class DuckDB:
    dialect = "duckdb"

    def ask(self, query, connection):
        """Return the names of the columns, and the rows."""
        found = connection.execute(query)
        return [column[0] for column in found.description], found.fetchall()


class Postgres:
    """A server; each question gets tables of its own, which are forgotten after it."""

    dialect = "postgres"

    def __init__(self, session, url):
        self._session, self.url = session, url

    def ask(self, query, connection):
        try:
            for name in table_names(connection):
                self._copy(name, connection)
            found = self._session.execute(query)
            return [column.name for column in found.description], found.fetchall()
        finally:
            self._session.rollback()

    def _copy(self, name, connection):
        described = connection.execute(f'DESCRIBE "{name}"').fetchall()
        columns = ", ".join(f"{quoted(row[0])} {row[1]}" for row in described)
        create = f'CREATE TEMP TABLE "{name}" ({columns})'
        cursor = self._session.cursor()
        cursor.execute(sqlglot.transpile(create, "duckdb", "postgres")[0])
        with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
            for row in connection.execute(f'SELECT COLUMNS(*)::TEXT FROM "{name}"').fetchall():
                copy.write_row(row)


class Spark:
    """A session; each question gets views of its own, over Parquet files."""

    dialect = "spark"

    def __init__(self, session, home):
        self._session, self._home, self._files = session, home, 0

    def ask(self, query, connection):
        names = table_names(connection)
        for name in names:
            self._files += 1
            path = self._home / f"{self._files}.parquet"
            connection.execute(f"COPY (SELECT * FROM \"{name}\") TO '{path}' (FORMAT parquet)")
            self._session.read.parquet(str(path)).createOrReplaceTempView(f"`{name}`")
        found = self._session.sql(query)
        rows = [tuple(row) for row in found.collect()]
        for name in names:
            self._session.catalog.dropTempView(name)
        return found.columns, rows


@pytest.fixture(scope="session")
def duckdb_warehouse():
    return DuckDB()


@pytest.fixture(scope="session")
def postgres_warehouse():
    """A cluster of its own, behind a socket, in a language that sorts a before B."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        lacking(POSTGRES, required_by="WORKBENCH_REQUIRE_WAREHOUSES")
    import psycopg

    with tempfile.TemporaryDirectory(prefix="workbench-pg-") as home:
        # the server refuses to run as root, and Debian's package brings a user for it
        user = "postgres" if os.getuid() == 0 else None
        if user:
            shutil.chown(home, user)

        def run(program, *arguments):
            command = [programs[-1].with_name(program), "-D", f"{home}/data", *arguments]
            subprocess.run(command, user=user, cwd=home, check=True, stdout=subprocess.DEVNULL)

        run(
            "initdb", "-U", "workbench", "--locale-provider=icu", "--icu-locale=en-US", "-E", "UTF8"
        )
        options = f"-c listen_addresses='' -c fsync=off -k {home}"
        run("pg_ctl", "-w", "-l", f"{home}/log", "-o", options, "start")
        try:
            with psycopg.connect(host=home, user="workbench", dbname="postgres") as session:
                yield Postgres(session, f"postgresql+psycopg://workbench@/postgres?host={home}")
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory):
    """One session in a time zone with summer time, which must not matter; tasks are retried."""
    if shutil.which("java") is None or find_spec("pyspark") is None:
        lacking(JAVA, required_by="WORKBENCH_REQUIRE_WAREHOUSES")
    from workbench.cluster.session import OF_ONE_MACHINE

    home = tmp_path_factory.mktemp("spark")
    settings = {
        **OF_ONE_MACHINE,
        "spark.driver.memory": "1g",
        "spark.log.level": "OFF",
        "spark.sql.session.timeZone": "America/New_York",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.warehouse.dir": str(home / "warehouse"),
    }
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")  # it says that pandas 3 is new to it; no frame passes here
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local[2,3]").config(map=settings)
        session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def spark_warehouse(spark_session, tmp_path_factory):
    return Spark(spark_session, tmp_path_factory.mktemp("spark-tables"))
