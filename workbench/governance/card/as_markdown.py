"""A card as Markdown, as skops' model cards are: a heading a section, rows and tables below."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.governance.card.content import STATE_WORDS, CardContent
from workbench.governance.card.parts import Grid, Link, Piece, Pieces, Row, Section
from workbench.language import say

_MARKUP = re.compile(r"([\\*_\[\]<>#|])")


def as_markdown(card: CardContent) -> str:
    """Write a card as Markdown.

    Examples
    --------
    >>> from workbench.governance.card.content import CardContent
    >>> print(as_markdown(CardContent("Coupons")).splitlines()[0])
    # Model card: Coupons
    """
    titles = {section.key: section.title for section in card.sections}
    return "\n".join([*_head(card), *_sections(card, titles)]) + "\n"


def _head(card: CardContent) -> Iterator[str]:
    yield f"# {say('Model card: {title}', title=plain(card.title))}"
    yield ""
    word = say(STATE_WORDS[card.state])
    yield f"**{word[:1].upper() + word[1:]}.** {plain(card.sentence())}"
    yield ""
    for check in card.open:
        parts = (check.question, check.evidence, check.next_step)
        said = " ".join(plain(text) for text in parts if text)
        yield f"- **{say(STATE_WORDS[check.state])}**: {said}"
    yield ""


def _sections(card: CardContent, titles: dict[str, str]) -> Iterator[str]:
    for section in card.sections:
        yield from _section(section, titles)


def _section(section: Section, titles: dict[str, str]) -> Iterator[str]:
    yield f'<a id="card-{section.key}"></a>'
    yield ""
    yield f"## {plain(section.title)}"
    yield ""
    for row in section.rows:
        yield from _row(row, titles)
    yield ""
    for grid in section.grids:
        yield from _table(grid, titles)


def _row(row: Row, titles: dict[str, str]) -> Iterator[str]:
    if row.code and row.pieces:
        yield f"**{plain(row.label)}**"
        yield ""
        yield from ("```bash", row.text, "```")
        return
    said = _pieces(row.pieces, titles) or f"*{say('Not said.')}*"
    state = f"[{say(STATE_WORDS[row.state])}] " if row.state else ""
    yield f"- **{plain(row.label)}**: {state}{said}"


def _table(grid: Grid, titles: dict[str, str]) -> Iterator[str]:
    yield f"**{plain(grid.caption)}**"
    yield ""
    yield _line([plain(name) for name in grid.columns])
    yield _line(["---"] * len(grid.columns))
    for row in grid.rows:
        yield _line([_pieces(cell, titles) or "–" for cell in row])
    if grid.remark:
        yield ""
        yield plain(grid.remark)
    yield ""


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _pieces(pieces: Pieces, titles: dict[str, str]) -> str:
    return "".join(_piece(piece, titles) for piece in pieces)


def _piece(piece: Piece, titles: dict[str, str]) -> str:
    if isinstance(piece, Link):
        return f"[{plain(titles.get(piece.to, piece.text))}](#card-{piece.to})"
    return plain(piece if isinstance(piece, str) else piece.text)


def plain(text: str) -> str:
    r"""Write a text so that Markdown shows it as it is, on one line; code stays code.

    Examples
    --------
    >>> plain("a*b|c `x_y`")
    'a\\*b\\|c `x_y`'
    """
    parts = re.split(r"(`[^`]*`)", text.replace("\n", " "))
    return "".join(
        part
        if part.startswith("`") and part.endswith("`") and len(part) > 1
        else _MARKUP.sub(r"\\\1", part)
        for part in parts
    )
