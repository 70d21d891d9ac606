"""A table's columns as lines of a terminal: what is left out is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from workbench.messages import count_of
from workbench.survey.column_facts import ColumnFacts
from workbench.survey.table_seen import TableSeen
from workbench.survey.terminal import all_shortened, clean, columns_of, padded, shortened, wrapped

MOST = 60
"""Columns of a table that are shown unless all are asked for."""

_WIDEST = (26, 18, 5, 10, 60, 12)
_APART = "  "
_HEADS = ("column", "kind", "gaps", "levels", "values", "use")
_PLURALS = {"category": "categories", "text": "columns of text"}


def table_lines(
    table: TableSeen, width: int, most: int | None, said: Callable[[str], str]
) -> Iterator[str]:
    """Yield the lines of a table's columns.

    Parameters
    ----------
    table : TableSeen
    width : int
        Of a line.
    most : int or None
        Columns to show; None: all.
    said : function of a sentence
        How sentences are worded.
    """
    shown = _shown(table, most)
    guessed = {guess.column: (role, guess.by) for role, guess in table.guesses.items()}
    cells = []
    for place in shown:
        role, _ = guessed.get(table.columns[place].column, ("", ""))
        cells.append(cells_of(table.columns[place], f"{role}?" if role else table.uses[place]))
    widths = _widths([_HEADS, *cells], width)
    yield _row(_HEADS, widths)
    names = all_shortened([clean(row[0]) for row in cells], widths[0])
    for place, name, (_, *row) in zip(shown, names, cells, strict=True):
        role, by = guessed.get(table.columns[place].column, ("", ""))
        yield _row((name, *row), widths)
        for remark in _remarks(table, place, role and f"guessed to be the {role} by {by}"):
            yield from wrapped(clean(said(remark)), width, first="    ", other="    ")
    hidden = [one for place, one in enumerate(table.columns) if place not in set(shown)]
    if hidden:
        yield from wrapped(_rest(hidden), width)


def cells_of(one: ColumnFacts, use: str) -> tuple[str, ...]:
    """Write what a line says of a column."""
    gaps = one.missing / max(one.rows, 1)
    share = "" if not one.missing else "<1%" if gaps < 0.005 else f"{gaps:.0%}"
    if gaps >= 0.995 and one.missing < one.rows:
        share = ">99%"
    return (one.column, one.kind, share, f"{one.distinct:,}", one.values(), use)


def _remarks(table: TableSeen, place: int, guess: str) -> list[str]:
    one = table.columns[place]
    leak = table.leaks.get(one.column, "")
    told = [one.read_as, table.remarks.get(place, ""), guess]
    parts = [part for part in told if part]
    personal = table.of_people(one.column)
    return [
        *(["; ".join(parts)] if parts else []),
        *([f"personal data: {personal}"] if personal else []),
        *([f"may give the outcome away: {leak}"] if leak else []),
    ]


def _shown(table: TableSeen, most: int | None) -> list[int]:
    """Return the places that are shown: what has a role or a remark, then the first ones."""
    places = list(range(len(table.columns)))
    if most is None or len(places) <= most:
        return places
    guessed = {guess.column for guess in table.guesses.values()}

    def plain(place: int) -> bool:
        one = table.columns[place]
        said = (guessed, table.leaks, table.personal)
        has = any(one.column in each for each in said) or place in table.remarks
        return not has and table.uses[place] in ("feature", "") and not one.read_as

    return sorted(sorted(places, key=plain)[:most])


def _rest(hidden: Sequence[ColumnFacts]) -> str:
    kinds = Counter(one.kind for one in hidden)
    said = ", ".join(
        f"{n:,} {kind}" if n == 1 else f"{n:,} {_PLURALS.get(kind, kind + 's')}"
        for kind, n in kinds.most_common()
    )
    return f"… and {count_of(len(hidden), 'column')} more: {said}."


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Give each column what it needs; where that is too much, names and values give way."""
    needed = [max(columns_of(clean(row[k])) for row in rows) for k in range(len(_HEADS))]
    wide = [min(need, most) for need, most in zip(needed, _WIDEST, strict=True)]
    beyond = sum(wide) + (len(wide) - 1) * len(_APART) - width
    for place, least in ((4, 24), (0, 18), (4, 10)):
        given = max(min(beyond, wide[place] - least), 0)
        wide[place], beyond = wide[place] - given, beyond - given
    return wide


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    written = [
        padded(shortened(clean(cell), width), width, right=place in (2, 3))
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return _APART.join(written).rstrip()
