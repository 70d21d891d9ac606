"""Tables and blocks of contacts without the customers who must not be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.suppressed import SUPPRESSED, customer_of, without_suppressed
from workbench.reading import Saying, Told
from workbench.tables.campaign_data import CampaignData
from workbench.tables.matching import Matching
from workbench.tables.mentions import recognisable, without_names
from workbench.tables.read import raw_table
from workbench.tables.suppression import SuppressionList, nobody_left, sentence_of

Block = FeatureFrame | tuple[FeatureFrame, npt.NDArray[np.int64]]
"""Contacts, perhaps with their places in the table."""


def frame_without(table: Any, suppress: Any, described: Mapping[str, Any]) -> FeatureFrame:
    """Make a frame of a table from which customers are taken before anything is learned.

    Parameters
    ----------
    table : DataFrame, Arrow table, path of a CSV or Parquet file
    suppress : path, table, Series or list
        Ids of customers.
    described : mapping
        What `FeatureFrame.from_table` takes, by name.

    Raises
    ------
    ParameterError
        No column of customers is named.
    DataError, SchemaError
        As `FeatureFrame.without_customers` says.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"id": ["a", "b", "c"], "age": [30, 40, 50], "bought": [1, 0, 1]})
    >>> frame = frame_without(table, ["b"], {"target": "bought", "customer": "id"})
    >>> frame.recipe["suppressed"], frame.X["age"].tolist()
    ({'customers': 1, 'rows': 1}, [30, 50])
    """
    told = Told.of(**{name: described.get(name) for name in Saying.__annotations__})
    raw = raw_table(table, encoding=told.encoding, columns=told.columns)
    customer = described.get("customer")
    left, found = without_suppressed(
        raw, SuppressionList.of(suppress), customer=customer, told=told
    )
    frame = FeatureFrame.from_table(left, **described)
    return replace(frame, recipe={**frame.recipe, SUPPRESSED: found.counts})


class FewerCustomers:
    """Leaves suppressed customers out of contacts that come in blocks, and counts them once.

    Parameters
    ----------
    lists : sequence of SuppressionList

    Examples
    --------
    >>> import pandas as pd
    >>> who = pd.Series(["a", "b"])
    >>> frame = FeatureFrame(pd.DataFrame({"v": [1, 2]}), pd.Series([1.0, 0.0]), customer=who)
    >>> left = FewerCustomers([SuppressionList.of(["b", "z"])])
    >>> [len(block) for block in left.frames([frame])], left.sentence()
    ([1], 'Suppressed and left out: 1 customer with 1 row; 1 id of the list has no contact here.')
    """

    def __init__(self, lists: Sequence[SuppressionList]) -> None:
        self.lists = tuple(lists)
        self.rows = 0
        self._found: set[Any] = set()
        self._listed: set[Any] = set()

    @property
    def counts(self) -> dict[str, int]:
        """How many customers and rows were left out, and how many ids had none."""
        unknown = len(self._listed - self._found)
        return {"customers": len(self._found), "rows": self.rows, "unknown": unknown}

    def sentence(self) -> str:
        """Say it in a sentence."""
        return sentence_of(self.counts)

    def frames(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Give blocks without suppressed customers; a block of nobody else is left out.

        Raises
        ------
        DataError
            Nobody is left at all, or a list cannot be meant for these customers.
        """
        if not self.lists:
            yield from blocks
            return
        left, named = 0, None
        matchings: list[Matching] = []
        for block in blocks:
            frame, places = block if isinstance(block, tuple) else (block, None)
            who, customer = customer_of(frame)
            matchings = matchings or [one.matching(customer) for one in self.lists]
            kept = ~self._of(who, matchings)
            named = set(recognisable(self._listed)) if named is None else named
            left += int(kept.sum())
            if kept.any():
                fewer = self._without_names(frame.rows(kept))
                yield fewer if places is None else (fewer, places[kept])
        for matching in matchings:
            matching.check()
        if not left:
            raise nobody_left(self.rows)
        if named is not None and named != set(recognisable(self._listed)):
            raise DataError(
                "A list of suppressed customers must have a name above its ids; the first line of "
                "one is a customer, who may be named in rows that were read before. Write a name "
                "above the ids."
            )

    def of_tables(self, data: CampaignData) -> CampaignData:
        """Leave them out of campaign tables."""
        for listing in self.lists:
            fewer = data.without_customers(listing)
            self.rows += len(data.contacts) - len(fewer.contacts)
            here = listing.matched(data.contacts["customer"], customer=data.called)
            self._found |= here.ids
            self._listed |= here.listed
            data = fewer
        return data

    def _without_names(self, frame: FeatureFrame) -> FeatureFrame:
        X, named = without_names(frame.X, self._listed)
        return replace(frame, X=X) if named else frame

    def _of(
        self, customers: pd.Series[Any], matchings: Sequence[Matching]
    ) -> npt.NDArray[np.bool_]:
        rows = np.zeros(len(customers), dtype=bool)
        for matching in matchings:
            rows |= matching.rows(customers)
        self._found = set().union(*(one.found for one in matchings))
        self._listed = set().union(*(one.listed for one in matchings))
        self.rows += int(rows.sum())
        return rows
