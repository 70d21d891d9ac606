"""What of some contacts stands for fewer than ten people: the same in memory and in files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from workbench.frame.column_names import GAP_FLAG
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.frame.wording import Wording
from workbench.governance.disclosure import (
    FEWEST_PEOPLE,
    few,
    is_number,
    rare_features,
    rare_levels,
)
from workbench.governance.few_in_files import seen_in_files
from workbench.governance.people import People


@dataclass(frozen=True)
class FewPeople:
    """What stands for one to nine people among some contacts.

    Parameters
    ----------
    groups : mapping of feature to group
        Of every feature.
    rare : frozenset of str
        Features that hardly anybody differs in: `workbench.governance.disclosure.rare_features`.
    gaps : frozenset of str
        Features that one to nine people miss.
    levels : mapping of feature to tuple of str
        Of each text column: the levels that fewer than ten people have.
    others : mapping of feature to tuple of str
        Of each text column: its other levels.
    campaigns : frozenset of str
        Campaigns of fewer than ten people.
    people : float
        How many people there are.
    wording : Wording
        The reader's words for features, groups and levels.
    """

    groups: Mapping[str, str]
    rare: frozenset[str]
    gaps: frozenset[str]
    levels: Mapping[str, tuple[str, ...]]
    others: Mapping[str, tuple[str, ...]]
    campaigns: frozenset[str]
    people: float
    wording: Wording = field(default=Wording(), repr=False)

    def columns(self, names: Iterable[str]) -> set[str]:
        """Name the design columns that stand for few people.

        Parameters
        ----------
        names : iterable of str
            Of a fitted model's design.

        Returns
        -------
        set of str
            As `workbench.governance.disclosure.rare_columns` of the same contacts.
        """
        found = set(self.rare) | {f"{name}{GAP_FLAG}" for name in self.gaps | self.rare}
        for name, levels in self.levels.items():
            also = self.others[name] if name in self.rare else ()
            found |= {f"{name}={level}" for level in (*levels, *also)}
        return found & set(names)

    def without_rare(self, table: pd.DataFrame) -> pd.DataFrame:
        """Leave out the rows of a table by column that stand for fewer than ten people.

        Parameters
        ----------
        table : DataFrame
            Indexed by design column, as `RidgePropensity.coefficients` is.
        """
        rare = self.columns(map(str, table.index))
        return table[[str(name) not in rare for name in table.index]]


def few_people(contacts: FeatureFrame | ParquetRows) -> FewPeople:
    """Find what stands for fewer than ten people.

    Contacts in files are read once, some at a time. What is kept of a column is bounded, but for
    the values of those who are away from the most common one, as long as these are fewer than ten.

    Parameters
    ----------
    contacts : FeatureFrame or ParquetRows

    Returns
    -------
    FewPeople

    Raises
    ------
    DataError
        A file has changed since it was first read.

    Examples
    --------
    >>> towns = pd.DataFrame({"town": ["Bonn"] * 20 + ["Ulm"] * 15 + ["Lonelyville"]})
    >>> found = few_people(FeatureFrame(towns, pd.Series([0.0, 1.0, 0.0] * 12)))
    >>> found.levels, found.columns(["town=Bonn", "town=Lonelyville"])
    ({'town': ('Lonelyville',)}, {'town=Lonelyville'})
    """
    return _of_files(contacts) if isinstance(contacts, ParquetRows) else _of_frame(contacts)


def _of_frame(frame: FeatureFrame) -> FewPeople:
    people, rare = People.of(frame), rare_features(frame)
    gaps, levels, others = set[str](), dict[str, tuple[str, ...]](), dict[str, tuple[str, ...]]()
    for feature in map(str, frame.X):
        values = frame.X[feature]
        if few(people.count(values.isna().to_numpy())):
            gaps.add(feature)
        if not is_number(values):
            levels[feature] = tuple(rare_levels(values, people))
            every = values.dropna().astype("str").unique()
            others[feature] = tuple(one for one in every if one not in set(levels[feature]))
    return FewPeople(
        frame.groups,
        frozenset(rare),
        frozenset(gaps),
        levels,
        others,
        _campaigns(frame, people),
        people.count(),
        frame.wording,
    )


def _of_files(rows: ParquetRows) -> FewPeople:
    contacts = rows.contacts()
    people = People.of(contacts)
    seen = seen_in_files(rows.contents, people)
    return FewPeople(
        rows.groups,
        frozenset(name for name, one in seen.items() if one.is_rare),
        frozenset(name for name, one in seen.items() if one.few_gaps),
        {name: one.levels.few for name, one in seen.items() if one.levels is not None},
        {name: one.levels.others for name, one in seen.items() if one.levels is not None},
        _campaigns(contacts, people),
        people.count(),
    )


def _campaigns(contacts: FeatureFrame, people: People) -> frozenset[str]:
    if contacts.campaign is None:
        return frozenset()
    counts = people.by(contacts.campaign)
    return frozenset(str(one) for one in counts.index[counts < FEWEST_PEOPLE])
