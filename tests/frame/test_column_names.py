"""Pieces of names: letters, digits and underscores alone, and never nothing."""

import pytest

from workbench.frame.column_names import slug


@pytest.mark.parametrize("text", ["", " ", "-", "€", "__", "&&"])
def test_what_has_no_letter_is_called_blank(text):
    assert slug(text) == "blank"


@pytest.mark.parametrize("text", ["A-B", "  Größe (cm) ", "x__y", 7, 1.5, "ÄÖ/ü"])
def test_a_piece_is_a_name_and_stays_as_it_is(text):
    assert slug(text).isidentifier() or slug(text)[0].isdigit()
    assert slug(slug(text)) == slug(text)
