"""Whether a list of scores may be written: what its governance file must say by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from workbench.errors import ParameterError
from workbench.governance.papers.paper_checks import checks_of_papers

_OR = "or say `without_governance` to write the list without it"


def check_may_be_listed(record: Mapping[str, Any] | None, today: dt.date) -> None:
    """Raise ParameterError unless it is known who answers for a model, and that it still holds.

    Parameters
    ----------
    record : mapping or None
        `Governance.record`, of a file or as a model remembers it.
    today : date

    Raises
    ------
    ParameterError
        There is no record, it leaves questions open, author and approver are one, or a date is
        past.

    Examples
    --------
    >>> import datetime
    >>> check_may_be_listed(None, datetime.date(2027, 1, 1))
    Traceback (most recent call last):
        ...
    workbench.errors.ParameterError: A list of scores needs a governance file: who answers for ...
    """
    if record is None:
        raise ParameterError(
            "A list of scores needs a governance file: who answers for the model, on which basis "
            "and until when. `workbench new governance.toml` writes one to fill in; name it, "
            f"`governance`, {_OR}."
        )
    file = record["file"] or "The governance file"
    if record["missing"]:
        asked = "\n".join(f"- {key}: {question}" for key, question in record["missing"].items())
        raise ParameterError(
            f"{file} leaves questions open. Answer them and name the file, `governance`, {_OR}:\n"
            f"{asked}"
        )
    blocked = blocking(record, today)
    if blocked:
        raise ParameterError(
            f"{file} does not hold for a list of scores. Mend it and name it, `governance`, {_OR}:"
            "\n" + "\n".join(f"- {line}" for line in blocked)
        )


def blocking(record: Mapping[str, Any], today: dt.date) -> list[str]:
    """Say what stands against a list by people and dates, with what to do.

    Parameters
    ----------
    record : mapping
    today : date

    Examples
    --------
    >>> import datetime
    >>> same = {"author": "Ada", "approver": "Ada", "review": None, "retention": None, "file": "g"}
    >>> blocking(same, datetime.date(2027, 1, 1))[0]
    'Ada is author and approver. Name somebody else ...
    """
    said = {
        "people": {name: record[name] for name in ("author", "approver")},
        "dates": {name: record[name] for name in ("review", "retention")},
    }
    named = ("four-eyes", "review-date", "retention-date")
    checks = checks_of_papers(said, record["file"] or "governance.toml", today)
    return [
        f"{one.evidence} {one.next_step}"
        for one in checks
        if one.name in named and one.state == "blocked"
    ]
