"""What is seen of a text, and that every letter of it has its place in the text as given."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.texts.screening.visible import Builder, visible

LETTERS = st.sampled_from(
    [
        *"ab Ö*`_-:.1",
        "\n",
        "\r\n",
        "\t",
        "\u00a0",
        "\u00ad",
        "u\u0308",
        "\u200b",
        "ﬁ",
        "👩\u200d👧",
        "ж",
    ]
)
TEXTS = st.lists(LETTERS, max_size=40).map("".join)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Nur\u00a0heute", "Nur heute"),
        ("Gra\u00adtis", "Gratis"),
        ("fu\u0308r Sie", "für Sie"),
        ("a\tb\r\nc", "a b c"),
        ("one\n\ntwo", "one\ntwo"),
        ("one\n- two\n- three", "one\n- two\n- three"),
        ("User: a\nBot: b", "User: a\nBot: b"),
        ("it\u2019s 3\u20134", "it's 3-4"),
        ("１２ ﬁn", "12 fin"),
        ("  edge  ", "edge"),
        ("", ""),
    ],
)
def test_what_is_seen(written, seen):
    assert visible(written).text == seen


def test_a_span_covers_what_is_not_seen_within_it():
    written = "x Gra\u00adtis\u00a0für"
    seen = visible(written)
    start = seen.text.index("Gratis")
    assert written[slice(*seen.span(start, start + 10))] == "Gra\u00adtis\u00a0für"


def test_an_accent_belongs_to_its_letter():
    written = "fu\u0308r"
    seen = visible(written)
    assert seen.span(1, 2) == (1, 3)


def test_marks_of_emphasis_are_not_seen_in_markdown_alone():
    assert visible("**only** `3`", markdown=True).text == "only 3"
    assert visible("**only**").text == "**only**"


@settings(deadline=None, derandomize=True)
@given(TEXTS, st.booleans())
def test_every_letter_has_its_place(written, markdown):
    """What is seen of the places of a letter, or run, is that letter, or run, again."""
    seen = visible(written, markdown=markdown)
    assert "  " not in seen.text
    places = [seen.span(k, k + 1) for k in range(len(seen.text))]
    assert places == sorted(places)
    for letter, (start, end) in zip(seen.text, places, strict=True):
        assert 0 <= start < end <= len(written)
        if letter not in " \n":
            assert letter in unicodedata.normalize("NFKC", written[start:end])


@settings(deadline=None, derandomize=True)
@given(TEXTS, TEXTS)
def test_what_is_seen_of_a_text_begins_what_is_seen_of_a_longer_one(first, second):
    whole, part = visible(first + ".\n\n" + second), visible(first + ".")
    assert whole.text.startswith(part.text)
    count = len(part.text)
    assert [whole.span(k, k + 1) for k in range(count)] == [
        part.span(k, k + 1) for k in range(count)
    ]


def test_blanks_that_meet_are_one():
    builder = Builder("a  \n b")
    builder.put("a", 0, 1)
    builder.blank(" ", 1, 2)
    builder.blank("\n", 3, 4)
    builder.put("b", 5, 6)
    assert builder.done().text == "a\nb"
