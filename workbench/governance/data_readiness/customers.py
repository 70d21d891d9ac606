"""Who the customers are: never empty, spelled in one way, one person each, known again later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.governance.checked import STATES, Check, State
from workbench.governance.data_readiness.date_columns import is_default
from workbench.governance.data_readiness.material import ENOUGH_ROWS, Material, names_of
from workbench.language import say, say_count
from workbench.reading.identifiers import words_of

NO_NAMES = frozenset(
    {
        *("unknown", "n/a", "na", "nan", "null", "none", "nil", "test", "dummy", "guest", "gast"),
        *("anonymous", "anonym", "unbekannt", "leer", "xxx", "-", "?", "#n/a"),
    }
)
"""Words in the place of a customer's number that name nobody."""
_NUMBERS = ("0", "-1", "9999999", "99999999", "999999999")
"""Numbers that may name nobody: where they stand far more often than a customer does."""
_ROUNDED = re.compile(r"[+-]?\d([.,]\d+)?[eE]\+?\d+")
_FOR_LIFE = frozenset(
    {
        *("birth", "birthdate", "born", "dob", "geburt", "geburtsdatum", "geburtsjahr", "geboren"),
        *("sex", "gender", "geschlecht", "vorname", "firstname"),
    }
)
"""Words of columns whose value a person keeps for life."""
_MOSTLY = frozenset(
    {
        *("birthday", "geburtstag", "joined", "registered", "signup", "since", "seit"),
        *("registriert", "acquired"),
    }
)
"""Words of columns that may hold such a value: those do whose value most customers keep."""
_STEADY = 0.8


class Fault(NamedTuple):
    """What is wrong with the names of customers, and what to do."""

    state: State
    said: str
    step: str


def customer_ids(m: Material) -> Check:
    """Ask whether customers can be told apart, and known again."""
    question = say("Are customers told apart by a number that stays the same?")
    name = "customer-ids"
    if not m.has("customer"):
        step = say("Name the column that tells customers apart, so that each counts once.")
        return Check(name, question, "needs a person", say("No customer is named."), step)
    ids = as_text(_as_written(m))
    faults = [*_empty(ids), *_alike(ids), *_rounded(ids), *_row_numbers(m, ids)]
    faults += [*_recycled(m, ids), *_changed(m, ids), *_of_tables(m)]
    if not faults:
        n = ids.nunique()
        said = say_count("{n:,.0f} customer, none empty.", "{n:,.0f} customers, none empty.", n)
        return Check(name, question, "pass", said)
    worst = max((fault.state for fault in faults), key=STATES.index)
    said = " ".join(fault.said for fault in faults)
    steps = " ".join(dict.fromkeys(fault.step for fault in faults))
    return Check(name, question, worst, said, steps)


def _as_written(m: Material) -> pd.Series[Any]:
    """Return ids as they stand in the file, before they were read as numbers."""
    name = m.roles.get("customer", "")
    if name in m.written and (m.is_log or len(m.written) == len(m.contacts)):
        return m.written[name].reset_index(drop=True)
    return m.contacts["customer"]


def as_text(column: pd.Series[Any]) -> pd.Series[str]:
    """Write ids as the file has them; a whole number that a gap made a float as itself."""
    if pd.api.types.is_float_dtype(column):
        column = column.astype("Int64") if (column.dropna() % 1 == 0).all() else column
    return column.astype("str").where(column.notna())


def nameless(ids: pd.Series[str]) -> pd.Series[bool]:
    """Tell which rows name nobody: a gap, a word for one, or a number that far too many have.

    Examples
    --------
    >>> nameless(pd.Series(["K1", " ", "Unknown", None])).tolist()
    [False, True, True, True]
    """
    plain = ids.str.strip()
    counts = plain.value_counts()
    most = 10 * counts.median() if len(counts) else 0.0
    numbers = [one for one in _NUMBERS if counts.get(one, 0) > most]
    return ids.isna() | plain.eq("") | plain.str.casefold().isin([*NO_NAMES, *numbers])


def _empty(ids: pd.Series[str]) -> Iterator[Fault]:
    gaps = nameless(ids)
    if not gaps.any():
        return
    said = say_count(
        "{n:,.0f} row names no customer ({share:.1%}).",
        "{n:,.0f} rows name no customer ({share:.1%}).",
        float(gaps.sum()),
        share=float(gaps.mean()),
    )
    step = say("Fill in the customer, or leave those rows out.")
    yield Fault("blocked" if gaps.mean() >= 0.5 else "needs repair", said, step)


def as_read(ids: pd.Series[str]) -> pd.Series[str]:
    """Write ids as people read them: no blanks, capitals, zeros before, or .0 behind.

    Examples
    --------
    >>> as_read(pd.Series(["007", " 7", "7.0", "A7"])).tolist()
    ['7', '7', '7', 'a7']
    """
    plain = ids.str.replace(r"[\s\u00a0]+", "", regex=True).str.casefold()
    return plain.str.replace(r"\.0+$", "", regex=True).str.replace(r"^0+(.)", r"\1", regex=True)


def _alike(ids: pd.Series[str]) -> Iterator[Fault]:
    distinct = pd.Series(ids.dropna().unique(), dtype="str")
    n = int(as_read(distinct).duplicated(keep=False).sum())
    untidy = int((distinct != distinct.str.strip()).sum())
    if n == 0 and untidy == 0:
        return
    said = say(
        "{n:,.0f} customers differ only by blanks, capitals, zeros before, or .0 behind.",
        n=max(n, untidy),
    )
    yield Fault("needs repair", said, say("Spell each customer in one way, in all tables."))


def _rounded(ids: pd.Series[str]) -> Iterator[Fault]:
    n = int(ids.dropna().str.fullmatch(_ROUNDED).sum())
    if n:
        said = say("{n:,.0f} rows have a customer as a rounded number, such as 4.9E+12.", n=n)
        step = say("Export customers as text: a spreadsheet has cut their digits.")
        yield Fault("needs repair", said, step)


def _row_numbers(m: Material, ids: pd.Series[str]) -> Iterator[Fault]:
    numbers = pd.to_numeric(ids, errors="coerce").to_numpy(dtype="float64")
    if len(ids) < ENOUGH_ROWS or np.isnan(numbers).any() or m.is_log:
        return
    groups = [numbers[at] for at in m.rows_of.values() if len(at) >= ENOUGH_ROWS]
    first = {own.min() for own in groups}
    if len(groups) > 1 and len(first) == 1 and all(_counts_up(np.sort(own)) for own in groups):
        n = numbers.min()
        said = say("Customers are numbered from {n:,.0f} anew in each campaign.", n=n)
        step = say("Name each customer by a number of their own, not by the row's.")
        yield Fault("needs repair", said, step)
    elif _counts_up(numbers):
        said = say("Customers are numbered one by one, as rows are.")
        step = say("Check that this is the customer's number, and not the row's.")
        yield Fault("needs repair" if len(groups) > 1 else "needs a person", said, step)


def _counts_up(numbers: npt.NDArray[np.float64]) -> bool:
    return bool((np.diff(numbers) == 1).all())


def _recycled(m: Material, ids: pd.Series[str]) -> Iterator[Fault]:
    """Find customers of whom something changed that a person keeps."""
    if len(m.columns) != len(ids) or m.is_log:
        return
    known = ids.where(~nameless(ids))
    found = {str(name): _turned(m.columns[name], known) for name in m.columns}
    names = [name for name, customers in found.items() if customers]
    if names:
        changed = set[str]().union(*found.values())
        said = say_count(
            "{n:,.0f} customer has two values of what a person keeps for life: {names}.",
            "{n:,.0f} customers have two values of what a person keeps for life: {names}.",
            len(changed),
            names=names_of(names),
        )
        step = say("Find out whether numbers of customers were given again, and to whom.")
        yield Fault("needs repair", said, step)


def _turned(column: pd.Series[Any], ids: pd.Series[str]) -> set[str]:
    """Name the customers whose value differs between rows, of a column that tells who one is."""
    words = set(words_of(str(column.name)))
    if not words & (_FOR_LIFE | _MOSTLY) or pd.api.types.is_bool_dtype(column):
        return set()
    values = column
    if pd.api.types.is_datetime64_any_dtype(column):
        values = column.where(~is_default(column))
    of_each = values.groupby(ids.to_numpy()).agg(["nunique", "count"])
    of_each = of_each[of_each["count"] > 1]
    turned = of_each.index[of_each["nunique"] > 1]
    steady = len(turned) <= (1 - _STEADY) * len(of_each)
    return set(turned) if steady or words & _FOR_LIFE else set()


def _changed(m: Material, ids: pd.Series[str]) -> Iterator[Fault]:
    """Find a campaign from which on nobody is known again, where many were before."""
    if not m.in_order or m.is_log:
        return
    seen: set[str] = set()
    shares: dict[Any, float] = {}
    for label, at in m.rows_of.items():
        now = set(ids.iloc[at].dropna())
        if len(now) >= ENOUGH_ROWS and seen:
            shares[label] = len(now & seen) / len(now)
        seen |= now
    if len(shares) < 3:
        return
    label, last = list(shares.items())[-1]
    usual = float(np.median(list(shares.values())[:-1]))
    if usual >= 0.2 and last <= 0.1 * usual:
        said = say(
            "Of the customers of {name}, {share:.0%} were contacted before; {usual:.0%} is usual.",
            name=names_of([label]),
            share=last,
            usual=usual,
        )
        step = say("Find out whether the numbers of customers have changed since.")
        yield Fault("needs repair", said, step)


def _of_tables(m: Material) -> Iterator[Fault]:
    """Repeat what was noted when tables were joined by customers."""
    if m.tables is None:
        return
    for note in m.tables.notes:
        if "blanks, capitals" in note or "no customer is among" in note:
            yield Fault("needs repair", note, say("Spell each customer in one way, in all tables."))
