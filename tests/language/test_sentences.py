from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.language import later, say, say_count, speaking

MESSAGE = (
    "{n:,.0f} of {all:d} answered on {day}: {share:.1%}, {name!r}, {text:>4}, {x}, {digits:.{k}f}"
)
VALUES = {"n": 1234.0, "all": 5000, "day": date(2026, 3, 12), "share": np.float64(0.384)}
VALUES |= {"name": "a.b", "text": "1.5", "x": 0.25, "digits": 2.5, "k": 3}


def test_in_english_a_message_is_formatted_and_no_more():
    assert say(MESSAGE, **VALUES) == MESSAGE.format(**VALUES)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text())
def test_a_message_without_values_is_returned_as_it_is(text):
    assert say(text) == text
    with speaking("de"):
        assert say(text + "⟨never in a catalogue⟩") == text + "⟨never in a catalogue⟩"


def test_numbers_and_days_are_german_and_text_is_left_alone():
    with speaking("de"):
        assert say(MESSAGE, **VALUES) == (
            "1.234 of 5000 answered on 12.03.2026: 38,4\u00a0%, 'a.b',  1.5, 0,25, 2,500"
        )


def test_a_whole_number_without_a_format_may_be_a_year():
    with speaking("de"):
        assert say("in {year}, {yes}", year=np.int64(2026), yes=True) == "in 2026, True"


def test_a_message_is_looked_up():
    with speaking("de"):
        assert say("{low} to {high}", low=0.25, high=0.5) == "0,25 bis 0,5"
    with speaking("de-CH"):
        assert say("{low} to {high}", low=0.25, high=0.5) == "0.25 bis 0.5"


def test_the_pseudo_language_marks_what_was_looked_up_and_whether_it_was_found():
    with speaking("xx"):
        assert say("{low} to {high}", low=0.5, high=1234.5) == "⟦0.5 to 1234.5⟧"
        assert say("{n:,.1f} rows of nobody", n=1234.5) == "⟪1,234.5 rows of nobody⟫"


@pytest.mark.parametrize(
    ("n", "said"), [(1, "one row"), (0, "0 rows"), (2, "2 rows"), (0.7, "one row")]
)
def test_one_thing_has_its_own_message(n, said):
    assert say_count("one row", "{n:,.0f} rows", n) == said


def test_a_later_message_is_what_it_was():
    assert later("Expected profit") == "Expected profit"
