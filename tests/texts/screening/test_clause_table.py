"""Clauses as a table to be labelled."""

import pytest

from tests.texts.screening.contracts import finder
from workbench.errors import ParameterError
from workbench.texts import check_text, clauses_of

TERMS = "Terms\r\n\r\nThe customer pays\r\nat once.\r\n\r\n***\r\n- We gra\u00adtis deliver.\r\n"


def test_their_places_are_letters_of_the_text_as_given(tmp_path):
    path = tmp_path / "terms.txt"
    path.write_bytes(TERMS.encode())
    table = clauses_of(path)
    assert table["file"].tolist() == [str(path)] * 3
    assert table["line"].tolist() == [1, 3, 7]
    assert table["clause"].tolist() == [
        "Terms",
        "The customer pays at once.",
        "- We gratis deliver.",
    ]
    given = [TERMS[start:end] for start, end in zip(table["start"], table["end"], strict=True)]
    assert given == ["Terms", "The customer pays\r\nat once.", "- We gra\u00adtis deliver."]


def test_they_are_those_that_are_read_when_texts_are_checked():
    texts = {"a": TERMS, "b.html": "<p>One clause.<p>Another, quite odd."}
    table = clauses_of(texts)
    found = check_text(texts, clauses=finder(), harmless="usual").table()
    read = found[found["rule"].str.startswith("clause")]
    assert set(zip(read["file"], read["start"], read["end"], strict=True)) <= set(
        zip(table["file"], table["start"], table["end"], strict=True)
    )
    assert len(read) == 3


def test_no_text_has_no_clause_and_the_name_of_a_file_is_no_text():
    assert clauses_of("").shape == (0, 5)
    with pytest.raises(ParameterError, match="looks like a file"):
        clauses_of("terms.txt")
