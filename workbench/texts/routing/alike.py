"""Texts that say the same: what is learned from one must not be judged by the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.tables.campaign_order import order_of

Numbers = npt.NDArray[np.int64]
_BESIDE_WORDS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


def alike(texts: Sequence[str], *, whatever_digits: bool = True) -> Numbers:
    """Give texts that say the same the same number; shape (n,).

    Capitals, spaces and punctuation make no difference, nor, ``whatever_digits``, which digits
    there are. Texts without a letter or digit, such as emoji alone, are compared as they are.

    Examples
    --------
    >>> alike(["My card 123 is LOST!", "my card 77 is lost", "Hello"]).tolist()
    [0, 0, 1]
    """
    return np.asarray(
        pd.factorize(
            np.array([_key(text, whatever_digits=whatever_digits) for text in texts], dtype=object)
        )[0]
    )


def _key(text: str, *, whatever_digits: bool) -> str:
    folded = text.casefold()
    words = _BESIDE_WORDS.sub(" ", _DIGITS.sub("0", folded) if whatever_digits else folded).strip()
    return words or text.strip()


def in_time(period: npt.NDArray[Any]) -> Numbers:
    """Give each text the number of its period in time, from 0 (n,).

    Parameters
    ----------
    period : ndarray, shape (n,)
        Numbers, dates, or text such as "2024-07" or "week 10".

    Examples
    --------
    >>> in_time(np.array(["week 10", "week 2", "week 10"], dtype=object)).tolist()
    [1, 0, 1]
    """
    number, names = pd.factorize(period)
    labels = order_of(pd.Series(names)).labels
    rank = pd.Series(names).map({label: k for k, label in enumerate(labels)}).to_numpy()
    return np.asarray(rank[number])


def first_of_like(period: Numbers, same: Numbers) -> Numbers:
    """Give each text the period that its like was first seen in: all are left out together.

    Parameters
    ----------
    period : ndarray of int, shape (n,)
        From `in_time`.
    same : ndarray of int, shape (n,)
        From `alike`.

    Examples
    --------
    >>> first_of_like(np.array([2, 1, 3]), np.array([0, 0, 1])).tolist()
    [1, 1, 3]
    """
    first = np.full(int(same.max()) + 1, int(period.max()))
    np.minimum.at(first, same, period)
    return np.asarray(first[same])
