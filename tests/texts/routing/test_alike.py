"""Which texts say the same, and the period that they are left out with."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.texts.routing.alike import alike, first_of_like, in_time


def test_capitals_digits_spaces_and_signs_make_no_difference():
    texts = ["Card 12 lost!", "card  7\nLOST", "(card) 0 - lost…", "card lost", "STRASSE", "Straße"]
    assert alike(texts).tolist() == [0, 0, 0, 1, 2, 2]


def test_digits_count_where_that_is_asked_for():
    texts = ["Error 404", "error: 404!", "Error 500"]
    assert alike(texts).tolist() == [0, 0, 0]
    assert alike(texts, whatever_digits=False).tolist() == [0, 0, 1]


def test_texts_of_signs_alone_are_compared_as_they_are():
    assert alike(["🙂", " 🙂 ", "🙁", "?!", "?"]).tolist() == [0, 0, 1, 2, 3]


def test_other_alphabets_have_words():
    assert alike(["карта утеряна", "КАРТА, утеряна!", "卡丢了", "卡"]).tolist() == [0, 0, 1, 2]


@settings(derandomize=True, deadline=None)
@given(st.lists(st.text(max_size=4), min_size=1, max_size=8))
def test_a_text_is_like_itself_in_capitals_of_a_case_fold_and_numbers_are_from_zero(texts):
    same = alike([*texts, *(text.casefold() for text in texts)])
    assert same[: len(texts)].tolist() == same[len(texts) :].tolist()
    assert sorted(set(same.tolist())) == list(range(int(same.max()) + 1))


@settings(derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12))
def test_all_that_are_alike_get_the_first_of_their_periods(pairs):
    period = in_time(np.array([f"2024-{month + 1:02d}" for month, _ in pairs]))
    same = np.array([text for _, text in pairs])
    wanted = [min(period[same == text]) for text in same]
    assert first_of_like(period, same).tolist() == wanted


def test_periods_are_numbered_in_time_however_they_are_spelt():
    period = np.array(["week 10", "week 2", "week 10"], dtype=object)
    assert in_time(period).tolist() == [1, 0, 1]
    for unit in ("D", "us", "ns"):
        days = np.array(["2024-03-01", "2024-02-01"], dtype=f"M8[{unit}]")
        assert in_time(days).tolist() == [1, 0]
