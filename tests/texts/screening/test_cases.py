"""Every rule on texts that must hit and texts that must not, each of these near to a hit."""

import csv
import html
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.texts import check_text
from workbench.texts.screening.rule_table import shipped

with Path(__file__).with_name("cases.csv").open(encoding="utf-8", newline="") as lines:
    CASES = list(csv.DictReader(lines))
HARMLESS = {
    "en": ["The table is made of oak, and it has four legs.", "We met at the station. It rained."],
    "de": [
        "Der Tisch ist aus Eiche, und er hat vier Beine.",
        "Wir trafen uns am Bahnhof. Es regnete.",
    ],
}
RULES = {rule.id: rule for rule in shipped().rules}


def found(text, case, **more):
    """Findings of the rule of a case: where, and which words."""
    told = {"kind": case["kind"], "language": case["language"], "as_of": "2026-12-01"}
    screening = check_text([text], **{**told, **more})
    every = [one for one in screening.findings if one.rule.id == case["rule"]]
    for one in every:
        assert one.start is None or text[one.start : one.end] == one.words
    return [(one.start, one.end, one.words) for one in every]


def test_every_rule_has_three_of_each_in_both_languages():
    counts = Counter((case["rule"], case["language"], case["hits"]) for case in CASES)
    wanted = {(r, lang, hits) for r in RULES for lang in ("en", "de") for hits in ("yes", "no")}
    assert set(counts) == wanted
    assert min(counts.values()) >= 3
    assert len({(case["rule"], case["text"], case["language"]) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda one: f"{one['rule']}-{one['language']}")
def test_a_case(case):
    spans = found(case["text"], case)
    assert bool(spans) == (case["hits"] == "yes")
    if spans:
        assert spans[0][2] == case["words"]


HITS = [case for case in CASES if case["hits"] == "yes"]
ABSENT = {rule.id for rule in RULES.values() if rule.of_absence}


@settings(deadline=None, derandomize=True, max_examples=80)
@given(st.sampled_from(HITS), st.data(), st.booleans())
def test_harmless_text_after_it_changes_nothing(case, data, lines):
    more = data.draw(st.lists(st.sampled_from(HARMLESS[case["language"]]), max_size=3))
    text = "\n\n".join([case["text"], *more]) if lines else " ".join([case["text"], *more])
    assert found(text, case) == found(case["text"], case)


@settings(deadline=None, derandomize=True, max_examples=80)
@given(st.sampled_from(HITS), st.data())
def test_harmless_text_before_it_moves_its_place(case, data):
    before = data.draw(st.sampled_from(HARMLESS[case["language"]])) + "\r\n\r\n"
    moved = [
        (s if s is None else s + len(before), e if e is None else e + len(before), words)
        for s, e, words in found(case["text"], case)
    ]
    assert found(before + case["text"], case) == moved


@settings(deadline=None, derandomize=True, max_examples=80)
@given(st.sampled_from([case for case in CASES if "\n" not in case["text"]]), st.data())
def test_how_it_is_wrapped_or_blanked_does_not_matter(case, data):
    blanks = [k for k, letter in enumerate(case["text"]) if letter == " "]
    letters = list(case["text"])
    for place in data.draw(st.sets(st.sampled_from(blanks or [0]), max_size=3)) if blanks else ():
        after = case["text"][place + 1]
        letters[place] = data.draw(st.sampled_from("\u00a0\t" + ("\n" if after.isalpha() else "")))
    text = "".join(letters)
    if ":" in case["text"] and "\n" in text:
        return  # a line that begins as "Word:" is taken for a speaker's
    assert [one[:2] for one in found(text, case)] == [one[:2] for one in found(case["text"], case)]


def as_page(text, entities):
    lines = (html.escape(line) for line in text.split("\n"))
    page = "".join(f"<p>{line}</p>\r\n" for line in lines)
    return page.replace("ü", "&uuml;").replace("ä", "&#228;") if entities else page


@settings(deadline=None, derandomize=True, max_examples=120)
@given(st.sampled_from(CASES), st.sampled_from(["apart", "soft", "page", "entities"]), st.data())
def test_how_letters_are_written_does_not_matter(case, way, data):
    """Accents apart, soft hyphens and pages give the same rules, and words as they then stand."""
    text = case["text"]
    if way == "apart":
        text = unicodedata.normalize("NFD", text)
    elif way == "soft":
        inside = [k for k in range(1, len(text)) if text[k - 1 : k + 1].isalpha()]
        place = data.draw(st.sampled_from(inside))
        text = f"{text[:place]}\u00ad{text[place:]}"
    else:
        text = as_page(text, way == "entities")
    given_as = {"a.html" if way in ("page", "entities") else "a.txt": text}
    told = {"kind": case["kind"], "language": case["language"], "as_of": "2026-12-01"}
    spans = [
        (one.start, one.end, one.words)
        for one in check_text(given_as, **told).findings
        if one.rule.id == case["rule"]
    ]
    assert bool(spans) == (case["hits"] == "yes")
    assert all(start is None or text[start:end] == words for start, end, words in spans)


def test_texts_together_are_as_texts_alone():
    texts = {str(k): case["text"] for k, case in enumerate(CASES[::9])}
    turned = dict(reversed(texts.items()))

    def spans(screening):
        return {(f.file, f.start, f.end, f.rule.id) for f in screening.findings}

    alone = [spans(check_text({name: text}, kind="mailing")) for name, text in texts.items()]
    assert spans(check_text(texts, kind="mailing")) == set().union(*alone)
    assert spans(check_text(turned, kind="mailing")) == set().union(*alone)


def test_the_order_of_rules_does_not_matter(monkeypatch):
    text = "Nur heute: gratis Stift, 20 % Rabatt! I agree to receive e-mails."
    first = check_text([text], kind="mailing").table()
    from workbench.texts.screening import checking, rule_table

    turned = rule_table.RuleTable(shipped().rules[::-1], shipped().dated)
    monkeypatch.setattr(checking, "shipped", lambda: turned)
    assert check_text([text], kind="mailing").table().equals(first)
