"""Whether chance alone assigned the arms, or the features tell who was treated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, issparse
from scipy.special import gammaincc, ndtr

from workbench.errors import DataError
from workbench.frame.treatment import ANY
from workbench.messages import listed
from workbench.numbers import Array
from workbench.ridge.rows.blas import one_blas_thread

LEAST_CHANCE = 0.001
"""Below it, arms are not taken for assigned by chance."""
FALSE_ALARMS = 0.05
"""Chance, over all columns, that one is named that tells nothing."""
TINY = 1e-12
MOST_COLUMNS = 2000
"""Of the test of all columns together, whose correlations take memory by their square."""
MOST_ROWS = 100_000
"""Of which correlations are taken."""
UNEVEN = 0.25
"""Part of the squared mean of Σ z² from which on few rows make its variance, not many columns."""
_ROWS_AT_ONCE = 4096

Numbers = npt.NDArray[np.int64]


class ArmTold(NamedTuple):
    """How far columns tell the arm of a row, within its campaign.

    ``chance`` is that of columns telling it at least as well where arms are assigned at random;
    ``z`` (p,) is how far each column's mean differs between the arms, in standard errors.
    """

    chance: float
    z: pd.Series[float]


def arm_told(
    matrix: Any,
    treated: npt.ArrayLike,
    *,
    names: Sequence[str] | None = None,
    campaign: npt.ArrayLike | None = None,
    unit: npt.ArrayLike | None = None,
    weight: npt.ArrayLike | None = None,
    inverse_chance: npt.ArrayLike | None = None,
) -> ArmTold:
    """Ask whether columns tell who was treated, beyond chance, within campaigns.

    With t the arm, s and z̄ the means of a campaign, and v_i = w_i ω_i, column j has the score
    U_j = Σ_i v_i (t_i − s)(z_ij − z̄_j), the numerator of a logistic regression of the arm on it.
    Its variance is the largest of Σ_i w_i ω_i² s(1 − s)(z_ij − z̄_j)² n/(n − 1), the one that
    chance gives in a campaign of n contacts; the same with (t_i − s)² in place of s(1 − s); and
    Σ_c U_cj², summed over units c that are assigned together. So neither a level of few rows nor a
    customer of many makes a false alarm. With z_j = U_j/√V_j and R the correlations of the
    columns, two tests are made, and each has half of the error:

        max_j |z_j|  against a normal of each column (Bonferroni),
        Σ_j z_j²     against a gamma of mean p and variance 2 ‖R‖² + k (Satterthwaite, 1946).

    Of the sum V is the variance that chance gives, and k what rows that hold much of their columns
    add to its own; unless k is large, or units or chances make it unknown: then k is 0.

    Parameters
    ----------
    matrix : DataFrame, ndarray or scipy.sparse matrix, shape (n, p)
        Numbers without gaps, such as design columns.
    treated : array of 0 and 1, shape (n,)
    names : sequence of str, optional
        Of the columns, by default those of a DataFrame.
    campaign : array, shape (n,), optional
        Arms are assigned within each.
    unit : array, shape (n,), optional
        Rows of one unit, such as a customer, are assigned together.
    weight : array, shape (n,), optional
        How many contacts, each assigned by itself, a row stands for; rows of 0 are not read.
    inverse_chance : array, shape (n,), optional
        ω, the inverse of the chance with which the row got its arm, where that is not the same
        for all contacts of a campaign. By default 1.

    Returns
    -------
    ArmTold

    References
    ----------
    Satterthwaite (1946), An Approximate Distribution of Estimates of Variance Components,
    Biometrics Bulletin 2. Hansen & Bowers (2008), Covariate Balance in Simple, Stratified and
    Clustered Comparative Studies, Statistical Science 23.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> age = rng.normal(size=(1000, 1))
    >>> chosen = age[:, 0] + rng.normal(size=1000) > 0
    >>> bool(arm_told(age, chosen).chance < 0.001)
    True
    >>> bool(arm_told(age, rng.random(1000) < 0.5).chance < 0.001)
    False
    """
    if isinstance(matrix, pd.DataFrame):
        names = names or matrix.columns.astype("str").tolist()
        matrix = matrix.to_numpy()
    matrix = matrix.tocsr() if issparse(matrix) else np.asarray(matrix)
    index = pd.Index(names or range(matrix.shape[1]))
    t, n = np.asarray(treated, dtype=np.float64), matrix.shape[0]
    w = np.ones(n) if weight is None else np.asarray(weight, dtype=np.float64)
    omega = np.ones(n) if inverse_chance is None else np.asarray(inverse_chance, dtype=np.float64)
    group = _numbered(campaign, n)
    share = _mean_of(t, w * omega, group)[group]
    w = np.where((share > 0) & (share < 1), w, 0.0)
    if not w.any():
        return ArmTold(1.0, pd.Series(0.0, index=index))
    rows = _Rows(matrix, w, omega, t - share, share, group, _means(matrix, w * omega, group))
    z, chance = _told(rows, None if unit is None else _numbered(unit, n))
    return ArmTold(chance, pd.Series(z, index=index))


def check_randomised(told: ArmTold, *, arm: str, control: str) -> None:
    """Raise unless the arms can have been assigned at random.

    Raises
    ------
    DataError
        Features tell the arm beyond chance (p < 0.001).
    """
    if told.chance >= LEAST_CHANCE:
        return
    size = told.z.abs().sort_values(ascending=False, kind="stable")
    alone = 2 * len(size) * ndtr(-size.to_numpy()) < FALSE_ALARMS
    named = listed([str(name) for name in size.index[: max(1, min(3, int(alone.sum())))]])
    who = "the treated" if arm == ANY else repr(arm)
    chance = f"p < {TINY:.0e}" if told.chance < TINY else f"p = {told.chance:.1g}"
    raise DataError(
        f"Arms must be assigned at random; features tell {who} from {control!r} ({chance}), most "
        f"of all {named}. The arms differ in whom they contain, so a difference of outcomes is no "
        "effect of the contact. Give `arm_probability`, the chance with which "
        "each row got its arm, or drop features that were written after the contact. Next time, "
        "draw a control group at random: `workbench.experiments.assign`."
    )


class _Rows(NamedTuple):
    """Rows as `arm_told` reads them; those of campaigns without both arms have the weight 0."""

    matrix: Any
    weight: Array
    omega: Array
    contrast: Array
    share: Array
    group: Numbers
    mean: Array

    def centred(self, some: Any) -> Array:
        """Return some rows, each less the mean of its campaign."""
        block, alone = _block(self.matrix, some), len(self.mean) == 1
        return np.asarray(block - (self.mean[0] if alone else self.mean[self.group[some]]))

    @property
    def grown(self) -> Array:
        """Return n/(n − 1) of each row's campaign of n contacts, from whose mean it is told."""
        count = np.bincount(self.group, self.weight)
        return np.asarray((count / np.maximum(count - 1, 1.0))[self.group])

    @property
    def spread(self) -> Array:
        """Return what chance gives to the variance of a score, per square of its column."""
        return self.weight * self.omega**2 * self.grown * self.share * (1 - self.share)

    @property
    def step(self) -> int:
        """Which rows tell of correlations: each one, or of many each so-manieth."""
        return -(-len(self.weight) // MOST_ROWS)


class _Sums(NamedTuple):
    """Of each column its score, and the variances that it may have, (p,); products, (p, p)."""

    score: Array
    by_chance: Array
    as_it_came: Array
    product: Array | None
    varies: npt.NDArray[np.bool_]

    def z(self, variance: Array) -> Array:
        """Return each score in standard errors; 0 of a column that does not vary."""
        root = np.sqrt(np.where(self.varies, variance, 1.0))
        return np.asarray(np.where(self.varies, self.score / root, 0.0))


@one_blas_thread()
def _told(rows: _Rows, unit: Numbers | None) -> tuple[Array, float]:
    """Return by how many standard errors each mean differs, and the chance of both tests."""
    sums = _summed(rows, unit)
    z, tested = sums.z(np.maximum(sums.by_chance, sums.as_it_came)), int(sums.varies.sum())
    one = tested * 2 * float(ndtr(-np.abs(z).max(initial=0.0)))
    if sums.product is None or not tested:
        return z, min(1.0, one) if tested else 1.0
    product = sums.product[np.ix_(sums.varies, sums.varies)]
    size = np.sqrt(np.maximum(np.diag(product), np.finfo(float).tiny))
    variance = 2 * float(((product / size / size[:, None]) ** 2).sum())
    # the sum of many is told by what chance gives; where that is not known, by the larger
    alone = unit is None and bool((rows.omega == rows.omega[0]).all())
    heavier = _heavier(rows, sums) if alone else np.inf
    even = heavier < UNEVEN * tested**2
    total = sums.z(sums.by_chance) if even else z
    variance += heavier if even else 0.0
    together = float(gammaincc(tested**2 / variance, (total @ total) * tested / variance))
    return z, min(1.0, 2 * one, 2 * together)


def _summed(rows: _Rows, unit: Numbers | None) -> _Sums:
    n, p = rows.matrix.shape
    once, spread = rows.weight * rows.omega * rows.contrast, rows.spread
    # a row of weight w is w contacts, of which each has its own arm
    came = rows.weight * rows.omega**2 * rows.grown * rows.contrast**2
    score, by_unit, product = np.zeros(p), np.zeros(p), np.zeros((p, p) if p <= MOST_COLUMNS else 0)
    variances, both = np.zeros((2, p)), np.stack([spread, came])
    step = rows.step
    for some, starts in _blocks(n, unit):
        centred = rows.centred(some)
        score += once[some] @ centred
        variances += both[:, some] @ centred**2
        if starts is not None:
            of_units = np.add.reduceat(once[some, None] * centred, starts, axis=0)
            by_unit += (of_units**2).sum(axis=0)
        if p <= MOST_COLUMNS:
            few = centred[::step]
            product += (few * spread[some][::step, None]).T @ few
    by_chance, by_row = variances
    level = np.bincount(rows.group, spread) @ rows.mean**2
    varies = by_chance > 1e-12 * np.maximum(by_chance + level, np.finfo(float).tiny)  # no rounding
    as_it_came = np.maximum(by_row, by_unit)
    return _Sums(score, by_chance, as_it_came, product if p <= MOST_COLUMNS else None, varies)


def _heavier(rows: _Rows, sums: _Sums) -> float:
    """Return what few rows of much weight add to the variance of Σ_j z_j².

    Σ_i w κ_i (Σ_j (z_ij − z̄_j)²/V_j)², κ = s(1 − s)(1 − 6 s(1 − s)) being the fourth cumulant of
    the arm: as if rows were drawn one by one.
    """
    per = np.where(sums.varies, 1 / np.where(sums.varies, sums.by_chance, 1.0), 0.0)
    spread = rows.share * (1 - rows.share)
    kappa = rows.weight * spread * (1 - 6 * spread)
    added, step = 0.0, rows.step
    for start in range(0, len(kappa), _ROWS_AT_ONCE * step):
        some = slice(start, start + _ROWS_AT_ONCE * step, step)
        added += float(kappa[some] @ (rows.centred(some) ** 2 @ per) ** 2)
    return max(0.0, step * added)


def _blocks(n: int, unit: Numbers | None) -> Iterator[tuple[Any, Numbers | None]]:
    """Give rows, and where each unit starts among them; no unit is cut."""
    if unit is None:
        yield from (
            (slice(start, start + _ROWS_AT_ONCE), None) for start in range(0, n, _ROWS_AT_ONCE)
        )
        return
    order = np.argsort(unit, kind="stable")
    starts = np.flatnonzero(np.diff(unit[order], prepend=-1))
    edges = np.append(starts, n)
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + _ROWS_AT_ONCE)))
        yield order[starts[first] : edges[last]], starts[first:last] - starts[first]
        first = last


def _block(matrix: Any, some: Any) -> Array:
    part = matrix[some]
    return np.asarray(part.toarray() if issparse(part) else part, dtype=np.float64)


def _means(matrix: Any, weight: Array, group: Numbers) -> Array:
    """Return the weighted mean of each group, shape (groups, p)."""
    count = int(group.max()) + 1
    sums = np.zeros((count, matrix.shape[1]))
    for start in range(0, len(group), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        block, size = _block(matrix, some), len(group[some])
        if count == 1:
            sums += weight[some] @ block
            continue
        of_group = csr_array((weight[some], (group[some], np.arange(size))), shape=(count, size))
        sums += of_group @ block
    total = np.bincount(group, weight, minlength=count)
    return np.asarray(sums / np.where(total > 0, total, 1.0)[:, None])


def _mean_of(values: Array, weight: Array, group: Numbers) -> Array:
    total = np.bincount(group, weight)
    return np.asarray(np.bincount(group, weight * values) / np.where(total > 0, total, 1.0))


def _numbered(labels: Any, n: int) -> Numbers:
    if labels is None:
        return np.zeros(n, dtype=np.int64)
    return np.asarray(pd.factorize(np.asarray(labels, dtype=object))[0], dtype=np.int64)
