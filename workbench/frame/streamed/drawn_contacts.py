"""Some contacts of files with all of their features: what is looked at where not all have to be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.leakage import rows_looked_at
from workbench.frame.streamed.contents import Contents

MOST_BYTES = 1 << 28
_WIDTH_OF_NUMBER, _WIDTH_OF_WORD = 8, 64


def drawn_contacts(contents: Contents, contacts: FeatureFrame) -> FeatureFrame:
    """Take those contacts of files that signs of leakage are looked for in.

    Parameters
    ----------
    contents : Contents
    contacts : FeatureFrame
        All of its rows, in the order of the files, without features.

    Returns
    -------
    FeatureFrame
        Contacts of known outcome and positive weight: at most 100,000, drawn at random with a fixed
        seed, and fewer of a table so wide that they would take more than 256 MB. Where all are
        taken, they are in the order of the files.

    Raises
    ------
    DataError
        A file has changed since the first pass, or no outcome is known.
    """
    places = _places(contents, (contacts.y.notna() & (contacts.weights > 0)).to_numpy())
    wanted = np.sort(places)
    parts: list[pd.DataFrame] = []
    start = 0
    for block in contents.read(contents.features, doing="Taking some"):
        stop = start + len(block.key)
        first, last = np.searchsorted(wanted, [start, stop])
        parts.append(block.X.iloc[wanted[first:last] - start])
        start = stop
    X = pd.concat(parts, ignore_index=True).iloc[np.argsort(np.argsort(places))]
    found: FeatureFrame = contacts.rows(places)
    catalogue = contents.settled.catalogue
    return replace(found, X=X.reset_index(drop=True), catalogue=catalogue, suspects={})


def _places(contents: Contents, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return which rows: those that `signs_of_leakage` would look at in memory, or some of them."""
    places = rows_looked_at(known)
    most = max(1_000, MOST_BYTES // _width(contents))
    if len(places) <= most:
        return places
    return np.random.default_rng(0).choice(places, most, replace=False)


def _width(contents: Contents) -> int:
    words: dict[str, Any] = dict(contents.settled.words)
    return sum(_WIDTH_OF_WORD if name in words else _WIDTH_OF_NUMBER for name in contents.features)
