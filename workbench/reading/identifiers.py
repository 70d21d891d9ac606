"""Columns that name rows, and say nothing of them: customer numbers, row numbers, phones."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

MANY_LEVELS = 50
FEWEST_ROWS = 20
_WORDS = (
    *(
        "id",
        "ids",
        "key",
        "uuid",
        "guid",
        "nr",
        "no",
        "num",
        "number",
        "nummer",
        "numero",
        "número",
    ),
    *(
        "row",
        "rownum",
        "rownumber",
        "index",
        "idx",
        "phone",
        "telephone",
        "telefon",
        "tel",
        "mobile",
    ),
    *("fax", "account", "konto", "iban", "unnamed", "pk", "serial", "msisdn", "ssn", "ean", "isbn"),
)
_ENDINGS = re.compile(
    r"(customer|client|user|member|account|order|contact|person|kunden?|lead|session|household|"
    r"subscriber|transaction|invoice|product|cust|row|line|card|ticket|case|record|telefon|phone)"
    r"_?(id|ids|no|nr|num|number|nummer|key|code)$|nummer$|_id$"
)
_LONG_WORDS = 25  # letters: longer values are sentences


def named_as_identifier(name: str) -> bool:
    """Whether a column's name says that it names rows.

    Examples
    --------
    >>> [named_as_identifier(n) for n in ("CustomerID", "Kundennummer", "row_nr", "paid", "Kid")]
    [True, True, True, False, False]
    """
    words = words_of(name) or [""]
    return words[-1] in _WORDS or words[0] == "unnamed" or _ENDINGS.search(name.lower()) is not None


def words_of(name: str) -> list[str]:
    """Cut a column's name into its words, in small letters.

    Examples
    --------
    >>> words_of("CustomerID"), words_of("kauf_datum.neu"), words_of("Kunden-Nr.")
    (['customer', 'id'], ['kauf', 'datum', 'neu'], ['kunden', 'nr'])
    """
    apart = re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])", " ", name)
    return [word.casefold() for word in re.findall(r"[^\W_]+", apart)]


def names_rows(name: str) -> bool:
    """Whether a column of this name names rows if each of its values is another one.

    Examples
    --------
    >>> names_rows("Unnamed: 0"), names_rows("order_no"), names_rows("orders")
    (True, True, False)
    """
    return _unnamed(name) or named_as_identifier(name)


def _unnamed(name: str) -> bool:
    return name.startswith("Unnamed:") or not name.strip()


def is_counter(numbers: pd.Series[Any], name: str) -> bool:
    """Whether numbers are whole, each its own, and of a name that says that they name rows."""
    if not names_rows(name):
        return False
    values = numbers.dropna().to_numpy(dtype="float64")
    if len(values) < (2 if _unnamed(name) else FEWEST_ROWS):
        return False
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(values).all() and (values == np.round(values)).all()
    return bool(whole) and len(np.unique(values)) == len(values)


def kind_of_words(distinct: Collection[str], rows: int) -> str:
    """Return "category", or, of very many different words, "identifier" or "text".

    Examples
    --------
    >>> kind_of_words([f"K{k}" for k in range(60)], 60)
    'identifier'
    """
    if len(distinct) <= MANY_LEVELS or len(distinct) <= 0.5 * rows:
        return "category"
    letters = sum(map(len, distinct)) / len(distinct)
    return "text" if letters > _LONG_WORDS else "identifier"
