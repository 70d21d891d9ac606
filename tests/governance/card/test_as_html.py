"""The card as a part of a page: escaped, folded, linked, and fit for the report."""

import re

from bs4 import BeautifulSoup

from workbench.governance.card.as_html import FIRST, LONG, as_html
from workbench.governance.card.content import CardContent
from workbench.governance.card.parts import Grid, Link, Number, Row, Said, Section
from workbench.governance.checked import Check
from workbench.reports.safe_html import safe_html

EVIL = "<script>alert(1)</script>"


def evil():
    row = Row("a", EVIL, (Said(EVIL, EVIL), Number(1.0, EVIL, EVIL), Link(EVIL, "a")))
    grid = Grid("g", EVIL, (EVIL, EVIL), (((EVIL,), (EVIL,)),), EVIL)
    words = Grid("w", EVIL, (EVIL,) * 3, (((EVIL,), (EVIL,), (EVIL,)),), "", words=True)
    section = Section("a", EVIL, EVIL, (row,), (grid, words))
    return CardContent(EVIL, [Check("c", EVIL, "blocked", EVIL, EVIL)], [section])


def test_whatever_data_hold_is_text():
    html = as_html(evil())
    assert "<script" not in html
    assert BeautifulSoup(html, "html.parser").find("script") is None


def test_what_is_open_stands_before_all_sections_with_its_next_step(card):
    soup = BeautifulSoup(card.to_html(), "html.parser")
    first = soup.find(class_="card-open")
    assert first.find_previous("details") is None
    for check in card.open[:2]:
        assert check.question in first.get_text()
        assert check.next_step.replace("`", "") in first.get_text()


def test_more_than_a_few_are_folded():
    many = [Check(str(n), f"Q{n}?", "blocked", "No.", f"Do {n}.") for n in range(FIRST + 3)]
    soup = BeautifulSoup(as_html(CardContent("x", many)), "html.parser")
    assert len(soup.find(class_="card-open").find_all("li")) == FIRST
    assert "3 more are open" in soup.find("summary").get_text()


def test_every_link_leads_to_a_section_of_the_card(card):
    soup = BeautifulSoup(card.to_html(), "html.parser")
    targets = {link["href"].removeprefix("#") for link in soup.find_all("a")}
    assert len(targets) > 4
    assert targets <= {one["id"] for one in soup.find_all(id=True)}


def test_the_report_keeps_links_states_and_folds(card):
    html = card.to_html()
    kept = safe_html(html)
    for tag in ("details", "summary", "dl", "table", "a"):
        assert kept.count(f"<{tag}") == html.count(f"<{tag}"), tag
    assert re.findall(r'id="[^"]*"', kept) == re.findall(r'id="[^"]*"', html)
    assert kept.count("state-pass") == html.count("state-pass") > 5


def test_other_ids_do_not_survive_in_a_report():
    assert safe_html('<p id="x">a</p><p id="card-x">b</p>') == '<p>a</p><p id="card-x">b</p>'


def test_a_long_table_can_be_searched():
    lines = tuple(((f"feature {n}",),) for n in range(LONG + 1))
    for kept, there in ((LONG + 1, True), (LONG, False)):
        grid = Grid("g", "C", ("a",), lines[:kept])
        content = CardContent("x", (), [Section("s", "S", "S", (), (grid,))])
        assert ("searchable" in as_html(content)) is there


def test_colour_is_never_the_only_sign(card):
    soup = BeautifulSoup(card.to_html(), "html.parser")
    assert all(one.get_text(strip=True) for one in soup.find_all(class_="state"))
