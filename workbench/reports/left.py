"""What a run leaves, as one: report, model, card and evidence take their places together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from workbench.files.whole_file import whole_file
from workbench.governance.run_evidence.evidence import SUFFIX, Role, RunEvidence
from workbench.reports.dated import keep
from workbench.reports.evidence_file import Made, with_earlier, with_made
from workbench.reports.pairing import join
from workbench.reports.publish import publish


class Places(NamedTuple):
    """Where a run's files stand in the end; models may not have been kept."""

    report: Path
    model: Path | None
    evidence: Path
    offers: Path | None


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
    offers : Path or None
        The model of offers.
    """

    report: Path
    model: Path | None
    card: Sequence[Path]
    evidence: RunEvidence
    offers: Path | None = None

    def published(self, folder: Path, wanted: Mapping[str, Any], dated: datetime | None) -> Places:
        """Let report and model name each other, take all places together, and return these.

        Parameters
        ----------
        folder : Path
        wanted : mapping of "model_path" and "offers_path" to path
            Where the model, and that of offers, are to stand, if not beside the report.
        dated : datetime, optional
            Of the run that is kept in a folder of its day, too.
        """
        named = {"model_path": self.model, "offers_path": self.offers}
        saved = {one: wanted.get(name) for name, one in named.items() if one is not None}
        away = {one: Path(place) for one, place in saved.items() if place is not None}
        if self.model is not None and (self.model not in away or dated is not None):
            join(self.report, self.model)  # they stand side by side
        kept = None if dated is None else self._keep(folder, dated)
        evidence = self.report.parent / self._evidence_name
        told = with_made(self.evidence, self._made(folder, away), folder)
        with_earlier(told, folder).write(evidence)
        beside = [one for one in saved if one not in away]
        files = [self.report, *beside, *self.card, evidence]
        publish(files, folder, name=self.report.stem)
        for name, one in named.items():
            if one in away:
                with whole_file(away[one], name=f"`{name}`", private=True) as unfinished:
                    unfinished.write_bytes(one.read_bytes())
        home = kept or folder
        model, offers = (
            None if one is None else away.get(one, home / one.name) for one in named.values()
        )
        return Places(home / self.report.name, model, home / self._evidence_name, offers)

    def _keep(self, folder: Path, moment: datetime) -> Path:
        def add(made: Path, place: Path) -> None:
            evidence = with_made(self.evidence, self._made(place), place)
            evidence.write(made / self._evidence_name)

        saved = [one for one in (self.model, self.offers) if one is not None]
        files = [self.report, *saved, *self.card]
        return keep(files, folder, scratch=self.report.parent, moment=moment, add=add)

    def _made(self, folder: Path, away: Mapping[Path, Path] | None = None) -> Made:
        """Return each file with its role, and where it is to stand."""
        found: dict[Path, tuple[Role, Path]] = {self.report: ("report", folder / self.report.name)}
        saved: dict[Role, Path | None] = {"model": self.model, "offers": self.offers}
        for role, one in saved.items():
            if one is not None:
                found[one] = (role, (away or {}).get(one, folder / one.name))
        return found | {one: ("card", folder / one.name) for one in self.card}

    @property
    def _evidence_name(self) -> str:
        return f"{self.report.stem}{SUFFIX}"
