"""What is seen of a page: against the parser of Beautiful Soup, and with its places."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.texts.screening.html_text import visible_of_html


def seen_in(page, words):
    seen = visible_of_html(page)
    start = seen.text.index(words)
    return page[slice(*seen.span(start, start + len(words)))]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two <b>th</b>ree", "one two three"),
        ("<style>p {x: 'free'}</style>a<script>free()</script>b", "a b"),
        ("a<!-- free -->b &amp; &#252; &#xFC; &euro;", "ab & ü ü €"),
        ("gra&shy;tis&nbsp;f&uuml;r", "gratis für"),
        ('<input type="checkbox" checked="checked"> a <input type=checkbox> b', "[x] a [ ] b"),
        ('<img alt="Jetzt &amp; gratis" src="x">', "Jetzt & gratis"),
        ('<a title="1 > 0" href="#">link</a> 1 < 2 & 3', "link 1 < 2 & 3"),
        ("<p>never closed <b", "never closed <b"),
        ("", ""),
    ],
)
def test_what_is_seen_of_a_page(page, text):
    assert visible_of_html(page).text == text


def test_words_are_told_as_they_stand_in_the_file():
    assert seen_in("<p>F&uuml;r <b>gra</b>tis\r\nda</p>", "gratis da") == "gra</b>tis\r\nda"
    assert seen_in('x <img src="a" alt="free pen"> y', "free") == '<img src="a" alt="free pen">'


PARTS = [
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<br>",
    "&amp;",
    "&uuml;",
    "one ",
    "two",
    " ",
    "\n",
    "ü",
    "<li>",
    "<td>",
]


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map("".join))
def test_the_words_are_those_of_another_parser(page):
    """Beautiful Soup leaves nothing between blocks; so blanks are left aside."""
    other = BeautifulSoup(page, "html.parser").get_text()
    assert re.sub(r"\s", "", visible_of_html(page).text) == re.sub(r"\s", "", other)
