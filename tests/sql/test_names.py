import duckdb

from workbench.sql.names import literal, quoted


def test_names_and_values_survive_quoting():
    name, value = 'odd " name', "it's"
    query = f"SELECT {literal(value)} AS {quoted(name)}, {literal(2.5)}, {literal(False)}"
    result = duckdb.connect().execute(query)
    assert result.description[0][0] == name
    assert result.fetchone() == (value, 2.5, False)
