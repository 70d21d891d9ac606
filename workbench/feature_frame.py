"""FeatureFrame: one row a contact, one column a feature, and what each of them is.

Everything before it knows tables and time; everything after it knows arrays and
names. A frame is never changed: its methods return new frames.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench._checks import (
    check_columns,
    check_finite,
    check_not_empty,
    count_of,
    did_you_mean,
    listed,
    plain_floats,
)
from workbench._key_kinds import refuse_odd_keys
from workbench.campaign_order import TIME, CampaignOrder, order_of
from workbench.errors import DataError, ParameterError, SchemaError

CATALOGUE_COLUMNS = ("group", "builder", "source", "lookback_days", "unit", "description")
PER_ROW = ("y", "campaign", "as_of", "matured_at", "customer", "weight", "cell")


@dataclass(frozen=True)
class FeatureFrame:
    """Features, outcomes and moments of n contacts, with a catalogue of the features.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        Numeric, boolean, text or categorical columns. Missing values are allowed.
    y : Series of float, shape (n,)
        1 if the contact responded, 0 if not, NaN where the outcome is not known yet.
    campaign : Series, shape (n,), optional
        The campaign of each row; None where the table has no campaigns.
    as_of : Series of datetime64, shape (n,), optional
        The moment of the decision: features know nothing of it or after it.
    matured_at : Series of datetime64, shape (n,), optional
        The moment from which the outcome is known (the end of the label window).
    customer : Series, shape (n,), optional
    weight : Series of float, shape (n,), optional
        How many contacts a row stands for; None means one each.
    catalogue : DataFrame, optional
        One row a feature, indexed by its name, with the columns ``group, builder,
        source, lookback_days, unit, description``. Made up from the column names
        where it is not given.
    recipe : dict
        How the frame was made, as plain JSON values, so that it can be made again
        for new contacts.
    notes : tuple of str
        What was assumed or worked around, in sentences for the report.
    cell : Series, shape (n,), optional
        Which rows are of one cell of contacts: its positives and its negatives have the same
        label. Whatever is dealt or drawn at random takes a cell as a whole
        (`workbench.dealing`). A row without a label is a cell of its own.
    order : CampaignOrder, optional
        The order of campaigns where moments do not tell it; by default it is read off the
        labels (`workbench.campaign_order`).

    Raises
    ------
    DataError
        There are no rows, a value is infinite, `y` is not 0, 1 or NaN, a weight is
        negative, or a campaign or moment is missing.
    SchemaError
        There is no feature, a column stands twice, lengths or the order of labels differ,
        or the catalogue misses a feature.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame
    >>> table = pd.DataFrame({
    ...     "month": ["2024-01", "2024-01", "2024-02", "2024-02"],
    ...     "visits": [3, 0, 1, 5],
    ...     "bought": ["yes", "no", "no", "yes"],
    ... })
    >>> frame = FeatureFrame.from_table(table, target="bought", campaign="month")
    >>> frame
    FeatureFrame: 4 contacts × 1 feature in 1 group; 2 campaigns; 2 of 4 known outcomes positive
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
        set_field = object.__setattr__  # the only writes to a frozen instance: normal forms
        set_field(self, "X", X.reset_index(drop=True))
        for name in PER_ROW:
            series = getattr(self, name)
            if series is not None:
                set_field(self, name, pd.Series(series).reset_index(drop=True).rename(name))
        set_field(self, "y", self.y.astype("float64"))
        set_field(self, "catalogue", _complete_catalogue(self.catalogue, list(X.columns)))

    @classmethod
    def from_table(cls, table: Any, *, target: str | None, **roles: Any) -> FeatureFrame:
        """Enter with a flat table that somebody already has: one row a contact.

        See `workbench.flat_table.frame_from_table`, which this calls, for every
        column role and for how groups are proposed.

        Examples
        --------
        >>> import pandas as pd
        >>> from workbench import FeatureFrame
        >>> clicks = pd.DataFrame({"price": [1.0, 2.0], "clicks": [10, 20], "sales": [1, 3]})
        >>> frame = FeatureFrame.from_table(clicks, target="sales", trials="clicks")
        >>> frame.y.tolist(), frame.weight.tolist()
        ([1.0, 0.0, 1.0, 0.0], [1.0, 9.0, 3.0, 17.0])
        """
        from workbench.flat_table import frame_from_table

        return frame_from_table(table, target=target, **roles)

    def __len__(self) -> int:
        return len(self.X)

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

    @property
    def groups(self) -> dict[str, str]:
        """The group of each feature: what penalties are set by."""
        return {str(name): str(group) for name, group in self.catalogue["group"].items()}

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """Case weights, ones where none were given; shape (n,)."""
        if self.weight is None:
            return np.ones(len(self), dtype="float64")
        return np.asarray(self.weight, dtype=np.float64)

    @property
    def positives(self) -> float:
        """Weighted number of known positive outcomes."""
        return float(self.weights[(self.y == 1).to_numpy()].sum())

    def known(self) -> FeatureFrame:
        """Keep the rows whose outcome is known: they can train and test."""
        return self.rows(self.y.notna().to_numpy())

    def unknown(self) -> FeatureFrame:
        """Keep the rows whose outcome is not known yet: they can be scored."""
        return self.rows(self.y.isna().to_numpy())

    def rows(self, chosen: npt.ArrayLike) -> FeatureFrame:
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

    def without(self, *features: str) -> FeatureFrame:
        """Drop features by name.

        Raises
        ------
        ParameterError
            A name is not a feature; the closest is offered.
        """
        for name in features:
            if name not in self.X.columns:
                raise ParameterError(
                    f"`without` names unknown feature {name!r}; got {listed(self.X.columns)}."
                    f"{did_you_mean(name, self.X.columns)}"
                )
        kept = [name for name in self.X.columns if name not in features]
        return replace(self, X=self.X[kept], catalogue=self.catalogue.loc[kept])

    def noting(self, *notes: str) -> FeatureFrame:
        """Add sentences to the notes."""
        return replace(self, notes=(*self.notes, *notes))

    def quality(self) -> pd.DataFrame:
        """Describe each feature: its kind, missing share, distinct values, and remarks.

        Returns
        -------
        DataFrame
            One row a feature: ``group, kind, missing_share, distinct, univariate_auc,
            remark``. The univariate AUC is of the feature alone against the known
            outcomes, whichever direction is better; NaN without both classes.
        """
        from workbench.dealing import wholes
        from workbench.leakage import univariate_auc

        whole = None if self.cell is None else wholes(self)
        auc = univariate_auc(self.X, self.y, self.weights, whole)
        table = pd.DataFrame(
            {
                "group": self.catalogue["group"],
                "kind": [kind_of(self.X[name]) for name in self.X.columns],
                "missing_share": self.X.isna().T @ self.weights / self.weights.sum(),
                "distinct": self.X.nunique(),
                "univariate_auc": auc,
            }
        )
        table["remark"] = [_remark(row) for _, row in table.iterrows()]
        return table.rename_axis("feature")

    def summary(self) -> pd.DataFrame:
        """Describe each campaign: contacts, known outcomes, positives, rate, moments."""
        label = self.campaign if self.campaign is not None else pd.Series("(all)", self.X.index)
        weight = pd.Series(self.weights)
        table = pd.DataFrame(
            {
                "contacts": weight.groupby(label).sum(),
                "known": weight.where(self.y.notna(), 0.0).groupby(label).sum(),
                "positives": (weight * self.y).groupby(label).sum(),
            }
        )
        table["rate"] = table["positives"] / table["known"].where(table["known"] > 0)
        if self.as_of is not None:
            table.insert(0, "as_of", self.as_of.groupby(label).min())
        return table.loc[self.campaigns or ["(all)"]].rename_axis("campaign")

    def __repr__(self) -> str:
        p, groups = self.X.shape[1], self.catalogue["group"].nunique()
        count = len(self.campaigns)
        campaigns = count_of(count, "campaign") if count else "no campaigns"
        known = self.weights[self.y.notna().to_numpy()].sum()
        number = float(self.weights.sum())
        return (
            f"FeatureFrame: {count_of(number, 'contact')} × {count_of(p, 'feature')} in "
            f"{count_of(groups, 'group')}; {campaigns}; "
            f"{self.positives:,.0f} of {known:,.0f} known outcomes positive"
        )

    def _repr_html_(self) -> str:
        from html import escape

        by_group = self.catalogue.groupby("group", sort=False).size().rename("features")
        return f"<p>{escape(repr(self))}</p>{by_group.to_frame().to_html(border=0)}"


def kind_of(column: pd.Series[Any]) -> str:
    """Return 'flag', 'numeric' or 'category'.

    Examples
    --------
    >>> import pandas as pd
    >>> kind_of(pd.Series([0, 1, 1])), kind_of(pd.Series(["a", "b"]))
    ('flag', 'category')
    """
    if pd.api.types.is_bool_dtype(column):
        return "flag"
    if pd.api.types.is_numeric_dtype(column):
        present = column.dropna()  # compared, not looked up: pandas hashes no long doubles
        return "flag" if ((present == 0) | (present == 1)).all() else "numeric"
    return "category"


def _remark(row: pd.Series[Any]) -> str:
    from workbench.leakage import SUSPECT_AUC

    if row["univariate_auc"] > SUSPECT_AUC:
        return "may give the outcome away: leave it out if it is known only afterwards"
    if row["distinct"] <= 1:
        return "constant"
    if row["missing_share"] > 0.5:
        return "mostly missing"
    return ""


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
    if gaps and name in ("campaign", "as_of"):
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
