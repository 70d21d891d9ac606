"""Markup from a notebook, made fit to be mailed: nothing runs, nothing is fetched."""

from __future__ import annotations

import re

import bleach
from bs4 import BeautifulSoup, Tag

from workbench.governance.counts_in_text import FEW
from workbench.language import say
from workbench.reports.table import FOLDED, NUMBER

_TEXT = {"a", "abbr", "b", "br", "code", "del", "em", "i", "kbd", "mark", "q", "s", "small"}
_TEXT |= {"span", "strong", "sub", "sup", "u", "var"}
_BLOCKS = {"blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "hr", "img"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "summary", "ul"}
_TABLES = {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_EVERYWHERE = frozenset({"class", "title", "lang", "dir", "role"})
_PER_TAG = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "details": {"open"},
    "ol": {"start"},
}
_ANCHOR = re.compile("card-[a-z0-9-]+")  # of a model card's own sections, which it links to
_UNSHOWN = re.compile(r"<(style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "NaN", "nan", "NaT", "None", "<NA>", FEW})


def safe_html(markup: str) -> str:
    """Keep the markup that carries text, tables and embedded images; escape the rest.

    Scripts, styles, event handlers, frames and pictures from elsewhere do not survive:
    a value from the data that was not escaped by whoever displayed it can run nothing,
    and the file makes no request.

    Examples
    --------
    >>> safe_html('<b onclick="x()">12</b><img src="https://example.org/a.png">')
    '<b>12</b><img>'
    >>> safe_html("<p>a<script>alert(1)</script></p>")
    '<p>a</p>'
    """
    return str(
        bleach.clean(
            _UNSHOWN.sub("", markup),
            tags=_TEXT | _BLOCKS | _TABLES,
            attributes=_allowed,
            protocols={"http", "https", "mailto", "data"},
        )
    )


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "src":
        return value.startswith("data:image/")
    if name == "href":
        return not value.startswith("data:")
    if name == "id":
        return _ANCHOR.fullmatch(value) is not None
    return name in _EVERYWHERE or name in _PER_TAG.get(tag, ())


def tidy_tables(soup: BeautifulSoup) -> None:
    """Mark the numeric columns of every table, and let wide tables scroll on their own.

    A column is numeric if each of its body cells is a number or says that there is none,
    and at least one is a number. Its cells, and its header, get the class ``number``.
    """
    for folded in soup.find_all("details", class_=FOLDED):  # as in the notebook: a report scrolls
        if folded.summary is not None:
            folded.summary.decompose()
        folded.unwrap()
    for table in soup.find_all("table"):
        if table.find_parent("table") is not None:
            continue
        del table["border"]
        rows = [row.find_all(["td", "th"], recursive=False) for row in table.find_all("tr")]
        body = [row for row in rows if any(cell.name == "td" for cell in row)]
        for column in range(max((len(row) for row in body), default=0)):
            cells = [row[column] for row in body if len(row) > column]
            if _is_numeric(cells):
                headers = [row[column] for row in rows if len(row) > column and row not in body]
                for cell in [*cells, *headers]:
                    cell["class"] = f"{cell.get('class') or ''} number".strip()
        table.wrap(soup.new_tag("div", attrs={"class": "table", "tabindex": "0"}))


def _is_numeric(cells: list[Tag]) -> bool:
    texts = [cell.get_text(strip=True) for cell in cells if cell.name == "td"]
    numbers = [bool(NUMBER.fullmatch(text)) for text in texts]
    return any(numbers) and all(
        number or text in _NOTHING or text == say(FEW)
        for number, text in zip(numbers, texts, strict=True)
    )


def name_sections(soup: BeautifulSoup) -> list[tuple[str, str]]:
    """Give every second-level heading an id; return ids and texts, in order."""
    sections = []
    for number, heading in enumerate(soup.find_all("h2"), start=1):
        heading["id"] = f"section-{number}"
        sections.append((f"section-{number}", " ".join(heading.get_text().split())))
    return sections
