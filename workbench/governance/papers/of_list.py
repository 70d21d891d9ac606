"""What is known of a model's governance when a list of scores is written, and said beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from workbench.errors import ParameterError
from workbench.governance.papers.governance import Governance, today_is
from workbench.governance.papers.may_be_listed import blocking, check_may_be_listed
from workbench.tables.suppression import SuppressionList


@dataclass(frozen=True)
class Papers:
    """The governance of a list: of a file that is named, or as the model remembers it.

    Parameters
    ----------
    record : mapping or None
        `Governance.record`.
    given : Governance or None
        The file that was named.
    """

    record: Mapping[str, Any] | None = None
    given: Governance | None = None

    @classmethod
    def of(cls, governance: Any, model: Any) -> Self:
        """Read the file that is named, or else take what a loaded model remembers."""
        if governance is None:
            return cls(getattr(model, "governance_", None))
        given = governance if isinstance(governance, Governance) else Governance.read(governance)
        return cls(given.record(), given)

    def lists(self, suppress: Any) -> list[SuppressionList]:
        """Return the lists of customers to leave out: the one that is named, and the file's own."""
        named = [] if suppress is None else [SuppressionList.of(suppress)]
        own = None if self.given is None else self.given.objections()
        return [*named, *([] if own is None else [own])]

    def check(self, *, suppress: Any, today: dt.date | None = None) -> None:
        """Raise ParameterError unless a list may be written.

        Raises
        ------
        ParameterError
            As `check_may_be_listed` says; or the model's governance names a list of objections,
            and none is given.
        """
        check_may_be_listed(self.record, today or today_is())
        remembered = (self.record or {}).get("suppression")
        if self.given is None and remembered and suppress is None:
            raise ParameterError(
                f"The model's governance names {remembered!r}, the list of customers who objected. "
                "Give it, `suppress`, or the file that names it, `governance`."
            )

    def said(self, today: dt.date | None = None) -> dict[str, Any]:
        """Return what stands beside the list: who answers, until when, and what is open."""
        if self.record is None:
            return {"governance": None}
        rest = {key: value for key, value in self.record.items() if key != "missing"}
        of = "the model" if self.given is None else "the file that was named"
        still_open = [
            *(f"{key}: {question}" for key, question in self.record["missing"].items()),
            *blocking(self.record, today or today_is()),
        ]
        return {"governance": {**rest, "known_from": of, "open": still_open}}


def said_beside(
    done: Any,
    model: Path,
    fitted: Any,
    papers: Papers,
    suppressed: Mapping[str, int] | None,
    *,
    without: bool = False,
) -> dict[str, Any]:
    """Return what a list of scores has beside it, as JSON values.

    Parameters
    ----------
    done : ScoredFile
        What was written.
    model : Path
        The model's file.
    fitted : RidgePropensity or RidgeUplift
        The model.
    papers : Papers
    suppressed : mapping or None
        How many customers were left out; None where no list was given.
    without : bool
        Whether somebody said that the list needs no governance.
    """
    from workbench import __version__

    in_training = (fitted.recipe_ or {}).get("suppressed")
    return {
        "written": today_is().isoformat(),
        "workbench": __version__,
        "contacts": done.contacts,
        "campaigns": done.campaigns,
        "model": {
            "file": model.name,
            "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
            "suppressed_in_training": in_training,
        },
        **papers.said(),
        "without_governance": without,
        "suppressed": suppressed,
    }
