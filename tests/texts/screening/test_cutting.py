"""Clauses are paragraphs and points, of plain text, Markdown and pages alike."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.texts.screening.cutting import clauses_in
from workbench.texts.screening.text_files import seen_of

CASES = {
    ".txt": "§ 1 Scope\r\nThese terms\r\napply.\r\n\r\n***\r\n1. You pay.\r\n2. We do not.\r\n",
    ".md": "# § 1 Scope\nThese *terms*\napply.\n\n---\n\n1. You **pay**.\n2. We do not.\n",
    ".html": "<p>§ 1 Scope These <b>terms</b> apply.</p><hr><ol><li>You pay.<li>We do not.</ol>",
}


@pytest.mark.parametrize("suffix", CASES)
def test_each_paragraph_and_each_point_is_one(suffix):
    seen = seen_of(CASES[suffix], suffix)
    found = [seen.text[start:end] for start, end in clauses_in(seen)]
    plain = [clause.lstrip("#12. ") for clause in found]
    assert plain == ["§ 1 Scope These terms apply.", "You pay.", "We do not."]


@settings(derandomize=True, deadline=None)
@given(st.text(st.sampled_from("ab1 \n\r-*.🙂\u00ad\u2028ü"), max_size=40))
def test_every_letter_is_in_one_clause_and_no_clause_is_without(text):
    seen = seen_of(text, ".txt")
    spans = clauses_in(seen)
    told = "".join(seen.text[start:end] for start, end in spans)
    letters = [letter for letter in seen.text if letter.isalnum()]
    assert [letter for letter in told if letter.isalnum()] == letters
    assert all(any(letter.isalnum() for letter in seen.text[a:b]) for a, b in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
