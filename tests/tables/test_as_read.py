import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.tables.as_read import as_read, is_whole, reads_as_whole

TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "Pd"]), min_size=1, max_size=9)


@given(TEXT, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.sampled_from("\u200b\u00ad\ufeff"))
def test_how_it_is_encoded_and_what_is_not_seen_makes_no_difference(text, form, unseen):
    assert as_read(unseen + unicodedata.normalize(form, text)) == as_read(text)


@given(st.integers(-(10**30), 10**30))
def test_whole_numbers_are_read_as_such(number):
    assert is_whole(str(number))
    assert reads_as_whole(number)
    assert reads_as_whole(f"'{number}")


@pytest.mark.parametrize(
    "text", ["", " ", "1.001", "1.000", "12.000.000", "1e3", "ada", "0x7", "="]
)
def test_all_else_is_none(text):
    assert not is_whole(text)
    assert not reads_as_whole(text)
