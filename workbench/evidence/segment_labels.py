"""Which segment each contact is of: levels as they are, numbers in bins of about as many each."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_whole
from workbench.errors import DataError, SchemaError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.kinds import kind_of
from workbench.frame.labelling import kept_as_they_are
from workbench.frame.level_spelling import spelled
from workbench.language import later
from workbench.messages import count_of, did_you_mean, listed
from workbench.numbers import Array
from workbench.ridge.explain.units import Unit

MISSING = "missing"
NO_VALUE = later("no value")
"""What gaps are called where "missing" is a level of its own."""
FLAGS = {True: "yes", False: "no"}
MOST_DIGITS = 12
MOST_VALUES = 10
"""Numbers of as many values are segments of their own: they may be codes, such as of regions."""


def segment_labels(frame: FeatureFrame, by: Any, *, bins: int = 5) -> pd.Series[Any]:
    """Name the segment of each contact.

    A text column's levels are segments, and so are numbers of at most ten values. Others are
    cut at their quantiles, and the cuts are rounded to as few digits as tell them apart. So
    they are no customer's own numbers. "37 to 57" is above 37, and up to 57; of whole numbers
    both ends belong to it. A column of logarithms is cut in the units behind them.

    Parameters
    ----------
    frame : FeatureFrame
    by : str or Series or array, shape (n,)
        A column of the frame, or "campaign"; or a value of each contact that is no feature. Of
        campaign tables also a column of theirs that became one feature: "region" is then
        "customers_region".
    bins : int
        Of numbers, from 2.

    Returns
    -------
    Series of category, shape (n,)
        Bins from low to high, as an ordered one; levels by name, or in their own order where
        that is given. Where a value is missing: "missing", or "no value" where a level has
        that name. Numbers alike to twelve digits are one.

    Raises
    ------
    SchemaError
        The frame has no such column; or there is not one value a row, in its order.
    DataError
        Values are infinite, or of no kind that makes segments; or gaps cannot be told from
        levels, as both "missing" and "no value" are levels.
    ParameterError
        `bins` is not a whole number from 2.

    Examples
    --------
    >>> table = pd.DataFrame({"age": range(18, 78), "bought": [0, 1] * 30})
    >>> frame = FeatureFrame.from_table(table, target="bought")
    >>> segment_labels(frame, "age", bins=3).value_counts(sort=False).to_dict()
    {'up to 37': 20, '38 to 57': 20, 'above 57': 20}
    """
    return labels_and_own(frame, by, bins=bins)[0]


def labels_and_own(
    frame: FeatureFrame, by: Any, *, bins: int
) -> tuple[pd.Series[Any], frozenset[str]]:
    """Return `segment_labels`, and which of them are no words of the data.

    Examples
    --------
    >>> table = pd.DataFrame({"stage": ["new", None, "old"], "bought": [0, 1, 1]})
    >>> frame = FeatureFrame.from_table(table, target="bought")
    >>> labels_and_own(frame, "stage", bins=5)[1]
    frozenset({'missing'})
    """
    check_whole(bins, least=2, name="bins")
    by = _feature(frame, by)
    values = _values(frame, by)
    own = set[str]()
    if pd.api.types.is_bool_dtype(values):
        values = values.map(FLAGS)
        own |= set(FLAGS.values())
    if kind_of(values) == "numeric" or pd.api.types.is_numeric_dtype(values):  # 0 and 1, too
        labels = _binned(_unlogged(frame, by, values), frame.weights, int(bins))
        return labels.rename(_name(by)), frozenset(labels.cat.categories)
    labels, gap = _levels(values)
    return labels.rename(_name(by)), frozenset(own | ({gap} if values.isna().any() else set()))


def _levels(values: pd.Series[Any]) -> tuple[pd.Series[Any], str]:
    """Return the level of each row, and what rows without one are called."""
    there, texts = values.notna(), spelled(values)
    gap = _name_of_gaps(set(texts[there])) if not there.all() else MISSING
    ordered = isinstance(values.dtype, pd.CategoricalDtype) and bool(values.cat.ordered)
    levels = sorted(set(texts[there]))
    if ordered:
        levels = list(dict.fromkeys(spelled(pd.Series(values.cat.categories))))
    return _categories(texts.where(there, gap), levels, gap, ordered=ordered), gap


def _name_of_gaps(levels: set[str]) -> str:
    """Name rows without a value as no level is: they are not of it."""
    free = [name for name in (MISSING, NO_VALUE) if name not in levels]
    if not free:
        raise DataError(
            f"`by` has rows without a value, and levels called {MISSING!r} and {str(NO_VALUE)!r}: "
            "they could not be told apart. Rename one of the levels, or fill the rows."
        )
    return free[0]


def _name(by: Any) -> str:
    return by if isinstance(by, str) else str(getattr(by, "name", None) or "segment")


def _feature(frame: FeatureFrame, by: Any) -> Any:
    """Return the feature that a column of the campaign tables became, where it is one alone."""
    if not isinstance(by, str) or by in (*frame.X.columns, "campaign"):
        return by
    found = [name for name, column in kept_as_they_are(frame).items() if column == by]
    return found[0] if len(found) == 1 else by


def _values(frame: FeatureFrame, by: Any) -> pd.Series[Any]:
    if isinstance(by, str):
        if by in frame.X.columns:
            return frame.X[by]
        if by == "campaign" and frame.campaign is not None:
            return frame.campaign
        raise SchemaError(
            f"`by` names unknown column {by!r}; got {listed(frame.X.columns)}."
            f"{did_you_mean(by, frame.X.columns)} What is no feature is given as a Series, a value "
            "a row of the frame."
        )
    if np.ndim(by) != 1 or len(by) != len(frame):
        raise SchemaError(
            f"`by` must be a column's name, or have one value a row; got shape {np.shape(by)} for "
            f"{count_of(len(frame), 'row')} of the frame. Take both from the same rows."
        )
    rows = frame.X.index
    if isinstance(by, pd.Series) and not by.index.equals(rows) and set(by.index) == set(rows):
        raise SchemaError(
            "`by` must stand in the order of the frame; its index has the same labels in another "
            "order. Write `by.loc[frame.X.index]`."
        )
    values = pd.Series(by).reset_index(drop=True)
    if isinstance(values.dtype, pd.CategoricalDtype) or pd.api.types.is_numeric_dtype(values):
        return values
    if not values.dropna().map(lambda value: isinstance(value, str | bool | int | float)).all():
        raise DataError(
            "`by` must hold numbers, flags or texts; other values make no segments. Write moments "
            "as months, such as `days.dt.strftime('%Y-%m')`."
        )
    return values


def _unlogged(frame: FeatureFrame, by: Any, values: pd.Series[Any]) -> Array:
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    if np.isinf(numbers).any():
        raise DataError("`by` must be finite; it holds infinity. Make such values missing.")
    if not isinstance(by, str) or by not in frame.X.columns:
        return numbers
    unit = Unit.of(frame.catalogue["unit"].get(by))
    return _of_each(numbers, unit.shown) if unit.logged else numbers


def _binned(numbers: Array, weight: Array, bins: int) -> pd.Series[Any]:
    known = ~np.isnan(numbers)
    numbers = _told_apart(numbers)
    distinct = np.unique(numbers[known])
    if len(distinct) <= max(bins, MOST_VALUES):
        names = [f"{one:.12g}" for one in distinct]
        place = np.searchsorted(distinct, numbers)
    else:
        edges = _cuts(numbers[known], weight[known], bins)
        names, place = (
            _named(edges, distinct),
            np.searchsorted(edges, numbers),
        )  # an edge lies below
    texts = np.array([*names, MISSING], dtype=object)[np.where(known, place, len(names))]
    return _categories(pd.Series(texts), names, MISSING, ordered=True)


def _told_apart(numbers: Array) -> Array:
    """Round to the digits of a name: what is alike there, such as 0.3 and 0.1 + 0.2, is one."""
    return _of_each(numbers, lambda one: _short(one, MOST_DIGITS))


def _of_each(numbers: Array, rewritten: Callable[[float], float]) -> Array:
    """Rewrite each distinct number once, however often it stands there."""
    values, place = np.unique(numbers, return_inverse=True)
    return np.array([rewritten(one) for one in values.tolist()])[place]


def _short(number: float, digits: int) -> float:
    """Round to significant digits; 0 has no sign, and nothing becomes infinite."""
    short = float(f"{number:.{digits}g}") + 0.0
    return number if np.isinf(short) else short


def _cuts(numbers: Array, weight: Array, bins: int) -> Array:
    """Return rounded quantiles, each once, below the largest number."""
    cuts = np.arange(1, bins) / bins
    counted = weight if weight.any() else np.ones_like(weight)
    exact = np.unique(np.quantile(numbers, cuts, weights=counted, method="inverted_cdf"))
    exact = np.asarray(exact[exact < numbers.max()])
    for digits in range(2, MOST_DIGITS + 1):
        edges = np.array([_short(one, digits) for one in exact])
        if len(np.unique(edges)) == len(exact) and _parts_alike(numbers, exact, edges):
            return edges
    return exact


def _parts_alike(numbers: Array, exact: Array, edges: Array) -> bool:
    """Whether rounding leaves every bin at least half of what it has by the exact cuts."""
    one, other = (
        np.bincount(np.searchsorted(ends, numbers), minlength=len(exact) + 1)
        for ends in (exact, edges)
    )
    return bool((other >= one / 2).all())


def _named(edges: Array, distinct: Array) -> list[str]:
    """Name the bins that end at edges; of whole numbers by the first and last of each."""
    if not len(edges):
        return ["all"]
    step = 1.0 if (np.round(distinct) == distinct).all() else 0.0
    first = f"{edges[0]:,.12g}" if edges[0] == distinct[0] else f"up to {edges[0]:,.12g}"
    between = [
        f"{high:,.12g}" if low + step == high else f"{low + step:,.12g} to {high:,.12g}"
        for low, high in pairwise(edges)
    ]
    return [first, *between, f"above {edges[-1]:,.12g}"]


def _categories(
    texts: pd.Series[Any], names: list[str], gap: str, *, ordered: bool = False
) -> pd.Series[Any]:
    """Make categories of texts; what stands for gaps comes last where it is there."""
    there: npt.NDArray[np.bool_] = (texts == gap).to_numpy()
    kinds = [name for name in names if name != gap] + [gap] * bool(there.any())
    return pd.Series(pd.Categorical(texts, categories=kinds, ordered=ordered))
