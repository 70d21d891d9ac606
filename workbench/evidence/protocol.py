"""How a model is judged: on later campaigns, with outcomes that had time to happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.frame.dealing import numbered, taken, together, what_stays_together
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import date_text, later, say, say_count
from workbench.tables.campaign_order import FILE, TIME

OUT_OF_TIME, HELD_OUT = "out of time", "random hold-out"
MOST_TEST_CAMPAIGNS = 8
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


@dataclass(frozen=True)
class Split:
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

    train: FeatureFrame
    test: FeatureFrame
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
        positives, contacts = self.test.positives, float(self.test.weights.sum())
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
        train, test = (_said(frame) for frame in (self.train, self.test))
        if self.kind == HELD_OUT:
            stay = what_stays_together(self.test)
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


def hold_out(frame: FeatureFrame, *, test_campaigns: int | None = None, seed: int = 0) -> Split:
    """Keep the last campaigns for the test; contacts drawn at random where there are no two.

    Parameters
    ----------
    frame : FeatureFrame
    test_campaigns : int, optional
        As for `out_of_time`.
    seed : int
        As for `random_hold_out`.

    Returns
    -------
    Split
        Its ``kind`` says which it is, and its sentence why.

    Raises
    ------
    DataError, ParameterError
        As `out_of_time` and `random_hold_out` do.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame
    >>> table = pd.DataFrame({"x": range(80), "wave": "May", "bought": [0, 1] * 40})
    >>> hold_out(FeatureFrame.from_table(table, target="bought", campaign="wave"))
    Learned from 56 contacts of 1 campaign; judged on 24 contacts of 1 campaign, drawn at
    random, as all are of one campaign. That says how well it ranks more of the same, and
    nothing about the next campaign.
    """
    if len(frame.known().campaigns) > 1 or test_campaigns is not None:
        return out_of_time(frame, test_campaigns=test_campaigns)
    return random_hold_out(frame, seed=seed)


def out_of_time(
    frame: FeatureFrame,
    *,
    test_campaigns: int | None = None,
    gap_days: float = 0.0,
) -> Split:
    """Keep the last campaigns for the test; learn from outcomes known before they start.

    A training row must have its outcome known (`matured_at`) at least `gap_days` before
    the first test campaign's earliest `as_of`. Without moments, campaigns stand in their
    own order and nothing is purged.

    Parameters
    ----------
    frame : FeatureFrame
        With campaigns. Rows without an outcome are passed over.
    test_campaigns : int, optional
        How many; default: a third of them, at most 8, or as many more within that third as
        it takes to judge by.
    gap_days : float

    Returns
    -------
    Split

    Raises
    ------
    DataError
        There are fewer than two campaigns, or nothing is left to learn from.
    ParameterError
        `test_campaigns` does not lie between 1 and the number of campaigns less one, or
        `gap_days` is negative.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame
    >>> from workbench.evidence import out_of_time
    >>> table = pd.DataFrame({"month": ["Jan 2024", "Feb 2024", "Mar 2024"] * 20,
    ...                       "x": range(60), "bought": [0, 0, 0, 1, 1, 1] * 10})
    >>> out_of_time(FeatureFrame.from_table(table, target="bought", campaign="month"))
    Learned from 40 contacts of 2 campaigns; judged on 20 contacts of 1 campaign.
    """
    if not 0 <= gap_days < np.inf:
        raise ParameterError(
            f"`gap_days` must be a number of days from 0; got {gap_days!r}. A gap before the test "
            "leaves out more of the training, never less."
        )
    known = frame.known()
    campaigns = known.campaigns
    if known.campaign is None or len(campaigns) < 2:
        raise DataError(
            f"A test on later campaigns needs at least two campaigns with outcomes; got "
            f"{len(campaigns)}. Name a column with more of them, or leave `test_campaigns` out and "
            "use `hold_out`, which draws contacts at random then."
        )
    count = _how_many(test_campaigns, len(campaigns))
    if test_campaigns is None:
        count = _enough(known, campaigns, count)
    tested = known.campaign.isin(campaigns[-count:]).to_numpy()
    cutoff = None if known.as_of is None else known.as_of[tested].min()
    trained = ~tested & known_before(known, cutoff, gap_days)
    if not trained.any():
        raise DataError(
            f"No outcome was known {gap_days:g} days before {cutoff:%Y-%m-%d}, when the test "
            "begins. Test on fewer campaigns, or shorten the gap."
        )
    purged = float(known.weights[~tested & ~trained].sum())
    parts = known.rows(trained), known.rows(tested)
    return Split(*parts, purged, cutoff, OUT_OF_TIME, frame.in_order_of)


def random_hold_out(frame: FeatureFrame, *, share: float = 0.3, seed: int = 0) -> Split:
    """Keep a random share of the contacts for the test: for tables without campaigns.

    Each class gives its share. The rows of a customer stay together, where `customer` is
    known; otherwise the cells of contacts (`trials`) stay whole. So nobody is judged by a
    model that learned from them. Those that hold both classes give their share, and those of
    one class give theirs, as nearly as whole ones allow.

    Parameters
    ----------
    frame : FeatureFrame
    share : float
        Share of the contacts to test on, in (0, 1).
    seed : int

    Returns
    -------
    Split

    Raises
    ------
    ParameterError
        `share` is not between 0 and 1.
    DataError
        The rows, cells or customers are too few to stand on both sides.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame
    >>> table = pd.DataFrame({"x": range(10), "bought": [0, 1] * 5})
    >>> split = random_hold_out(FeatureFrame.from_table(table, target="bought"), share=0.4)
    >>> len(split.train), len(split.test), split.test.positives
    (6, 4, 2.0)
    """
    if not 0 < share < 1:
        raise ParameterError(f"`share` must lie between 0 and 1; got {share!r}. Try 0.3.")
    known = frame.known()
    whole = numbered(pd.Series(together(known)))
    tested = taken(whole, known.weights, _classes(known, whole), share, seed)
    if not 0 < tested.sum() < len(known):
        units = what_stays_together(known)
        raise DataError(
            f"A hold-out needs {units} on both sides; {whole.max() + 1} with an outcome are too "
            f"few to keep {share:g} of them for the test. Bring more {units}."
        )
    return Split(known.rows(~tested), known.rows(tested), 0, None, HELD_OUT, frame.in_order_of)


def _classes(known: FeatureFrame, whole: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Say what is in each row's whole: 0 negatives alone, 1 positives alone, 2 both."""
    y, there = known.y.to_numpy(), known.weights > 0
    positive, negative = (np.bincount(whole, (y == k) & there) > 0 for k in (1, 0))
    return np.asarray(np.where(positive & negative, 2, positive)[whole], dtype=np.int64)


def known_before(
    frame: FeatureFrame, cutoff: pd.Timestamp | None, gap_days: float = 0.0
) -> npt.NDArray[np.bool_]:
    """Mark the rows whose outcome was known so many days before a moment; all if there is none."""
    if cutoff is None or frame.as_of is None:
        return np.ones(len(frame), dtype=bool)
    latest = cutoff - pd.Timedelta(days=gap_days)
    if frame.matured_at is not None:
        return (frame.matured_at <= latest).to_numpy()
    # no label window is known: the decision at least must come before
    return (frame.as_of < latest).to_numpy()


def _how_many(asked: int | None, campaigns: int) -> int:
    if asked is None:
        return min(MOST_TEST_CAMPAIGNS, max(1, campaigns // 3))
    if asked not in range(1, campaigns):
        raise ParameterError(
            f"`test_campaigns` must lie between 1 and {campaigns - 1}, as {campaigns} campaigns "
            f"have outcomes; got {asked!r}. Leave it out for {_how_many(None, campaigns)}."
        )
    return int(asked)


def _enough(known: FeatureFrame, campaigns: list[Any], count: int) -> int:
    """Test on more of many small campaigns, up to a third, until there are enough to judge by."""
    summary = known.summary().loc[campaigns[::-1]]
    fewer = np.minimum(
        summary["positives"].cumsum(), (summary["known"] - summary["positives"]).cumsum()
    )
    reached = int((fewer < ENOUGH_TO_JUDGE).sum()) + 1
    return max(count, reached) if reached <= len(campaigns) // 3 else count


def _said(frame: FeatureFrame) -> str:
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
