import pandas as pd

from workbench.reading import ColumnReading
from workbench.survey.column_facts import facts_of
from workbench.survey.role_guesses import Guess
from workbench.survey.table_seen import TableSeen


def test_a_record_a_column():
    facts = facts_of(pd.Series([1.0, None], name="y"), ColumnReading("number"))
    guess = {"target": Guess("y", "its name")}
    (row,) = TableSeen("", (facts,), ("feature",), guess, {0: "odd"}, {"y": "AUC 1"}).rows()
    assert (row["guess"], row["guessed_by"], row["use"]) == ("target", "its name", "feature")
    assert (row["remark"], row["leakage"]) == ("odd", "AUC 1")
    assert (row["missing"], row["missing_share"], row["distinct"]) == (1, 0.5, 1)
