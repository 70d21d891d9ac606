"""The status of a folder of reports: everything that its runs left, looked at again."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import MissingDataError, ParameterError
from workbench.governance.checked import STATES, Check, State, counts, is_open, worst
from workbench.governance.run_evidence.evidence import SUFFIX, RunEvidence
from workbench.governance.run_status.folder_checks import checks_of_folder, latest_runs
from workbench.messages import count_of


@dataclass(frozen=True)
class Repeat:
    """How a report is made again.

    Parameters
    ----------
    report : str
    command : str
    run_in : str
        The folder to type it in.
    """

    report: str
    command: str
    run_in: str


@dataclass(frozen=True)
class Status:
    """What has become of the runs of a folder.

    Parameters
    ----------
    folder : Path
    checks : tuple of Check
        Every one, in the order of reports and files.
    repeats : tuple of Repeat
        The command for each report.
    """

    folder: Path
    checks: tuple[Check, ...]
    repeats: tuple[Repeat, ...] = ()

    @property
    def state(self) -> State:
        """The worst state of all checks."""
        return worst(self.checks)

    @property
    def ordered(self) -> list[Check]:
        """All checks, those first where something is to be done, the worst before the rest."""
        return sorted(self.checks, key=lambda check: -STATES.index(check.state))

    def table(self) -> pd.DataFrame:
        """Return a row for each check, the open ones first."""
        columns = ["state", "question", "evidence", "next_step"]
        rows = [check.to_dict() for check in self.ordered]
        return pd.DataFrame(rows, columns=["name", *columns]).set_index("name")

    def sentence(self) -> str:
        """Say in one line how it stands."""
        found = counts(self.checks)
        parts = [f"{number:,} {_WORDS[state]}" for state, number in found.items()]
        whole = f"{count_of(len(self.repeats), 'report')}, {count_of(len(self.checks), 'check')}"
        return f"{self.folder}: {self.state}. {whole}: {', '.join(parts)}."

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "folder": str(self.folder),
            "state": self.state,
            "counts": dict(counts(self.checks)),
            "checks": [check.to_dict() for check in self.ordered],
            "repeats": [asdict(one) for one in self.repeats],
        }

    def __str__(self) -> str:
        lines = [self.sentence()]
        for check in filter(is_open, self.ordered):
            lines += [f"{check.state}: {check.question}", f"    {check.evidence}"]
            lines += [f"    Next: {check.next_step}"]
        for one in self.repeats:
            lines += [f"To repeat {one.report!r}, in {one.run_in}:", f"    {one.command}"]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        table = self.table()[["state", "question", "evidence", "next_step"]]
        return f"<p>{escape(self.sentence())}</p>{table.to_html(index=False)}"


def status(folder: str | Path, today: dt.date | None = None) -> Status:
    """Look at finished runs again: files, people and dates.

    Every file that a run read or made is read again, and its hash compared with the one that
    the run left in ``<report>.evidence.json``. One changed byte is named, and blocks. Of the
    folders of days (``--dated``) the files that the run made are compared, and the retention
    date; of their data nothing, for data move on. To look at one of them wholly, name it.

    Parameters
    ----------
    folder : path
        What was `output`.
    today : date, optional
        The day to look on; today where none is given.

    Returns
    -------
    Status
        ``state``, ``table()``, ``sentence()``, ``to_dict()``; blocked where a file has changed
        or is gone, a review or retention date is past, or the approver is the author.

    Raises
    ------
    MissingDataError
        There is no such folder, or no run in it.
    ParameterError
        `today` is no date.

    Examples
    --------
    >>> status("nowhere")
    Traceback (most recent call last):
        ...
    workbench.errors.MissingDataError: There is no folder 'nowhere'. Name the folder of a run, ...
    """
    place, day = Path(folder), _day(today)
    if not os.path.isdir(place):  # noqa: PTH112 - a path may be too long to ask for
        raise MissingDataError(
            f"There is no folder {str(place)!r}. Name the folder of a run, which its option "
            "--output named."
        )
    checks = checks_of_folder(place, day)
    if not checks:
        raise MissingDataError(
            f"There is no finished run in {str(place)!r}: no report, and no *{SUFFIX}, which "
            "every run leaves. Name the folder that `workbench run --output` named."
        )
    repeats = (_repeat(run, place) for run in latest_runs(place))
    return Status(place, tuple(checks), tuple(repeats))


def _day(today: object) -> dt.date:
    if today is None:
        return dt.datetime.now().astimezone().date()
    if isinstance(today, dt.datetime) and not pd.isna(today):
        return today.date()
    if isinstance(today, dt.date) and not pd.isna(today):
        return today
    raise ParameterError(f"`today` must be a date, or None for that of now; got {today!r}.")


def _repeat(run: RunEvidence, folder: Path) -> Repeat:
    seen = run.run_in.from_folder
    there = Path() if seen is None else folder / seen
    home = there.resolve() if seen is not None and there.is_dir() else Path(run.run_in.absolute)
    return Repeat(run.report, run.command, str(home))


_WORDS = {
    "pass": "pass",
    "not applicable": "not applicable",
    "needs a person": "for a person",
    "needs repair": "to repair",
    "blocked": "blocked",
}
