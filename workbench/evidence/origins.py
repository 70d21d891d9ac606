"""Every split on which methods are compared: next, last and left-out campaigns, held-out rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError
from workbench.evidence.protocol import known_before, out_of_time, random_hold_out
from workbench.frame.feature_frame import FeatureFrame

ROLLING, LEFT_OUT, HELD_OUT = "rolling origin", "campaign left out", "rows held out"
LAST = "last campaigns"
HELD_OUT_SHARE = 0.2
_POSITION = "position"


class Origin(NamedTuple):
    """Positions of the rows to learn from and to judge, in the frame of known outcomes."""

    kind: str
    name: str
    train: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]


def origins(frame: FeatureFrame, *, earlier: int = 6, seed: int = 0) -> list[Origin]:
    """Split known outcomes three ways.

    *Rolling origin*: each campaign is judged by what was learned from outcomes that were
    known when it started, as long as these are of `earlier` campaigns at least. Campaigns
    with the same outcomes known before them are judged together. *Campaign left out*: each
    campaign by all others. *Rows held out*: a fifth of the rows, at random.

    Parameters
    ----------
    frame : FeatureFrame
        With campaigns, all outcomes known.
    earlier : int
    seed : int
        Of the rows held out.

    Returns
    -------
    list of Origin

    Raises
    ------
    DataError
        No campaign has as many campaigns before it.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=8, new_campaigns=0, rows=50, stable=2, spiky=1).frame
    >>> [(one.name, len(one.train)) for one in origins(frame) if one.kind == "rolling origin"]
    [('c07', 300), ('c08', 350)]
    """
    rolling = _rolling(frame, earlier)
    if not rolling:
        raise DataError(
            f"Judging campaigns by those before them needs one with {earlier} campaigns whose "
            f"outcomes were known before it; none of {len(frame.campaigns)} has. Lower `earlier`, "
            "or bring more campaigns."
        )
    left_out = [_left_out(frame, label) for label in frame.campaigns]
    left_out = [one for one in left_out if both_classes(frame, one.train)]
    return [*rolling, *left_out, _held_out(frame, seed)]


def last_campaigns(frame: FeatureFrame, *, test_campaigns: int | None = None) -> list[Origin]:
    """Split as `out_of_time` does, and so as a propensity report does.

    Parameters
    ----------
    frame : FeatureFrame
        With campaigns, all outcomes known.
    test_campaigns : int, optional

    Returns
    -------
    list of Origin
        One; none where what comes before has not both classes in two campaigns.

    Raises
    ------
    DataError, ParameterError
        As `out_of_time` does.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=8, new_campaigns=0, rows=50, stable=2, spiky=1).frame
    >>> [(one.name, len(one.train)) for one in last_campaigns(frame)]
    [('the last 2 campaigns', 300)]
    """
    split = out_of_time(_numbered(frame), test_campaigns=test_campaigns)
    train, test = (part.X[_POSITION].to_numpy() for part in (split.train, split.test))
    if not both_classes(frame, train):
        return []
    count = len(split.test.campaigns)
    which = f"{count} campaigns" if count > 1 else "campaign"
    return [Origin(LAST, f"the last {which}", train, test)]


def _numbered(frame: FeatureFrame) -> FeatureFrame:
    """Return a frame whose one feature is the position of each row."""
    return replace(
        frame, X=pd.DataFrame({_POSITION: np.arange(len(frame))}), catalogue=pd.DataFrame()
    )


def _rolling(frame: FeatureFrame, earlier: int) -> list[Origin]:
    found: list[Origin] = []
    label = np.asarray(frame.campaign)
    for k, name in enumerate(frame.campaigns):
        test = np.flatnonzero(label == name)
        train = known_rows_before(frame, test, frame.campaigns[:k])
        if len(set(label[train])) < earlier or not both_classes(frame, train):
            continue
        if found and np.array_equal(found[-1].train, train):
            last = found.pop()
            test = np.sort(np.concatenate([last.test, test]))
            found.append(Origin(ROLLING, f"{last.name}, {name}", train, test))
        else:
            found.append(Origin(ROLLING, str(name), train, test))
    return found


def known_rows_before(
    frame: FeatureFrame, test: npt.NDArray[np.int64], before: list[Any]
) -> npt.NDArray[np.int64]:
    """Return the rows of earlier campaigns whose outcome was known when these rows start."""
    trained = frame.campaign.isin(before).to_numpy()  # type: ignore[union-attr]
    start = None if frame.as_of is None else frame.as_of.iloc[test].min()
    return np.flatnonzero(trained & known_before(frame, start))


def _left_out(frame: FeatureFrame, name: Any) -> Origin:
    out = (frame.campaign == name).to_numpy()
    return Origin(LEFT_OUT, str(name), np.flatnonzero(~out), np.flatnonzero(out))


def _held_out(frame: FeatureFrame, seed: int) -> Origin:
    # positions, not rows: the split's own frames are made where they are needed
    numbered = pd.DataFrame({_POSITION: np.arange(len(frame))})
    split = random_hold_out(
        FeatureFrame(numbered, frame.y, weight=frame.weight, cell=frame.cell),
        share=HELD_OUT_SHARE,
        seed=seed,
    )
    train, test = (part.X[_POSITION].to_numpy() for part in (split.train, split.test))
    return Origin(HELD_OUT, "a fifth of the rows", train, test)


def both_classes(frame: FeatureFrame, rows: npt.NDArray[np.int64]) -> bool:
    """Tell whether both classes are there, in two campaigns at least: tuning needs them."""
    if len(rows) == 0:
        return False
    y, label = frame.y.to_numpy()[rows], np.asarray(frame.campaign)[rows]
    return all(len(set(label[y == k])) > 1 for k in (0, 1))
