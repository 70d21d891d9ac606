"""What a frame is made of: what each row holds, and the catalogue; checked, in normal form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_columns, check_finite, check_not_empty, plain_floats
from workbench.errors import DataError, SchemaError
from workbench.frame.treatment import check_arm_probability
from workbench.messages import count_of, listed
from workbench.tables.campaign_order import TIME, CampaignOrder, order_of
from workbench.tables.key_kinds import refuse_odd_keys

CATALOGUE_COLUMNS = ("group", "builder", "source", "lookback_days", "unit", "description")
PER_ROW = (
    *("y", "campaign", "as_of", "matured_at", "customer", "weight", "cell"),
    *("treatment", "arm_probability", "offer"),
)


@dataclass(frozen=True)
class FrameParts:
    """Features, outcomes and moments of n contacts, as `FeatureFrame` describes each of them.

    It is what rows are read into, dealt and put into periods by, before and below the frame.

    Raises
    ------
    DataError, SchemaError
        As `FeatureFrame` says.
    """

    X: pd.DataFrame
    y: pd.Series[float]
    campaign: pd.Series[Any] | None = None
    as_of: pd.Series[Any] | None = None
    matured_at: pd.Series[Any] | None = None
    customer: pd.Series[Any] | None = None
    weight: pd.Series[float] | None = None
    catalogue: pd.DataFrame = field(default_factory=pd.DataFrame)
    recipe: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    cell: pd.Series[Any] | None = None
    order: CampaignOrder | None = None
    suspects: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    treatment: pd.Series[str] | None = None
    control: str | None = None
    arm_probability: pd.Series[float] | None = None
    offer: pd.Series[str] | None = None

    def __post_init__(self) -> None:
        check_not_empty(self.X, name="The feature table")
        X = self.X.set_axis([str(name) for name in self.X.columns], axis=1)
        _check_features(X)
        X = plain_floats(X)
        check_finite(X)
        for name in PER_ROW:
            _check_aligned(getattr(self, name), X, name=name)
        _check_outcome(self.y)
        _check_weight(self.weight)
        check_arm_probability(self.arm_probability)
        self._check_control()
        set_field = object.__setattr__  # the only writes to a frozen instance: normal forms
        set_field(self, "X", X.reset_index(drop=True))
        for name in PER_ROW:
            series = getattr(self, name)
            if series is not None:
                set_field(self, name, pd.Series(series).reset_index(drop=True).rename(name))
        set_field(self, "y", self.y.astype("float64"))
        suspects = {name: why for name, why in self.suspects.items() if name in X}
        set_field(self, "suspects", suspects)  # without what has been left out
        set_field(self, "catalogue", _complete_catalogue(self.catalogue, list(X.columns)))

    def __len__(self) -> int:
        return len(self.X)

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """Case weights, ones where none were given; shape (n,)."""
        if self.weight is None:
            return np.ones(len(self), dtype="float64")
        return np.asarray(self.weight, dtype=np.float64)

    @property
    def campaigns(self) -> list[Any]:
        """Campaign labels in time order; where no time is known, by first appearance.

        `in_order_of` says which it is.
        """
        if self.campaign is None:
            return []
        if self.as_of is None or self.order is not None:
            return self._labels_in_order.of(self.campaign)
        # stable: campaigns that start together keep the order in which they stand
        first = self.as_of.groupby(self.campaign, sort=False).min()
        return first.sort_values(kind="stable").index.tolist()

    @property
    def in_order_of(self) -> str:
        """What the order of campaigns rests on.

        "time": from moments, or from dates in labels. "given": from `order`. "numbers" or
        "months" (of any year): from labels, which are taken as time. "file": no order is
        known. "": there are no campaigns.
        """
        if self.campaign is None:
            return ""
        return TIME if self.as_of is not None and self.order is None else self._labels_in_order.by

    @cached_property
    def _labels_in_order(self) -> CampaignOrder:
        return self.order or order_of(pd.Series(self.campaign))

    def rows(self, chosen: npt.ArrayLike) -> Self:
        """Keep some rows, by mask or by position, in the order given.

        Raises
        ------
        DataError
            No row is left, or a mask is of another length.
        """
        where = np.asarray(chosen)
        if where.dtype == bool and len(where) != len(self):
            raise DataError(
                f"A mask must have one value a row; got {len(where)} for "
                f"{count_of(len(self), 'row')}. Make it from this frame."
            )
        where = np.flatnonzero(where) if where.dtype == bool else where
        if len(where) == 0:
            raise DataError(
                f"A FeatureFrame must keep at least one row; none of {len(self):,} is chosen."
            )
        series = {name: getattr(self, name) for name in PER_ROW}
        changes: dict[str, Any] = {
            name: None if values is None else values.iloc[where] for name, values in series.items()
        }
        return replace(self, X=self.X.iloc[where], **changes)

    def _check_control(self) -> None:
        """Raise DataError where one of arms, control and chances stands without the others."""
        if (self.treatment is None) != (self.control is None):
            raise DataError(
                "`treatment` and `control` must come together: the arm of each row, and the name "
                "of the arm that was not contacted. `workbench.frame.treatment.arms_of` reads both."
            )
        if self.treatment is not None and not pd.api.types.is_string_dtype(self.treatment):
            raise DataError(
                "`treatment` must hold the name of an arm in each row, as text; got values of type "
                f"{self.treatment.dtype}. `workbench.frame.treatment.arms_of` reads them."
            )
        if self.arm_probability is not None and self.treatment is None:
            raise DataError(
                "`arm_probability` must come with `treatment`, the arm whose chance it is. Give "
                "both, or neither."
            )

    def noting(self, *notes: str) -> Self:
        """Add sentences to the notes."""
        return replace(self, notes=(*self.notes, *notes))


def _check_features(X: pd.DataFrame) -> None:
    if X.shape[1] == 0:
        raise SchemaError("The feature table must have at least one feature; it has no column.")
    check_columns(X, [], name="The feature table")


def _check_aligned(series: pd.Series[Any] | None, X: pd.DataFrame, *, name: str) -> None:
    if series is None:
        return
    if len(series) != len(X):
        raise SchemaError(
            f"`{name}` must have one value a row; got {len(series)} for "
            f"{count_of(len(X), 'row')} of X. Align them before making the frame."
        )
    if not series.index.equals(X.index) and set(series.index) == set(X.index):
        raise SchemaError(
            f"`{name}` must stand in the order of X; its index has the same labels in another "
            f"order. Write `{name}.loc[X.index]`."
        )
    if name in ("campaign", "customer"):
        refuse_odd_keys(series, f"`{name}`")
    gaps = int(series.isna().sum())
    if gaps and name in ("campaign", "as_of", "treatment"):
        raise DataError(
            f"`{name}` must have a value in every row; {gaps} of {len(X)} are missing. Fill them "
            "or drop those rows."
        )


def _check_weight(weight: pd.Series[float] | None) -> None:
    wrong = 0 if weight is None else int((~(np.isfinite(weight) & (weight >= 0))).sum())
    if wrong:
        raise DataError(
            f"`weight` must be a finite number from 0 in every row; in {wrong} it is not. Mend "
            "them, or drop those rows."
        )


def _check_outcome(y: pd.Series[float]) -> None:
    strange = sorted({str(value) for value in y.dropna().unique() if value not in (0, 1)})
    if strange:
        raise DataError(
            f"`y` must be 0, 1, or NaN where the outcome is not known yet; got {listed(strange)}. "
            "Name the positive value with `FeatureFrame.from_table(…, positive=…)`."
        )


def _complete_catalogue(catalogue: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    if catalogue.empty:
        catalogue = pd.DataFrame({"group": names}, index=names)
    table = catalogue.reindex(columns=list(CATALOGUE_COLUMNS)).set_axis(catalogue.index.map(str))
    rows_of = Counter(table.index[table["group"].notna()])
    wrong = [name for name in names if rows_of[name] != 1]
    if wrong:
        raise SchemaError(
            f"The catalogue must have one row, with a group, for every feature; it has none or "
            f"several for {listed(wrong)}. Mend those rows."
        )
    return table.loc[names].rename_axis("feature")
