"""A card as HTML: what is open first, and every section folded below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from workbench.governance.card.content import STATE_WORDS, CardContent
from workbench.governance.card.parts import Grid, Link, Mark, Number, Piece, Pieces, Row, Section
from workbench.governance.checked import Check
from workbench.language import date_text, say, say_count

FIRST = 6
"""Open checks that are shown; more are folded."""
ANCHOR = "card-{}"
LONG = 20
"""Rows of a table, above which a page has a field to search it."""


def as_html(card: CardContent) -> str:
    """Write a card as a part of a page; headings are of the third level.

    Examples
    --------
    >>> from workbench.governance.card.content import CardContent
    >>> as_html(CardContent("<b>")).splitlines()[1]
    '<h3>Model card: &lt;b&gt;</h3>'
    """
    return "\n".join(['<div class="card">', *_head(card), *_sections(card), "</div>"])


def _head(card: CardContent) -> Iterator[str]:
    state = escape(card.state)
    yield f"<h3>{escape(say('Model card: {title}', title=card.title))}</h3>"
    word = say(STATE_WORDS[card.state])
    yield (
        f'<p class="card-state state-{_slug(state)}"><strong>'
        f"{escape(word[:1].upper() + word[1:])}</strong> {escape(card.sentence())}</p>"
    )
    yield f'<p class="facts">{"".join(_facts(card))}</p>'
    todo = by_step(card.open)
    if todo:
        yield f'<ul class="card-open">{"".join(map(_open, todo[:FIRST]))}</ul>'
    if todo[FIRST:]:
        number = sum(map(len, todo[FIRST:]))
        more = say_count("{n} more is open", "{n} more are open", number)
        rest = "".join(map(_open, todo[FIRST:]))
        yield f'<details class="card-section"><summary>{escape(more)}</summary>'
        yield f'<ul class="card-open">{rest}</ul></details>'


def _facts(card: CardContent) -> Iterator[str]:
    told = {say("Owner"): card.owner, say("Card of"): date_text(card.made)}
    named = {"review": say("Next review"), "retention": say("Retired on")}
    for name, label in named.items():
        day = card.dates.get(name)
        told[label] = date_text(day) if day else "–"
    for label, text in told.items():
        yield f'<span><span class="fact">{escape(label)}</span> {escape(text or "–")}</span> '


def by_step(checks: list[Check]) -> list[list[Check]]:
    """Put checks together that ask for the same next step, in their order.

    Examples
    --------
    >>> one = Check("a", "A?", "needs repair", "No.", "Mend it.")
    >>> [len(some) for some in by_step([one, one, Check("b", "B?", "blocked", "No.", "Stop.")])]
    [2, 1]
    """
    found: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        found.setdefault((check.state, check.next_step), []).append(check)
    return list(found.values())


def _open(checks: list[Check]) -> str:
    """Write what is open, and what to do; the evidence stands with all checks."""
    asked = " ".join(escape(check.question) for check in checks)
    step = coded(checks[0].next_step)
    return f'<li>{_badge(checks[0].state)} {asked} <span class="card-next">{step}</span></li>'


def _badge(state: str) -> str:
    return f'<span class="state state-{_slug(state)}">{escape(say(STATE_WORDS[state]))}</span>'


def _slug(state: str) -> str:
    return state.replace(" ", "-")


def coded(text: str) -> str:
    """Write a text as HTML, with what stands in backticks as code.

    Examples
    --------
    >>> coded("Give `--suppress`: <name>.")
    'Give <code>--suppress</code>: &lt;name&gt;.'
    """
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))


def _sections(card: CardContent) -> Iterator[str]:
    titles = {section.key: section.title for section in card.sections}
    for section in card.sections:
        yield from _section(section, titles)
    yield from _checks(card)


def _section(section: Section, titles: dict[str, str]) -> Iterator[str]:
    yield f'<details class="card-section"><summary>{escape(section.title)}</summary>'
    yield f'<div id="{ANCHOR.format(section.key)}">'
    if section.rows:
        yield f'<dl class="card-rows">{"".join(_row(row, titles) for row in section.rows)}</dl>'
    for grid in section.grids:
        yield _table(grid, titles)
    yield "</div></details>"


def _row(row: Row, titles: dict[str, str]) -> str:
    said = _pieces(row.pieces, titles) if row.pieces else f"<em>{escape(say('Not said.'))}</em>"
    if row.code and row.pieces:
        said = f"<code>{escape(row.text)}</code>"
    badge = f"{_badge(row.state)} " if row.state else ""
    return f"<div><dt>{escape(row.label)}</dt><dd>{badge}{said}</dd></div>"


def _table(grid: Grid, titles: dict[str, str]) -> str:
    return _words(grid, titles) if grid.words else _figures(grid, titles)


def _words(grid: Grid, titles: dict[str, str]) -> str:
    """Write a table of sentences as a list: the second cell is what is said, others stand below."""
    rows = []
    for first, main, *more in grid.rows:
        under = "".join(
            f'<span><span class="fact">{escape(name)}</span> {_pieces(cell, titles)}</span> '
            for name, cell in zip(grid.columns[2:], more, strict=True)
            if cell
        )
        rows.append(
            f"<div><dt>{_pieces(first, titles)}</dt><dd>{_pieces(main, titles) or '–'}"
            f'<div class="facts">{under}</div></dd></div>'
        )
    caption = f'<p class="card-caption">{escape(grid.caption)}</p>'
    return f'{caption}<dl class="card-rows">{"".join(rows)}</dl>'


def _figures(grid: Grid, titles: dict[str, str]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in grid.columns)
    body = "".join(
        "<tr>" + "".join(_cell(place, cell, titles) for place, cell in enumerate(row)) + "</tr>"
        for row in grid.rows
    )
    caption = f"<caption>{escape(grid.caption)}</caption>"
    opened = '<table class="searchable">' if len(grid.rows) > LONG else "<table>"
    rest = f"<p>{escape(grid.remark)}</p>" if grid.remark else ""
    table = f"{opened}{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"{table}{rest}"


def _cell(place: int, cell: Pieces, titles: dict[str, str]) -> str:
    said = _pieces(cell, titles) if cell else "–"
    return f'<th scope="row">{said}</th>' if place == 0 else f"<td>{said}</td>"


def _pieces(pieces: Pieces, titles: dict[str, str]) -> str:
    return "".join(_piece(piece, titles) for piece in pieces)


def _piece(piece: Piece, titles: dict[str, str]) -> str:
    if isinstance(piece, Link):
        name = titles.get(piece.to, piece.text)
        return f'<a href="#{ANCHOR.format(piece.to)}">{escape(name)}</a>'
    if isinstance(piece, Mark):
        return _badge(piece.state)
    if isinstance(piece, Number):
        return f'<span title="{escape(piece.source)}">{escape(piece.text)}</span>'
    return coded(piece if isinstance(piece, str) else piece.text)


def _checks(card: CardContent) -> Iterator[str]:
    """List every check, those that passed too."""
    title = say_count("All of {n} check", "All of {n} checks", len(card.checks))
    yield f'<details class="card-section"><summary>{escape(title)}</summary><dl class="card-rows">'
    for check in card.checks:
        said = " ".join(filter(None, [check.evidence, check.next_step]))
        yield (
            f"<div><dt>{escape(check.question)}</dt>"
            f"<dd>{_badge(check.state)} {coded(said)}</dd></div>"
        )
    yield "</dl></details>"
