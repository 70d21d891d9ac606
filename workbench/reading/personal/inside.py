"""What stands inside of texts: an e-mail in a remark, a phone, an account. All rows are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.reading.personal.people_spans import people_spans

LONG = 18
"""Letters of a text on average, from which something may stand inside of it."""

_LIKELY = (
    r"@|[A-Z]{2}\d{2} ?[0-9A-Z]{4}|\+\d{2}|\(\d{3}\)|\d{3}[-./ ]\d{3}|0\d{2,5}[ )/-]+\d{3}|0\d{9}"
)


def share_with_people(column: pd.Series[Any]) -> float:
    """Return the share of texts in which an e-mail, a phone or an account of somebody stands.

    Addresses of a firm's own, such as info@…, are nobody's.

    Examples
    --------
    >>> share_with_people(pd.Series(["call +49 170 1234567", "paid", "to info@shop.example", None]))
    0.3333333333333333
    """
    texts = pa.array(column, from_pandas=True)
    present: int = len(texts) - texts.null_count
    likely = texts.filter(pc.match_substring_regex(texts, _LIKELY))
    found = sum(any(True for _ in people_spans(text)) for text in likely.to_pylist())
    return found / max(present, 1)


def are_long(words: Iterable[str]) -> bool:
    """Whether texts are long enough for something to stand in them, and have blanks.

    Examples
    --------
    >>> are_long(["asked to be called back tomorrow"]), are_long(["north", "south"])
    (True, False)
    """
    some = list(words)
    spaced = [word for word in some if " " in word]
    return len(spaced) >= 0.3 * len(some) > 0 and sum(map(len, spaced)) >= LONG * len(spaced)
