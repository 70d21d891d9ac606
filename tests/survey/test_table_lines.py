import pandas as pd
import pytest

from workbench.reading import ColumnReading
from workbench.survey.column_facts import facts_of
from workbench.survey.table_lines import table_lines
from workbench.survey.table_seen import TableSeen
from workbench.survey.terminal import columns_of


def seen(names):
    facts = [facts_of(pd.Series([1, 2, 3], name=name), ColumnReading("number")) for name in names]
    return TableSeen("", tuple(facts), ("feature",) * len(facts), {}, {len(facts) - 1: "odd"})


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_keep_to_the_width(width):
    lines = list(table_lines(seen(["都" * 40, "x" * 90, "y"]), width, None, str))
    assert max(map(columns_of, lines)) <= width
    assert lines[-1] == "    odd"


def test_what_is_left_out_is_counted_and_remarks_stay():
    lines = list(table_lines(seen([f"x{k}" for k in range(2000)]), 80, 60, str))
    assert lines[-1] == "… and 1,940 columns more: 1,940 numbers."
    assert lines[-3].startswith("x1999 ")
    assert len(lines) == 1 + 60 + 1 + 1
