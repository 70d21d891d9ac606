"""What is dealt or drawn at random as a whole: a customer, else a cell of contacts, else a row.

The contacts of a cell are told apart by their outcome alone. Dealt one by one, those that
responded would stand on one side and those that did not on the other, and each side would
teach the opposite of what the other shows. Nor are they independent: what sets a cell apart
beyond its features is shared by all of its contacts. The same holds of a customer's rows:
a model that learned from some of them knows the others already.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.parts import FrameParts
from workbench.language import later
from workbench.numbers import Array

Numbers = npt.NDArray[np.int64]

ENOUGH = 6
"""Fewer campaigns or customers do not tell how far others would differ."""


class Drawn(NamedTuple):
    """What an interval draws again: each row's number (n,), and what the numbers stand for.

    ``label`` is None where every contact stands for itself.

    Parameters
    ----------
    label : ndarray of int, shape (n,), or None
        Each row's number.
    name : str
        "campaigns", "customers", "cells" or "contacts".
    """

    label: Numbers | None
    name: str


def wholes(frame: FrameParts) -> Numbers:
    """Return numbers of what is dealt as a whole, by first appearance; shape (n,).

    Rows of one cell have one number; a row without a cell has a number of its own.

    Parameters
    ----------
    frame : FeatureFrame

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> from workbench import FeatureFrame
    >>> cells = pd.DataFrame({"price": [1.0, 2.0], "clicks": [10, 20], "sales": [1, 3]})
    >>> wholes(FeatureFrame.from_table(cells, target="sales", trials="clicks")).tolist()
    [0, 0, 1, 1]
    """
    if frame.cell is None:
        return np.arange(len(frame), dtype=np.int64)
    return numbered(frame.cell)


def together(frame: FrameParts) -> Numbers:
    """Return numbers of what stands on one side when rows are dealt at random; shape (n,).

    A customer's rows where the customer is known, else the rows of a cell, else a row.

    Parameters
    ----------
    frame : FeatureFrame

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> from workbench import FeatureFrame
    >>> table = pd.DataFrame({"who": ["b", "a", "b"], "x": [1, 2, 3], "bought": [0, 1, 1]})
    >>> together(FeatureFrame.from_table(table, target="bought", customer="who")).tolist()
    [0, 1, 0]
    """
    whole = wholes(frame)
    if frame.customer is None:
        return whole
    person = numbered(frame.customer)
    return np.where(frame.customer.notna(), person, person.max() + 1 + whole).astype(np.int64)


def what_stays_together(frame: FrameParts) -> str:
    """Name what `together` numbers: "customers", "cells" or "rows".

    Parameters
    ----------
    frame : FeatureFrame

    Returns
    -------
    str

    Examples
    --------
    >>> from workbench import FeatureFrame
    >>> table = pd.DataFrame({"who": ["b", "a", "b"], "x": [1, 2, 3], "bought": [0, 1, 1]})
    >>> what_stays_together(FeatureFrame.from_table(table, target="bought", customer="who"))
    'customers'
    """
    named = frame.customer is not None and frame.customer.notna().any()
    return "customers" if named else "rows" if frame.cell is None else "cells"


def numbered(labels: pd.Series[Any]) -> Numbers:
    """Return numbers of labels by first appearance; each missing one has one of its own.

    Parameters
    ----------
    labels : Series, shape (n,)

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> numbered(pd.Series(["b", None, "a", "b", None])).tolist()
    [0, 1, 2, 0, 3]
    """
    codes, names = pd.factorize(labels)
    alone = np.flatnonzero(codes < 0)
    codes[alone] = len(names) + np.arange(len(alone))
    return np.asarray(pd.factorize(codes)[0], dtype=np.int64)


def drawn(frame: FrameParts, *, campaigns: bool = True) -> Drawn:
    """Say what an interval of aggregated rows draws again: not single contacts.

    Campaigns where there are six or more, as their contacts share offer, season and luck; else
    customers where there are six or more; else cells. Where rows are no cells, each contact
    stands for itself.

    Parameters
    ----------
    frame : FrameParts
    campaigns : bool
        Whether campaigns may be drawn; not so where each is looked at by itself.

    Returns
    -------
    Drawn
        A label for each row, and the word for what they are.

    Examples
    --------
    >>> from workbench import FeatureFrame
    >>> cells = pd.DataFrame({"price": [1.0, 2.0], "clicks": [10, 20], "sales": [1, 3]})
    >>> drawn(FeatureFrame.from_table(cells, target="sales", trials="clicks")).name
    'cells'
    """
    if frame.cell is None:
        return Drawn(None, later("contacts"))
    by = {later("campaigns"): frame.campaign if campaigns else None}
    by[later("customers")] = frame.customer
    for name, labels in by.items():
        if labels is not None and labels.nunique() >= ENOUGH:
            return Drawn(numbered(labels), name)
    return Drawn(wholes(frame), later("cells"))


def taken(whole: Numbers, weight: Array, stratum: Numbers, share: float, seed: int) -> Any:
    """Mark the rows of a random share of the wholes, of each stratum alike; shape (n,).

    The wholes of a stratum, in random order, are taken one after the other as long as that
    brings the weight of those that are taken nearer to the share.

    Parameters
    ----------
    whole, stratum : ndarray of int, shape (n,)
        Numbered from 0; a whole lies in one stratum.
    weight : ndarray, shape (n,)
    share : float
    seed : int

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> whole, ones = np.array([0, 0, 1, 1, 2, 2]), np.ones(6)
    >>> int(taken(whole, ones, np.zeros(6, dtype=int), 0.34, seed=0).sum())
    2
    """
    rng = np.random.default_rng(seed)
    first = np.unique(whole, return_index=True)[1]
    size = np.bincount(whole, weights=weight)
    chosen = np.zeros(len(first), dtype=bool)
    for one in np.unique(stratum):
        order = rng.permutation(np.flatnonzero(stratum[first] == one))
        chosen[order[_nearest(size[order], share)]] = True
    return chosen[whole]


def _nearest(size: Array, share: float) -> npt.NDArray[np.bool_]:
    """Mark what is taken of sizes in their order."""
    if np.ptp(size) == 0:
        return np.arange(len(size)) < round(share * len(size))
    target, held = share * float(size.sum()), 0.0
    marks = np.zeros(len(size), dtype=bool)
    for k, one in enumerate(size.tolist()):
        if abs(held + one - target) < abs(held - target):
            marks[k], held = True, held + one
    return marks
