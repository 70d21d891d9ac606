import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.survey.terminal import (
    all_shortened,
    clean,
    columns_of,
    padded,
    shortened,
    wrapped,
)


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=60), st.integers(4, 40))
def test_a_cell_is_never_wider_than_its_column(text, width):
    shown = padded(shortened(clean(text), width), width)
    assert columns_of(shown) == width
    assert all(letter.isprintable() for letter in shown)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("visits", 10, "visits"),
        ("average_basket_91_days", 12, "averag…_days"),
        ("都市の人口と収入", 9, "都市…収入"),
    ],
)
def test_names_are_shortened_in_the_middle(text, width, shown):
    assert shortened(text, width) == shown


def test_a_terminal_is_told_nothing_by_a_value():
    assert clean("a\x1b]0;title\x07b\x00\u202e") == "a�]0;title�b��"


def test_long_words_stay_whole():
    path = "/very/long/" + "x" * 30
    assert wrapped(f"in {path} now", 20, first="- ", other="  ") == ["- in", f"  {path}", "  now"]


def test_different_texts_stay_different_at_any_width():
    texts = [f"average_basket_value_{kind}_91_days" for kind in ("a", "b", "c")] + [
        "short",
        "都" * 9,
    ]
    for width in (8, 12, 18, 26):
        cut = all_shortened(texts, width)
        assert len(set(cut)) == len(texts)
        assert max(map(columns_of, cut)) <= width
    assert all_shortened(["x", "x"], 5) == ["x", "x"]
