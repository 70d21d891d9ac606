"""Which offers are told apart: those that enough customers took; the others are one class."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.checks import check_whole
from workbench.errors import DataError
from workbench.frame.dealing import numbered
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.offers import TEXT
from workbench.language import later
from workbench.messages import count_of

OTHER_OFFERS = later("other offers")
MOST_OFFERS = 20
"""Offers that are told apart at most, the ones taken most often."""


@dataclass(frozen=True)
class OfferClasses:
    """The offers that a model tells apart.

    Parameters
    ----------
    names : tuple of str
        The offers that can be chosen, the ones taken most often first.
    taken : tuple of float
        How many contacts took each.
    campaigns : tuple of int
        In how many campaigns each was taken; 0 where there are none.
    small : int
        Offers that are not told apart.
    others : bool
        Whether those are a class together, "other offers"; else contacts that took one are left
        out, as fewer than `fewest` customers did.
    known_campaigns : int
        In how many campaigns an offer was taken; 0 where there are none.
    fewest : int
        Customers who took an offer, or the others together, that is told apart.
    """

    names: tuple[str, ...]
    taken: tuple[float, ...]
    campaigns: tuple[int, ...]
    small: int
    others: bool
    known_campaigns: int = 0
    fewest: int = 10

    def known_in(self, frame: FeatureFrame) -> OfferClasses:
        """Return the same offers, and the others as a class where enough of a frame took them.

        Were those left out that took what is new since training, chances would add up to 1 without
        it, and be too high.
        """
        offer = pd.Series(frame.offer)
        rest = (offer.notna() & ~offer.isin(self.names) & (frame.weights > 0)).to_numpy()
        others = self.others or len(np.unique(_people(frame)[rest])) >= self.fewest
        return replace(self, others=bool(others))

    def of(self, frame: FeatureFrame) -> pd.Series[str]:
        """Return the class of each row's offer (n,), missing where it has none."""
        offer = pd.Series(frame.offer).astype("object")
        rest = str(OTHER_OFFERS) if self.others else np.nan
        return offer.where(offer.isin(self.names) | offer.isna(), rest).astype(TEXT)


def offer_classes(frame: FeatureFrame, *, fewest: int = 10) -> OfferClasses:
    """Find the offers that enough customers took to be told apart.

    Parameters
    ----------
    frame : FeatureFrame
        With `offer`, a row a contact.
    fewest : int
        Customers who took an offer that is told apart; contacts, where no customer is named.

    Returns
    -------
    OfferClasses

    Raises
    ------
    DataError
        The frame knows no offers, its rows are cells of contacts, or fewer than two offers were
        taken by as many customers.
    ParameterError
        `fewest` is not a whole number from 1.

    Examples
    --------
    >>> table = pd.DataFrame({"visits": range(60), "bought": [1, 0] * 30})
    >>> table["took"] = ["tea", None, "wine", None, "milk", None] * 10
    >>> frame = FeatureFrame.from_table(table, target="bought", offer="took")
    >>> offer_classes(frame).names
    ('milk', 'tea', 'wine')
    """
    check_whole(fewest, least=1, name="fewest")
    check_offers(frame)
    took = pd.Series(frame.offer).notna().to_numpy() & (frame.weights > 0)
    if not took.any():
        raise DataError("Some offer must have been taken; none was. Take more campaigns.")
    rows = frame.rows(took)
    counts = _counts(rows).sort_values(["taken", "offer"], ascending=[False, True])
    kept = counts[counts["customers"] >= fewest][:MOST_OFFERS]
    if len(kept) < 2:
        raise DataError(
            f"Two offers or more must each have been taken by {fewest} customers, to learn which "
            f"one to make; {count_of(len(kept), 'offer was', 'offers were')}, of "
            f"{len(counts):,}. Take more campaigns, or give offers that are alike one name."
        )
    if str(OTHER_OFFERS) in set(kept["offer"]):
        raise DataError(
            f"An offer is called {str(OTHER_OFFERS)!r}, which is what small ones are called "
            "together. Give it another name."
        )
    found = OfferClasses(
        tuple(kept["offer"]),
        tuple(kept["taken"]),
        tuple(kept["campaigns"]),
        small=len(counts) - len(kept),
        others=False,
        known_campaigns=0 if rows.campaign is None else rows.campaign.nunique(),
        fewest=fewest,
    )
    return found.known_in(rows)


def check_offers(frame: FeatureFrame) -> None:
    """Raise DataError unless a frame knows which offer each contact took."""
    if frame.offer is None:
        raise DataError(
            "Which offer is best is learned from the one that each contact took; this frame knows "
            "none. Read it with `FeatureFrame.from_table(…, offer=…)`."
        )
    if frame.cell is not None:
        raise DataError(
            "An offer is what one contact took; the rows of this frame are cells of several. Give "
            "a table with one row a contact."
        )


def _people(frame: FeatureFrame) -> Any:
    return np.arange(len(frame)) if frame.customer is None else numbered(frame.customer)


def _counts(frame: FeatureFrame) -> pd.DataFrame:
    """Count contacts, customers and campaigns of each offer: ``offer, taken, ...``."""
    campaign = 0 if frame.campaign is None else frame.campaign
    table = pd.DataFrame(
        {"offer": frame.offer, "w": frame.weights, "who": _people(frame), "campaign": campaign}
    )
    by_offer = table.groupby("offer")
    found = by_offer.agg(taken=("w", "sum"), customers=("who", "nunique"))
    found["campaigns"] = 0 if frame.campaign is None else by_offer["campaign"].nunique()
    return found.reset_index()
