"""A summary as statsmodels prints its own: text, HTML and LaTeX.

statsmodels is imported when something is printed, not before.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from statsmodels.iolib.table import SimpleTable

_HEADINGS = {
    "coef_standardised": "standardised",
    "std_error": "std err",
    "lower_95": "[0.025",
    "upper_95": "0.975]",
}
# what statsmodels does not spell out itself
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
    }
)
_APART = 2  # blanks between columns


class Printed(NamedTuple):
    """A table of text: the names of its rows (n,), its cells (n, m) and what stands above them."""

    title: str
    headings: Sequence[str]
    names: Sequence[str]
    cells: Sequence[Sequence[str]]


def as_text(tables: Sequence[Printed], sentence: str) -> str:
    """Return the tables below one another, all of one width, and the sentence."""
    widths = [_width(_simple_table(table).as_text()) for table in tables]
    texts = [
        _spread(table, max(widths) - width).as_text()
        for table, width in zip(tables, widths, strict=True)
    ]
    return "\n\n".join([*texts, sentence])


def as_html(tables: Sequence[Printed], sentence: str) -> str:
    """Return the tables as HTML; names from data are escaped."""
    facts, *others = (_simple_table(table, html.escape).as_html() for table in tables)
    return "\n".join([facts, f"<p>{html.escape(sentence)}</p>", *others])


def as_latex(tables: Sequence[Printed]) -> str:
    """Return the tables as LaTeX, one ``tabular`` each; needs its package booktabs."""
    return "\n\n".join(_simple_table(table, _latex).as_latex_tabular() for table in tables)


def printed_tables(
    title: str, facts: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> list[Printed]:
    """Return the facts, and further tables under their titles, as text."""
    values = [[str(value)] for value in facts["value"]]
    told = Printed(title, [], [str(name) for name in facts.index], values)
    return [told, *(_of_frame(heading, table) for heading, table in tables.items())]


def number_text(value: float) -> str:
    """Write a number with four decimals, or four digits where those would hide it.

    Examples
    --------
    >>> [number_text(value) for value in (0.25, 0, 0.0000125, 123456.7, float("inf"))]
    ['0.2500', '0.0000', '1.25e-05', '1.235e+05', 'inf']
    """
    plain = value == 0 or 1e-4 <= abs(value) < 1e4 or not math.isfinite(value)
    return f"{value:.4f}" if plain else f"{value:.4g}"


def _of_frame(title: str, frame: pd.DataFrame) -> Printed:
    headings = [_HEADINGS.get(name, name.replace("_", " ")) for name in map(str, frame)]
    cells = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    return Printed(title, headings, [str(name) for name in frame.index], cells)


def _cell(value: Any) -> str:
    return number_text(value) if isinstance(value, float) else str(value)


def _simple_table(
    table: Printed, spelt: Callable[[str], str] = str, *, apart: int = _APART
) -> SimpleTable:
    """Spell every name and cell for one kind of output; words stand at the left."""
    from statsmodels.iolib.table import SimpleTable
    from statsmodels.iolib.tableformatting import fmt_base

    aligned = "r" if table.headings else "l"
    return SimpleTable(
        [[spelt(cell) for cell in row] for row in table.cells],
        headers=[spelt(heading) for heading in table.headings] or None,
        stubs=[spelt(name) for name in table.names],
        title=table.title,
        txt_fmt={**fmt_base, "colwidths": None, "colsep": " " * apart, "data_aligns": aligned},
        ltx_fmt={"data_aligns": aligned, "header_align": aligned},
    )


def _spread(table: Printed, missing: int) -> SimpleTable:
    """Widen a table: alike between its columns, and what is left after the names."""
    each, left = divmod(missing, len(table.cells[0])) if table.cells else (0, missing)
    width = max((len(name) for name in table.names), default=0) + left
    names = [name.ljust(width) for name in table.names]
    return _simple_table(table._replace(names=names), apart=_APART + each)


def _width(text: str) -> int:
    return max(len(line) for line in text.splitlines())


def _latex(text: str) -> str:
    return text.translate(_LATEX)
