"""What is learned from and what is judged, in memory or in files, and the sentence on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import pandas as pd

from workbench.frame.dealing import what_stays_together
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.parts import FrameParts
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.language import date_text, later, say, say_count
from workbench.tables.campaign_order import FILE, TIME

OUT_OF_TIME, HELD_OUT = "out of time", "random hold-out"
ENOUGH_TO_JUDGE = 10
"""With fewer responses, or fewer contacts without one, figures are mostly chance."""


ORDER_THEM = later(
    "Name the column of their time (`time`), or give their order (`order`), to judge later ones."
)
"""What settles whether campaigns are later ones, where no order is known."""

_TOGETHER = {
    "customers": later(", all of a customer's contacts on one side"),
    "cells": later(", all of a cell's contacts on one side"),
}

Rows = TypeVar("Rows", FeatureFrame, ParquetRows)


@dataclass(frozen=True)
class _Parted(Generic[Rows]):
    """What both kinds of splits say of themselves."""

    train: Rows
    test: Rows
    purged: float
    cutoff: pd.Timestamp | None
    kind: str
    in_order_of: str = TIME

    @property
    def later(self) -> bool:
        """Whether what is judged came later than what is learned from, as far as is known."""
        return self.kind != HELD_OUT and self.in_order_of != FILE

    @property
    def too_few(self) -> str:
        """Say that the test has too few contacts to judge by; "" where it has enough."""
        test = counted(self.test)
        contacts = float(test.weights.sum())
        positives = float(test.weights[(test.y == 1).to_numpy()].sum())
        if min(positives, contacts - positives) >= ENOUGH_TO_JUDGE:
            return ""
        return say(
            "The test has {responses} among {contacts}: too few to judge by, as figures from fewer "
            "than {enough} of either outcome are mostly chance. Test on more contacts.",
            responses=say_count("{n:,.0f} response", "{n:,.0f} responses", positives),
            contacts=_contacts(contacts),
            enough=ENOUGH_TO_JUDGE,
        )

    def sentence(self) -> str:
        """Say in words what is learned from and what is judged."""
        train, test = (_said(counted(rows)) for rows in (self.train, self.test))
        if self.kind == HELD_OUT:
            stay = what_stays_together(counted(self.test))
            said = say(_TOGETHER[stay]) if stay in _TOGETHER else ""
            alone = len({*self.train.campaigns, *self.test.campaigns}) == 1
            said = say(
                "Learned from {train}; judged on {test}, drawn at random{together}{why}. That says "
                "how well it ranks more of the same, and nothing about the next campaign.",
                train=train,
                test=test,
                together=said,
                why=say(", as all are of one campaign") if alone else "",
            )
            return " ".join(filter(None, [said, self.too_few]))
        since = "" if self.cutoff is None else say(" since {day}", day=date_text(self.cutoff))
        last = ""
        if self.in_order_of == FILE:
            last = say_count(
                ", the last one of the file, as no order is known",
                ", the last ones of the file, as no order is known",
                len(self.test.campaigns),
            )
        said = say(
            "Learned from {train}; judged on {test}{last}{since}.",
            train=train,
            test=test,
            last=last,
            since=since,
        )
        purged = say("In neither: {n:,.0f} whose outcome was not yet known then.", n=self.purged)
        return " ".join(filter(None, [said, purged if self.purged else "", self.too_few]))

    def describe(self) -> pd.DataFrame:
        """Return contacts, positives and rate of each campaign, and its part in the split."""
        parts = {"train": self.train.summary(), "test": self.test.summary()}
        return pd.concat(parts, names=["part"])

    def __repr__(self) -> str:
        return self.sentence()


@dataclass(frozen=True, repr=False)
class Split(_Parted[FeatureFrame]):
    """Rows to learn from and rows to be judged on.

    Parameters
    ----------
    train, test : FeatureFrame
    purged : float
        Contacts in neither: their outcome was not yet known when the test begins.
    cutoff : Timestamp or None
        The moment at which the test begins.
    kind : {"out of time", "random hold-out"}
    in_order_of : str
        What the order of campaigns rests on, as `FeatureFrame.in_order_of` says.
    """


@dataclass(frozen=True, repr=False)
class StreamedSplit(_Parted[ParquetRows]):
    """Rows of files to learn from, and to be judged on: a `Split` that is not in memory.

    Parameters
    ----------
    train, test : ParquetRows
        `RidgePropensity.fit` takes the one, `scored_rows` the other.
    purged, cutoff, kind, in_order_of
        As of `Split`.
    """


def counted(rows: FeatureFrame | ParquetRows) -> FrameParts:
    """Return what contacts, outcomes and campaigns are counted of: of files, a row a key."""
    return rows.contents.by_key if isinstance(rows, ParquetRows) else rows


def _said(frame: FrameParts) -> str:
    contacts, count = _contacts(float(frame.weights.sum())), len(frame.campaigns)
    if not count:
        return contacts
    return say_count(
        "{contacts} of {n:,.0f} campaign",
        "{contacts} of {n:,.0f} campaigns",
        count,
        contacts=contacts,
    )


def _contacts(number: float) -> str:
    return say_count("{n:,.0f} contact", "{n:,.0f} contacts", number)
