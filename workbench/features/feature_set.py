"""FeatureSet: builders in, a FeatureFrame out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Self, overload

import pandas as pd

from workbench.errors import ParameterError
from workbench.features.builder import Builder, builder_from_dict
from workbench.features.cache import Cache, cached
from workbench.features.declared import declared, warn_of_doubts
from workbench.features.measures import Feature
from workbench.features.plans.choice import choose, explained
from workbench.features.plans.execute import execute
from workbench.features.plans.reading import read_contacts
from workbench.features.plans.sql import SqlPlan
from workbench.features.prepared import Prepared, catalogue_of
from workbench.features.proposal import proposed
from workbench.features.same_tables import check_same_tables
from workbench.features.tables import Tables
from workbench.features.to_file import build_to_file, target_of
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.messages import listed
from workbench.tables.campaign_data import CampaignData


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
        self._tables_of: Mapping[str, Any] = {}  # what the recipe says of them, where it is of one
        self._made: list[list[Feature]] = []

    @classmethod
    def default(cls, data: CampaignData) -> Self:
        """Propose a set from what the tables hold: what each registered builder would build.

        Amounts that few customers hold most of are taken on a logarithmic scale, and
        look-backs are those that most contacts have the history for. What is proposed
        shows as a table, with the number of features; change it by writing your own.

        Parameters
        ----------
        data : CampaignData

        Examples
        --------
        >>> from workbench.datasets import sample
        >>> from workbench.features import FeatureSet
        >>> proposed = FeatureSet.default(sample())
        >>> proposed.table()[["builder", "table", "features"]].head(3)
              builder      table  features
        0  attributes  customers         1
        ...
        """
        tables = Tables(data)
        builders, features = proposed(tables)
        made = cls(*builders)
        made._made = features
        return made

    @classmethod
    def declared(cls, data: CampaignData) -> Self:
        """Make the set that the data declare in `features`, or propose one where they do not.

        Parameters
        ----------
        data : CampaignData

        Raises
        ------
        ParameterError
            A builder is not registered, or a setting is not the builder's.

        Examples
        --------
        >>> from workbench.datasets import sample
        >>> from workbench.features import FeatureSet
        >>> data = sample()
        >>> data.features = [{"builder": "rfm", "events": "visits", "value": "amount"}]
        >>> FeatureSet.declared(data)
        FeatureSet of 1 builder: rfm(visits)
        """
        if not data.features:
            return cls.default(data)
        return cls(*(builder_from_dict(settings) for settings in data.features))

    @overload
    def build(
        self, data: CampaignData, *, to: None = None, progress: bool = True, cache: Cache = None
    ) -> FeatureFrame: ...

    @overload
    def build(
        self,
        data: CampaignData,
        *,
        to: str | os.PathLike[str],
        progress: bool = True,
        cache: Cache = None,
    ) -> ParquetRows: ...

    def build(
        self,
        data: CampaignData,
        *,
        to: str | os.PathLike[str] | None = None,
        progress: bool = True,
        cache: Cache = None,
    ) -> FeatureFrame | ParquetRows:
        """Build the features of all contacts, or find them as they were built before.

        Parameters
        ----------
        data : CampaignData
        to : path, optional
            A Parquet file to write features to, some contacts at a time, where all of them
            together would not fit into memory. It is there whole, or as it was before. Values,
            types and the order of rows are those of the frame; columns that say whose they are
            stand before them.
        progress : bool
            Show a bar where it takes more than a second.
        cache : bool or path, optional
            The folder to keep built features in; True for the user's usual one, which the
            variable WORKBENCH_CACHE may name; False for none. Left out, the usual one where
            the tables have more than half a million rows together, and building took at least
            five times as long as reading will. What is found there was built by the same code
            from tables of the same content. With `to`, none.

        Returns
        -------
        FeatureFrame
            One row a contact, in the order of ``data.contacts``; `y` is NaN where the
            outcome is not known yet. Its recipe holds what was learned from the data
            (which kinds are frequent), so that new contacts get the same columns. Columns
            that alone rank the outcomes with an AUC above 0.95 are named in its notes.
        ParquetRows
            With `to`: the rows of the file, to fit a model to, with groups, notes and recipe.
            ``ParquetRows(path)`` gives the same later: the file holds all of these.

        Raises
        ------
        ParameterError
            A table or kind is unknown, or two builders make a column of the same name; or `to`
            is no file that can be written, or comes with a cache.
        SchemaError
            A column is missing, or does not hold numbers.
        LeakageError
            An attribute table has no validity date.
        DataError
            With `to`: there are more moments, or levels of a category, than a fit of rows in
            blocks keeps in mind.

        Warns
        -----
        DataWarning
            A look-back is longer than the history of some contacts, with their share; or
            amounts below 0 are put on a logarithmic scale.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from workbench.datasets import sample
        >>> from workbench.features import FeatureSet, windows
        >>> visits = FeatureSet(windows("visits", lookbacks_days=[28]))
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "features.parquet"
        >>> visits.build(sample(), to=file)
        ParquetRows: 2,000 contacts × 1 feature in 1 group; 8 campaigns; 433 of 1,750 known ...
        """
        target = None if to is None else target_of(to, cache)
        tables = self._tables(data)
        settled = self._settled(tables)
        found = declared(settled, tables)
        ready = Prepared.of(tables, found, FeatureSet(*settled).to_dict())
        features = ready.features
        warn_of_doubts(features, tables)
        if target is not None:
            return build_to_file(ready, target, progress=progress)
        build = partial(execute, features, tables, progress=progress)
        return ready.frame(cached(features, tables, build, cache=cache))

    def catalogue(self, data: CampaignData) -> pd.DataFrame:
        """Show what would be built, one row a feature, without building it.

        Returns
        -------
        DataFrame
            Index feature; ``group, builder, source, lookback_days, unit, description``. A
            look-back of infinity is all history, of 0 that no event is needed.
        """
        tables = self._tables(data)
        return catalogue_of(declared(self._settled(tables), tables))

    def explain(self, data: CampaignData) -> pd.DataFrame:
        """Show how the features would be computed, and why, without computing them.

        Returns
        -------
        DataFrame
            One row a source and plan, the costliest first: ``source, plan, why, rows,
            events, windows, measures, seconds``. Seconds are a rough estimate for one core.
            The plan is one of:

            - ``cells``: events between two window edges are added up once;
            - ``running sums``: events are sorted by time;
            - ``sql``: events are joined with the contacts that follow.

        Examples
        --------
        >>> from workbench.datasets import sample
        >>> from workbench.features import FeatureSet, rfm
        >>> FeatureSet(rfm("visits")).explain(sample())["source"].tolist()
        ['visits']
        """
        tables = self._tables(data)
        features = [feature for _, feature in declared(self._settled(tables), tables)]
        return explained(choose(features, tables, read_contacts(tables.connection)))

    def sql(self, data: CampaignData, *, dialect: str = "duckdb") -> str:
        """Write the query that gives all features, one row a contact.

        It reads the tables of ``data.connect()``, and begins with a list of what it reads.
        A warehouse that has tables or views of these names builds the same features: equal
        counts, and sums equal to 1e-12. `build` gives the same values, most of them without
        this join.

        Parameters
        ----------
        data : CampaignData
            Names and types are taken from it, and what the builders learn. A part of the
            warehouse's rows will do, such as those of the campaigns in training.
        dialect : {"duckdb", "spark", "bigquery", "snowflake", "postgres"}

        Raises
        ------
        ParameterError
            The dialect is unknown, or has no counterpart for what a builder uses.

        Examples
        --------
        >>> from workbench.datasets import sample
        >>> from workbench.features import FeatureSet, calendar
        >>> seasons = FeatureSet(calendar(harmonics=0, holidays=[]))
        >>> print(seasons.sql(sample(), dialect="postgres"))
        -- PostgreSQL; over these tables, named as here letter by letter:
        --   contacts (contact BIGINT, as_of TIMESTAMP)
        SELECT
        ...
        """
        from workbench.features.plans.dialects import printed
        from workbench.sql.dialects import check_dialect

        check_dialect(dialect)
        tables = self._tables(data)
        settled = self._settled(tables)
        found = declared(settled, tables)
        text = SqlPlan([feature for _, feature in found], tables).text
        try:
            return printed(text, dialect, tables)
        except ParameterError as error:
            raise ParameterError(f"{error}{_concerned(settled, tables, dialect)}") from None

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

        It then builds from tables that are those of the recipe, and from no others.

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
        made._tables_of = {"tables": recipe.get("tables", {})}
        return made

    def _tables(self, data: CampaignData) -> Tables:
        tables = Tables(data, known_levels=self._known_levels)
        check_same_tables(self._tables_of, tables)
        return tables

    def _settled(self, tables: Tables) -> list[Builder]:
        return [builder.resolve(tables) for builder in self.builders]

    def table(self) -> pd.DataFrame:
        """Show the builders and their settings, one row a builder.

        A proposed set also shows the number and the groups of the features of each.
        """
        rows = [row for builder in self.builders for row in builder.rows()]
        table = pd.DataFrame(rows, columns=["builder", "table", "settings"])
        if self._made:
            table.insert(2, "features", [len(features) for features in self._made])
            groups = [dict.fromkeys(f.group for f in features) for features in self._made]
            table.insert(3, "groups", [", ".join(names) for names in groups])
        return table

    def __repr__(self) -> str:
        names = [f"{b.name}({b.subject})" if b.subject else b.name for b in self.builders]
        plural = "s" * (len(names) != 1)
        return f"FeatureSet of {len(names)} builder{plural}: {', '.join(names)}"

    def _repr_html_(self) -> str:
        return self.table().to_html(index=False, border=0)


def _concerned(builders: Sequence[Builder], tables: Tables, dialect: str) -> str:
    """Say which builders a dialect has no counterpart for."""
    from workbench.features.plans.dialects import printed

    names = []
    for builder in builders:
        try:
            printed(SqlPlan(list(builder.features(tables)), tables).text, dialect, tables)
        except ParameterError:
            names.append(f"{builder.name}({builder.subject})" if builder.subject else builder.name)
    return f" That concerns {listed(names)}." if names else ""
