"""Checks of values that stand in a file: of their type, size and finiteness, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

LARGEST = 1e300  # beyond it products of finite numbers are not
WIDEST = (1 << 63) - 1  # of what is written without a point or exponent; numpy holds no wider

Found = Iterator[str]
Check = Callable[[Any, str], Found]
"""Takes a value and where it stands; gives what is wrong with it."""


def number(value: Any, where: str) -> Found:
    """Find nothing in a finite number; a flag is none."""
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not plain or not abs(value) <= (WIDEST if isinstance(value, int) else LARGEST):
        yield f"{where} is not a finite number"


def from_zero(value: Any, where: str) -> Found:
    """Find nothing in a finite number from 0."""
    yield from number(value, where)
    if isinstance(value, (int, float)) and value < 0:
        yield f"{where} is below 0"


def above_zero(value: Any, where: str) -> Found:
    """Find nothing in a finite number above 0."""
    yield from from_zero(value, where)
    if value == 0:
        yield f"{where} is 0"


def penalty(value: Any, where: str) -> Found:
    """Find nothing in a number from 0, or in the word that stands for a dropped column."""
    if value != "inf":
        yield from from_zero(value, where)


def text(value: Any, where: str) -> Found:
    """Find nothing in text that every file can hold."""
    if not isinstance(value, str) or (not value.isascii() and _broken(value)):
        yield f"{where} is not text"


def flag(value: Any, where: str) -> Found:
    """Find nothing in true and false."""
    if not isinstance(value, bool):
        yield f"{where} is not true or false"


def whole(value: Any, where: str) -> Found:
    """Find nothing in a whole number from 0."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
        yield f"{where} is not a whole number"


def anything(value: Any, where: str) -> Found:
    """Find numbers that are not finite and text that is broken, at any depth."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from text(key, f"a name in {where}")
            yield from anything(entry, f"{where}.{key}")
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from anything(entry, f"{where}[{place}]")
    elif isinstance(value, str):
        yield from text(value, where)
    elif value is not None and not isinstance(value, bool):
        yield from number(value, where)


def nothing_or(check: Check) -> Check:
    """Let null stand in place of a value."""
    return lambda value, where: iter(()) if value is None else check(value, where)


def one_of(*checks: Check) -> Check:
    """Let any of some kinds do."""

    def find(value: Any, where: str) -> Found:
        if all(any(check(value, where)) for check in checks):
            yield f"{where} is of another kind"

    return find


def listed(check: Check, *, fewest: int = 0) -> Check:
    """Check every entry of a list."""

    def find(value: Any, where: str) -> Found:
        if not isinstance(value, list) or len(value) < fewest:
            yield f"{where} is not a list" + (f" of {fewest} or more" if fewest else "")
            return
        for place, entry in enumerate(value):
            yield from check(entry, f"{where}[{place}]")

    return find


def mapped(check: Check) -> Check:
    """Check every value of a mapping."""

    def find(value: Any, where: str) -> Found:
        if not isinstance(value, dict):
            yield f"{where} is not a mapping"
            return
        for key, entry in value.items():
            yield from text(key, f"a name in {where}")
            yield from check(entry, f"{where}.{key}")

    return find


def record(fields: Mapping[str, Check], *, optional: Sequence[str] = ()) -> Check:
    """Check a mapping of known names; an unknown one may mean another score."""

    def find(value: Any, where: str) -> Found:
        if not isinstance(value, dict):
            yield f"{where} is not a mapping"
            return
        at = f"{where}." if where else ""
        for name in [name for name in fields if name not in value and name not in optional]:
            yield f"{at}{name} is missing"
        for name in [str(name) for name in value if name not in fields]:
            yield f"{at}{name} is unknown"
        for name in [name for name in fields if name in value]:
            yield from fields[name](value[name], f"{at}{name}")

    return find


def rows(fields: Mapping[str, Check]) -> Check:
    """Check the rows of a table that is only shown: these columns, and plain values in others."""

    def find(value: Any, where: str) -> Found:
        yield from listed(mapped(anything), fewest=1)(value, where)
        for place, row in enumerate(value if isinstance(value, list) else ()):
            known = {name: row[name] for name in fields if name in row}
            yield from record(fields)(known, f"{where}[{place}]")
            if list(row) != list(value[0]):
                yield f"{where}[{place}] has other columns than the first"

    return find


def _broken(value: str) -> bool:
    """Whether half a letter stands in a text: no file can hold it."""
    return any("\ud800" <= letter <= "\udfff" for letter in value)
