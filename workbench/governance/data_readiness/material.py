"""What is asked about: contacts under fixed names, columns as they were read and as they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.checked import Check
from workbench.governance.data_readiness.written_days import WrittenDays, written_days_of
from workbench.governance.papers.governance import Governance
from workbench.language import say, say_count
from workbench.reading import ColumnReading
from workbench.tables.campaign_data import CampaignData

ENOUGH_ROWS = 20
"""Contacts of a campaign from which its gaps, levels and units are compared with others'."""
CHANCE = 1e-6
"""What would come by chance less often than this is none."""


@dataclass(frozen=True)
class Material:
    """One table, frame or set of campaign tables, as all questions are put to it.

    Parameters
    ----------
    contacts : DataFrame
        One row a contact, with those of ``customer, campaign, as_of, matured_at, outcome,
        weight, arm`` that are known.
    columns : DataFrame
        What else is known of each contact, as it was read; the same rows as the contacts.
    typed : DataFrame
        All columns of a table as they were read; empty where there is no table.
    written : DataFrame
        The same as they stand in the file.
    readings : mapping of column to ColumnReading
    roles : mapping of role to column
    campaigns : tuple
        Labels of campaigns, in order.
    in_order : bool
        Whether that order is known to be that of time.
    frame : FeatureFrame, optional
    tables : CampaignData, optional
    refusals : mapping of role to str
        What a run would refuse; "" is of the table as a whole.
    is_log : bool
        A row is an order, not a contact.
    papers : Governance, optional
    today : date
    """

    contacts: pd.DataFrame
    columns: pd.DataFrame
    typed: pd.DataFrame = field(default_factory=pd.DataFrame)
    written: pd.DataFrame = field(default_factory=pd.DataFrame)
    readings: Mapping[str, ColumnReading] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    campaigns: tuple[Any, ...] = ()
    in_order: bool = False
    frame: FeatureFrame | None = None
    tables: CampaignData | None = None
    refusals: Mapping[str, str] = field(default_factory=dict)
    is_log: bool = False
    papers: Governance | None = None
    today: dt.date = field(default_factory=lambda: dt.datetime.now().astimezone().date())

    def has(self, *names: str) -> bool:
        """Whether something is known of the contacts, such as their campaign."""
        return set(names) <= set(self.contacts)

    @cached_property
    def weight(self) -> npt.NDArray[np.float64]:
        """How many contacts each row stands for."""
        if not self.has("weight"):
            return np.ones(len(self.contacts))
        return np.asarray(self.contacts["weight"], dtype=np.float64)

    @cached_property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which contacts have an outcome."""
        if not self.has("outcome"):
            return np.zeros(len(self.contacts), dtype=bool)
        return np.asarray(self.contacts["outcome"].notna() & (self.weight > 0), dtype=bool)

    @cached_property
    def rows_of(self) -> dict[Any, npt.NDArray[np.intp]]:
        """The rows of each campaign, campaigns in their order."""
        if not self.has("campaign"):
            return {}
        at = self.contacts.groupby("campaign", sort=False).indices
        return {label: np.asarray(at[label]) for label in self.campaigns if label in at}

    @cached_property
    def by_campaign(self) -> pd.DataFrame:
        """Contacts with an outcome, and responses, of each campaign that has some."""
        if not self.has("campaign", "outcome"):
            return pd.DataFrame({"known": [], "positives": []})
        of = {label: at[self.known[at]] for label, at in self.rows_of.items()}
        y = self.contacts["outcome"].to_numpy(dtype="float64")
        rows = {
            label: (self.weight[at].sum(), (self.weight[at] * y[at]).sum())
            for label, at in of.items()
            if len(at)
        }
        return pd.DataFrame.from_dict(rows, orient="index", columns=["known", "positives"])

    @cached_property
    def written_days(self) -> dict[str, WrittenDays]:
        """How the days of a table are written, of every column of text that has mostly days."""
        return written_days_of(self.written)

    @property
    def now(self) -> pd.Timestamp:
        """The end of today."""
        return pd.Timestamp(self.today) + pd.Timedelta(days=1)


Question = Callable[[Material], Check]


def names_of(names: Sequence[Any], most: int = 5) -> str:
    """Write names for a reader, the first few of many.

    Examples
    --------
    >>> names_of(["age", "town"]), names_of("abcdefgh", most=2)
    ("'age', 'town'", "'a', 'b' and 6 more")
    """
    shown = ", ".join(f"'{name}'" for name in list(names)[:most])
    more = len(names) - most
    return shown + (say(" and {n} more", n=more) if more > 0 else "")


def rows_text(n: float) -> str:
    """Write a number of rows."""
    return say_count("{n:,.0f} row", "{n:,.0f} rows", n)


def contacts_text(n: float) -> str:
    """Write a number of contacts."""
    return say_count("{n:,.0f} contact", "{n:,.0f} contacts", n)
