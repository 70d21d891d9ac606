"""Numbers are written as in the report, and kept no finer than they are written."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.governance.card.figures import (
    count,
    day,
    figures_in,
    fixed,
    loss,
    money,
    ratio,
    read,
    share,
    whole,
)
from workbench.governance.card.parts import Number, text_of
from workbench.language import speaking


@given(st.floats(0, 1), st.sampled_from([share, ratio, loss]))
def test_a_value_is_no_finer_than_its_text(value, write):
    found = write(value, "x")
    assert found.value == pytest.approx(read(found.text), abs=1e-15)
    assert found.value == pytest.approx(value, abs=0.00051)


@given(st.integers(0, 10_000_000))
def test_counts_of_people_are_rounded_to_five_or_under_ten(n):
    found = count(n, "x")
    if 0 < n < 10:
        assert (found.value, found.text) == (None, "under 10")
    else:
        assert found.value % 5 == 0
        assert abs(found.value - n) <= 2.5


@pytest.mark.parametrize("write", [count, share, ratio, loss, money])
def test_what_is_unknown_has_no_value(write):
    for nothing in (None, np.nan):
        assert write(nothing, "x") == Number(None, "–", "x")
    assert day(None, "x").value is None


def test_german_texts_have_the_same_values():
    with speaking("de"):
        found = [share(0.384, "x"), money(1234.5, "x", "EUR"), fixed(1234.5, "x", ",.1f")]
        when = day(dt.date(2026, 3, 12), "x")
    assert [one.value for one in found] == [0.384, 1234.0, 1234.5]
    assert found[2].text == "1.234,5"
    assert (when.value, when.text) == ("2026-03-12", "12.03.2026")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("AUC 0.83, of 1,250 contacts; 12.5% respond.", [0.83, 1250.0, 0.125]),
        ("since 2026-08-08 in 3 campaigns", [3.0]),
        ("visits_91d of ages 55-64 and 65+", []),
        ("-0.18 to 1.14", [-0.18, 1.14]),
        ("would be (10.2, 1e-05)-differentially private", [10.2, 1e-05]),
        ("(95%) ends with 7.", [0.95, 7.0]),
        ("", []),
    ],
)
def test_numbers_of_a_sentence_are_found_and_parts_of_names_are_not(text, numbers):
    pieces = figures_in(text, "s")
    assert [one.value for one in pieces if isinstance(one, Number)] == numbers
    assert text_of(pieces) == text


@given(st.text(max_size=40))
def test_no_letter_of_a_sentence_is_lost(text):
    assert text_of(figures_in(text, "s")) == text


def test_things_that_are_no_people_are_exact():
    assert whole(7, "x").text == "7"
