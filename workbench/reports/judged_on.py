"""What a headline was judged on: two runs compare where this is the same, and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.evidence.protocol import Split
from workbench.frame.feature_frame import FeatureFrame

CONTACTS = "contacts_sha256"
"""Under which the fingerprint of the test's contacts stands."""


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
    """
    test = split.test
    return {
        "target": target,
        "kind": split.kind,
        "contacts": float(test.weights.sum()),
        "responses": float(test.positives),
        "campaigns": [str(name) for name in test.campaigns],
        CONTACTS: fingerprint(test),
        **assumed,
    }


def fingerprint(frame: FeatureFrame) -> str:
    """Return what tells contacts and their outcomes apart from any others.

    A contact is its customer, campaign and moment, in whatever order; where customers are not
    known, its place among these contacts as well. Features do not count: another model may have
    others.

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
            rows[name] = column.astype("str").astype("object")
    if frame.customer is None:
        rows["row"] = np.arange(len(frame))
    rows["outcome"] = np.asarray(frame.y, dtype="float64")
    rows["weight"] = np.asarray(frame.weights, dtype="float64")
    hashes = pd.util.hash_pandas_object(rows, index=False).to_numpy()
    return hashlib.sha256(np.sort(hashes).tobytes()).hexdigest()


def same_contacts(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether two headlines were judged on the same contacts, as far as they tell.

    Headlines that tell nothing of it, such as those of counts, say nothing against it.
    """
    return bool(old.get(CONTACTS) == new.get(CONTACTS))
