import duckdb
import pandas as pd
import pytest

from workbench.tables.hidden import Hidden


@pytest.fixture
def database():
    made = duckdb.connect()
    rows = pd.DataFrame(
        {
            "customer": ["C-0001", "C-0002", "C-0003"],
            "campaign": ["C-0001", "may", "may"],
            "memo": ["C-0001", "sent by C-0001", "plain"],
            "n": [1, 2, 3],
        }
    )
    made.register("rows_given", rows)
    made.execute("CREATE TABLE visits AS SELECT * FROM rows_given")
    made.execute("CREATE VIEW calls AS SELECT customer, n FROM visits")
    return made


def test_a_connection_sees_neither_their_rows_nor_their_names(database):
    hidden = Hidden.of(database, frozenset({"C-0001"}), ["visits", "calls"], {})
    connection = database.cursor()
    hidden.hide(connection)
    seen = connection.execute("SELECT * FROM visits ORDER BY n").df()
    assert seen["customer"].tolist() == ["C-0002", "C-0003"]
    assert seen["memo"].tolist() == ["sent by …", "plain"]
    assert list(seen) == ["customer", "campaign", "memo", "n"]
    assert connection.execute("SELECT sum(n) FROM calls").fetchone() == (5,)
    assert hidden.named == ["visits.memo"]
    assert database.execute("SELECT count(*) FROM visits").fetchone() == (3,)


def test_nothing_is_hidden_of_nobody(database):
    connection = database.cursor()
    Hidden().hide(connection)
    assert connection.execute("SELECT count(*) FROM visits").fetchone() == (3,)


def test_numbers_are_customers_too():
    database = duckdb.connect()
    database.execute(
        "CREATE TABLE visits AS SELECT CAST(range AS INTEGER) AS customer FROM range(5)"
    )
    connection = database.cursor()
    Hidden.of(database, frozenset({1, 3, "x"}), ["visits"], {}).hide(connection)
    assert connection.execute("SELECT list(customer) FROM visits").fetchone() == ([0, 2, 4],)
