"""How names of features and their design columns are made, and taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

GAP_FLAG = " (missing)"
"""How the name of a flag ends that says where a feature has no value."""


def slug(text: object) -> str:
    """Turn any text into a piece of a column name.

    Examples
    --------
    >>> slug("DRUG GM"), slug("<b>Café & Co.</b>"), slug(7), slug("-")
    ('drug_gm', 'b_café_co_b', '7', 'blank')
    """
    return re.sub(r"\W+", "_", str(text).lower()).strip("_") or "blank"


def feature_and_level(name: str) -> Iterator[tuple[str, str]]:
    """Yield what ``feature=level`` may be of: either may hold a sign of equality, too.

    Examples
    --------
    >>> list(feature_and_level("a=b=c")), list(feature_and_level("a"))
    ([('a=b', 'c'), ('a', 'b=c')], [])
    """
    at = name.rfind("=")
    while at > 0:
        yield name[:at], name[at + 1 :]
        at = name.rfind("=", 0, at)
