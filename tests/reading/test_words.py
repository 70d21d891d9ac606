import pytest

from workbench.reading.flag_words import FLAG_PAIRS
from workbench.reading.words import MISSING, MISSING_AMONG_NUMBERS, flag_of


@pytest.mark.parametrize(("yes", "no"), FLAG_PAIRS)
def test_every_pair_is_true_and_false(yes, no):
    assert (flag_of(yes.upper()), flag_of(f" {no} ")) == (1.0, 0.0)


def test_what_is_missing_everywhere_is_missing_among_numbers():
    assert {word.lower() for word in MISSING} <= MISSING_AMONG_NUMBERS
    assert flag_of("maybe") is None
