"""What is asked of a folder of reports: of each run in it, of those kept by day, and of all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.errors import SchemaError
from workbench.governance import ledger
from workbench.governance.checked import Check
from workbench.governance.run_evidence.evidence import SUFFIX, RunEvidence, evidence_of
from workbench.governance.run_status.file_checks import checks_of_files
from workbench.governance.run_status.run_checks import checks_of_retention, checks_of_run
from workbench.messages import count_of

DAYS = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"
"""Folders of kept runs, as `workbench run --dated` names them."""
_REPORT = b'name="workbench-model"'
_MODEL = "model.json"
_TRIES = 3  # a run may take its place while it is looked at


def checks_of_folder(folder: Path, day: dt.date) -> list[Check]:
    """Return every check of a folder; none where no run has left anything there.

    Parameters
    ----------
    folder : Path
    day : date
    """
    runs = latest_runs(folder)
    return [
        *(check for path in evidence_of(folder) for check in _steady(path, runs, day)),
        *_unproven(folder, runs),
        *_ledger(folder, runs),
        *(check for home in sorted(folder.glob(DAYS)) for check in _kept(home, day)),
    ]


def latest_runs(folder: Path) -> list[RunEvidence]:
    """Return the latest run of each report whose evidence can be read."""
    read = (_sealed(path)[1] for path in evidence_of(folder))
    return [run for run in read if run is not None]


def _steady(path: Path, runs: Sequence[RunEvidence], day: dt.date) -> list[Check]:
    """Check a run; where another one took its place meanwhile, that one."""
    for _ in range(_TRIES):
        before = _bytes(path)
        checks = _checks(path, runs, day)
        if _bytes(path) == before:
            break
    return checks


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # the check of the seal says what is wrong with it


def _checks(path: Path, runs: Sequence[RunEvidence], day: dt.date) -> list[Check]:
    seal, run = _sealed(path)
    if run is None:
        return [seal]
    others = [one for one in runs if one.report != run.report]
    files = checks_of_files(run, path.parent, others=others)
    return [seal, *files, *checks_of_run(run, day)]


def _kept(home: Path, day: dt.date) -> Iterator[Check]:
    """Check the runs of a kept day, under the name of its folder."""
    for check in _checks_of_day(home, day):
        name, question = f"{home.name}/ {check.name}", f"{home.name}: {check.question}"
        yield replace(check, name=name, question=question)


def _checks_of_day(home: Path, day: dt.date) -> Iterator[Check]:
    for path in evidence_of(home):
        seal, run = _sealed(path)
        yield seal
        if run is not None:
            yield from checks_of_files(run, home, made_alone=True)
            yield from checks_of_retention(run, day)
    for check in _unproven(home, latest_runs(home)):  # most of them are of an earlier version
        yield replace(check, state="needs a person")


def _sealed(path: Path) -> tuple[Check, RunEvidence | None]:
    report = path.name.removesuffix(SUFFIX)
    asked = f"evidence {report}", f"Is {path.name!r}, the evidence, as the run left it?"
    try:
        run = RunEvidence.read(path)
        said = f"Its seal holds; the run was on {run.day}."
    except OSError as error:
        said = f"It cannot be read: {error.strerror or error}."
        return Check(*asked, "blocked", said, "Check again as somebody who may read it."), None
    except (SchemaError, KeyError, TypeError, ValueError) as error:
        said = str(error) if isinstance(error, SchemaError) else f"It is damaged: {error!r}."
        step = "Put it back as it was, or run the notebook again."
        return Check(*asked, "blocked", said, step), None
    return Check(*asked, "pass", said), run


def _unproven(folder: Path, runs: Sequence[RunEvidence]) -> list[Check]:
    """Return a check for each report, and for a model, of which no evidence tells."""
    proven = {path.name.removesuffix(SUFFIX) for path in evidence_of(folder)}
    reports = (path for path in sorted(folder.glob("*.html")) if path.stem not in proven)
    lacking = [path.name for path in reports if _is_report(path)]
    told = {one.place.name for run in runs for one in run.of_role("model")}
    damaged = len(runs) < len(proven)  # which is named itself, and may be the model's
    if (folder / _MODEL).is_file() and _MODEL not in told and not damaged:
        lacking.append(_MODEL)
    return [
        Check(
            f"unproven {name}",
            f"Is it known what {name!r} was made from?",
            "blocked",
            "No evidence tells of it: an earlier version made it, or the evidence was removed.",
            f"Put its *{SUFFIX} back, or run the notebook again.",
        )
        for name in lacking
    ]


def _is_report(path: Path) -> bool:
    return _REPORT in _bytes(path)


def _home_of_ledger(folder: Path) -> Path:
    """Return where the ledger stands: beside the days, not in them."""
    is_day = folder.resolve().match(DAYS) and not (folder / ledger.NAME).is_file()
    return folder.resolve().parent if is_day else folder


def _ledger(folder: Path, runs: Sequence[RunEvidence]) -> Iterator[Check]:
    """Say what has left the folder, and whether the ledger still knows what it knew."""
    known = sum(run.released for run in runs)
    asked = "ledger", "Is it known what has left the folder?"
    try:
        told = ledger.released(_home_of_ledger(folder))
    except SchemaError as error:
        yield Check(*asked, "needs repair", str(error), "Restore it from a copy.")
        return
    left = told.before + told.now
    if left < max((run.released for run in runs), default=0):
        said = f"The ledger, {ledger.NAME!r}, tells of {count_of(left, 'content')}; runs left more."
        yield Check(*asked, "needs repair", said, "Restore it: else earlier files are not counted.")
    elif left:
        said = f"Noisy numbers of {count_of(left, 'content')} have left, {known} in reports here."
        yield Check(*asked, "pass", said)
