"""How a model is judged: on later campaigns, with outcomes that had time to happen."""

from __future__ import annotations

from typing import Any, NamedTuple, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.evidence.split import ENOUGH_TO_JUDGE, HELD_OUT, OUT_OF_TIME, Split, StreamedSplit
from workbench.frame.dealing import numbered, taken, together, what_stays_together
from workbench.frame.described import summary_of
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.parts import FrameParts
from workbench.frame.streamed.contents import Contents
from workbench.frame.streamed.cut_at import cut_at
from workbench.frame.streamed.parquet_rows import ParquetRows, rows_of_keys

MOST_TEST_CAMPAIGNS = 8


@overload
def hold_out(frame: FeatureFrame, *, test_campaigns: int | None = None, seed: int = 0) -> Split: ...


@overload
def hold_out(
    frame: ParquetRows, *, test_campaigns: int | None = None, seed: int = 0
) -> StreamedSplit: ...


def hold_out(
    frame: FeatureFrame | ParquetRows, *, test_campaigns: int | None = None, seed: int = 0
) -> Split | StreamedSplit:
    """Keep the last campaigns for the test; contacts drawn at random where there are no two.

    Parameters
    ----------
    frame : FeatureFrame or ParquetRows
        Of `ParquetRows` no contacts are drawn at random: they need two campaigns.
    test_campaigns : int, optional
        As for `out_of_time`.
    seed : int
        As for `random_hold_out`.

    Returns
    -------
    Split or StreamedSplit
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
    if isinstance(frame, ParquetRows):
        return out_of_time(frame, test_campaigns=test_campaigns)
    if len(frame.known().campaigns) > 1 or test_campaigns is not None:
        return out_of_time(frame, test_campaigns=test_campaigns)
    return random_hold_out(frame, seed=seed)


@overload
def out_of_time(
    frame: FeatureFrame, *, test_campaigns: int | None = None, gap_days: float = 0.0
) -> Split: ...


@overload
def out_of_time(
    frame: ParquetRows, *, test_campaigns: int | None = None, gap_days: float = 0.0
) -> StreamedSplit: ...


def out_of_time(
    frame: FeatureFrame | ParquetRows,
    *,
    test_campaigns: int | None = None,
    gap_days: float = 0.0,
) -> Split | StreamedSplit:
    """Keep the last campaigns for the test; learn from outcomes known before they start.

    A training row must have its outcome known (`matured_at`) at least `gap_days` before
    the first test campaign's earliest `as_of`. Without moments, campaigns stand in their
    own order and nothing is purged.

    Parameters
    ----------
    frame : FeatureFrame or ParquetRows
        With campaigns. Rows without an outcome are passed over. Of `ParquetRows` both parts are
        such again: nothing is copied, and the same contacts are in them.
    test_campaigns : int, optional
        How many; default: a third of them, at most 8, or as many more within that third as
        it takes to judge by.
    gap_days : float

    Returns
    -------
    Split or StreamedSplit

    Raises
    ------
    DataError
        There are fewer than two campaigns, or nothing is left to learn from; or files have changed.
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
    if isinstance(frame, ParquetRows):
        return _of_files(frame, test_campaigns, gap_days)
    known = frame.known()
    found = _later_ones(known, test_campaigns, gap_days)
    found.check_some_to_learn_from(gap_days)
    parts = known.rows(found.trained), known.rows(found.tested)
    purged = _purged(known, found)
    return Split(*parts, purged, found.cutoff, OUT_OF_TIME, frame.in_order_of)


class _Later(NamedTuple):
    """Which rows are judged, and which were known before these begin."""

    trained: npt.NDArray[np.bool_]
    tested: npt.NDArray[np.bool_]
    cutoff: pd.Timestamp | None

    def check_some_to_learn_from(self, gap_days: float) -> None:
        """Raise where nothing was known in time."""
        if not self.trained.any():
            raise DataError(
                f"No outcome was known {gap_days:g} days before {self.cutoff:%Y-%m-%d}, when the "
                "test begins. Test on fewer campaigns, or shorten the gap."
            )


def _later_ones(known: FrameParts, test_campaigns: int | None, gap_days: float) -> _Later:
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
    return _Later(~tested & known_before(known, cutoff, gap_days), tested, cutoff)


def _purged(known: FrameParts, found: _Later) -> float:
    return float(known.weights[~found.tested & ~found.trained].sum())


def _of_files(rows: ParquetRows, test_campaigns: int | None, gap_days: float) -> StreamedSplit:
    """Part rows of files by their keys, of which each is on one side."""
    contents = rows.contents
    known, place, found = _by_key(contents, test_campaigns, gap_days)
    if found.cutoff is not None:
        latest = found.cutoff - pd.Timedelta(days=gap_days)
        role = "time" if known.matured_at is None else "matured"
        contents = cut_at(contents, role, [latest], among=_marked(contents, place[~found.tested]))
        known, place, found = _by_key(contents, test_campaigns, gap_days)
    found.check_some_to_learn_from(gap_days)
    train, test = (
        rows_of_keys(rows, _marked(contents, place[some]), contents)
        for some in (found.trained, found.tested)
    )
    order = contents.by_key.in_order_of
    return StreamedSplit(train, test, _purged(known, found), found.cutoff, OUT_OF_TIME, order)


def _by_key(
    contents: Contents, test_campaigns: int | None, gap_days: float
) -> tuple[FrameParts, npt.NDArray[np.int64], _Later]:
    """Return the keys with an outcome, their numbers, and which are judged."""
    every = contents.settled.by_key
    some = every.y.notna().to_numpy()
    if contents.kept is not None:
        some = some & contents.kept
    known = every.rows(some)
    if len(known.campaigns) < 2:
        raise DataError(
            "Rows of files are tested on later campaigns, of which there must be two with outcomes "
            f"at least; got {len(known.campaigns)}. Name a column with more of them, `campaign` or "
            "`time`; a `FeatureFrame` of rows in memory is tested on contacts drawn at "
            "random, and so is `workbench run --no-stream`."
        )
    return known, np.flatnonzero(some), _later_ones(known, test_campaigns, gap_days)


def _marked(contents: Contents, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    marks = np.zeros(len(contents.keys), dtype=bool)
    marks[keys] = True
    return marks


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
    frame: FrameParts, cutoff: pd.Timestamp | None, gap_days: float = 0.0
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


def _enough(known: FrameParts, campaigns: list[Any], count: int) -> int:
    """Test on more of many small campaigns, up to a third, until there are enough to judge by."""
    summary = summary_of(known).loc[campaigns[::-1]]
    fewer = np.minimum(
        summary["positives"].cumsum(), (summary["known"] - summary["positives"]).cumsum()
    )
    reached = int((fewer < ENOUGH_TO_JUDGE).sum()) + 1
    return max(count, reached) if reached <= len(campaigns) // 3 else count
