import warnings

import pytest

from workbench.errors import DataWarning
from workbench.reading.new_words import new_words_together, warn_of_new_words


def test_words_of_all_blocks_stand_in_one_warning_a_column():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with new_words_together():
            warn_of_new_words("'spend'", "number", {"none", "later"})
            warn_of_new_words("'since'", "date", ["soon"])
            warn_of_new_words("'spend'", "number", ["later", "asked"])
            warn_of_new_words("'spend'", "number", [])
            assert caught == []
    assert [str(one.message) for one in caught] == [
        "'spend' has words among its numbers that training did not have: "
        "['asked', 'later', 'none']; they are read as missing.",
        "'since' has words among its dates that training did not have: ['soon']; they are read as "
        "missing.",
    ]


def test_alone_they_are_told_at_once_and_after_a_failure_nothing_is():
    with pytest.warns(DataWarning, match=r"^'x' has words among its flags"):
        warn_of_new_words("'x'", "flag", ["perhaps"])
    with pytest.raises(KeyError):
        _fail_among_words()
    with pytest.warns(DataWarning, match=r"^'x' has words"):  # nobody keeps them any more
        warn_of_new_words("'x'", "flag", ["perhaps"])


def _fail_among_words():
    with new_words_together():
        warn_of_new_words("'x'", "flag", ["perhaps"])
        raise KeyError
