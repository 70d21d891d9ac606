import pandas as pd
import pytest

from workbench.frame.outcome import binary_outcome
from workbench.reading import find_reading
from workbench.reading.flag_words import FLAG_PAIRS, NEGATIVE_WORDS, POSITIVE_WORDS


def test_no_word_is_true_in_one_language_and_false_in_another():
    assert not POSITIVE_WORDS & NEGATIVE_WORDS


@pytest.mark.parametrize(("yes", "no"), FLAG_PAIRS)
def test_both_words_of_a_pair_are_a_flag_and_an_outcome(yes, no):
    column = pd.Series([yes.capitalize(), no, f" {yes} ", None], name="x")
    read = find_reading(column).apply(column)
    assert read.dtype == "boolean"
    assert read.tolist() == [True, False, True, pd.NA]
    if yes != "s":
        assert binary_outcome(column).tolist()[:3] == [1.0, 0.0, 1.0]
