"""FeatureSet: builders in, a FeatureFrame out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Self

import pandas as pd

from workbench._checks import listed
from workbench.campaign_data import CampaignData
from workbench.errors import ParameterError
from workbench.feature_frame import FeatureFrame
from workbench.features.builder import Builder, builder_from_dict
from workbench.features.cache import Cache, cached
from workbench.features.measures import Feature
from workbench.features.plans.choice import choose, explained
from workbench.features.plans.execute import execute
from workbench.features.plans.reading import read_contacts
from workbench.features.plans.sql import SqlPlan
from workbench.features.tables import Tables


class FeatureSet:
    """A list of builders, which together make one feature table.

    A row is (customer, campaign, `as_of`): its features are computed from what happened,
    and was known, strictly before `as_of`. Counts are exact, and sums are sums of whole
    millionths, so that the same data give the same features to the last bit.

    Parameters
    ----------
    *builders : Builder
        From `workbench.features`, or your own.

    Raises
    ------
    ParameterError
        There is no builder, or something else stands among them.

    Examples
    --------
    >>> from workbench.features import FeatureSet, cadence, calendar, rfm, windows
    >>> features = FeatureSet(
    ...     rfm("transactions", value="sales_value"),
    ...     windows("transactions", values=["sales_value"], kinds={"department": ["GROCERY"]}),
    ...     cadence(),
    ...     calendar(),
    ... )
    >>> features
    FeatureSet of 4 builders: rfm(transactions), windows(transactions), cadence, calendar
    """

    def __init__(self, *builders: Builder) -> None:
        for builder in builders:
            if not isinstance(builder, Builder):
                raise ParameterError(
                    f"FeatureSet takes builders such as rfm('transactions'); got {builder!r} of "
                    f"type {type(builder).__name__}. Call it with its settings first."
                )
        if not builders:
            raise ParameterError(
                "FeatureSet needs at least one builder; got none. "
                "Start with rfm('<an event table>')."
            )
        self.builders = builders
        self._known_levels = True

    def build(
        self, data: CampaignData, *, progress: bool = True, cache: Cache = None
    ) -> FeatureFrame:
        """Build the features of all contacts, or find them as they were built before.

        Parameters
        ----------
        data : CampaignData
        progress : bool
            Show a bar where it takes more than a second.
        cache : bool or path, optional
            The folder to keep built features in; True for the user's usual one, which the
            variable WORKBENCH_CACHE may name; False for none. Left out, the usual one where
            the tables have more than half a million rows together. What is found there
            was built by the same code from tables of the same content.

        Returns
        -------
        FeatureFrame
            One row a contact, in the order of ``data.contacts``; `y` is NaN where the
            outcome is not known yet. Its recipe holds what was learned from the data
            (which kinds are frequent), so that new contacts get the same columns.

        Raises
        ------
        ParameterError
            A table or kind is unknown, or two builders make a column of the same name.
        SchemaError
            A column is missing, or does not hold numbers.
        LeakageError
            An attribute table has no validity date.
        """
        tables = self._tables(data)
        settled = self._settled(tables)
        declared = _declared(settled, tables)
        features = [feature for _, feature in declared]
        X = cached(
            features, tables, partial(execute, features, tables, progress=progress), cache=cache
        )
        contacts = data.contacts.sort_values("contact").reset_index(drop=True)
        return FeatureFrame(
            X=X,
            y=contacts["outcome"],
            campaign=contacts["campaign"],
            as_of=contacts["as_of"],
            matured_at=contacts["matured_at"],
            customer=contacts["customer"],
            catalogue=_catalogue(declared),
            recipe=FeatureSet(*settled).to_dict(),
            notes=tuple(data.notes),
        )

    def catalogue(self, data: CampaignData) -> pd.DataFrame:
        """Show what would be built, one row a feature, without building it.

        Returns
        -------
        DataFrame
            Index feature; ``group, builder, source, lookback_days, unit, description``.
        """
        tables = self._tables(data)
        return _catalogue(_declared(self._settled(tables), tables))

    def explain(self, data: CampaignData) -> pd.DataFrame:
        """Show how the features would be computed, and why, without computing them.

        Returns
        -------
        DataFrame
            One row a source and plan, the costliest first: ``source, plan, why, rows,
            events, windows, measures, seconds``. The plan is ``cells`` (events between two
            window edges are added up once), ``running sums`` (events are sorted by time), or
            ``sql`` (events are joined with the contacts that follow); seconds are a
            rough estimate for one core.

        Examples
        --------
        >>> from workbench.datasets import sample
        >>> from workbench.features import FeatureSet, rfm
        >>> FeatureSet(rfm("visits")).explain(sample())["source"].tolist()
        ['visits']
        """
        tables = self._tables(data)
        features = [feature for _, feature in _declared(self._settled(tables), tables)]
        return explained(choose(features, tables, read_contacts(tables.connection)))

    def sql(self, data: CampaignData) -> str:
        """Write the query that gives all features, one row a contact.

        It is over the tables of ``data.connect()``. `build` gives the same values, to the
        last bit, most of them without this join.
        """
        tables = self._tables(data)
        declared = _declared(self._settled(tables), tables)
        return SqlPlan([feature for _, feature in declared], tables).text

    def to_dict(self) -> dict[str, Any]:
        """Return the builders and their settings as JSON values: the recipe.

        Examples
        --------
        >>> from workbench.features import FeatureSet, rfm
        >>> FeatureSet(rfm("visits")).to_dict()["features"][0]["events"]
        'visits'
        """
        return {"kind": "features", "features": [builder.to_dict() for builder in self.builders]}

    @classmethod
    def from_dict(cls, recipe: Mapping[str, Any]) -> Self:
        """Make the set again from a recipe; kinds that it names may be absent by now.

        Raises
        ------
        ParameterError
            It is not a recipe of features, or names a builder that is not registered.
        """
        if recipe.get("kind") != "features":
            raise ParameterError(
                "A recipe of features has kind 'features'; got kind "
                f"{recipe.get('kind')!r}. A flat table enters through FeatureFrame.from_table."
            )
        made = cls(*(builder_from_dict(settings) for settings in recipe["features"]))
        made._known_levels = False
        return made

    def _tables(self, data: CampaignData) -> Tables:
        return Tables(data, known_levels=self._known_levels)

    def _settled(self, tables: Tables) -> list[Builder]:
        return [builder.resolve(tables) for builder in self.builders]

    def table(self) -> pd.DataFrame:
        """Show the builders and their settings, one row a builder."""
        rows = [(b.name, b.subject, _settings(b)) for b in self.builders]
        return pd.DataFrame(rows, columns=["builder", "table", "settings"])

    def __repr__(self) -> str:
        names = [f"{b.name}({b.subject})" if b.subject else b.name for b in self.builders]
        plural = "s" * (len(names) != 1)
        return f"FeatureSet of {len(names)} builder{plural}: {', '.join(names)}"

    def _repr_html_(self) -> str:
        return self.table().to_html(index=False, border=0)


def _declared(builders: Sequence[Builder], tables: Tables) -> list[tuple[str, Feature]]:
    declared = [(b.name, feature) for b in builders for feature in b.features(tables)]
    counts = Counter(feature.name for _, feature in declared)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        makers = dict.fromkeys(name for name, feature in declared if feature.name in twice)
        raise ParameterError(
            f"Every feature must have a name of its own; {listed(twice)} are made twice, by "
            f"{listed(makers)}. Give one of the builders a `prefix`, or leave it out."
        )
    return declared


def _catalogue(declared: Sequence[tuple[str, Feature]]) -> pd.DataFrame:
    rows = {
        feature.name: {
            "group": feature.group,
            "builder": builder,
            "source": feature.source,
            "lookback_days": feature.lookback_days,
            "unit": feature.unit,
            "description": feature.description,
        }
        for builder, feature in declared
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("feature")


def _settings(builder: Builder) -> str:
    skipped = ("builder", "events", "table")
    settings = {k: v for k, v in builder.to_dict().items() if k not in skipped and v is not None}
    return ", ".join(f"{name}={value!r}" for name, value in settings.items())
