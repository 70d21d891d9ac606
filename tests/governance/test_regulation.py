"""The table of regulations: which rows it has, from when they apply, and that it goes stale."""

from datetime import date, timedelta

import pytest

from workbench.errors import MissingDataError, SchemaError
from workbench.governance.regulation import FILE, regulation

TABLE = regulation().table.set_index("key")


def test_every_row_that_was_asked_for_is_there():
    articles = {law: " ".join(rows["article"]) for law, rows in TABLE.groupby("law")}
    gdpr = ["5(1)(c)", "5(1)(e)", "Art. 6", "13", "14", "15(1), (h)", "21", "22", "30", "35"]
    act = ["Art. 4", "5(1)(a)", "5(1)(b)", "5(1)(c)", "6(3) with Annex III", "26", "27", "50"]
    act += [f"Art. {n}" for n in range(9, 16)]
    assert all(one in articles["GDPR"] for one in gdpr)
    assert all(one in articles["AI Act"] for one in act)
    assert "Art. 13" in articles["ePrivacy"]


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("gdpr-6", "2018-05-25"),
        ("ai-4", "2025-02-02"),
        ("ai-5-1-a", "2025-02-02"),
        ("ai-50", "2026-08-02"),
        ("ai-6-3", "2027-12-02"),
        ("ai-9", "2027-12-02"),
    ],
)
def test_each_applies_from_its_day(key, day):
    assert f"{TABLE.loc[key, 'applies_from']:%Y-%m-%d}" == day


def test_each_row_names_its_source_and_what_was_not_checked():
    assert TABLE["source"].str.contains(r"\d{4}/\d+").all()
    moved = TABLE["source"].str.contains("omnibus")
    assert TABLE.loc[moved, "source"].str.contains("not checked in the Official Journal").all()
    assert moved[TABLE["applies_from"] >= "2027-01-01"].all()


def test_each_sentence_is_one_plain_sentence():
    assert TABLE["asks"].str.fullmatch(r"[A-Z][^.]*\.").all()


def test_it_is_stale_after_180_days_and_named():
    found = regulation()
    last, after = (found.dated + timedelta(days=n) for n in (180, 181))
    assert found.check(last).state == "pass"
    check = found.check(after)
    assert (check.name, check.state) == ("regulation-dated", "needs repair")
    assert found.dated.isoformat() in check.evidence
    assert "update the table" in check.next_step


def test_what_applies_already_depends_on_the_day():
    found = regulation()
    assert set(found.in_force(date(2025, 1, 1))["law"]) == {"GDPR", "ePrivacy"}
    assert len(found.in_force(date(2028, 1, 1))) == len(found.table)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("key,law\n", "first line"),
        ("# Dated 2026-13-01\nkey,law\n", "first line"),
        ("# Dated 2026-11-30\nkey,law\n", "no column"),
        ("# Dated 2026-11-30\n", "table of regulations"),
    ],
)
def test_a_table_of_ones_own_must_be_as_this_one(tmp_path, text, message):
    file = tmp_path / "own.csv"
    file.write_text(text)
    with pytest.raises(SchemaError, match=message):
        regulation(file)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2018-05-25", "25.5.2018", "applies_from"),
        ("gdpr-6,", "gdpr-35,", "'gdpr-35' again"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, old, new, message):
    file = tmp_path / "own.csv"
    file.write_text(FILE.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(SchemaError, match=message):
        regulation(file)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(MissingDataError, match="none"):
        regulation(tmp_path / "none.csv")
