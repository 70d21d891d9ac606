"""Roles that a frame is told of after it was made: the arm of each row, and the offer it took."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import pandas as pd

from workbench.frame.offers import offers_taken
from workbench.frame.offers_shown import check_any_was_there
from workbench.frame.suppressed import Suppressible
from workbench.frame.treatment import arms_of, column_of


class RolesTold(Suppressible):
    """What a frame learns of its rows from a column beside it; a part of FeatureFrame."""

    def with_treatment(
        self,
        arms: pd.Series[Any],
        *,
        control: object = None,
        arm_probability: pd.Series[float] | None = None,
    ) -> Self:
        """Say which arm of a test each row was in; `from_table` reads it from a column.

        Parameters
        ----------
        arms : Series, shape (n,)
            In the order of the rows.
        control, arm_probability
            As in `from_table`.

        Raises
        ------
        DataError, ParameterError, SchemaError
            As `from_table` says, or the lengths differ.

        Examples
        --------
        >>> from workbench import FeatureFrame
        >>> frame = FeatureFrame(pd.DataFrame({"visits": [1, 0]}), pd.Series([1.0, 0.0]))
        >>> frame.with_treatment(pd.Series(["mail", "holdout"])).control
        'holdout'
        """
        column = column_of(arms, "arms")
        unknown = self.y.isna() if len(column) == len(self) else None
        read, group = arms_of(column, control=control, without_outcome=unknown)
        chance = None if arm_probability is None else column_of(arm_probability, "arm_probability")
        return replace(self, treatment=read, control=group, arm_probability=chance)

    def with_offer(self, taken: pd.Series[Any], *, no_offer: object = None) -> Self:
        """Say which offer each row took; `from_table` reads it from a column.

        Parameters
        ----------
        taken : Series, shape (n,)
            In the order of the rows; empty where no offer was taken.
        no_offer
            As in `from_table`.

        Raises
        ------
        DataError, ParameterError, SchemaError
            As `from_table` says, or the lengths differ.

        Examples
        --------
        >>> from workbench import FeatureFrame
        >>> frame = FeatureFrame(pd.DataFrame({"visits": [1, 0, 2]}), pd.Series([1.0, 0.0, 1.0]))
        >>> frame.with_offer(pd.Series(["tea", None, "coffee"])).offer.tolist()
        ['tea', nan, 'coffee']
        """
        column = column_of(taken, "taken")
        in_order = pd.Series(replace(self, offer=column).offer).rename(str(column.name or "taken"))
        found = offers_taken(in_order, self.y, none=no_offer)
        frame = replace(self, offer=found.taken).noting(*found.notes)
        check_any_was_there(frame)
        return frame
