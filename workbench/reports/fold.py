"""Sections below the first page, folded: a heading each, which opens what stands under it."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag


def fold_sections(soup: BeautifulSoup) -> None:
    """Put each section of a page into a ``details`` element of its own, with its heading on top.

    A section begins with a second-level heading that opens a block of text. What stands before
    the first one stays as it is, and so does a page without any.

    Parameters
    ----------
    soup : BeautifulSoup
        It is changed.

    Examples
    --------
    >>> soup = BeautifulSoup("<main><div class='prose'><h2>A</h2><p>a</p></div><p>b</p></main>",
    ...                      "html.parser")
    >>> fold_sections(soup)
    >>> print(soup)
    <main><details class="section"><summary><h2>A</h2></summary><div
    class="prose"><p>a</p></div><p>b</p></details></main>
    """
    if soup.main is None:
        return
    section: Tag | None = None
    for block in list(soup.main.find_all(recursive=False)):
        heading = _heading_of(block)
        if heading is not None:
            section = soup.new_tag("details", attrs={"class": "section"})
            summary = soup.new_tag("summary")
            block.insert_before(section)
            summary.append(heading.extract())
            section.append(summary)
        if section is not None and block is not heading:
            section.append(block.extract())


def _heading_of(block: Tag) -> Tag | None:
    """Return the second-level heading that a block begins with."""
    first = block if block.name == "h2" else block.find(recursive=False)
    return first if isinstance(first, Tag) and first.name == "h2" else None
