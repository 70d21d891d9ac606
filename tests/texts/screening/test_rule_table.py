"""Tables of rules: that of the package is whole and quick; that of a user is checked row by row."""

import datetime as dt
import re
import time

import pytest

from workbench.errors import MissingDataError, SchemaError
from workbench.governance import regulation
from workbench.texts.screening.rule_table import COLUMNS, FILE, own_rules, shipped


def written(folder, text):
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_table_of_the_package_is_dated_and_whole():
    table = shipped()
    assert table.dated == dt.date(2026, 11, 30)
    assert table.stale(dt.date(2027, 6, 30))
    assert not table.stale(dt.date(2027, 5, 29))
    for rule in table.rules:
        assert set(rule.wordings) == {"en", "de"}
        assert rule.applies_from is not None
        assert all((rule.law, rule.article, rule.source, rule.jurisdiction, rule.confidence))
        assert all(wording.says and wording.do for wording in rule.wordings.values())
    assert FILE.read_text(encoding="utf-8").splitlines()[1] == ",".join(COLUMNS)


def test_it_says_of_a_law_what_the_table_of_regulations_says():
    """Where both have an article, they name the same law and the same day."""
    other = regulation().table.set_index("key")
    pairs = {
        "ai-disclosure": "ai-50", "objection-notice": "gdpr-21", "unsubscribe": "eprivacy-13",
        "profiling-notice": "gdpr-13", "personal-email": "gdpr-5-1-c",
    }  # fmt: skip
    rules = {rule.id: rule for rule in shipped().rules}
    for own, key in pairs.items():
        assert rules[own].law == other.loc[key, "law"]
        assert rules[own].applies_from == other.loc[key, "applies_from"].date()
        assert rules[own].article.startswith(other.loc[key, "article"].split("(")[0])


def test_no_rule_calls_anything_lawful():
    said = " ".join(w.says + w.do for rule in shipped().rules for w in rule.wordings.values())
    assert not re.search(r"compliant|lawful|legally|konform|rechtmäßig|zulässig|erlaubt", said)


@pytest.mark.parametrize(
    "unit",
    [
        "A",
        "a.",
        "0 ",
        "ich willige ",
        "by ordering you agree ",
        "statt €1,1",
        "sparen sie ",
        "You ",
    ],
)
def test_patterns_take_a_time_in_proportion_to_the_text(unit):
    """Four times the text may take four times as long, not sixteen."""
    from workbench.texts.screening.matching import matches

    patterns = [
        (p, w.unless)
        for rule in shipped().rules
        for w in rule.wordings.values()
        for p in (w.pattern, w.must, w.when)
        if p and not p.startswith("@")
    ]

    def seconds(letters):
        text = unit * (letters // len(unit))
        begun = time.process_time()
        for pattern in patterns:
            matches(text, *pattern)
        return time.process_time() - begun

    assert seconds(40_000) < 9 * max(seconds(10_000), 0.02)


def test_a_table_of_one_s_own(tmp_path):
    table = own_rules(
        written(
            tmp_path,
            "# Dated 2026-11-01\nid,severity,says,pattern,applies_from\n"
            "no-cheap,minor,We do not say cheap.,\\bcheap\\b,2027-01-01\n",
        )
    )
    (rule,) = table.rules
    assert (rule.id, rule.own, rule.confidence) == ("no-cheap", True, "low")
    assert (table.dated, rule.applies_from) == (dt.date(2026, 11, 1), dt.date(2027, 1, 1))
    assert rule.wordings[""].pattern == r"\bcheap\b"


HEAD = "id,severity,says,pattern,must,when,language,kinds,confidence,applies_from\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'mine.csv' must have a column 'id'; got []."),
        (HEAD, "'mine.csv' must have a row for each rule; it has none."),
        (
            "id,severity,say,pattern\n",
            (
                "'mine.csv' must have a column 'says'; got ['id', 'severity', 'say', 'pattern']. "
                "Did you mean 'say'?"
            ),
        ),
        (
            "id,severity,says,patern\nx,minor,s,p\n",
            (
                "'mine.csv' has a column 'patern', which no rule has. Did you mean 'pattern'? "
                f"Columns are {list(COLUMNS)}."
            ),
        ),
        ("# 2026\nid\n", "A first line with # must be the date of 'mine.csv', as `# Dated 2026-11-30`; it is '# 2026'."),
        (HEAD + "x,minor,s,p\n", "Line 2 of 'mine.csv' must have as many cells as the first line has columns."),
        (HEAD + ",minor,s,p,,,,,,\n", "Line 2 of 'mine.csv': `id` must not be empty."),
        (
            HEAD + "x,sever,s,p,,,,,,\n",
            "Line 2 of 'mine.csv': `severity` must be one of ['serious', 'moderate', 'minor']; got 'sever'.",
        ),
        (
            HEAD + "x,minor,s,p,,,fr,,,\n",
            "Line 2 of 'mine.csv': `language` must be one of ['de', 'en']; got 'fr'.",
        ),
        (
            HEAD + "x,minor,s,p,,,,mail,,\n",
            (
                "Line 2 of 'mine.csv': `kinds` must be one of ['mailing', 'chatbot', "
                "'privacy-notice', 'briefing', 'clauses']; got 'mail'. Did you mean 'mailing'?"
            ),
        ),
        (
            HEAD + "x,minor,s,p,,,,,,2026-02-30\n",
            "Line 2 of 'mine.csv': `applies_from` must be a day such as 2026-08-02; got '2026-02-30'.",
        ),
        (
            HEAD + "x,minor,s,,,,,,,\n",
            (
                "Line 2 of 'mine.csv': a rule must have `pattern`, words that are a finding, or "
                "`must`, words that have to be there, and not both."
            ),
        ),
        (
            HEAD + "x,minor,s,p,,w,,,,\n",
            "Line 2 of 'mine.csv': `when` goes with `must`, and not with `pattern`.",
        ),
        (
            HEAD + "x,minor,s,a(b,,,,,,\n",
            (
                "Line 2 of 'mine.csv': `pattern` must be a regular expression as Python's `re` takes "
                "it; 'a(b' is none: missing ), unterminated subpattern at position 1."
            ),
        ),
        (
            HEAD + "x,minor,s,a*,,,,,,\n",
            (
                "Line 2 of 'mine.csv': `pattern` must not match an empty text, as 'a*' does: it would "
                "be found everywhere."
            ),
        ),
        (
            HEAD + "x,minor,s,@ibn,,,,,,\n",
            (
                "Line 2 of 'mine.csv': `pattern` must be a regular expression, or `pattern` one of "
                "['@email', '@phone', '@iban', '@card', '@birth']; got '@ibn'. Write \\@ for the letter."
            ),
        ),
        (
            HEAD + "x,minor,s,p,,,de,,,\nx,serious,s,p,,,en,,,\n",
            (
                "Line 3 of 'mine.csv': `severity` of the rule 'x' must be that of line 2, 'minor'; "
                "got 'serious'."
            ),
        ),
        (
            HEAD + "x,minor,s,p,,,de,,,\nx,minor,s,p,,,de,,,\n",
            "Line 3 of 'mine.csv': the rule 'x' must have one row for a language; 'de' stands twice.",
        ),
        (
            HEAD + "x,minor,s,p,,,de,,,\nx,minor,s,,m,,en,,,\n",
            "Line 3 of 'mine.csv': the rule 'x' must have `must` in every language, or in none.",
        ),
        (
            HEAD + "urgency,minor,s,p,,,,,,\n",
            "`id` must be new in 'mine.csv'; the package has rules ['urgency']. Choose other ids.",
        ),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_is_named(tmp_path, monkeypatch, text, said):
    written(tmp_path, text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SchemaError) as caught:
        own_rules("mine.csv")
    assert str(caught.value) == said


def test_a_table_that_is_not_there_or_no_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        MissingDataError,
        match=r"^`rules` must name a table of rules, a CSV; there is no 'a\.csv'\.$",
    ):
        own_rules("a.csv")
    (tmp_path / "b.csv").write_bytes(b"id,\xff")
    with pytest.raises(
        SchemaError, match=r"^'b\.csv' must be a CSV in UTF-8; it is not\. Save it so\.$"
    ):
        own_rules("b.csv")
