"""Counts of people in sentences: rounded to five, "under 10" for less than that.

Also where a share tells a count: 0.3% of 1,000 contacts are three.
"""

from __future__ import annotations

import re
from functools import partial

import numpy as np

from workbench.governance.disclosure import FEWEST_PEOPLE, few, rounded

FEW = f"under {FEWEST_PEOPLE}"
_PEOPLE = "contacts?|customers?|positives|responses|known outcomes|missing values?|rows?|events?"
_PEOPLE += "|people|persons?|whose outcome|repeated|in the future|arrived before|with an end"
_NO_PEOPLE = "of|and|or|in|to|per|for|with|by|the|campaigns?|columns?|features?|groups?|levels?"
_NO_PEOPLE += "|offers?|checks?|values?|bins?|folds?|draws?|days?|weeks?|months?|years?|times?"
_KIND_OF = rf"(?:(?!(?:{_NO_PEOPLE})\b)[a-z][a-z-]*[a-z] ){{0,2}}"  # 7 new contacts, 7 later ones
_COUNT = r"(?<![\w.,/-])(\d{1,3}(?:[,\u202f\u00a0\u2009']\d{3})+|\d+)(?![\d,.]*\d)"
_OF_ALL = r" (?:out )?of (?:the |all |its |their |these )?"
_ARE = "is|are|was|were|has|have|responded|lack|miss"
_SOME = rf"(?:{_KIND_OF}(?:{_PEOPLE})|{_ARE})\b"
_COUNTED = re.compile(rf"{_COUNT}(?= {_KIND_OF}(?:{_PEOPLE})\b)")
_PART = re.compile(rf"{_COUNT}({_OF_ALL}){_COUNT}(?= {_SOME})")
_SHARE = re.compile(rf"(?<![\w.,/-])(\d+(?:\.(\d+))?) ?%({_OF_ALL}){_COUNT}(?= {_SOME})")
_BELOW = re.compile(rf"\b(fewer than|less than|up to|at most) {FEW}")
_ONE = re.compile(rf"{FEW} (contact|customer|row|event|person)\b")
_OF_ROWS = re.compile(rf"(?<![\w.,/-])(\d+(?:\.\d+)?)%(?={_OF_ALL}(?:rows|contacts|customers)\b)")


def rounded_counts(text: str, *, people: float = np.inf) -> str:
    """Round the counts of people in a text, and the shares that tell a count.

    Parameters
    ----------
    text : str
    people : float
        How many there are in all; a share of all rows is held against it.

    Examples
    --------
    >>> rounded_counts("7 of 1,253 contacts, 0.3% of 1,000 customers")
    'under 10 of 1,255 contacts, under 10 of 1,000 customers'
    >>> rounded_counts("missing in 0.5% of rows", people=1000)
    'missing in under 1% of rows'
    """
    text = _PART.sub(_parts, _SHARE.sub(_share_of, text))
    text = _COUNTED.sub(_count, _OF_ROWS.sub(partial(_share_of_all, people=people), text))
    text = _BELOW.sub(rf"\1 {FEWEST_PEOPLE}", text)  # what is true of five is true of ten
    return _ONE.sub(rf"{FEW} \1s", text)


def _share_of_all(found: re.Match[str], *, people: float) -> str:
    """Tell a share of all rows as that of ten people where it, or the rest, is of fewer."""
    least, share = 100 * FEWEST_PEOPLE / people, float(found[1])
    if 0 < share < least:
        return f"under {least:.2g}%"
    return found[0] if not 100 - least < share < 100 else f"over {100 - least:.3g}%"


def _count(found: re.Match[str]) -> str:
    return _told(_whole(found[1]))


def _whole(written: str) -> int:
    return int(re.sub(r"\D", "", written))


def _parts(found: re.Match[str]) -> str:
    """Round a count and what it is of: 7 of 1,253 contacts."""
    part, of, total = _whole(found[1]), found[2], _whole(found[3])
    return f"{_told(part)}{of}{_told(total)}"


def _share_of(found: re.Match[str]) -> str:
    """Write a share of a number that is told as that of rounded counts."""
    total = _whole(found[4])
    part, places = float(found[1]) / 100 * total, len(found[2] or "")
    if part > 0 and round(part) < FEWEST_PEOPLE:
        return f"{FEW}{found[3]}{_told(total)}"
    share = 100 * rounded(part) / max(rounded(total), 1)
    return f"{share:.{places}f}%{found[3]}{_told(total)}"


def _told(count: int) -> str:
    return FEW if few(count) else f"{rounded(count):,.0f}"
