"""Columns that name people, or that the law protects, are no features unless somebody says why."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.errors import DataWarning, ParameterError
from workbench.messages import did_you_mean, listed
from workbench.reading.personal.finding import Finding

AS_PERSONAL = "personal data"


def check_allowed(allow: Mapping[str, str], columns: Iterable[Any]) -> None:
    """Raise ParameterError where a column is none of the table, or is allowed without a reason.

    Parameters
    ----------
    allow : mapping of column to reason
    columns : iterable
        Of the table.

    Raises
    ------
    ParameterError
        A name is no column, or a reason is empty.

    Examples
    --------
    >>> check_allowed({"email": "agreed with the data-protection officer"}, ["email", "visits"])
    >>> check_allowed({"email": " "}, ["email"])
    Traceback (most recent call last):
        ...
    workbench.errors.ParameterError: `allow` must say why 'email' may be a feature; got ' '. ...
    """
    names = [str(name) for name in columns]
    for name, reason in allow.items():
        if name not in names:
            raise ParameterError(
                f"`allow` must name columns of the data; got {name!r}, there are {listed(names)}."
                f"{did_you_mean(name, names)}"
            )
        if not (isinstance(reason, str) and reason.strip()):
            raise ParameterError(
                f"`allow` must say why {name!r} may be a feature; got {reason!r}. Write the reason "
                "that is to stand on the model's card."
            )


def note_of(left_out: Iterable[Finding]) -> list[str]:
    """Write the note on columns that were left out; none where there are none.

    Examples
    --------
    >>> note_of([Finding("mail", "e-mail", named=True), Finding("konf", "religion", named=True)])
    ['Left out as personal data: mail (e-mail), konf (religion, GDPR Art. 9).']
    """
    said = ", ".join(f"{found.column} ({what_it_is(found)})" for found in left_out)
    return [f"Left out as {AS_PERSONAL}: {said}."] if said else []


def warn_of(left_out: Iterable[Finding], *, stacklevel: int = 3) -> None:
    """Warn of columns that were left out, and say how one is allowed."""
    found = list(left_out)
    if not found:
        return
    said = ", ".join(f"{one.column!r} ({what_it_is(one)})" for one in found[:8])
    more = f", … {len(found) - 8} more" if len(found) > 8 else ""
    warnings.warn(
        "Columns that name people, or that the law protects, are no features; left out: "
        f"{said}{more}. Where the model needs one, say why: "
        f"`allow={{{found[0].column!r}: 'the reason'}}`.",
        DataWarning,
        stacklevel=stacklevel,
    )


def what_it_is(found: Finding) -> str:
    """Write the kind, with the article of a special category.

    Examples
    --------
    >>> what_it_is(Finding("vorstrafen", "criminal record", named=True))
    'criminal record, GDPR Art. 10'
    """
    if found.kind == "free text":
        return "text with e-mails, phones or accounts"
    return f"{found.kind}, GDPR {found.article}" if found.article else found.kind
