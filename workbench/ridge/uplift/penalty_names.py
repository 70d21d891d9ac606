"""Penalties of main and uplift columns by the user's names, as one fit of both takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from workbench.errors import ParameterError
from workbench.messages import did_you_mean, listed
from workbench.ridge.penalties.names import Labels, named_entries
from workbench.ridge.penalties.plan import TUNED

MAIN, UPLIFT = PARTS = ("main", "uplift")
TREATED = "treated"

Given = Mapping[str, float | str]


class JointPenalties(NamedTuple):
    """The group of each joint column, and the factor of each group, by `RidgePropensity`'s rules.

    ``group`` has a label for every column ``main: …`` and ``uplift: …``; a label that
    ``factors`` does not name has the factor 1.
    """

    group: dict[str, str]
    factors: dict[str, float | str]


def joint_penalties(
    given: Given | None, columns: pd.DataFrame, *, alpha: float | str, by_group: bool
) -> JointPenalties:
    """Say which penalties the columns of a joint fit share, and which factors they have.

    Parameters
    ----------
    given : mapping of name to factor, optional
        A name is ``main`` or ``uplift``, or a group's, feature's or column's with ``main: `` or
        ``uplift: `` before it, or without, which means both. What is said of one part goes
        before what is said of both; a column before its feature, and that before its group.
    columns : DataFrame
        Index design column; ``feature, group``.
    alpha : float or "tuned"
    by_group : bool
        Whether every group gets a tuned penalty of its own, where nothing is given.

    Raises
    ------
    ParameterError
        A name is unknown, or is a group's and a feature's; a factor is not what it must be.

    Examples
    --------
    >>> table = pd.DataFrame({"feature": ["age", "visits"], "group": ["person", "rfm"]},
    ...                      index=["age", "visits"])
    >>> found = joint_penalties({"uplift: rfm": 9.0, "age": 2.0}, table, alpha=0.1,
    ...                         by_group=False)
    >>> found.group["uplift: visits"], found.factors["group:uplift: rfm"]
    ('uplift: rfm', 9.0)
    """
    labels = Labels(
        [str(name) for name in columns.index],
        columns["feature"].tolist(),
        columns["group"].tolist(),
    )
    if given is None:
        return _ungiven(labels, tuned=alpha == TUNED, by_group=by_group)
    _check(given, labels)
    group: dict[str, str] = {}
    factors: dict[str, float | str] = {}
    for part in PARTS:
        entries = _of_part(given, part, labels)
        for column, name in zip(labels.column, named_entries(entries, labels), strict=True):
            label = part if name is None else f"{part}: {name}"
            group[f"{part}: {column}"] = label
            if name is not None:
                factors[f"group:{label}"] = entries[name]
            elif part in given and part not in _known(labels):
                factors[f"group:{label}"] = given[part]
    return JointPenalties(group, {**factors, f"group:{TREATED}": 0.0})


def _ungiven(labels: Labels, *, tuned: bool, by_group: bool) -> JointPenalties:
    names = [f": {group}" if by_group and tuned else "" for group in labels.group]
    group = {
        f"{part}: {column}": f"{part}{name}"
        for part in PARTS
        for column, name in zip(labels.column, names, strict=True)
    }
    factors: dict[str, float | str] = {}
    if tuned:
        factors = {f"group:{label}": TUNED for label in group.values()}
    return JointPenalties(group, {**factors, f"group:{TREATED}": 0.0})


def _known(labels: Labels) -> dict[str, None]:
    return dict.fromkeys([*labels.feature, *labels.group, *labels.column])


def _split(name: str, labels: Labels) -> tuple[str | None, str]:
    """Return the part that a name says, and the rest of it; a user's own name goes first."""
    part, colon, rest = name.partition(": ")
    if name in _known(labels) or not colon or part not in PARTS:
        return None, name
    return part, rest


def _of_part(given: Given, part: str, labels: Labels) -> dict[str, float | str]:
    said = {name: _split(name, labels) for name in given}
    own_words = [name for name in said if name in PARTS and name not in _known(labels)]
    both = {rest: given[n] for n, (of, rest) in said.items() if of is None and n not in own_words}
    return both | {rest: given[n] for n, (of, rest) in said.items() if of == part}


def _check(given: object, labels: Labels) -> None:
    if not isinstance(given, Mapping):
        raise ParameterError(
            f"`penalty_factors` must map feature or group names to numbers; got {given!r}. "
            "Write {'uplift: name': 10.0}."
        )
    known = _known(labels)
    names = [*PARTS, *known]
    for name, factor in given.items():
        _check_factor(name, factor)
        rest = _split(name, labels)[1] if isinstance(name, str) else name
        kind, _, own = str(rest).partition(":")
        of_kind = getattr(labels, kind, ()) if kind in ("group", "feature", "column") else ()
        if rest not in names and own not in of_kind:
            raise ParameterError(
                f"`penalty_factors` names unknown feature or group {name!r}; got {listed(names)}, "
                f"each also with 'main: ' or 'uplift: ' before it.{did_you_mean(rest, names)}"
            )


def _check_factor(name: object, factor: object) -> None:
    number = isinstance(factor, (int, float)) and not isinstance(factor, bool) and factor >= 0
    if factor != TUNED and not number:
        raise ParameterError(
            f"`penalty_factors` must be numbers from 0 (unpenalised) to inf (dropped), or "
            f"'tuned'; got {factor!r} for {name!r}. Leave it out for the factor 1."
        )
