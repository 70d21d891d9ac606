"""Which rules a text is asked, and what is said of those that it is not."""

import datetime as dt

from workbench.texts.screening.asking import ask
from workbench.texts.screening.rule_table import own_rules, shipped
from workbench.texts.screening.text_files import Text
from workbench.texts.screening.visible import visible

RULES = shipped().rules
DAY = dt.date(2026, 12, 1)


def asked(written, rules=RULES, **told):
    return ask(Text("t", visible(written)), rules, day=DAY, **told)


def ids(found):
    return [one.rule.id for one in found.findings]


def test_a_kind_that_cannot_be_told_leaves_its_rules_out_by_name():
    found = asked("Nur heute: Rosen, und die sind für Sie da.")
    assert found.kind == ""
    assert ids(found) == ["urgency"]
    assert set(found.left_out["kind"]) == {rule.id for rule in RULES if rule.kinds}
    assert not set(found.rules) & set(found.left_out["kind"])


def test_silence_means_nothing_in_another_language():
    french = "Bonjour, les roses sont arrivées. Venez les voir, et bonne journée."
    found = asked(french, kind="mailing")
    assert found.languages == ()
    assert ids(found) == []
    assert set(found.left_out["language"]) == {
        "objection-notice",
        "unsubscribe",
        "sender",
        "imprint",
    }
    assert "unsubscribe" in ids(asked(french, kind="mailing", language="en"))


def test_what_must_be_there_counts_in_either_language():
    german = "Liebe Frau Lee, die Rosen sind da, und wir freuen uns auf Sie."
    assert "unsubscribe" in ids(asked(german, kind="mailing"))
    assert "unsubscribe" not in ids(asked(german + "\n\nUnsubscribe here", kind="mailing"))


def test_words_are_looked_for_in_the_language_that_is_said():
    text = "Only today, nur heute."
    assert len(asked(text).findings) == 2
    assert [one.words for one in asked(text, language="de").findings] == ["nur heute"]
    assert [one.words for one in asked(text, language="en").findings] == ["Only today"]


def test_an_empty_text_is_asked_nothing():
    for empty in ("", " \n\u00ad"):
        found = asked(empty, kind="mailing", language="de")
        assert (found.rules, found.findings) == ((), ())


def test_lines_are_counted_over_every_end_of_line():
    found = asked("a\r\nb\rc\nnur heute")
    assert [(one.line, one.start) for one in found.findings] == [(4, 7)]


def test_findings_stand_in_the_order_of_the_text_and_what_is_missing_last():
    found = asked("Gratis, nur heute: Rosen, und die sind für Sie da.", kind="mailing")
    starts = [one.start for one in found.findings]
    assert starts == [*sorted(s for s in starts if s is not None), *[None] * starts.count(None)]


def test_own_rules_are_asked_as_well(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "id,severity,says,pattern,unless\ncheap,minor,No.,\\bcheap\\b,not cheap\nbank,minor,No.,@iban,\n"
    )
    own = own_rules(path).rules
    found = asked("It is cheap. It is not cheap. DE89370400440532013000", own)
    assert [(one.rule.id, one.start) for one in found.findings] == [("cheap", 6), ("bank", 30)]
