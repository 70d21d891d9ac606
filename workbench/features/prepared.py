"""What is known of features before any value is computed: of which contacts, how, and what of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import pandas as pd

from workbench.errors import DataError
from workbench.features.arms import arms_of_contacts
from workbench.features.declared import Declared, beyond_events
from workbench.features.measures import Feature
from workbench.features.same_tables import tables_read
from workbench.features.tables import Tables
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.leakage import signs_of_leakage, suspicions
from workbench.frame.treatment_columns import Arms


@dataclass(frozen=True)
class Prepared:
    """Features that are declared and checked, and the contacts that they will be of.

    Parameters
    ----------
    tables : Tables
    found : sequence of Declared
    settings : mapping
        The builders as JSON values, with what they learned.
    contacts : DataFrame
        In the order of the rows.
    arms : Arms
    """

    tables: Tables
    found: Sequence[Declared]
    settings: Mapping[str, Any]
    contacts: pd.DataFrame
    arms: Arms

    @classmethod
    def of(cls, tables: Tables, found: Sequence[Declared], settings: Mapping[str, Any]) -> Self:
        """Put the contacts of the tables in order.

        Raises
        ------
        DataError
            Two contacts have one number; or as `arms_of_contacts` says.
        """
        contacts = tables.data.contacts
        if not contacts["contact"].is_monotonic_increasing:
            contacts = contacts.sort_values("contact")
        contacts = contacts.reset_index(drop=True)
        numbers = contacts["contact"].to_numpy()
        if again := int((numbers[1:] == numbers[:-1]).sum()):
            raise DataError(
                "`data.contacts` must number each contact once, in 'contact'; "
                f"{again:,} have the number of another. Number them anew: "
                "`data.contacts['contact'] = range(len(data.contacts))`."
            )
        return cls(tables, found, settings, contacts, arms_of_contacts(contacts, tables.data))

    @property
    def features(self) -> list[Feature]:
        """What is to be computed."""
        return [feature for _, feature in self.found]

    @property
    def catalogue(self) -> pd.DataFrame:
        """One row a feature."""
        return catalogue_of(self.found)

    @property
    def recipe(self) -> dict[str, Any]:
        """How the same features are built of other contacts."""
        data = self.tables.data
        return {
            **self.settings,
            "tables": tables_read(self.features, self.tables),
            **({"outcome": data.outcome.events} if data.outcome else {}),
            **self.arms.recipe,
            **({"suppressed": dict(data.suppressed)} if data.suppressed else {}),
            **self.tables.personal.recipe(),
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, or left out."""
        return (*self.tables.data.notes, *self.arms.notes(), *self.tables.personal.notes())

    def frame(self, X: pd.DataFrame) -> FeatureFrame:
        """Put values, one row a contact, beside what is known of them."""
        contacts = self.contacts
        frame = FeatureFrame(
            X=X,
            y=contacts["outcome"],
            campaign=contacts["campaign"],
            as_of=contacts["as_of"],
            matured_at=contacts["matured_at"],
            customer=contacts["customer"],
            catalogue=self.catalogue,
            recipe=self.recipe,
            notes=self.notes,
            treatment=self.arms.treatment,
            control=self.arms.control,
            arm_probability=self.arms.probability,
        )
        looked_at = frame.X[beyond_events(self.features)]
        suspects = signs_of_leakage(looked_at, frame.y, frame.weights)
        if not suspects:
            return frame
        return replace(frame, suspects=suspects, notes=(*frame.notes, *suspicions(suspects)))


def catalogue_of(found: Sequence[Declared]) -> pd.DataFrame:
    """Describe features, one row each."""
    rows = {
        feature.name: {
            "group": feature.group,
            "builder": builder,
            "source": feature.source,
            "lookback_days": feature.lookback_days,
            "unit": feature.unit,
            "description": feature.description,
        }
        for builder, feature in found
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("feature")
