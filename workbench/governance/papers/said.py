"""What a governance file says, checked: unknown keys and wrong kinds are named, with the key."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from workbench.errors import SchemaError
from workbench.governance.papers.questions import (
    CHANNEL,
    KPI,
    KPI_KINDS,
    PILOT,
    SECTIONS,
    SINGLE,
    SUPPRESSION,
    WEEKS,
    Question,
)
from workbench.messages import did_you_mean, listed

MANY = {"channels": CHANNEL, "kpis": KPI}
OPTIONAL = {"pilot": PILOT, "suppression": SUPPRESSION}


def answers(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each section says, by its keys; what says nothing is left out.

    Parameters
    ----------
    said : mapping
        The file, as TOML is read.

    Returns
    -------
    dict
        ``model, people, legal, dates, uses`` to mappings, ``channels`` and ``kpis`` to lists of
        mappings, ``allowed`` to reasons by column, ``pilot`` and ``suppression`` to mappings, or
        to None where the file has no such section.

    Raises
    ------
    SchemaError
        A section or key is not known, or its value is of the wrong kind.

    Examples
    --------
    >>> answers({"people": {"owner": "Ada", "author": ""}})["people"]
    {'owner': 'Ada'}
    >>> answers({"people": {"owned": "Ada"}})
    Traceback (most recent call last):
        ...
    workbench.errors.SchemaError: ... is no key of a governance file; [people] has ...
    """
    _check_sections(said)
    found: dict[str, Any] = {}
    for name, questions in SINGLE.items():
        found[name] = _answered(_section(said, name), questions, name)
    for name, questions in OPTIONAL.items():
        there = said.get(name) is not None
        found[name] = _answered(_section(said, name), questions, name) if there else None
    for name, questions in MANY.items():
        found[name] = [
            _answered(entry, questions, f"{name}[{place}]")
            for place, entry in enumerate(_entries(said, name), 1)
        ]
        _check_names([entry["name"] for entry in found[name] if "name" in entry], name)
    found["allowed"] = _allowed(_section(said, "allowed"))
    return found


def _check_sections(said: Mapping[str, Any]) -> None:
    for name in said:
        if name not in SECTIONS:
            raise SchemaError(
                f"`{name}` is no section of a governance file; it has {listed(SECTIONS, 99)}."
                f"{did_you_mean(name, SECTIONS) or _home_of(str(name))}"
            )


def _home_of(key: str) -> str:
    """Say in which section a key belongs that stands before all of them."""
    homes = [name for name, keys in {**SINGLE, **OPTIONAL}.items() if key in keys]
    return f" `{key}` belongs below [{homes[0]}]." if homes else ""


def _section(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = said.get(name)
    if section is None:
        return {}
    if not isinstance(section, Mapping):
        raise SchemaError(
            f"`{name}` must be a section, [{name}] with its keys below; got {section!r}."
        )
    return section


def _entries(said: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    entries = said.get(name) or []
    is_list = isinstance(entries, (list, tuple))
    if not is_list or not all(isinstance(entry, Mapping) for entry in entries):
        raise SchemaError(
            f"`{name}` must be a list: [[{name}]] in double brackets, once for each; got "
            f"{entries!r}."
        )
    return entries


def _answered(
    section: Mapping[str, Any], questions: Mapping[str, Question], where: str
) -> dict[str, Any]:
    for key in section:
        if key not in questions:
            raise SchemaError(
                f"`{where}.{key}` is no key of a governance file; [{where}] has "
                f"{listed(questions, 99)}.{did_you_mean(key, questions)}"
            )
    given = {key: value for key, value in section.items() if not says_nothing(value)}
    return {
        key: _OF_KIND[questions[key].kind](value, f"{where}.{key}") for key, value in given.items()
    }


def _check_names(names: Sequence[str], section: str) -> None:
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise SchemaError(
            f"Each of [[{section}]] must have a name of its own; {listed(twice)} stand twice."
        )


def says_nothing(value: object) -> bool:
    """Whether a key is there, and not answered.

    Examples
    --------
    >>> says_nothing(" "), says_nothing(False)
    (True, False)
    """
    return value is None or (isinstance(value, str) and not value.strip())


def _allowed(section: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(column): "" if says_nothing(reason) else _text(reason, f"allowed.{column}")
        for column, reason in section.items()
    }


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise SchemaError(f'`{where}` must be text in "quotes"; got {value!r}.')
    return " ".join(value.split())


def _date(value: object, where: str) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise SchemaError(
            f"`{where}` must be a date, year-month-day without quotes, such as 2027-06-30; got "
            f"{value!r}."
        ) from None


def _number(value: object, where: str) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):  # type: ignore[arg-type]
        raise SchemaError(f"`{where}` must be a number without quotes; got {value!r}.")
    return float(value)  # type: ignore[arg-type]


def _share(value: object, where: str) -> float:
    share = _number(value, where)
    if not 0 < share < 1:
        raise SchemaError(
            f"`{where}` must be a share between 0 and 1, such as 0.05 for 5 %; got {value!r}."
        )
    return share


def _weeks(value: object, where: str) -> int:
    least, most = WEEKS
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise SchemaError(
            f"`{where}` must be a whole number of weeks from {least} to {most}; got {value!r}."
        )
    return value


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise SchemaError(f"`{where}` must be true or false, without quotes; got {value!r}.")
    return value


def _kpi_kind(value: object, where: str) -> str:
    text = _text(value, where).casefold()
    if text not in KPI_KINDS:
        raise SchemaError(
            f"`{where}` must be one of {listed(KPI_KINDS)}; got {value!r}."
            f"{did_you_mean(value, KPI_KINDS)}"
        )
    return text


_OF_KIND: Mapping[str, Callable[[object, str], Any]] = {
    "text": _text,
    "date": _date,
    "number": _number,
    "whole": _weeks,
    "share": _share,
    "flag": _flag,
    "choice": _kpi_kind,
}
