import pytest

from workbench.frame.ordinary_words import is_word


@pytest.mark.parametrize("name", ["rate", "the rate", "AUC", "12", "1,000", "a", "Å"])
def test_what_a_sentence_may_have_is_a_word(name):
    assert is_word(name)


@pytest.mark.parametrize("name", ["refund", "rate_7d", "Besuche", "the refund", "town=X"])
def test_what_no_sentence_needs_is_a_name(name):
    assert not is_word(name)
