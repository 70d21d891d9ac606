"""Customers who objected, or must not be used for another reason, left out of any data.

GDPR Art. 21(2)-(3): whoever objects to direct marketing is no longer processed for it, profiling
included. So nothing of theirs is learned from, scored or listed, and only how many is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.suppressed import of_frame, without_suppressed
from workbench.reading import RawTable, Told
from workbench.tables.campaign_data import CampaignData
from workbench.tables.matching import LeftOut
from workbench.tables.suppression import SuppressionList, sentence_of


@dataclass(frozen=True)
class Suppressed:
    """Data without suppressed customers, and how many there were.

    Parameters
    ----------
    data : FeatureFrame, CampaignData or DataFrame
        Of the kind that was given.
    ids : frozenset
        Those of the list that were found; never written anywhere.
    rows, customers : int
        How many were left out; of campaign tables, rows of contacts.
    unknown : int
        How many ids of the list have no contact here.
    """

    data: Any
    ids: frozenset[Any]
    rows: int
    customers: int
    unknown: int

    def sentence(self) -> str:
        """Say how many were left out.

        Examples
        --------
        >>> Suppressed(None, frozenset({"a"}), 2, 1, 3).sentence()
        'Suppressed and left out: 1 customer with 2 rows; 3 ids of the list have no contact here.'
        """
        counts = {"customers": self.customers, "rows": self.rows, "unknown": self.unknown}
        return sentence_of(counts)


def suppress(
    data: Any, ids: Any, *, column: str | None = None, customer: str | None = None
) -> Suppressed:
    """Leave customers out of data, by a list of their ids.

    Ids are compared as keys are: nothing is guessed. An id that people would read as a customer's
    and a comparison would not ('007' beside 7) is an error, as is a list of another kind.

    Parameters
    ----------
    data : FeatureFrame, CampaignData or DataFrame
    ids : path, table, Series or list
        Ids of customers who objected, or must not be used.
    column : str, optional
        The column that holds them; else the only one, or that which is called as the customers'.
    customer : str, optional
        Of a DataFrame: the column that says who each row is of.

    Returns
    -------
    Suppressed
        ``data, ids, rows, customers, unknown``.

    Raises
    ------
    ParameterError
        It is not said, or not known, who each row is of.
    DataError
        Ids are of another kind than customers, or match but for their spelling; or no row is left.
    SchemaError
        It is not plain which column of the list holds the customer.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "b", "b"], "visits": [1, 0, 2]})
    >>> left = suppress(table, ["b", "z"], customer="id")
    >>> left.sentence()
    'Suppressed and left out: 1 customer with 2 rows; 1 id of the list has no contact here.'
    >>> left.data["id"].tolist()
    ['a']
    """
    listing = SuppressionList.of(ids, column=column)
    if isinstance(data, (FeatureFrame, CampaignData)):
        if customer is not None:
            raise ParameterError(
                "`customer` names the column of a DataFrame; these data know their customers. "
                "Leave it out."
            )
        fewer = data.without_customers(listing)
        return _counted(fewer, _found(data, listing))
    if not isinstance(data, pd.DataFrame):
        raise ParameterError(
            "`data` must be a FeatureFrame, CampaignData or a DataFrame; got "
            f"{type(data).__name__}. `workbench.read_table` makes a DataFrame of a file."
        )
    raw, found = without_suppressed(
        RawTable(data, typed=True), listing, customer=customer, told=Told()
    )
    return _counted(raw.data, found)


def _found(data: FeatureFrame | CampaignData, listing: SuppressionList) -> LeftOut:
    if isinstance(data, CampaignData):
        return listing.matched(data.contacts["customer"], customer=data.called)
    return of_frame(data, listing)


def _counted(data: Any, found: LeftOut) -> Suppressed:
    counts = found.counts
    return Suppressed(data, found.ids, counts["rows"], counts["customers"], found.unknown)
