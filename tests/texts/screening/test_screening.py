"""What is told of findings: a table, lines, JSON; nowhere that a text is fine."""

import json
import re

import pandas as pd
import pytest

from workbench.language import speaking
from workbench.texts import check_text
from workbench.texts.screening.finding import COLUMNS

TEXT = "Nur heute: Rosen für Sie.\r\nUnd die sind gratis."


def test_the_table_has_a_row_a_finding():
    table = check_text([TEXT], kind="mailing", as_of="2026-12-01").table()
    assert tuple(table.columns) == COLUMNS
    assert table["rule"].tolist()[:2] == ["urgency", "free-claim"]
    assert table["line"].tolist()[:2] == [1, 2]
    assert table.loc[0, ["start", "end"]].tolist() == [0, 9]
    assert table["start"].isna().sum() == 4
    assert table["applies_from"].dtype.kind == "M"
    assert table["applies"].all()


def test_the_table_of_no_finding_has_its_columns():
    table = check_text("A line of words.").table()
    assert len(table) == 0
    assert tuple(table.columns) == COLUMNS
    assert table.dtypes["start"] == pd.Int64Dtype()


def test_what_applies_later_is_told_as_such():
    script = "Bot: Hello, I'm Lisa of the team, and I am here for you."
    early = check_text([script], kind="chatbot", as_of="2026-08-01")
    late = check_text([script], kind="chatbot", as_of="2026-08-02")
    assert early.table()["applies"].tolist() == [False]
    assert late.table()["applies"].tolist() == [True]
    assert "applies only from 2026-08-02, later" in str(early)
    assert "applies from 2026-08-02" in str(late)
    assert (early.worst(("serious",)), len(late.worst(("serious",)))) == ((), 1)


def test_no_finding_is_no_clearance():
    found = check_text("The table is made of oak, and it has four legs.")
    said = str(found)
    assert "No finding is no clearance" in said
    assert "What kind of text it is cannot be told: say `kind`. Not asked: ai-disclosure" in said
    assert not re.search(r"compliant|passed|lawful|all clear|\bok\b", said, re.IGNORECASE)
    assert json.loads(json.dumps(found.to_dict()))["texts"][0]["kind"] is None


def test_an_empty_text_is_told():
    assert "The text is empty: no rule was asked." in str(check_text(""))


def test_many_findings_are_counted(capsys):
    found = check_text("gratis " * 100)
    assert "and 40 more; the table has all of them." in str(found)
    assert len(found.table()) == 100


def test_it_is_told_in_german():
    pytest.importorskip("babel")
    with speaking("de"):
        said = str(check_text([TEXT], kind="mailing", as_of="2026-12-01"))
    assert "Kein Fund ist keine Freigabe" in said
    assert "UGP-Richtlinie Annex I no. 7 · gilt ab 12.12.2007 · wenig sicher" in said
    assert "DSGVO Art. 21(4)" in said
    with speaking("xx"):
        assert "⟪" not in str(check_text("")).replace("text 1", "")


def test_an_old_table_says_so():
    assert "The rules were last looked through on 2026-11-30" in str(
        check_text("a", as_of="2027-12-01")
    )


def test_the_page_of_a_notebook_runs_nothing_of_a_text():
    page = check_text("<script>alert('gratis')</script> gratis")._repr_html_()
    assert "<script>" not in page
    assert "gratis" in page
    own = check_text({"<script>.txt": "gratis"})._repr_html_()
    assert "<script>" not in own


def test_letters_that_steer_a_terminal_are_not_printed():
    text = "\x1b[31mgra\u202etis\x1b[0m, nur\x1b]0;x\x07 heute gratis"
    found = str(check_text({"a\x1b[31m": text}))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", found.replace("\n", ""))
