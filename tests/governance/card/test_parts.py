"""Sections can be made again from JSON, whatever texts and numbers they hold."""

import json

from hypothesis import given
from hypothesis import strategies as st

from workbench.governance.card.parts import (
    Grid,
    Link,
    Mark,
    Number,
    Row,
    Said,
    Section,
    text_of,
    told,
)

TEXT = st.text(max_size=12)
PIECE = st.one_of(
    TEXT,
    st.builds(Number, st.none() | st.floats(allow_nan=False) | TEXT, TEXT, TEXT),
    st.builds(Said, TEXT, TEXT),
    st.builds(Link, TEXT, TEXT),
    st.builds(Mark, TEXT, TEXT),
)
PIECES = st.lists(PIECE, max_size=4).map(tuple)
ROW = st.builds(Row, TEXT, TEXT, PIECES, TEXT, st.booleans())
COLUMNS = st.lists(TEXT, max_size=3).map(tuple)
LINES = st.lists(st.lists(PIECES, max_size=3).map(tuple), max_size=3).map(tuple)
GRID = st.builds(Grid, TEXT, TEXT, COLUMNS, LINES, TEXT, st.booleans())
SECTION = st.builds(
    Section,
    TEXT,
    TEXT,
    TEXT,
    st.lists(ROW, max_size=3).map(tuple),
    st.lists(GRID, max_size=2).map(tuple),
)


@given(SECTION)
def test_a_section_comes_back_from_json(section):
    assert Section.from_dict(json.loads(json.dumps(section.to_dict()))) == section


def test_every_number_in_json_says_where_it_is_from():
    plain = Number(0.5, "50%", "performance.auc").to_dict()
    assert plain == {"value": 0.5, "text": "50%", "from": "performance.auc"}


def test_a_message_is_filled_with_pieces_in_its_own_order():
    low, high = Number(1.0, "1", "a"), Number(2.0, "2", "b")
    assert text_of(told("{high} over {low}.", low=low, high=high)) == "2 over 1."
