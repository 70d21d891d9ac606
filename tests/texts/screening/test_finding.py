"""The cells of a finding."""

import datetime as dt

from workbench.texts.screening.finding import COLUMNS, Clause, Finding, printable
from workbench.texts.screening.rule import Rule, Wording


def test_its_cells_are_the_columns_of_the_table():
    rule = Rule("a", (), "EU", "GDPR", "Art. 7", "S", dt.date(2018, 5, 25), "minor", "low")
    told = Finding("f", 1, 3, 1, "bc", rule, Wording("says", "do"), applies=True).to_dict()
    assert tuple(told) == COLUMNS
    assert list(told.values()) == [
        "f", 1, 1, 3, "bc", "a", "minor", "low", True, "2018-05-25", "EU", "GDPR", "Art. 7",
        "says", "do", "S", None, None, None,
    ]  # fmt: skip
    undated = Rule("a", (), "", "", "", "", None, "minor", "low")
    assert (
        Finding("f", None, None, None, "", undated, Wording("s"), True).to_dict()["applies_from"]
        is None
    )


def test_what_a_router_said_is_in_its_last_cells():
    rule = Rule("clause: a", (), "", "", "", "", None, "moderate", "medium")
    clause = Clause("a", 0.97, "loss (+1.00)")
    told = Finding("f", 0, 1, 1, "b", rule, Wording("s"), applies=True, clause=clause).to_dict()
    assert [told[name] for name in COLUMNS[-3:]] == ["a", 0.97, "loss (+1.00)"]


def test_what_turns_writing_round_is_not_printed():
    assert printable("a\u202eb\x07ü🙂") == "a b ü🙂"
