"""Terms of the glossary within a page: a press of the word shows what it means, without a script.

A term becomes a button that opens a popover, which every browser of today does by itself, by mouse,
finger and keyboard. An older one shows the meanings as a list at the end of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from workbench.language import say
from workbench.reports.glossary import APART, TERMS, Term

_NOT_WITHIN = {"a", "button", "code", "kbd", "pre", "script", "style", "svg", "label", "option"}
_NOT_WITHIN |= {"h1", "h2", "h3", "h4", "h5", "h6", "summary", "figure", "nav", "table", "footer"}
_OPENING = "[(\\[\"'\u201e\u201c\u201a\u2018]"
_CLOSING = "[.,;:!?\u2026)\\]\"'\u201c\u201d\u2018\u2019]"
_BLOCKS = {"p", "li", "dt", "dd"}
_NOT_OF_CLASS = {"facts", "value", "search"}


def explain_terms(soup: BeautifulSoup, terms: Iterable[Term] = TERMS) -> None:
    """Make the first mention of each term in a section a button that shows its meaning.

    A section begins with a second-level heading. Nothing is marked in code, links, headings,
    tables, pictures and buttons, nor in the values of figures. Of two terms that begin at one place
    the longer is meant.

    Parameters
    ----------
    soup : BeautifulSoup
        It is changed.
    terms : iterable of Term, optional
        Default: those of the glossary.

    Examples
    --------
    >>> soup = BeautifulSoup("<body><p>Its lift is 2.</p></body>", "html.parser")
    >>> explain_terms(soup)
    >>> print(soup.p)
    <p>Its <button class="term" popovertarget="term-lift" type="button">lift</button> is 2.</p>
    >>> soup.aside.div["id"], soup.aside.div.strong.string
    ('term-lift', 'lift')
    """
    if soup.body is None:
        return
    marking = _Marking(soup, terms)
    for node in list(soup.body.descendants):
        if isinstance(node, Tag) and node.name == "h2":
            marking.seen.clear()
        elif isinstance(node, NavigableString) and _may_be_marked(node):
            marking.mark(node)
    if marking.told:
        soup.body.append(_meanings(soup, marking.told))


class _Marking:
    """Which terms this section has seen, and which the page must explain."""

    def __init__(self, soup: BeautifulSoup, terms: Iterable[Term]) -> None:
        self.soup = soup
        self.by_spelling = {form.casefold(): term for term in terms for form in term.spellings}
        self.pattern = _any_of(self.by_spelling)
        self.seen: set[Term] = set()
        self.told: dict[Term, None] = {}  # in the order of the page

    def mark(self, node: NavigableString) -> None:
        """Put a button in the place of each first mention within a piece of text."""
        text, start = str(node), 0
        pieces: list[NavigableString | Tag] = []
        for match in self.pattern.finditer(text):
            term = self.by_spelling[match["term"].casefold()]
            if term not in self.seen:
                self.seen.add(term)
                self.told[term] = None
                begins, ends = match.span("term" if _is_first(match, node) else 0)
                pieces.append(NavigableString(text[start:begins]))
                pieces.append(self._marked(text[begins:ends], match["term"], term))
                start = ends
        if pieces:
            node.replace_with(*pieces, NavigableString(text[start:]))

    def _marked(self, text: str, said: str, term: Term) -> Tag:
        """Make a button; no line may end between it and the punctuation beside it."""
        button = self._button(said, term)
        if text == said:
            return button
        together = self.soup.new_tag("span", attrs={"class": "with-marks"})
        before, after = text.split(said, 1)
        together.extend([before, button, after])
        return together

    def _button(self, said: str, term: Term) -> Tag:
        attributes = {"class": "term", "popovertarget": _id_of(term), "type": "button"}
        return self.soup.new_tag("button", attrs=attributes, string=said)


def _any_of(spellings: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(spellings, key=len, reverse=True)
    words = "|".join(map(re.escape, longest_first))
    term = rf"(?<![\w-])(?P<term>{words})(?![\w²-])"
    return re.compile(rf"(?P<before>{_OPENING}*){term}(?P<after>{_CLOSING}*)", re.IGNORECASE)


def _is_first(match: re.Match[str], node: NavigableString) -> bool:
    """Whether a term is the first word of its block: no line ends behind that."""
    begins = node.previous_sibling is None and match.start("term") == 0
    return begins and node.parent is not None and node.parent.name in _BLOCKS


def _may_be_marked(node: NavigableString) -> bool:
    if isinstance(node, PreformattedString) or not node.strip():
        return False
    return not any(
        parent.name in _NOT_WITHIN or _NOT_OF_CLASS & {*(parent.get("class") or ())}
        for parent in node.parents
    )


def _id_of(term: Term) -> str:
    """Make an id of English words, whatever the language of the page."""
    words = re.findall(r"[a-z0-9]+", term.forms.split(APART)[0].casefold())
    return "-".join(["term", *words])


def _meanings(soup: BeautifulSoup, told: Iterable[Term]) -> Tag:
    list_of = soup.new_tag("aside", attrs={"class": "meanings", "aria-label": say("Glossary")})
    for term in told:
        one = soup.new_tag("div", attrs={"id": _id_of(term), "popover": "auto", "class": "meaning"})
        one.append(soup.new_tag("strong", string=term.name))
        one.append(f" {term.told}")
        list_of.append(one)
    return list_of
