"""How texts become pieces of the names of features."""

from __future__ import annotations

import re


def slug(text: object) -> str:
    """Turn any text into a piece of a column name.

    Examples
    --------
    >>> slug("DRUG GM"), slug("<b>Café & Co.</b>"), slug(7), slug("-")
    ('drug_gm', 'b_café_co_b', '7', 'blank')
    """
    return re.sub(r"\W+", "_", str(text).lower()).strip("_") or "blank"
