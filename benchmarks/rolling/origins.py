"""Where a table is cut: what is learned from, the next campaign, and all later ones."""

from typing import NamedTuple

import numpy as np

from workbench import FeatureFrame
from workbench.evidence.protocol import known_before
from workbench.tables.campaign_order import labels_are_dated

FIRST = 4  # campaigns that are learned from at the first cut-off
CUTS = 5  # at most, spread evenly


class Table(NamedTuple):
    """A frame with campaigns; `truth` is the true propensity of each row, where it is known.

    Draws of one planted world have one `name`, and count as one table.
    """

    name: str
    frame: FeatureFrame
    truth: np.ndarray | None = None
    kind: str = "given"


class Cut(NamedTuple):
    """Positions of rows: to learn from, of the next campaign, and of all from it on."""

    name: str
    train: np.ndarray
    next: np.ndarray
    later: np.ndarray


def ordered(frame):
    """Tell whether the order of the campaigns in time is known."""
    return frame.as_of is not None or labels_are_dated(frame.campaign)


def sampled(frame, rows, seed=0):
    """Keep at most so many rows of each campaign, drawn at random."""
    rng = np.random.default_rng(seed)
    label = np.asarray(frame.campaign)
    kept = []
    for name in frame.campaigns:
        here = np.flatnonzero(label == name)
        kept.append(here if len(here) <= rows else rng.choice(here, rows, replace=False))
    return frame.rows(np.sort(np.concatenate(kept)))


def cuts(frame, at=None):
    """Return rolling origins; without an order in time, each campaign left out in turn.

    Parameters
    ----------
    frame : FeatureFrame
        With campaigns, all outcomes known.
    at : sequence of int, optional
        After how many campaigns; default: five numbers from 4 on, evenly.
    """
    names, label = frame.campaigns, np.asarray(frame.campaign)
    if not ordered(frame):
        found = []
        for name in names:
            out = np.flatnonzero(label == name)
            found.append(Cut(str(name), np.flatnonzero(label != name), out, out))
        return [cut for cut in found if learnable(frame, cut.train)]
    if at is None:
        at = np.unique(np.linspace(min(FIRST, len(names) - 1), len(names) - 1, CUTS).round())
    return [cut for cut in (rolling(frame, int(k)) for k in at) if learnable(frame, cut.train)]


def rolling(frame, k):
    """Cut after k campaigns; what is learned from was known when the next one began."""
    names = frame.campaigns
    upcoming = frame.campaign.isin(names[k : k + 1]).to_numpy()
    later = np.flatnonzero(frame.campaign.isin(names[k:]).to_numpy())
    start = None if frame.as_of is None else frame.as_of[upcoming].min()
    before = frame.campaign.isin(names[:k]).to_numpy() & known_before(frame, start)
    return Cut(str(names[k]), np.flatnonzero(before), np.flatnonzero(upcoming), later)


def learnable(frame, rows):
    """Tell whether both classes are in two campaigns at least: tuning needs them."""
    y, label = frame.y.to_numpy()[rows], np.asarray(frame.campaign)[rows]
    return len(rows) > 0 and all(len(set(label[y == k])) > 1 for k in (0, 1))
