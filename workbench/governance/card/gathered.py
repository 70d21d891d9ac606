"""What a card is made from: the model, its data, its papers, and the evidence of its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from workbench.frame.feature_frame import FeatureFrame
from workbench.governance import screen
from workbench.governance.card.figures import figures_in
from workbench.governance.card.parts import Piece, Pieces, Row, Said
from workbench.governance.checked import Check
from workbench.governance.papers.governance import Governance
from workbench.governance.regulation import Regulation
from workbench.governance.roadmap import Roadmap
from workbench.governance.screen import Screen
from workbench.language import retold, say


@dataclass(frozen=True)
class Gathered:
    """Everything that sections are written from; None is what the run did not measure.

    Parameters
    ----------
    model : RidgePropensity
        That is used from here on.
    frame : FeatureFrame
        All contacts.
    governance : Governance
    roadmap : Roadmap
    regulation : Regulation
    today : date
    evidence : mapping
        The other arguments of `model_card`, by their names.
    checks : sequence of Check
        All that were made.
    """

    model: Any
    frame: FeatureFrame
    governance: Governance
    roadmap: Roadmap
    regulation: Regulation
    today: date
    evidence: Mapping[str, Any]
    checks: Sequence[Check] = ()
    commands: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """Return a piece of evidence, or None."""
        return self.evidence.get(name)

    @cached_property
    def screen(self) -> Screen:
        """What is held back: what the report holds back, else what is rare in these contacts."""
        return screen.current() if screen.is_watching() else Screen.of(self.frame)

    def said(self, text: str, source: str) -> Said:
        """Write a text of the run without what stands for few people."""
        return Said(self.screen.said(text), source)

    def measured(self, text: str, source: str) -> Pieces:
        """Write a sentence that the run wrote: its numbers are pieces of their own."""
        return figures_in(retold(self.screen.said(text)), source)

    def named(self, name: object, source: str) -> Said:
        """Write a name of the data, in the reader's words."""
        return Said(self.screen.label(str(name)), source)

    def shown(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table that may be shown."""
        return self.screen.rows(table)

    def paper(self, key: str, label: str, dotted: str) -> Row:
        """Write what the governance file says by a dotted name."""
        return Row(key, label, self.answer(dotted))

    def answer(self, dotted: str) -> Pieces:
        """Return what the governance file says, or nothing."""
        section, name = dotted.split(".")
        text = getattr(getattr(self.governance, section), name)
        return (Said(str(text), f"governance.{dotted}"),) if text not in (None, "") else ()

    def worst_of(self, names: Sequence[str]) -> list[Check]:
        """Return the checks whose name is one of these, or begins with it."""
        return [
            check
            for check in self.checks
            if any(check.name == name or check.name.startswith(f"{name}-") for name in names)
        ]


def joined(parts: Sequence[Piece], between: str = ", ") -> Pieces:
    """Put a text between pieces.

    Examples
    --------
    >>> joined(["a", "b"])
    ('a', ', ', 'b')
    """
    found: list[Piece] = []
    for part in parts:
        found += [between, part] if found else [part]
    return tuple(found)


def not_measured() -> Pieces:
    """Say that a run did not measure something."""
    return (say("Not measured in this run."),)
