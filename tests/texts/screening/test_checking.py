"""`check_text`: what it takes, and what it refuses in its own words."""

import datetime as dt

import pandas as pd
import pytest

from workbench.errors import ParameterError, SchemaError
from workbench.texts import check_text


def test_texts_files_and_names_give_the_same(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("nur heute gratis", encoding="utf-8")
    tables = [
        check_text(one).table() for one in (["nur heute gratis"], path, {"a": "nur heute gratis"})
    ]
    tables = [table.drop(columns="file") for table in tables]
    assert all(table.equals(tables[0]) for table in tables)
    assert check_text([path, "gratis"]).table()["file"].tolist() == [str(path)] * 2 + ["text 2"]
    assert check_text({"a.html": "<p>gra<b>tis</b>"}).table()["words"].tolist() == ["gra<b>tis"]


def test_days_are_taken_in_every_form():
    days = ["2026-12-01", dt.date(2026, 12, 1), dt.datetime(2026, 12, 1, 12)]  # noqa: DTZ001
    assert {check_text("a", as_of=day).as_of for day in days} == {dt.date(2026, 12, 1)}
    assert check_text("a").as_of == dt.datetime.now().astimezone().date()


def test_the_jurisdiction_leaves_rules_of_others_out():
    text = "Liebe Frau Lee, die Rosen sind da, und wir freuen uns auf Sie."

    def rules(jurisdiction):
        return {
            f.rule.id
            for f in check_text([text], kind="mailing", jurisdiction=jurisdiction).findings
        }

    assert rules(None) == rules("DE")
    assert rules("DE") - rules("AT") == {"imprint"}
    assert rules("AT") == rules("EU")


@pytest.mark.parametrize(
    ("given", "told", "said"),
    [
        (
            "a", {"kind": "mail"},
            (
                "`kind` must be one of ['auto', 'mailing', 'chatbot', 'privacy-notice', 'briefing', "
                "'clauses']; got 'mail'. Did you mean 'mailing'?"
            ),
        ),
        ("a", {"language": "fr"}, "`language` must be one of ['auto', 'de', 'en']; got 'fr'."),
        ("a", {"as_of": "1.12.2026"}, "`as_of` must be a day, as 2026-12-01; got '1.12.2026'."),
        (
            "a", {"jurisdiction": "US"},
            (
                "`jurisdiction` must be one that a rule is of, EU or a state of it; got 'US'. Without "
                "it, every rule is asked."
            ),
        ),
        ("a", {"as_of": pd.NaT}, "`as_of` must be a day, as 2026-12-01; got NaT."),
        ([], {}, "`texts` must have a text; got none."),
        (
            [3], {},
            "`texts` must be a text, a pathlib.Path, a list of these, or texts by name; got a int.",
        ),
        ({"a": 3}, {}, "`texts` must be texts by name; got a int for 'a'."),
        (
            "mail.txt", {},
            (
                "`texts` must be a text, or a pathlib.Path for a file; got the str 'mail.txt', which "
                "looks like a file. Give Path(…)."
            ),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(given, told, said):
    with pytest.raises(ParameterError) as caught:
        check_text(given, **told)
    assert str(caught.value) == said


def test_a_rule_of_one_s_own_that_takes_years_is_named(tmp_path, monkeypatch):
    path = tmp_path / "mine.csv"
    path.write_text("id,severity,says,pattern\nslow,minor,No.,(a+)+$\n")
    from functools import partial

    from workbench.texts.screening import apart, asking

    monkeypatch.setattr(asking, "matches_apart", partial(apart.matches_apart, seconds=0.7))
    with pytest.raises(SchemaError, match=r"the rule 'slow' took more than 0\.7 seconds"):
        check_text("a" * 40 + "!", rules=path)
    assert check_text("aaa", rules=path).table()["rule"].tolist() == ["slow"]
