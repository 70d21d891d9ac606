import pytest
import sqlglot
from sqlglot import exp

from workbench.sql.dialects import DIALECTS
from workbench.sql.meanings import COMPARED, DIVIDES_EXACTLY, HUGE, MEANINGS, SUMMED_AS

PHRASES = [(dialect, name) for dialect, words in MEANINGS.items() for name in words]


def test_every_dialect_but_duckdb_has_rules():
    assert {*MEANINGS} == {*DIALECTS} - {"duckdb"}
    assert {*HUGE, *SUMMED_AS, *DIVIDES_EXACTLY} <= {*MEANINGS}


@pytest.mark.parametrize(("dialect", "name"), PHRASES)
def test_a_rule_is_of_a_function_that_is_let_through_and_reads_in_its_dialect(dialect, name):
    assert name == "microseconds" or name in COMPARED
    phrase = sqlglot.parse_one(MEANINGS[dialect][name], read=dialect)
    assert {column.name for column in phrase.find_all(exp.Column)} <= {"a", "b"}
