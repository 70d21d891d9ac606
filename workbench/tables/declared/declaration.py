"""What a declaration of campaign tables may say: its sections, checked before a table is read."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from workbench.errors import DataError, MissingDataError, ParameterError
from workbench.files.read_log import noted
from workbench.messages import did_you_mean, listed
from workbench.reading import Saying

LAST_EVENT = "last-event"
"""As `observed_until`: events were recorded until the end of the day of the last one."""

PLACE = ("file", "table", "query", "database", "rename", *Saying.__annotations__)
"""Where a table is, and how it is read."""

_TOP = (
    *("name", "question", "customer", "campaign", "as_of", "observed_until"),
    "history_days",
)
_SINGLE: Mapping[str, tuple[str, ...]] = {"contacts": (), "campaigns": ()}
_MANY: Mapping[str, tuple[str, ...]] = {
    "events": ("time", "arrived"),
    "attributes": ("valid_from", "valid_until", "never_changes"),
    "offers": (),
}
_OUTCOME = ("events", "column", "horizon_days", "until")
_TREATMENT = ("column", "control", "probability")
SECTIONS = (*_TOP, *_SINGLE, *_MANY, "outcome", "treatment", "features", "allow")


def read_declaration(path: Path) -> dict[str, Any]:
    """Read a file of TOML; what it says is checked by `check_declaration`.

    Raises
    ------
    MissingDataError
        There is no such file.
    DataError
        It is no TOML.
    """
    noted(path)
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise MissingDataError(
            f"{str(path)!r} must be a file that declares campaign tables; it cannot be read: "
            f"{error.strerror or error}."
        ) from None
    except UnicodeDecodeError:
        raise DataError(f"{str(path)!r} must be text in UTF-8; save it as that.") from None
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            f"{str(path)!r} must be written in TOML; at one place it is not: {error}. Texts stand "
            'in "quotes", and a table begins with its name in [brackets].'
        ) from None


def check_declaration(said: Mapping[str, Any]) -> None:
    """Raise ParameterError where a declaration says what is not known, or not what is needed.

    Parameters
    ----------
    said : mapping
        The sections of the file.

    Examples
    --------
    >>> check_declaration({"customer": "id", "campain": "mail"})
    Traceback (most recent call last):
        ...
    workbench.errors.ParameterError: A declaration of campaign tables says nothing of 'campain'; ...
    """
    _check_known(said, SECTIONS, "A declaration of campaign tables")
    for name, what in _NEEDED.items():
        if said.get(name) in (None, "", {}):
            raise ParameterError(f"A declaration of campaign tables needs `{name}`: {what}.")
    for name in ("name", "question", "customer", "campaign", "as_of"):
        _check_text(said.get(name, ""), f"`{name}`")
    if not isinstance(said["observed_until"], (str, dt.date)):
        raise ParameterError(
            f'`observed_until` must be a date or "{LAST_EVENT}"; got {said["observed_until"]!r}.'
        )
    _check_tables(said)
    if "outcome" in said:
        _check_outcome(said["outcome"])
    if "treatment" in said:
        _check_treatment(said["treatment"])
    _check_features(said.get("features", []))
    _check_allow(said.get("allow", {}))


_NEEDED = {
    "customer": "the column that holds who it is, in all tables",
    "campaign": "the column that holds which campaign it is, in contacts and campaigns",
    "as_of": "the column that holds when it was decided whom to contact, in campaigns or contacts",
    "observed_until": "the day up to which events were recorded, such as 2024-06-01, or "
    f'"{LAST_EVENT}"',
    "contacts": "a table with one row a customer and campaign",
}


def _check_tables(said: Mapping[str, Any]) -> None:
    for section, own in _SINGLE.items():
        if section in said:
            _check_table(said[section], own, f"[{section}]")
    for section, own in _MANY.items():
        tables = said.get(section, {})
        _check_section(tables, f"[{section}]", f"tables by names, such as [{section}.mine]")
        for name, table in tables.items():
            _check_table(table, own, f"[{section}.{name}]")
    for name, table in said.get("events", {}).items():
        if "time" not in table:
            raise ParameterError(
                f"[events.{name}] needs `time`, the column that holds when each event happened."
            )


def _check_known(said: Mapping[str, Any], known: Iterable[str], whose: str) -> None:
    known = list(known)
    for name in said:
        if name not in known:
            raise ParameterError(
                f"{whose} says nothing of {name!r}; there is {listed(known, 99)}."
                f"{did_you_mean(name, known)}"
            )


def _check_section(said: object, where: str, what: str) -> None:
    if not isinstance(said, Mapping):
        raise ParameterError(f"{where} must hold {what}; got {said!r}.")


def _check_text(said: object, where: str) -> None:
    if not isinstance(said, str):
        raise ParameterError(f'{where} must be a text in "quotes"; got {said!r}.')


def _check_table(said: Any, own: tuple[str, ...], where: str) -> None:
    _check_section(said, where, 'where its table is, such as file = "orders.csv"')
    _check_known(said, (*PLACE, *own), where)
    for name in ("file", "query", "database", *own):
        if name != "never_changes" and name in said and not _is_frame(said[name]):
            _check_text(said[name], f"{where}: `{name}`")
    if not isinstance(said.get("never_changes", False), bool):
        raise ParameterError(
            f"{where}: `never_changes` must be true or false; got {said['never_changes']!r}."
        )
    _check_section(said.get("rename", {}), f"{where}: `rename`", "the file's names and yours")
    _check_place({*said}, where)


def _check_place(said: Collection[str], where: str) -> None:
    """Raise ParameterError where a table has no place, or two."""
    if not {"file", "table", "query"} & {*said}:
        raise ParameterError(
            f'{where} needs to say where its table is: file = "orders.csv", or query = "SELECT …" '
            "with a database."
        )
    for one, other in (("query", "table"), ("file", "database")):
        if {one, other} <= {*said}:
            raise ParameterError(
                f"{where}: `{one}` and `{other}` both say what to read. Keep one of them."
            )
    if "database" in said and not {"query", "table"} & {*said}:
        raise ParameterError(f"{where}: `database` needs `query` or `table`: what to read of it.")


def _is_frame(said: object) -> bool:
    """Whether it is a table itself, as a notebook may give it."""
    return not isinstance(said, (str, int, float, bool, list, Mapping))


def _check_outcome(said: Any) -> None:
    _check_section(said, "[outcome]", 'what counts as a response, such as events = "orders"')
    _check_known(said, _OUTCOME, "[outcome]")
    if ("events" in said) == ("column" in said):
        raise ParameterError(
            "[outcome] needs `events`, the table of events that are responses, or `column`, a "
            "column of the contacts that says who responded; and not both."
        )


def _check_treatment(said: Any) -> None:
    _check_section(said, "[treatment]", 'the arms of a test, such as column = "arm"')
    _check_known(said, _TREATMENT, "[treatment]")
    if "column" not in said:
        raise ParameterError(
            "[treatment] needs `column`, the column of the contacts that holds the arm of each."
        )
    for name in ("column", "probability"):
        _check_text(said.get(name, ""), f"[treatment]: `{name}`")
    if not isinstance(said.get("control", ""), (str, int, float)):  # a flag is a number
        raise ParameterError(
            f"[treatment]: `control` must be the arm that was not contacted; got "
            f"{said['control']!r}."
        )


def _check_features(said: object) -> None:
    is_list = isinstance(said, (list, tuple))
    if not is_list or not all(isinstance(each, Mapping) and "builder" in each for each in said):  # type: ignore[attr-defined]
        raise ParameterError(
            'Each [[features]] needs `builder`, such as builder = "rfm", and its settings; '
            f"got {said!r}."
        )


def _check_allow(said: Any) -> None:
    """Raise ParameterError where a column with personal data is allowed without a reason."""
    _check_section(said, "[allow]", 'columns with a reason each, such as birth_date = "the reason"')
    for name, reason in said.items():
        _check_text(reason, f"[allow]: `{name}`")
        if not reason.strip():
            raise ParameterError(f"[allow]: `{name}` needs the reason why it may be a feature.")
