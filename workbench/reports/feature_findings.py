"""What a report of features says first: how many there are, what spikes, and what may leak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from workbench.evidence.spikes_by_chance import SpikyCount
from workbench.evidence.split import Split
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import say
from workbench.reports.first_page import contacts_text, span
from workbench.reports.headline import Figure, Headline, in_both


@dataclass(frozen=True)
class FeatureFindings:
    """What was found of features before any model.

    Parameters
    ----------
    frame : FeatureFrame
    split : Split
        Of which the training contacts were looked at.
    quality : DataFrame
        From `FeatureFrame.quality`, of them.
    suspects : mapping of column to str
        Columns that may give the outcome away, and why.
    spikes : SpikyCount, optional
        Where there are campaigns.
    """

    frame: FeatureFrame
    split: Split
    quality: pd.DataFrame
    suspects: Mapping[str, str] = field(default_factory=dict)
    spikes: SpikyCount | None = None

    def sentence(self) -> str:
        """Say how many features there are, how many spike, and which may leak."""
        said = [
            say(
                "{features:,} features in {groups:,} groups.",
                features=self.frame.X.shape[1],
                groups=self.frame.catalogue["group"].nunique(),
            )
        ]
        if self.spikes is not None:
            said.append(
                say(
                    "{spiky:,} of {columns:,} columns are spiky ({note}).",
                    spiky=self.spikes.spiky,
                    columns=self.spikes.columns,
                    note=self.spikes.note,
                )
            )
        if self.suspects:
            said.append(say("Leakage suspects: {named}.", named=", ".join(self.suspects)))
        else:
            said.append(say("No leakage suspect."))
        return " ".join(said)

    def figures(self) -> list[Figure]:
        """Return the counts: of all, of those mostly missing, spiky, and suspected."""
        count, quality = self.frame.X.shape[1], self.quality
        varying = int((quality["distinct"] > 1).sum())
        mostly = int((quality["missing_share"] > 0.5).sum())
        figures = [
            Figure(say("Features"), count, "count", note=say("{n:,} that vary", n=varying)),
            Figure(
                say("Mostly missing"),
                mostly,
                "count",
                note=say("features, in more than half of contacts"),
            ),
            Figure(
                say("Leakage suspects"),
                len(self.suspects),
                "count",
                note=say("columns that tell the outcome"),
            ),
        ]
        if self.spikes is not None:
            note = say(
                "of {columns:,} columns, over {campaigns:,} campaigns; {note}",
                columns=self.spikes.columns,
                campaigns=len(self.split.train.campaigns),
                note=self.spikes.note,
            )
            figures.insert(2, Figure(say("Spiky columns"), self.spikes.spiky, "count", note=note))
        return figures

    def headline(self, data: str, *, author: str = "") -> Headline:
        """Say it all on top of the report, in English and in the reader's language.

        Parameters
        ----------
        data : str
            What the features are of.
        author : str

        Returns
        -------
        Headline
        """
        return in_both(lambda: self._said(data, author))

    def _said(self, data: str, author: str) -> Headline:
        train = self.split.train
        facts = {
            say("Author"): author,
            say("Data"): data,
            say("Contacts"): say("{contacts} in training", contacts=contacts_text(train)),
        }
        if said := span(train, self.split):
            facts[say("Span")] = said
        title = say("Features of {data}", data=data)
        return Headline(title, self.sentence(), self.figures(), facts, about=f"{data}: features")
