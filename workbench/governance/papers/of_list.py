"""What is known of a model's governance when a list of scores is written, and said beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from workbench.frame.suppressed import SUPPRESSED
from workbench.governance.papers.governance import Governance, today_is
from workbench.governance.papers.may_be_listed import blocking, check_may_be_listed
from workbench.messages import count_of
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
    listed : str
        The list of objections that the model remembers, by its file's name; "" for none.
    left_out : int
        How many customers a list kept out of the data that the model was fitted on.
    """

    record: Mapping[str, Any] | None = None
    given: Governance | None = None
    listed: str = ""
    left_out: int = 0

    @classmethod
    def of(cls, governance: Any, model: Any) -> Self:
        """Read the file that is named, or else take what a loaded model remembers."""
        left_out = ((model.recipe_ or {}).get(SUPPRESSED) or {}).get("customers", 0)
        remembered = getattr(model, "governance_", None)
        listed = (remembered or {}).get("suppression", "")
        if governance is None:
            return cls(remembered, None, listed, left_out)
        given = governance if isinstance(governance, Governance) else Governance.read(governance)
        return cls(given.record(), given, listed, left_out)

    def lists(self, suppress: Any) -> list[SuppressionList]:
        """Return the lists of customers to leave out: the one that is named, and the file's own."""
        named = [] if suppress is None else [SuppressionList.of(suppress)]
        own = None if self.given is None else self.given.objections()
        return [*named, *([] if own is None else [own])]

    def check(self, *, today: dt.date | None = None) -> None:
        """Raise ParameterError unless it is known who answers for a list.

        Raises
        ------
        ParameterError
            As `check_may_be_listed` says.
        """
        check_may_be_listed(self.record, today or today_is())

    def fault_of_lists(self, suppress: Any) -> str:
        """Say that customers who were left out before would be scored now; "" if that is not so.

        Whoever objected stays out, whatever else is known of the model.

        Examples
        --------
        >>> Papers(left_out=12).fault_of_lists(["K-1", "K-2"])
        ''
        >>> print(Papers(left_out=12).fault_of_lists(None))
        The model was fitted without 12 suppressed customers, and no list says who they are. Give
        it, `suppress`, so that none of them is scored.
        """
        names_one = self.given is not None and self.given.suppressed_file is not None
        if self.listed and not names_one and not _may_be(suppress, self.listed):
            return (
                f"The model's governance names {self.listed!r}, the list of customers who "
                "objected. Give it, `suppress`, or the file that names it, `governance`."
            )
        if self.left_out and not any(len(one.table.data) for one in self.lists(suppress)):
            who = count_of(self.left_out, "suppressed customer", "suppressed customers")
            return (
                f"The model was fitted without {who}, and no list says who they are. Give it, "
                "`suppress`, so that none of them is scored."
            )
        return ""

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


def _may_be(suppress: Any, listed: str) -> bool:
    """Whether a list may be the one of a name: a file called so, or ids, which have no name."""
    if suppress is None:
        return False
    if isinstance(suppress, str | os.PathLike):
        return Path(suppress).name == Path(listed).name
    return True


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
