"""What scores and profit would do if chosen features moved: spike, outage, new level, price."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from workbench import metrics
from workbench.checks import check_propensity
from workbench.digits import share_text
from workbench.errors import DataWarning, ParameterError
from workbench.frame.dealing import wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.kinds import kind_of
from workbench.language import say_count
from workbench.messages import did_you_mean
from workbench.numbers import Array

Change = Callable[["pd.Series[Any]"], "pd.Series[Any]"]

DEPTH = 0.1


@dataclass(frozen=True)
class Spike:
    """A share of the rows, or cells, drawn at random, is raised by so many standard deviations.

    Parameters
    ----------
    share : float
    deviations : float
    seed : int

    Examples
    --------
    >>> Spike(share=1.0, deviations=2.0)(pd.Series([0.0, 2.0])).tolist()
    [2.0, 4.0]
    """

    share: float = 0.15
    deviations: float = 3.0
    seed: int = 0

    def __call__(self, values: pd.Series[Any], weight: Array | None = None) -> pd.Series[Any]:
        """Return the moved values; the deviation is that of contacts, `weight` of each row."""
        hit = np.random.default_rng(self.seed).random(len(values)) < self.share
        numbers = _numbers(values)
        there = numbers.notna().to_numpy()
        known = numbers.to_numpy()[there]
        number = np.ones(len(known)) if weight is None else weight[there]
        if not number.any():
            return numbers
        middle = np.average(known, weights=number)
        deviation = np.sqrt(np.average((known - middle) ** 2, weights=number))
        return numbers + hit * self.deviations * float(deviation)


@dataclass(frozen=True)
class Outage:
    """The source is down: every row gets the same value, missing if none is given.

    Parameters
    ----------
    value : object

    Examples
    --------
    >>> Outage(0.0)(pd.Series([1.0, 2.0])).tolist()
    [0.0, 0.0]
    """

    value: Any = None

    def __call__(self, values: pd.Series[Any]) -> pd.Series[Any]:
        """Return the value in every row."""
        text = kind_of(values) == "category"
        value = (None if text else np.nan) if self.value is None else self.value
        return pd.Series([value] * len(values), index=values.index, dtype=object if text else None)


@dataclass(frozen=True)
class NewLevel:
    """A share of the rows, or cells, drawn at random, has a level that was never seen.

    Parameters
    ----------
    share : float
    level : str
    seed : int

    Examples
    --------
    >>> NewLevel(share=1.0, level="app")(pd.Series(["shop", "mail"])).tolist()
    ['app', 'app']
    """

    share: float = 1.0
    level: str = "(new level)"
    seed: int = 0

    def __call__(self, values: pd.Series[Any]) -> pd.Series[Any]:
        """Return the values, the level in some rows."""
        hit = np.random.default_rng(self.seed).random(len(values)) < self.share
        return values.astype(object).where(~hit, self.level)


@dataclass(frozen=True)
class Times:
    """Every value is multiplied: a price change, say 1.2 for a fifth more.

    Parameters
    ----------
    factor : float

    Examples
    --------
    >>> Times(1.5)(pd.Series([10.0, 20.0])).tolist()
    [15.0, 30.0]
    """

    factor: float

    def __call__(self, values: pd.Series[Any]) -> pd.Series[Any]:
        """Return the values times the factor."""
        return _numbers(values) * self.factor


@dataclass(frozen=True)
class StressTest:
    """Scores and profit under each change, beside those of the frame as it is.

    Parameters
    ----------
    table : DataFrame
        Index change, ``as it is`` first:

        - ``mean_propensity``;
        - ``mean_move, largest_move``: of a propensity, up or down;
        - ``still_chosen``: the share of the best 10% of contacts that stay among them;
        - ``contacts``: those whose propensity pays for the contact;
        - ``expected_profit``: what the moved scores promise of them;
        - ``realised_profit``: what they brought, where outcomes are known.
    propensity : DataFrame
        Of each row, a column a change.
    """

    table: pd.DataFrame
    propensity: pd.DataFrame

    def sentence(self) -> str:
        """Say which change moves the choice of contacts most."""
        changed = self.table.iloc[1:]
        row = changed.iloc[int(changed["still_chosen"].to_numpy().argmin())]
        return say_count(
            "Of {n} change, {name!r} moves most: {stay:.0%} of the best {depth:.0%} stay among "
            "them, and the mean propensity goes from {before} to {after}.",
            "Of {n} changes, {name!r} moves most: {stay:.0%} of the best {depth:.0%} stay among "
            "them, and the mean propensity goes from {before} to {after}.",
            len(changed),
            name=row.name,
            stay=row["still_chosen"],
            depth=DEPTH,
            before=share_text(self.table["mean_propensity"].iloc[0]),
            after=share_text(row["mean_propensity"]),
        )

    def __repr__(self) -> str:
        return f"{self.sentence()}\n\n{self.table.to_string(float_format='{:.4g}'.format)}"

    def _repr_html_(self) -> str:
        table = self.table.to_html(border=0, float_format="{:.4g}".format, na_rep="")
        return f"<p>{escape(self.sentence())}</p>{table}"


def stress(
    model: Any,
    frame: FeatureFrame,
    changes: Mapping[str, Mapping[str, Change]],
    *,
    cost: float = 1.0,
    margin: float = 10.0,
) -> StressTest:
    """Move chosen features, score again, and see what that does.

    Contacts are chosen where the moved propensity times the margin exceeds the cost.
    Their realised profit Σ w (y · margin − cost) takes outcomes as they were. So the
    choice by wrong features is stressed, not what people do.

    Parameters
    ----------
    model : RidgePropensity, or what scores frames alike
    frame : FeatureFrame
    changes : mapping of name to mapping of feature to change
        A change is `Spike`, `Outage`, `NewLevel`, `Times`, or any function from a column
        to a column. Of cells it is given each once.
    cost, margin : float
        Of a contact, and of a response.

    Returns
    -------
    StressTest

    Raises
    ------
    ParameterError
        There is no change, or a feature is unknown.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=4, new_campaigns=0, rows=300, stable=3, spiky=1).frame
    >>> model = RidgePropensity(0.01).fit(frame)
    >>> found = stress(model, frame, {"spike": {"stable_01": Spike()}})
    >>> found.table.index.tolist()
    ['as it is', 'spike']
    """
    check_propensity(model, "Stress moves")
    _check_changes(changes, frame)
    scores = {"as it is": scores_of(model, frame)}
    for name, moves in changes.items():
        moved = {one: _changed(frame, one, change) for one, change in moves.items()}
        scores[name] = scores_of(model, replace(frame, X=frame.X.assign(**moved)))
    first = scores["as it is"]
    rows = {name: _row(frame, one, first, cost, margin) for name, one in scores.items()}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("change")
    return StressTest(table, pd.DataFrame(scores, index=frame.X.index))


def scores_of(model: Any, frame: FeatureFrame) -> Array:
    """Return a model's propensities, unseen levels and new gaps without a word."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # unseen levels and gaps are what is asked
        return np.asarray(model.propensity(frame), dtype=np.float64)


def _changed(frame: FeatureFrame, name: str, change: Change) -> pd.Series[Any]:
    """Change a column; what is drawn at random is drawn for a cell, and not for each outcome."""
    values, number, whole = frame.X[name], frame.weights, wholes(frame)
    if frame.cell is not None:
        number = np.bincount(whole, weights=number).astype(np.float64)
        values = values.iloc[np.unique(whole, return_index=True)[1]].reset_index(drop=True)
    moved = change(values, number) if isinstance(change, Spike) else change(values)
    return moved if frame.cell is None else moved.iloc[whole].set_axis(frame.X.index)


def _row(
    frame: FeatureFrame, scores: Array, first: Array, cost: float, margin: float
) -> dict[str, float]:
    weight, move = frame.weights, np.abs(scores - first)
    best = metrics.best_depth(
        metrics.expected_profit(scores, cost=cost, margin=margin, weight=weight)
    )
    chosen, known = scores * margin > cost, frame.y.notna().to_numpy()
    earned = weight * (np.nan_to_num(frame.y.to_numpy()) * margin - cost)
    top, top_first = (_share_at_the_top(one, weight) for one in (scores, first))
    return {
        "mean_propensity": float(np.average(scores, weights=weight)),
        "mean_move": float(np.average(move, weights=weight)),
        "largest_move": float(move.max()),
        "still_chosen": float(weight @ np.minimum(top, top_first) / (weight @ top_first)),
        "contacts": float(weight[chosen].sum()),
        "expected_profit": float(best["expected_profit"]),
        "realised_profit": float(earned[chosen & known].sum()) if known.any() else np.nan,
    }


def _share_at_the_top(scores: Array, weight: Array) -> Array:
    """Return which share of each row's contacts is among the best 10%; ties in proportion."""
    level = np.unique(-scores, return_inverse=True)[1]
    size = np.bincount(level, weights=weight)
    before = np.cumsum(size) - size
    left = np.clip(DEPTH * weight.sum() - before, 0.0, size)
    share: Array = (left / np.where(size > 0, size, 1.0))[level]
    return share


def _check_changes(changes: Mapping[str, Mapping[str, Change]], frame: FeatureFrame) -> None:
    if not changes:
        raise ParameterError(
            '`changes` must name at least one; got none. Give {"price up": {"price": Times(1.2)}}.'
        )
    for moves in changes.values():
        for name in moves:
            if name not in frame.X.columns:
                raise ParameterError(
                    f"`changes` names unknown feature {name!r}."
                    f"{did_you_mean(name, frame.X.columns)}"
                )


def _numbers(values: pd.Series[Any]) -> pd.Series[float]:
    if kind_of(values) == "category":
        raise ParameterError(
            f"Only numbers can be raised or multiplied; {values.name!r} is text. Use `NewLevel` "
            "or `Outage`."
        )
    return values.astype("float64")
