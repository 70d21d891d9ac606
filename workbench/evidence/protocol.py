"""How a model is judged: on later campaigns, with outcomes that had time to happen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.dealing import taken, wholes
from workbench.errors import DataError, ParameterError
from workbench.feature_frame import FeatureFrame

MOST_TEST_CAMPAIGNS = 8


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
    """

    train: FeatureFrame
    test: FeatureFrame
    purged: float
    cutoff: pd.Timestamp | None
    kind: str

    def sentence(self) -> str:
        """Say in words what is learned from and what is judged."""
        train, test = (_said(frame) for frame in (self.train, self.test))
        if self.kind == "random hold-out":
            return (
                f"Learned from {train}; judged on {test}, drawn at random. That says how well it "
                "ranks more of the same, and nothing about the next campaign."
            )
        since = "" if self.cutoff is None else f" since {self.cutoff:%Y-%m-%d}"
        neither = f" In neither: {self.purged:,.0f} whose outcome was not yet known then."
        return f"Learned from {train}; judged on {test}{since}.{neither if self.purged else ''}"

    def describe(self) -> pd.DataFrame:
        """Return contacts, positives and rate of each campaign, and its part in the split."""
        parts = {"train": self.train.summary(), "test": self.test.summary()}
        return pd.concat(parts, names=["part"])

    def __repr__(self) -> str:
        return self.sentence()


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
        How many; default: a third of them, at most 8.
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
    >>> table = pd.DataFrame({"month": ["2024-01", "2024-02", "2024-03"], "x": [1, 2, 3],
    ...                       "bought": [0, 1, 0]})
    >>> out_of_time(FeatureFrame.from_table(table, target="bought", campaign="month"))
    Learned from 2 contacts of 2 campaigns; judged on 1 contact of 1 campaign.
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
            f"{len(campaigns)}. Name the campaign column, or use `random_hold_out`."
        )
    count = _how_many(test_campaigns, len(campaigns))
    tested = known.campaign.isin(campaigns[-count:]).to_numpy()
    cutoff = None if known.as_of is None else known.as_of[tested].min()
    trained = ~tested & known_before(known, cutoff, gap_days)
    if not trained.any():
        raise DataError(
            f"No outcome was known {gap_days:g} days before {cutoff:%Y-%m-%d}, when the test "
            "begins. Test on fewer campaigns, or shorten the gap."
        )
    purged = float(known.weights[~tested & ~trained].sum())
    return Split(known.rows(trained), known.rows(tested), purged, cutoff, "out of time")


def random_hold_out(frame: FeatureFrame, *, share: float = 0.3, seed: int = 0) -> Split:
    """Keep a random share of the contacts for the test: for tables without campaigns.

    Each class gives its share. Cells of contacts (`trials`) are kept whole, so that no cell
    is judged by a model that learned from it: cells that hold both classes give their share,
    cells of one class give theirs, each as nearly as whole cells allow.

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
        The rows, or cells, are too few to stand on both sides.

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
    whole = wholes(known)
    tested = taken(whole, known.weights, _classes(known, whole), share, seed)
    if not 0 < tested.sum() < len(known):
        units = "rows" if known.cell is None else "cells"
        raise DataError(
            f"A hold-out needs {units} on both sides; {whole.max() + 1} with an outcome are too "
            f"few to keep {share:g} of them for the test. Bring more {units}."
        )
    return Split(known.rows(~tested), known.rows(tested), 0, None, "random hold-out")


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


def _said(frame: FeatureFrame) -> str:
    number, count = float(frame.weights.sum()), len(frame.campaigns)
    contacts = f"{number:,.0f} contact{'s' * (number != 1)}"
    return f"{contacts} of {count} campaign{'s' * (count != 1)}" if count else contacts
