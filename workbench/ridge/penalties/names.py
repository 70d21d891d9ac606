"""What a name in penalties means: a group, a feature, or a column of the design."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from workbench.errors import DataWarning, ParameterError
from workbench.frame.column_names import GAP_FLAG, feature_and_level
from workbench.messages import did_you_mean, listed

KINDS = ("column", "feature", "group")  # the first that is given wins


class Labels(NamedTuple):
    """Column, feature and group of each design column, all of length p."""

    column: Sequence[str]
    feature: Sequence[str]
    group: Sequence[str]


def named_entries(given: Collection[str], labels: Labels) -> list[str | None]:
    """Return which given name each column takes: its own, its feature's, or its group's.

    A name may say its kind: ``group:age``, ``feature:age``, ``column:age``.

    Parameters
    ----------
    given : collection of str
        All are known; see `check_known`.
    labels : Labels

    Raises
    ------
    ParameterError
        A name is a group's and a feature's, and the two would not come to the same.

    Examples
    --------
    >>> labels = Labels(["age", "age_sq"], ["age", "age_sq"], ["age", "age"])
    >>> named_entries(["group:age"], labels), named_entries(["feature:age"], labels)
    (['group:age', 'group:age'], ['feature:age', None])
    """
    meant = {kind: _of_kind(given, getattr(labels, kind), kind) for kind in KINDS}
    found: list[str | None] = []
    by_group: set[str] = set()
    for column, feature, group in zip(*labels, strict=True):
        own = meant["column"].get(column) or meant["feature"].get(feature)
        if own is None and group in meant["group"]:
            by_group.add(meant["group"][group])
        found.append(own or meant["group"].get(group))
    # where all others of the group have entries of their own, both readings are one
    for name in sorted(by_group.intersection([*labels.column, *labels.feature])):
        raise _ambiguous(name, argument="`penalty_factors`")
    return found


def places(labels: Labels, *, columns_first: bool = False) -> dict[str, list[int]]:
    """Return the places of each group, feature and column, also by ``kind:name``.

    A name that is several things without saying which means the same columns as all of
    them, or is left out; but a feature goes before its column, and the other way round
    where columns come first.
    """
    of = {kind: _positions(getattr(labels, kind)) for kind in KINDS}
    found: dict[str, list[int]] = {}
    for kind in ("group", "feature", "column"):
        found |= {f"{kind}:{name}": where for name, where in of[kind].items()}
    plain = {**of["column"], **of["feature"]}
    plain = plain | of["column"] if columns_first else plain
    for name, where in of["group"].items():
        if name not in plain or plain[name] == where:
            plain[name] = where
        elif not columns_first:
            del plain[name]
    return found | plain


def check_named(name: object, known: Mapping[str, object], labels: Labels) -> None:
    """Raise ParameterError unless `places` has the name."""
    if name in known:
        return
    if name in labels.group:
        raise _ambiguous(str(name), argument="`penalties`")
    names = list(dict.fromkeys([*labels.group, *labels.feature, *labels.column]))
    raise ParameterError(
        f"There is no group, feature or column {name!r}; got {listed(names)}.{_meant(name, names)}"
    )


def check_known(given: Collection[object], labels: Labels) -> None:
    """Raise ParameterError unless all of `penalty_factors` are names; the closest is offered.

    Levels and gaps of a feature that is named itself may be of other rows, as where a model's
    factors are taken to all outcomes: a level that has no column here is passed over, and told.

    Warns
    -----
    DataWarning
    """
    kinds = {kind: set(getattr(labels, kind)) for kind in KINDS}
    known = dict.fromkeys([*labels.feature, *labels.group, *labels.column])
    elsewhere = [name for name in given if name not in known and _is_part(name, given, kinds)]
    if elsewhere:
        warnings.warn(
            f"`penalty_factors` names levels that have no column in these rows: "
            f"{listed(elsewhere)}. They are passed over.",
            DataWarning,
            stacklevel=4,
        )
    for name in [name for name in given if name not in elsewhere]:
        kind, _, rest = str(name).partition(":")
        if name not in known and rest not in kinds.get(kind, ()):
            raise ParameterError(
                f"`penalty_factors` names unknown feature or group {name!r}; "
                f"got {listed(known)}.{_meant(name, list(known))}"
            )


def _is_part(name: object, given: Collection[object], kinds: Mapping[str, set[str]]) -> bool:
    """Whether a name is a level, or the gaps, of a feature that has an entry of its own."""
    if not isinstance(name, str):
        return False
    gap = name.endswith(GAP_FLAG)
    of = (
        [name.removesuffix(GAP_FLAG)]
        if gap
        else [feature for feature, _ in feature_and_level(name)]
    )
    return any(feature in given and feature in kinds["feature"] for feature in of)


def _meant(name: object, known: Sequence[str]) -> str:
    """Offer the closest name; names are text, which the number 1 is not."""
    if not isinstance(name, str) and str(name) in known:
        return f" Names are text: write {str(name)!r}."
    return did_you_mean(name, known)


def _ambiguous(name: str, *, argument: str) -> ParameterError:
    return ParameterError(
        f"{argument} names {name!r}, which is a group and one of the features or columns. "
        f"Write 'group:{name}' for the whole group, or 'feature:{name}' for the one."
    )


def _of_kind(given: Collection[str], names: Iterable[str], kind: str) -> dict[str, str]:
    """Return, of the names of a kind, which key gives each; an explicit one goes first."""
    found = {}
    for name in dict.fromkeys(names):
        for key in (f"{kind}:{name}", name):
            if key in given:
                found[name] = key
                break
    return found


def _positions(names: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(name, []).append(place)
    return found
