"""The picture behind a Targeting, which is mailed: profit by depth, of many contacts alone."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench import metrics
from workbench.frame.dealing import numbered
from workbench.governance.disclosure import EXACT, FEWEST_PEOPLE, coarse
from workbench.language import later, say
from workbench.numbers import Array
from workbench.widgets.front.picture import words
from workbench.widgets.targeting.kept_back import kept_note
from workbench.widgets.targeting.ranked_contacts import (
    bin_starts,
    binned,
    down_to,
    heads,
    people,
    sums_of,
)

MOST_OF_ONE = 0.5
"""The share of the money between two points above which a customer's amount could be read off."""

DIGITS = 3
"""That count of money in words: sums to the penny of two reports would differ by one's amount."""
AT_EXPECTED = later("Realised: responses at their expected amounts, not the money that came.")


def picture(
    contacts: pd.DataFrame,
    money: Mapping[str, float],
    release: str,
    *,
    predicted: bool = False,
    keep: float = 0.0,
) -> str:
    """Draw profit against depth; a sentence where too few contacts would be seen.

    Parameters
    ----------
    contacts : DataFrame
        From `workbench.widgets.targeting.ranked_contacts.ranked`.
    money : mapping
        ``cost``, and ``margin``: of a response, or a share of its amount.
    release : {"private", "static", "exact"}
    predicted : bool
        Whether amounts are a model's.
    keep : float
        The share of the chosen that is kept back.

    Returns
    -------
    str
        A PNG, in base64.
    """
    if people(contacts) < FEWEST_PEOPLE:
        return words(say("Too few contacts to draw: what is shown is of many alone."))
    if "amount" not in contacts:
        return _drawn(coarse(_of_contacts(contacts, money)), kept_note(keep))
    bins = binned(contacts) if release == EXACT else joined_bins(contacts)
    if bins is None:
        return words(
            say("Too few contacts share the money to draw it: what is shown is of many alone.")
        )
    table = _of_bins(bins, money)
    at = say(AT_EXPECTED) if predicted and "realised_profit" in table else ""
    note = "\n".join(filter(None, [at, kept_note(keep)]))
    return _drawn(table, note, digits=None if release == EXACT else DIGITS)


def joined_bins(contacts: pd.DataFrame) -> Array | None:
    """Join bins until nobody's amount can be read off one; shape (3, bins), None where it can.

    Each is of ten customers or more, ten of whom responded where outcomes are known. Nobody
    brings more than half of its money, neither of what is expected nor of what came.

    Parameters
    ----------
    contacts : DataFrame
        Ranked, with amounts.
    """
    if not _of_many(contacts):
        return None
    values = sums_of(contacts)
    starts = bin_starts(values[0].sum())
    bins = np.diff(down_to(contacts, starts, values), axis=1)
    middle = np.cumsum(values[0]) - values[0] / 2
    rows = np.append(np.searchsorted(middle, starts), len(contacts))
    count, ends = len(starts), [0]
    for k in range(1, count + 1):
        if _of_many(contacts.iloc[rows[ends[-1]] : rows[k]]):
            ends.append(k)
    while len(ends) > 1:
        ends.pop()  # what is left behind the last one joins it
        if _of_many(contacts.iloc[rows[ends[-1]] :]):
            return np.asarray(np.add.reduceat(bins, ends, axis=1))
    return None


def _of_many(contacts: pd.DataFrame) -> bool:
    """Say whether contacts are ten customers or more, with ten responses, and nobody is most."""
    if people(contacts) < FEWEST_PEOPLE:
        return False
    responded = contacts[contacts["y"] > 0]
    if contacts["y"].notna().all() and people(responded) < FEWEST_PEOPLE:
        return False
    person = numbered(contacts["customer"])
    number = pd.Series(heads(contacts)).groupby(person).max().to_numpy()
    for money in np.abs(np.nan_to_num(sums_of(contacts)[1:])):  # an uplift may be negative
        each = np.bincount(person, money) / number  # a cell is as many as its contacts
        if each.max() > MOST_OF_ONE * money.sum():
            return False
    return True


def _of_contacts(contacts: pd.DataFrame, money: Mapping[str, float]) -> pd.DataFrame:
    """Follow profit contact by contact, with one margin for all."""
    given: dict[str, Any] = {"weight": contacts["weight"], **money}
    y, propensity = contacts["y"], contacts["propensity"]
    if y.notna().all():
        return metrics.profit_by_depth(y, propensity, **given)
    return metrics.expected_profit(propensity, **given)


def _of_bins(bins: Array, money: Mapping[str, float]) -> pd.DataFrame:
    """Follow profit bin by bin, as the view does."""
    contacts, expected, came = np.cumsum(np.insert(bins, 0, 0.0, axis=1), axis=1)
    cost, share = money["cost"] * contacts, money["margin"]
    table = pd.DataFrame(
        {
            "depth": contacts / contacts[-1],
            "contacts": contacts,
            "expected_profit": share * expected - cost,
        }
    )
    if np.isnan(came).any():
        return table
    return table.assign(realised_profit=share * came - cost)


def _drawn(table: pd.DataFrame, note: str = "", *, digits: int | None = None) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from workbench import charts
    from workbench.charts.lettering import letter

    with mpl.rc_context():
        figure = Figure(figsize=(8.0, 4.2), layout="constrained")
        ax = charts.profit(table, figure.subplots(), digits=digits)
        ax.set_xlabel(f"{ax.get_xlabel()}\n{note}".rstrip())
        out = io.BytesIO()
        letter(figure)
        figure.savefig(out, format="png", dpi=90)
    return base64.b64encode(out.getvalue()).decode("ascii")
