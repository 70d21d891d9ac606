"""A rule: where it holds, from when, and in which words it is told."""

import datetime as dt

from workbench.texts.screening.rule import Rule, Wording

DAY = dt.date(2026, 8, 2)
RULE = Rule("a", (), "EU", "GDPR", "Art. 7", "", DAY, "minor", "low")


def test_a_rule_applies_from_its_day_on():
    assert [RULE.applies(DAY + dt.timedelta(days=k)) for k in (-1, 0, 1)] == [False, True, True]
    assert Rule("a", (), "", "", "", "", None, "minor", "low").applies(dt.date(1, 1, 1))


def test_law_of_the_union_holds_in_its_states_and_that_of_a_state_does_not_in_the_union():
    german = Rule("a", (), "DE", "DDG", "§ 5", "", None, "minor", "low")
    nobody = Rule("a", (), "", "", "", "", None, "minor", "low")
    assert [RULE.holds_in(one) for one in (None, "EU", "DE", "AT", "US")] == [True] * 4 + [False]
    assert [german.holds_in(one) for one in (None, "EU", "DE", "AT")] == [True, False, True, False]
    assert [nobody.holds_in(one) for one in (None, "EU", "US")] == [True] * 3


def test_it_is_told_in_the_language_of_the_reader_or_in_what_it_has():
    words = {one: Wording(says=one or "any") for one in ("de", "en", "")}

    def told(language, *known):
        rule = Rule(
            "a", (), "", "", "", "", None, "minor", "low", wordings={k: words[k] for k in known}
        )
        return rule.told(language).says

    assert told("de", "en", "de") == "de"
    assert told("de", "en") == "en"
    assert told("en", "") == "any"
    assert told("en", "de") == "de"
