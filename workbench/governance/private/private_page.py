"""The file of a private ridge: a few tables in one page that loads nothing and runs nothing.

All numbers come from sums with noise, and all names were declared. The screen of
`workbench.governance.screen` is not asked: what it holds back it takes from the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

import workbench
from workbench.digits import loss_text

_STYLE = """
.private-ridge { max-width: 54rem; margin: 0 auto; padding: 1rem; color: #1c2329;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere; }
.private-ridge h1 { font-size: 1.9rem; line-height: 1.2; }
.private-ridge h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; }
.private-ridge p, .private-ridge ul { max-width: 42rem; }
.private-ridge .promise { border-left: 4px solid #1f5f8b; padding-left: 1rem; font-size: 1.08rem; }
.private-ridge .table { overflow-x: auto; }
.private-ridge table { border-collapse: collapse; font-size: 0.88rem; }
.private-ridge th, .private-ridge td { padding: 0.3rem 0.8rem; text-align: left;
  vertical-align: top; border-bottom: 1px solid #dfe3e7; font-weight: 400; }
.private-ridge thead th { color: #5b6670; }
.private-ridge .number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
"""
_RESTS_ON = """\
Columns, their bounds and levels, campaigns, and how many contacts of a customer are used were
declared. They are promised not to be taken from these data, nor from their outcomes. Values beyond
the bounds count as the bounds.

Each column must be made of a customer's own records. What is taken from all customers together,
such as how a file's columns were read, or a code of levels learned from outcomes, is not covered.

Everything else follows from sums of products of these columns and the outcome, over all contacts
and of each campaign, to which noise was added. That is the number of contacts, rates, coefficients,
their errors, how much they are shrunk, and losses. No other number was taken from the data.

The sums are whole numbers, and so is their noise: Gaussian, rounded, and drawn without a
floating-point number, whose gaps can give away what is hidden (Mironov 2012). The noise is drawn
from SHAKE-256 under a secret key, once for each content: repeating the export gives the same
numbers. The promise holds against whoever has not the key and cannot break that function. How
long the computation took is not hidden.

The promise is made to single customers. What is true of many of them is told, and may be used to
guess about each. Several files about the same customers promise less than one.
""".strip().split("\n\n")
_READS = (
    "The response rate is taken to be linear in the columns (a linear probability model, fitted "
    "by ridge on squared loss). The effect of a number is the difference in points of the "
    "response rate between its upper and its lower bound, of a level that to the first. The "
    "error is one standard error; ± two of them cover about 95%. It holds what chance and the "
    "noise do to a coefficient. It does not hold how much the penalty shrinks it (the share that "
    "it takes from a column by itself), nor what differs between campaigns. Contacts are taken as "
    "independent, with residuals of one size."
)


@dataclass(frozen=True)
class Page:
    """What the file says.

    Parameters
    ----------
    statement, together : str
        Of this file, and of all that left its folder.
    contacts, rate : float
    declared : mapping of feature to text
    coefficients, losses : DataFrame
        See `PrivateRidge`.
    """

    statement: str
    together: str
    contacts: float
    rate: float
    declared: Mapping[str, str]
    coefficients: pd.DataFrame
    losses: pd.DataFrame


def page(content: Page) -> str:
    """Write the whole file."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
        "'unsafe-inline'\">\n"
        f'<meta name="generator" content="Marketing Workbench {escape(workbench.__version__)}">\n'
        "<title>Who responds</title>\n</head>\n<body>\n"
        f"{fragment(content)}\n</body>\n</html>\n"
    )


def fragment(content: Page) -> str:
    """Write what a notebook shows, or the page holds."""
    about = (
        f"Learned from about {content.contacts:,.0f} contacts, of whom about {content.rate:.2%} "
        "responded."
    )
    parts = [
        f"<style>{_STYLE}</style>",
        '<main class="private-ridge">',
        "<h1>Who responds</h1>",
        f'<p class="promise">{escape(content.statement)}</p>',
        f"<p>{escape(content.together)}</p>",
        f"<p>{escape(about)}</p>",
        "<h2>What the response rate differs by</h2>",
        f"<p>{escape(_READS)}</p>",
        _coefficients(content.coefficients),
        _losses(content.losses),
        "<h2>What was declared</h2>",
        _table(["column", "bounds, or levels"], content.declared.items()),
        "<h2>What the promise rests on</h2>",
        f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in _RESTS_ON)}</ul>",
        "</main>",
    ]
    return "\n".join(parts)


def _coefficients(table: pd.DataFrame) -> str:
    widest = float((table["effect"].abs() + 2 * table["error"]).iloc[1:].max())
    rows = [
        (
            name,
            _points(row["effect"], row["error"], signed=bool(k)),
            _points(row["error"], row["error"]),
            _points(row["noise_error"], row["error"]),
            f"{row['alpha'] / (1 + row['alpha']):.0%}" if k else "",
            _drawn(row["effect"], row["error"], widest) if k else "",
        )
        for k, (name, row) in enumerate(table.iterrows())
    ]
    heads = ["column", "effect, points", "error", "of which noise", "held back", "± 2 errors"]
    return _table(heads, rows)


def _losses(table: pd.DataFrame) -> str:
    if table.empty:
        return ""
    rows = [
        (name, *(["too few to tell"] + [""] * 4 if np.isnan(row["loss"]) else _loss(row)))
        for name, row in table.iterrows()
    ]
    heads = ["campaign", "contacts, about", "rate", "loss", "of the rate alone", "difference"]
    return (
        "<h2>Campaigns left out</h2>\n<p>Each is predicted by coefficients of the others. The loss "
        "is the mean squared difference between outcome and prediction. That of the others' "
        "response rate alone stands beside it, and how much larger it is, ± one standard error of "
        f"the noise.</p>\n{_table(heads, rows)}"
    )


def _loss(row: pd.Series[float]) -> list[str]:
    digits = int(np.clip(1 - np.floor(np.log10(max(row["noise_error"], 1e-9))), 4, 9))
    return [
        f"{row['contacts']:,.0f}",
        f"{row['rate']:.1%}",
        loss_text(row["loss"]),
        loss_text(row["base_loss"]),
        f"{row['base_loss'] - row['loss']:+.{digits}f} ± {row['noise_error']:.{digits}f}",
    ]


def _points(share: float, error: float, *, signed: bool = False) -> str:
    """Write a share in points, to two digits of its error.

    Examples
    --------
    >>> _points(0.02134, 0.0031, signed=True), _points(0.00004, 0.00001)
    ('+2.13', '0.0040')
    """
    size = max(100 * error, 1e-6)
    digits = int(np.clip(1 - np.floor(np.log10(size)), 0, 8))
    return f"{100 * share:{'+' if signed else ''}.{digits}f}"


def _drawn(effect: float, error: float, widest: float) -> str:
    """Draw an interval about 0, 160 points wide."""
    left, at, right = (
        80 + 76 * one / widest for one in (effect - 2 * error, effect, effect + 2 * error)
    )
    return (
        '<svg width="160" height="16" viewBox="0 0 160 16" aria-hidden="true">'
        '<line x1="80" y1="0" x2="80" y2="16" stroke="#9aa4ad"/>'
        f'<line x1="{left:.1f}" y1="8" x2="{right:.1f}" y2="8" stroke="#1f5f8b" '
        f'stroke-width="2"/><circle cx="{at:.1f}" cy="8" r="3.5" fill="#1f5f8b"/></svg>'
    )


def _table(heads: list[str], rows: Iterable[tuple[object, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "\n".join(f"<tr>{_row(row)}</tr>" for row in rows)
    return (
        f'<div class="table"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n'
        "</table></div>"
    )


def _row(row: tuple[object, ...]) -> str:
    first, *rest = map(str, row)
    cells = [_cell(one) for one in rest]
    return f'<th scope="row">{escape(first)}</th>{"".join(cells)}'


def _cell(text: str) -> str:
    if text.startswith("<svg "):  # of numbers alone, made above
        return f"<td>{text}</td>"
    number = ' class="number"' if text[:1] in "+-±0123456789" and text else ""
    return f"<td{number}>{escape(text)}</td>"
