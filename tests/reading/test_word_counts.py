import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.reading.word_counts import Words, counted, strays_of

CELLS = st.lists(st.sampled_from(["a", " a", "b ", "", " ", "NA", "Na", "7", None]), max_size=30)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(CELLS)
def test_words_are_counted_as_pandas_counts_them(cells):
    column = pd.Series(cells, dtype="str")
    assert counted(column) == column.value_counts().to_dict()
    words = Words.of(column).counts
    assert words == column.str.strip().value_counts().to_dict()
    assert list(words) == sorted(words)


def test_na_is_missing_but_among_codes_of_two_letters():
    assert Words({"NA": 1, "north": 3}).missing == ["NA"]
    assert Words({"DE": 2, "FR": 1, "NA": 1}).missing == []
    assert Words({"": 1, "NA": 1}, typed=True).missing == [""]


def test_long_words_are_none_for_missing():
    assert Words({"n.a.": 1, "unknown" + " " * 30: 1}).missing_among_numbers == ["n.a."]


def test_strays_are_few_words_among_many_numbers():
    numbers = {str(k): 2 for k in range(30)}
    assert strays_of(numbers) == []
    assert strays_of({**numbers, "refused": 3}) == ["refused"]
    assert strays_of({**numbers, "refused": 30}) == []
    assert strays_of({**numbers, "a": 1, "b": 1, "c": 1, "d": 1}) == []
    assert strays_of({"7": 9, "refused": 1}) is None
