"""Suppressed ids where other customers' rows name them: as a value of a column, or in a text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

SHORTEST = 4
IN_PLACE = "…"
"""What stands where a text named somebody."""
LETTERS = r"[^\W\d_]+"
_MOST_SHAPES = 40
_AT_ONCE = 1_000
"""Ids of one expression: RE2 has little memory for each."""


def recognisable(ids: Collection[Any]) -> list[str]:
    """Return the ids that are told from words and numbers wherever they stand.

    Examples
    --------
    >>> recognisable(["C-0042", "4711", "anna", 7, "a@b.de", "x1"])
    ['C-0042', 'a@b.de']
    """
    return sorted(one for one in ids if isinstance(one, str) and _is_recognisable(one))


def _is_recognisable(one: str) -> bool:
    has_letter = any(letter.isalpha() for letter in one)
    has_more = any(letter.isdigit() for letter in one) or "@" in one
    return len(one) >= SHORTEST and has_letter and has_more


def without_mentions(column: pd.Series[Any], ids: Collection[Any]) -> pd.Series[Any] | None:
    """Return a column of text in which nobody of the list is named; None where nobody is.

    Parameters
    ----------
    column : Series
        Others are never changed: numbers may mean something else.
    ids : collection
        Only `recognisable` ones are looked for.

    Returns
    -------
    Series or None
        A value that is an id is missing; within a text, "…" stands in its place.

    Examples
    --------
    >>> said = pd.Series(["C-0042", "called for C-0042.", "C-00421", None])
    >>> without_mentions(said, ["C-0042"]).tolist()
    [nan, 'called for ….', 'C-00421', nan]
    """
    names = recognisable(ids)
    values = _texts(column)
    if not names or values.empty:
        return None
    replaced = by_shape(values, names)
    changed = values.index[(replaced != values).to_numpy()]
    if changed.empty:
        return None
    new = {values[k]: None if replaced[k] == IN_PLACE else replaced[k] for k in changed}
    plain = column.astype("object") if isinstance(column.dtype, pd.CategoricalDtype) else column
    made = plain.map(lambda one: new.get(one, one), na_action="ignore")
    return made.astype(column.dtype) if isinstance(column.dtype, pd.StringDtype) else made


def said_without(notes: Sequence[str], ids: Collection[Any]) -> tuple[str, ...]:
    """Return sentences in which nobody of the list is named.

    Examples
    --------
    >>> said_without(["Such as 'C-0042'.", "2 rows."], ["C-0042"])
    ("Such as '…'.", '2 rows.')
    """
    said = without_mentions(pd.Series(list(notes), dtype="str"), ids) if notes else None
    return tuple(notes) if said is None else tuple(said.dropna())


def without_names(
    data: pd.DataFrame, ids: Collection[Any], *, but: str | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Take suppressed ids out of other customers' rows, and name the columns they stood in.

    Parameters
    ----------
    data : DataFrame
    ids : collection
    but : str, optional
        A column that is left as it is: that of the customers themselves.

    Returns
    -------
    DataFrame
        Levels that no row has are forgotten as well.
    list of str

    Examples
    --------
    >>> data = pd.DataFrame({"who": ["b1"], "sent_by": ["C-0042"]})
    >>> without_names(data, ["C-0042"], but="who")[1]
    ['sent_by']
    """
    changed: dict[Any, pd.Series[Any]] = {}
    named = []
    for place, name in enumerate(data.columns):
        column = data.iloc[:, place]
        is_category = isinstance(column.dtype, pd.CategoricalDtype)
        if is_category:
            changed[name] = column.cat.remove_unused_categories()
        if name == but or (plain := without_mentions(column, ids)) is None:
            continue
        changed[name] = plain.astype("category") if is_category else plain
        named.append(str(name))
    return (data.assign(**changed) if changed else data), named


def note_of_names(named: Sequence[str]) -> tuple[str, ...]:
    """Say in which columns suppressed customers were named, if in any."""
    if not named:
        return ()
    columns = ", ".join(named)
    return (f"Other customers' rows named suppressed ones, in {columns}: taken out there.",)


def _texts(column: pd.Series[Any]) -> pd.Series[str]:
    """Return the distinct texts of a column that may hold an id."""
    of_text = pd.api.types.is_string_dtype(column) or pd.api.types.is_object_dtype(column)
    if not of_text and not isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Series([], dtype="str")
    there = [one for one in column.dropna().unique() if isinstance(one, str)]
    return pd.Series([one for one in there if len(one) >= SHORTEST], dtype="str")


def by_shape(values: pd.Series[str], names: list[str]) -> pd.Series[str]:
    """Put "…" for ids in texts, all of one shape at a time.

    Examples
    --------
    >>> by_shape(pd.Series(["for C-0042, C-0043"]), ["C-0042"]).tolist()
    ['for …, C-0043']
    """
    shapes = sorted({_shape(one) for one in names}, key=len, reverse=True)
    if len(shapes) > _MOST_SHAPES:
        return one_by_one(values, names)
    known, found = set(names), values.tolist()
    for shape in shapes:
        begins = re.compile(f"(?={_edge(shape)}({shape}))")
        found = [_without(text, begins, known) for text in found]
    return pd.Series(found, dtype="str")


def _shape(one: str) -> str:
    """Write an expression for all ids that are built like one: letters, digits, and its signs.

    Examples
    --------
    >>> _shape("C-0042") == _shape("KX-7"), _shape("C.1") == _shape("C-1")
    (True, False)
    """
    parts = re.findall(r"[^\W\d_]+|\d+|[\W_]", one)
    return "".join(
        LETTERS if part[0].isalpha() else r"\d+" if part[0].isdigit() else re.escape(part)
        for part in parts
    ) + (r"(?!\w)" if re.match(r"\w", one[-1]) else "")


def _without(text: str, begins: re.Pattern[str], known: set[str]) -> str:
    """Put "…" for each id of a text that an expression finds, wherever one begins."""
    places = [match.span(1) for match in begins.finditer(text) if match[1] in known]
    for start, end in reversed(places):
        text = text[:start] + IN_PLACE + text[end:]
    return text


def one_by_one(values: pd.Series[str], names: list[str]) -> pd.Series[str]:
    """Look for ids that are built in too many ways, such as addresses, by their own letters."""
    text = pa.array(values.tolist(), type=pa.large_string())
    for pattern in _patterns(names):
        text = pc.replace_substring_regex(text, pattern=pattern, replacement=IN_PLACE)
    return pd.Series(text.to_pylist(), dtype="str")


def _patterns(names: list[str]) -> Iterator[str]:
    """Write expressions that find whole ids: no letter or digit stands beside them."""
    longest_first = sorted(names, key=len, reverse=True)
    for start in range(0, len(names), _AT_ONCE):
        some = longest_first[start : start + _AT_ONCE]
        yield "|".join(f"{_edge_of(one[0])}{_literally(one)}{_edge_of(one[-1])}" for one in some)


def _edge(shape: str) -> str:
    return r"(?<!\w)" if shape.startswith((LETTERS, r"\d+", "_")) else ""


def _edge_of(letter: str) -> str:
    return r"\b" if re.match(r"\w", letter, re.ASCII) else ""


def _literally(one: str) -> str:
    return re.sub(r"[^\w\s]", lambda sign: rf"\x{{{ord(sign[0]):x}}}", one)
