"""What a headline was judged on: two runs compare where this is the same, and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbench.evidence.split import Split
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.level_spelling import spelled

CONTACTS = "contacts_sha256"
"""Under which the fingerprint of the test's contacts stands."""
FEATURES = "features_sha256"
"""Under which those of features stand, where customers do not tell the contacts apart."""
_SHOWN_DIGITS = 16


def judged_on(split: Split, *, target: str, **assumed: Any) -> dict[str, Any]:
    """Say by which contacts, of which outcomes, a model was judged, as plain JSON values.

    It names campaigns and counts exactly: it goes into ``model.json``, which stays inside.

    Parameters
    ----------
    split : Split
    target : str
        What was foretold.
    **assumed
        What else the figures stand on: cost, margin, currency.

    Returns
    -------
    dict
        ``target, kind, contacts, responses, campaigns, contacts_sha256``, and what was assumed.
        ``features_sha256``, by feature, where a contact has no customer.
    """
    test = split.test
    features = {FEATURES: features_of_unnamed(test)} if without_customer(test).any() else {}
    return {
        "target": target,
        "kind": split.kind,
        "contacts": float(test.weights.sum()),
        "responses": float(test.positives),
        "campaigns": [str(name) for name in test.campaigns],
        CONTACTS: fingerprint(test),
        **features,
        **assumed,
    }


def fingerprint(frame: FeatureFrame) -> str:
    """Return what tells contacts and their outcomes apart from any others.

    A contact is its customer, campaign and moment, in whatever order; where its customer is not
    known, its place among those without one as well. Features do not count: another model may
    have others. Without customers `same_contacts` asks those that both have.

    Parameters
    ----------
    frame : FeatureFrame

    Returns
    -------
    str
        SHA-256 of the sorted hashes of the rows.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"id": ["a", "b", "c"], "x": [1, 2, 3], "bought": [0, 1, 0]})
    >>> def of(table):
    ...     return fingerprint(FeatureFrame.from_table(table, target="bought", customer="id"))
    >>> of(table) == of(table[::-1].assign(x=7.5))
    True
    >>> of(table) == of(table.assign(bought=[1, 0, 0]))
    False
    """
    told = {"customer": frame.customer, "campaign": frame.campaign, "as_of": frame.as_of}
    rows = pd.DataFrame(index=frame.X.index)
    for name, column in told.items():
        if column is not None:
            rows[name] = _spelled(column) if name == "customer" else column.astype("str")
            rows[name] = rows[name].astype("object")
    unnamed = without_customer(frame)
    if unnamed.any():
        rows["row"] = np.where(unnamed, np.cumsum(unnamed) - 1, -1)
    rows["outcome"] = np.asarray(frame.y, dtype="float64")
    rows["weight"] = np.asarray(frame.weights, dtype="float64")
    hashes = pd.util.hash_pandas_object(rows, index=False).to_numpy()
    return hashlib.sha256(np.sort(hashes).tobytes()).hexdigest()


def features_of_unnamed(frame: FeatureFrame) -> dict[str, str]:
    """Return a hash of each feature over the contacts without a customer, in their order.

    Campaign, outcome and place do not tell these contacts apart: in a table in the order of its
    outcome, those of any two random hold-outs are alike. A feature of one value tells nothing.

    Parameters
    ----------
    frame : FeatureFrame

    Returns
    -------
    dict
        The first 16 digits of a SHA-256 by feature; none where each contact has a customer.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"x": [1, 2, 3], "bought": [0, 1, 0]})
    >>> list(features_of_unnamed(FeatureFrame.from_table(table, target="bought")))
    ['x']
    """
    unnamed = without_customer(frame)
    hashed = {str(name): HashedFeature() for name in frame.X} if unnamed.any() else {}
    for name, one in hashed.items():
        one.add(frame.X[name][unnamed])
    return told_apart(hashed)


@dataclass
class HashedFeature:
    """A feature's values so far, as one hash, and whether there are two of them.

    Examples
    --------
    >>> whole, parts = HashedFeature(), HashedFeature()
    >>> whole.add(pd.Series([1.0, 2.0, 2.0]))
    >>> parts.add(pd.Series([1, 2]))
    >>> parts.add(pd.Series([2]))
    >>> parts.digits == whole.digits, parts.differs
    (True, True)
    """

    total: Any = field(default_factory=hashlib.sha256)
    first: np.uint64 | None = None
    differs: bool = False

    def add(self, values: pd.Series[Any]) -> None:
        """Add the values of some more contacts."""
        hashes = pd.util.hash_pandas_object(_plain(values), index=False).to_numpy()
        if not len(hashes):
            return
        self.first = hashes[0] if self.first is None else self.first
        self.differs |= bool((hashes != self.first).any())
        self.total.update(hashes.tobytes())

    @property
    def digits(self) -> str:
        """The first digits of the hash."""
        return str(self.total.hexdigest()[:_SHOWN_DIGITS])


def told_apart(hashed: Mapping[str, HashedFeature]) -> dict[str, str]:
    """Return the digits of each feature that has more than one value."""
    return {name: one.digits for name, one in hashed.items() if one.differs}


def without_customer(frame: FeatureFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which contacts have no customer."""
    if frame.customer is None:
        return np.ones(len(frame), dtype=bool)
    return frame.customer.isna().to_numpy(dtype=bool)


def _spelled(column: pd.Series[Any]) -> pd.Series[Any]:
    """Write customers as text: 17 and 17.0 are one, as a gap makes floats of whole numbers."""
    codes, levels = pd.factorize(column)
    texts = np.append(spelled(pd.Series(levels)).to_numpy(dtype=object), "")
    return pd.Series(texts[codes], index=column.index)  # code -1, a gap, is the last


def _plain(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return numbers as floats, and levels as text: a gap elsewhere may change the type."""
    if pd.api.types.is_numeric_dtype(values):
        return pd.Series(values.to_numpy(dtype="float64", na_value=np.nan))
    return spelled(values).astype("object")


def same_contacts(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether two headlines were judged on the same contacts, as far as they tell.

    Headlines that tell nothing of it, such as those of counts, say nothing against it. Contacts
    without customers must have the same features, as far as both models have them; where they
    share none, nothing shows that the contacts are the same.
    """
    if old.get(CONTACTS) != new.get(CONTACTS):
        return False
    if FEATURES not in old and FEATURES not in new:
        return True
    before, now = old.get(FEATURES) or {}, new.get(FEATURES) or {}
    shared = before.keys() & now.keys()
    return bool(shared) and all(before[name] == now[name] for name in shared)
