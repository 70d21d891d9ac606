"""What a table that is read in blocks says of itself, wherever its rows are."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.frame.described import line_of, summary_of
from workbench.frame.parts import CATALOGUE_COLUMNS
from workbench.frame.streamed.contents import Contents


class StreamedTable:
    """A table that is read in blocks whenever it is needed; a part of ParquetRows and SparkRows."""

    _contents: Contents

    @property
    def contents(self) -> Contents:
        """What a fit reads."""
        return self._contents

    @property
    def groups(self) -> dict[str, str]:
        """The group of each feature: what penalties are set by."""
        return self._contents.groups

    @property
    def catalogue(self) -> pd.DataFrame:
        """One row a feature: group, builder, source, lookback_days, unit and description."""
        found = self._contents.settled.catalogue.reindex(columns=list(CATALOGUE_COLUMNS))
        return found.rename_axis("feature")

    @property
    def campaigns(self) -> list[Any]:
        """Campaign labels in time order; where no time is known, by first appearance."""
        return self._contents.by_key.campaigns

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed or left out, in sentences."""
        return self._contents.settled.notes

    @property
    def suspects(self) -> dict[str, str]:
        """Features that may give the outcome away, each with what says so.

        Of more than 100,000 rows so many are looked at, or fewer of a wide table.
        """
        return dict(self._contents.settled.suspects)

    @property
    def recipe(self) -> dict[str, Any]:
        """How the features of new contacts are made: what `save` of a model takes."""
        return dict(self._contents.settled.recipe)

    def summary(self) -> pd.DataFrame:
        """Describe each campaign: contacts, known outcomes, positives, rate, moments."""
        return summary_of(self._contents.by_key)

    def __len__(self) -> int:
        return self._contents.rows

    def __repr__(self) -> str:
        line = line_of(self._contents.by_key, self._contents.settled.catalogue)
        return line.replace("FeatureFrame", type(self).__name__, 1)
