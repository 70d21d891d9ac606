"""What a run leaves, as one: report, model, card and evidence take their places together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from workbench.files.whole_file import whole_file
from workbench.governance.run_evidence.evidence import SUFFIX, Role, RunEvidence
from workbench.reports.dated import MODEL_FILE, keep
from workbench.reports.evidence_file import Made, with_earlier, with_made
from workbench.reports.pairing import join
from workbench.reports.publish import publish


class Places(NamedTuple):
    """Where a run's files stand in the end; the model may not have been kept."""

    report: Path
    model: Path | None
    evidence: Path


@dataclass(frozen=True)
class Left:
    """What a run made, still in its scratch folder.

    Parameters
    ----------
    report : Path
    model : Path or None
    card : sequence of Path
    evidence : RunEvidence
        Without these files.
    """

    report: Path
    model: Path | None
    card: Sequence[Path]
    evidence: RunEvidence

    def published(self, folder: Path, wanted: Any, dated: datetime | None) -> Places:
        """Let report and model name each other, take all places together, and return these.

        Parameters
        ----------
        folder : Path
        wanted : path, optional
            Where the model is to stand, if not beside the report.
        dated : datetime, optional
            Of the run that is kept in a folder of its day, too.
        """
        elsewhere = None if self.model is None or wanted is None else Path(wanted)
        if self.model is not None and (elsewhere is None or dated is not None):
            join(self.report, self.model)  # they stand side by side
        kept = None if dated is None else self._keep(folder, dated)
        evidence = self.report.parent / self._evidence_name
        told = with_made(self.evidence, self._made(folder, elsewhere), folder)
        with_earlier(told, folder).write(evidence)
        beside = [] if self.model is None or elsewhere is not None else [self.model]
        files = [self.report, *beside, *self.card, evidence]
        publish(files, folder, name=self.report.stem)
        if self.model is not None and elsewhere is not None:
            with whole_file(elsewhere, name="`model_path`", private=True) as unfinished:
                unfinished.write_bytes(self.model.read_bytes())
        home = kept or folder
        model = elsewhere or (home / MODEL_FILE if beside else None)
        return Places(home / self.report.name, model, home / self._evidence_name)

    def _keep(self, folder: Path, moment: datetime) -> Path:
        def add(made: Path, place: Path) -> None:
            evidence = with_made(self.evidence, self._made(place), place)
            evidence.write(made / self._evidence_name)

        files = [self.report, *([] if self.model is None else [self.model]), *self.card]
        return keep(files, folder, scratch=self.report.parent, moment=moment, add=add)

    def _made(self, folder: Path, elsewhere: Path | None = None) -> Made:
        """Return each file with its role, and where it is to stand."""
        found: dict[Path, tuple[Role, Path]] = {self.report: ("report", folder / self.report.name)}
        if self.model is not None:
            found[self.model] = ("model", elsewhere or folder / self.model.name)
        return found | {one: ("card", folder / one.name) for one in self.card}

    @property
    def _evidence_name(self) -> str:
        return f"{self.report.stem}{SUFFIX}"
