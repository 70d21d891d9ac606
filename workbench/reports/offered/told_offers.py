"""Tables of offers as they may be told: counts rounded to five, nothing of fewer than ten."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.governance.counts_in_text import FEW
from workbench.governance.disclosure import few, rounded
from workbench.governance.told_rates import told_rates


def told_taken(offers: pd.DataFrame) -> pd.DataFrame:
    """Return how often each offer was taken, and expected, from rounded counts.

    Parameters
    ----------
    offers : DataFrame
        The ``offers`` of `workbench.evidence.NextOffer`.

    Returns
    -------
    DataFrame
        ``taken, taken_share, expected_share, ratio, ratio_low, ratio_high``, and ``campaigns``
        where there are any. Of offers that fewer than ten took, no share is told.

    Examples
    --------
    >>> ratios = {"ratio": [1.0, 1.0], "ratio_low": [0.8, 0.1], "ratio_high": [1.2, 4.0]}
    >>> shares = {"rate": [0.97, 0.03], "mean_propensity": [0.97, 0.03]}
    >>> counts = {"contacts": [101.0, 101.0], "positives": [98.0, 3.0], "campaigns": [0, 0]}
    >>> table = pd.DataFrame({**counts, **shares, **ratios}, index=["tea", "wine"])
    >>> told_taken(table)[["taken", "taken_share", "expected_share"]]
             taken  taken_share  expected_share
    tea        100          1.0            0.97
    wine  under 10          NaN            0.03
    """
    told = told_rates(offers)
    kept = {
        "taken": told_counts(offers["positives"]),
        "taken_share": told["rate"],
        "expected_share": told["mean_propensity"],
    }
    ends = {name: told[name] for name in ("ratio", "ratio_low", "ratio_high")}
    found = pd.DataFrame({**kept, **ends}, index=offers.index)
    if (offers["campaigns"] > 0).any():
        found["campaigns"] = offers["campaigns"].where(offers["campaigns"] > 0)
    return found


def told_made(chosen: pd.DataFrame) -> pd.DataFrame:
    """Return to how many contacts each offer would be made, and how many of them took it.

    Parameters
    ----------
    chosen : DataFrame
        The ``chosen`` of `workbench.evidence.NextOffer`.

    Returns
    -------
    DataFrame
        ``made_to, taken_rate, taken_rate_of_all``, from rounded counts. Where fewer than ten took
        it, no rate is told.

    Examples
    --------
    >>> table = pd.DataFrame({"contacts": [501.0], "positives": [49.0], "rate": [49 / 501],
    ...                       "rate_of_all": [49 / 501]}, index=["tea"])
    >>> told_made(table)
        made_to  taken_rate  taken_rate_of_all
    tea     500         0.1                0.1
    """
    told = told_rates(chosen[["contacts", "positives", "rate"]])
    every = float(chosen["contacts"].sum())  # each contact is made one
    took = chosen["rate_of_all"] * every
    of_all = took.map(rounded) / max(rounded(every), 1.0)
    return pd.DataFrame(
        {
            "made_to": told_counts(chosen["contacts"]),
            "taken_rate": told["rate"].where(~few(chosen["contacts"])),
            "taken_rate_of_all": of_all.where(~few(took.round(6))),
        },
        index=chosen.index,
    )


def told_counts(counts: pd.Series[Any]) -> pd.Series[Any]:
    """Round counts to five; fewer than ten are told as such.

    Examples
    --------
    >>> told_counts(pd.Series([0.0, 3.0, 102.0])).tolist()
    [0, 'under 10', 100]
    """
    told = [FEW if few(n) else int(rounded(float(n))) for n in counts.astype(np.float64)]
    return pd.Series(told, index=counts.index, dtype="object")
