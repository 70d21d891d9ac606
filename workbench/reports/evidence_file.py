"""The evidence that a run leaves beside its report: gathered before, during and after it."""

from __future__ import annotations

import os
import platform
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench import __version__
from workbench.errors import DataWarning, SchemaError, WorkbenchError
from workbench.files.digest import digest_of
from workbench.files.read_log import ReadFile, ReadLog, read_log, state_of
from workbench.governance import ledger
from workbench.governance.papers.governance import Governance
from workbench.governance.regulation import regulation
from workbench.governance.run_evidence.evidence import (
    MADE,
    SUFFIX,
    KnownFile,
    Role,
    RunEvidence,
)
from workbench.governance.run_evidence.places import Place
from workbench.governance.run_status.file_checks import recipe_digest
from workbench.messages import listed
from workbench.reports.named_files import files_named, literal
from workbench.reports.repeated import command_of, is_template, report_name
from workbench.reports.signs import Sign, Signs
from workbench.reports.without_secrets import without_secrets

Made = Mapping[Path, tuple[Role, Path]]
"""A file of the run where it stands now, its role, and where it is to stand."""


@dataclass(frozen=True)
class Begun:
    """What is known of a run before it begins.

    Parameters
    ----------
    notebook : Path
    output : Path
    given : mapping
        Parameters as they were given to the run.
    told : mapping
        All parameters, as the notebook has them: what was not given, too.
    moment : datetime
    fail_on : sequence of str, optional
    dated : bool
    named : mapping of path to state
        Files that parameters name, as they were then.
    """

    notebook: Path
    output: Path
    given: Mapping[str, Any]
    told: Mapping[str, Any]
    moment: datetime
    fail_on: Sequence[str] | None
    dated: bool
    named: Mapping[str, tuple[int, ...]]

    @classmethod
    def now(
        cls,
        notebook: Path,
        output: Path,
        given: Mapping[str, Any],
        *,
        defaults: Mapping[str, str],
        filled: Mapping[str, Any],
        moment: datetime,
        fail_on: Sequence[str] | None,
        dated: bool,
    ) -> Begun:
        """Note what there is before the first cell is executed.

        Parameters
        ----------
        notebook, output : Path
        given : mapping
            What was asked for.
        defaults : mapping of name to text
            As the parameters cell writes them.
        filled : mapping
            What the notebook is given in the end.
        moment : datetime
        fail_on : sequence of str, optional
        dated : bool
        """
        told = {**{name: literal(text) for name, text in defaults.items()}, **filled}
        named = {} if is_template(notebook) else {str(notebook): state_of(notebook)}
        named |= files_named(told)
        return cls(notebook, output, dict(given), told, moment, fail_on, dated, named)


@dataclass(frozen=True)
class Ended:
    """What is known of a run when its cells are done.

    Parameters
    ----------
    log : Path
        Where its kernel noted what it read.
    signs : Signs or None
    stopped_by : sequence of Sign
    has_card : bool
    """

    log: Path
    signs: Signs | None
    stopped_by: Sequence[Sign]
    has_card: bool = False


def evidence_of_run(begun: Begun, ended: Ended) -> RunEvidence:
    """Return what is known of a run, without the files that it made.

    Parameters
    ----------
    begun : Begun
    ended : Ended

    Warns
    -----
    DataWarning
        A file was changed while the run went on.
    """
    read = read_log(ended.log)
    files = tuple(_read_files(begun, read))
    _warn_of_changes(files)
    governance = _governance(begun.told.get("governance"))
    signs = () if ended.signs is None else ended.signs.screened().found
    report = report_name(begun.notebook)
    return RunEvidence(
        report=report,
        moment=begun.moment.isoformat(timespec="seconds"),
        workbench=__version__,
        python=platform.python_version(),
        command=command_of(
            begun.notebook,
            begun.given,
            output=begun.output,
            fail_on=begun.fail_on,
            dated=begun.dated,
        ),
        run_in=Place.of(Path(), begun.output),
        parameters=without_secrets(begun.given),
        files=files,
        others=tuple(without_secrets(list(read.others))),
        governance=governance,
        author=str(begun.told.get("author") or ""),
        regulation=str(regulation().dated) if governance is not None or ended.has_card else "",
        release=str(begun.told.get("release") or ""),
        released=_released(begun.output, f"{report}.html"),
        signs=tuple(map(str, signs)),
        stopped_by=tuple(map(str, ended.stopped_by)),
        looked_at=() if ended.signs is None else tuple(ended.signs.looked_at),
    )


def with_made(evidence: RunEvidence, made: Made, folder: Path) -> RunEvidence:
    """Return the evidence with what the run made, as it is seen from a folder.

    Parameters
    ----------
    evidence : RunEvidence
    made : mapping of Path to (role, Path)
    folder : Path
        Where evidence and report are to stand.
    """
    read = [_seen_from(one, folder) for one in evidence.files]
    own = [_made(role, now, there, folder) for now, (role, there) in made.items()]
    return replace(evidence, files=(*own, *read), run_in=_from(folder, evidence.run_in))


def with_earlier(evidence: RunEvidence, folder: Path) -> RunEvidence:
    """Add what an earlier run of the report left and this one did not make anew.

    A run that was stopped keeps no model, and the earlier one stays: it is to be told of, too.

    Parameters
    ----------
    evidence : RunEvidence
        With what the run made.
    folder : Path
    """
    try:
        earlier = RunEvidence.read(folder / f"{evidence.report}{SUFFIX}")
    except (OSError, WorkbenchError, KeyError, TypeError, ValueError):
        return evidence  # there is none, or it tells of nothing that can be relied on
    anew = {one.role for one in evidence.files}
    kept = tuple(
        replace(one, made=one.made or earlier.moment)
        for one in earlier.of_role(*MADE)
        if one.role not in anew and one.find(folder) is not None
    )
    return replace(evidence, files=(*evidence.files, *kept))


def _made(role: Role, now: Path, there: Path, folder: Path) -> KnownFile:
    recipe = recipe_digest(now.read_bytes()) if role == "model" else ""
    return KnownFile(role, Place.of(there, folder), digest_of(now), recipe=recipe)


def _seen_from(one: KnownFile, folder: Path) -> KnownFile:
    return replace(one, place=_from(folder, one.place))


def _from(folder: Path, place: Place) -> Place:
    return Place.of(place.absolute, folder, called=place.path)


def _read_files(begun: Begun, read: ReadLog) -> Iterator[KnownFile]:
    """Yield every file that was read, or named, as it was then; changed ones are marked."""
    noted = {one.absolute for one in read.files}
    for one in read.files:
        yield _known(one, _role(one.absolute, begun), begun.output)
    for path, before in begun.named.items():
        absolute = os.path.abspath(path)  # noqa: PTH100 - a link keeps its own name
        if absolute in noted:
            continue
        with suppress(OSError):
            changed = state_of(path) != before
            found = ReadFile(path, absolute, digest_of(Path(path)), changed)
            yield _known(found, _role(absolute, begun), begun.output)


def _known(one: ReadFile, role: Role, folder: Path) -> KnownFile:
    """Compare a file with what it was when it was read."""
    changed = one.changed
    with suppress(OSError):
        changed = changed or digest_of(Path(one.absolute)) != one.digest
    place = Place.of(one.absolute, folder, called=one.path)
    return KnownFile(role, place, one.digest, changed)


def _role(absolute: str, begun: Begun) -> Role:
    if absolute == os.path.abspath(begun.notebook):  # noqa: PTH100
        return "notebook"
    papers = begun.told.get("governance")
    is_papers = isinstance(papers, str) and papers and absolute == os.path.abspath(papers)  # noqa: PTH100
    return "governance" if is_papers else "data"


def _warn_of_changes(files: Sequence[KnownFile]) -> None:
    changed = [one.place.path for one in files if one.changed]
    if changed:
        warnings.warn(
            f"Changed while the run read it: {listed(changed)}. The report may tell of either "
            "content; run again.",
            DataWarning,
            stacklevel=4,
        )


def _governance(path: Any) -> dict[str, Any] | None:
    """Return what the governance file says, where the notebook was given one."""
    if not (isinstance(path, str) and path):
        return None
    try:
        return Governance.read(path).to_dict()
    except WorkbenchError:  # the notebook has said what is wrong with it, or did not read it
        return None


def _released(folder: Path, report: str) -> int:
    with suppress(SchemaError):
        return ledger.released(folder, report).now
    return 0
