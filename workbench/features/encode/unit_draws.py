"""Which columns each hidden unit has, with which weights, and in which penalty group it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from sklearn.utils.random import sample_without_replacement

from workbench.numbers import Array

HIDDEN = "hidden"
CURVE, PRODUCT = "curve", "product"
ACROSS = f"{HIDDEN}: across groups"
CURVED_SHARE = 2 / 3
"""Of the units, those of one column; trials with less fitted absolute values worse."""
MOST_A_COLUMN, MOST_A_PAIR = 6, 4
FEWEST_A_GROUP = 8
"""Units of a group of their own: the penalty of fewer is hardly known."""


@dataclass(frozen=True)
class Unit:
    """One unit: h = tanh(bias + Σ weights · z of the columns), or Π tanh(weight · z).

    Parameters
    ----------
    name : str
    group : str
        Its penalty group.
    columns : tuple of str
        One or two, or as many as a unit from elsewhere has.
    weights : tuple of float
        Of the standardised columns.
    bias : float
        0 of a product.
    kind : {"curve", "product"}
    """

    name: str
    group: str
    columns: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    kind: str = CURVE

    def values(self, z: Sequence[Array]) -> Array:
        """Return the unit of standardised columns, shape (n,).

        Parameters
        ----------
        z : sequence of ndarray, shape (n,)
            The columns of the unit, in their order.

        Examples
        --------
        >>> import numpy as np
        >>> z = [np.array([0.0, 2.0]), np.array([1.0, -2.0])]
        >>> unit = Unit("h", "hidden: products", ("a", "b"), (1.0, 1.0), 0.0, kind=PRODUCT)
        >>> unit.values(z).round(3).tolist()
        [0.0, -0.929]
        """
        if self.kind == PRODUCT:
            made = np.ones(len(z[0]))
            for column, weight in zip(z, self.weights, strict=True):
                made *= np.tanh(weight * column)
            return made
        total = np.full(len(z[0]), self.bias)
        for column, weight in zip(z, self.weights, strict=True):
            total += weight * column
        return np.asarray(np.tanh(total))

    def said(self) -> str:
        """Say what it is of."""
        return f"A bounded {self.kind} of {' and '.join(self.columns)}."


Drawn = tuple[str, tuple[str, ...], tuple[float, ...], float]


def draw_units(
    groups: Mapping[str, str],
    bending: Collection[str],
    units: int,
    *,
    scales: tuple[float, float],
    rng: np.random.RandomState,
    one_group: bool = False,
) -> tuple[Unit, ...]:
    """Draw units of one column, and of two.

    Parameters
    ----------
    groups : mapping of column to group
        In the order of the table.
    bending : collection of str
        The columns that can have units of their own.
    units : int
    scales : (float, float)
    rng : RandomState
    one_group : bool
        Put all of them in one penalty group.
    """
    own, pairs = _own_pools(groups, bending), _pair_pools(groups)
    wanted = (round(CURVED_SHARE * units), units - round(CURVED_SHARE * units))
    if not own or not pairs:  # the one kind that there is has all of them
        wanted = (units, 0) if own else (0, units)
    if pairs and wanted[1] < FEWEST_A_GROUP * len(pairs) and len(pairs) > 1:
        pairs = {ACROSS: Pairs(list(groups))}
    drawn: list[Drawn] = []
    for pools, number, most, draw in (
        (own, wanted[0], MOST_A_COLUMN, _one_column),
        (pairs, wanted[1], MOST_A_PAIR, _two_columns),
    ):
        counts = shares(number, [most * len(pool) for pool in pools.values()])
        for (group, pool), count in zip(pools.items(), counts, strict=True):
            dealt = _in_turns(pool, count, rng)
            drawn += [(group, columns, *draw(rng, scales)) for columns in dealt]
    return tuple(
        Unit(f"{HIDDEN}_{k:03d}", HIDDEN if one_group else group, columns, weights, bias)
        for k, (group, columns, weights, bias) in enumerate(drawn, start=1)
    )


def shares(total: int, most: Sequence[int]) -> list[int]:
    """Share a number evenly, none getting more than its most; what is left goes to the others.

    Examples
    --------
    >>> shares(10, [2, 9, 9])
    [2, 4, 4]
    >>> shares(10, [1, 1])
    [1, 1]
    """
    given = [0] * len(most)
    left = min(total, sum(most))
    while left:
        hungry = [k for k, top in enumerate(most) if given[k] < top]
        each = max(1, left // len(hungry))
        for k in hungry[:left]:
            step = min(each, most[k] - given[k])
            given[k] += step
            left -= step
    return given


@dataclass(frozen=True)
class Singles:
    """The columns of a group, as tuples of one."""

    columns: Sequence[str]

    def __len__(self) -> int:
        return len(self.columns)

    def __getitem__(self, k: int) -> tuple[str, ...]:
        return (self.columns[k],)


@dataclass(frozen=True)
class Pairs:
    """The pairs of two groups of columns, or those within one; none is written out.

    Examples
    --------
    >>> within = Pairs(["a", "b", "c"])
    >>> [within[k] for k in range(len(within))]
    [('a', 'b'), ('a', 'c'), ('b', 'c')]
    >>> Pairs(["a", "b"], ["c"])[1]
    ('b', 'c')
    """

    first: Sequence[str]
    second: Sequence[str] | None = None

    def __len__(self) -> int:
        n = len(self.first)
        return n * (n - 1) // 2 if self.second is None else n * len(self.second)

    def __getitem__(self, k: int) -> tuple[str, ...]:
        if self.second is not None:
            row, column = divmod(k, len(self.second))
            return self.first[row], self.second[column]
        row, n = 0, len(self.first)
        while k >= n - 1 - row:
            k -= n - 1 - row
            row += 1
        return self.first[row], self.first[row + 1 + k]


Pool = Singles | Pairs


def _columns_of(groups: Mapping[str, str]) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for column, group in groups.items():
        columns.setdefault(group, []).append(column)
    return columns


def _own_pools(groups: Mapping[str, str], bending: Collection[str]) -> dict[str, Pool]:
    bent = {column: group for column, group in groups.items() if column in set(bending)}
    return {f"{HIDDEN}: {group}": Singles(own) for group, own in _columns_of(bent).items()}


def _pair_pools(groups: Mapping[str, str]) -> dict[str, Pool]:
    columns = _columns_of(groups)
    pools = {
        f"{HIDDEN}: {one} × {other}": Pairs(columns[one], None if one == other else columns[other])
        for one, other in combinations_with_replacement(columns, 2)
    }
    return {group: pool for group, pool in pools.items() if len(pool)}


def _in_turns(pool: Pool, count: int, rng: np.random.RandomState) -> list[tuple[str, ...]]:
    """Deal the members of a pool in turns, each turn in an order of its own."""
    dealt: list[tuple[str, ...]] = []
    while len(dealt) < count:
        number = min(count - len(dealt), len(pool))
        turn = sample_without_replacement(len(pool), number, random_state=rng)
        dealt += [pool[int(k)] for k in turn]
    return dealt


def _one_column(rng: Any, scales: tuple[float, float]) -> tuple[tuple[float, ...], float]:
    weight = scales[0]
    return (weight,), float(-weight * rng.normal())


def _two_columns(rng: Any, scales: tuple[float, float]) -> tuple[tuple[float, ...], float]:
    first, second = rng.normal(0.0, scales[1], 2).tolist()
    return (first, second), float(rng.normal())
