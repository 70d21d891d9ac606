"""Whether chance alone assigned the arms, or the features tell who was treated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
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
_ROWS_AT_ONCE, _COLUMNS_AT_ONCE = 4096, 16


class ArmTold(NamedTuple):
    """How far columns tell the arm of a row, within its campaign.

    ``chance`` is that of columns telling it at least as well where arms are assigned at random;
    ``z`` (p,) is how far each column's mean differs between the arms, in standard errors.
    """

    chance: float
    z: pd.Series[float]


def arm_told(
    matrix: pd.DataFrame | Array,
    treated: npt.ArrayLike,
    *,
    names: Sequence[str] | None = None,
    campaign: npt.ArrayLike | None = None,
    unit: npt.ArrayLike | None = None,
    weight: npt.ArrayLike | None = None,
) -> ArmTold:
    """Ask whether columns tell who was treated, beyond chance, within campaigns.

    With t the arm, s and z̄ the means of a campaign, column j has the score
    U_j = Σ_i w_i (t_i − s)(z_ij − z̄_j), the numerator of a logistic regression of the arm on
    it. Its variance is the larger of Σ_i w_i s(1 − s)(z_ij − z̄_j)², the one that chance gives,
    and Σ_c U_cj², summed over units c that are assigned together; so neither a level of few rows
    nor a customer of many makes a false alarm. With z_j = U_j/√V_j and R the correlations of the
    columns, two tests are made, and each has half of the error:

        max_j |z_j|  against a normal of each column (Bonferroni),
        Σ_j z_j²     against a gamma of mean p and variance 2 ‖R‖² (Satterthwaite, 1946).

    Parameters
    ----------
    matrix : DataFrame or ndarray, shape (n, p)
        Numbers without gaps, such as design columns.
    treated : array of 0 and 1, shape (n,)
    names : sequence of str, optional
        Of the columns, by default those of a DataFrame.
    campaign : array, shape (n,), optional
        Arms are assigned within each.
    unit : array, shape (n,), optional
        Rows of one unit, such as a customer, are assigned together.
    weight : array, shape (n,), optional
        How many contacts, each assigned by itself, a row stands for.

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
    if names is None and isinstance(matrix, pd.DataFrame):
        names = matrix.columns.astype("str").tolist()
    index = pd.Index(names or range(np.shape(matrix)[1]))
    z_of, t = np.asarray(matrix, dtype=np.float64), np.asarray(treated, dtype=np.float64)
    w = np.ones(len(t)) if weight is None else np.asarray(weight, dtype=np.float64)
    group = _numbered(campaign, len(t))
    share = _means(t[:, None], w, group)[group, 0]
    inside: Any = (share > 0) & (share < 1) & (w > 0)
    if not inside.any():
        return ArmTold(1.0, pd.Series(0.0, index=index))
    inside = slice(None) if inside.all() else inside  # without a copy
    z_of, w, group = z_of[inside], w[inside], pd.factorize(group[inside])[0]
    rows = _Rows(z_of, (t - share)[inside], share[inside], w, group, _means(z_of, w, group))
    units = None if unit is None else pd.factorize(np.asarray(unit)[inside])[0]
    z, tested, correlation = _scores(rows, units)
    return ArmTold(_chance(z, tested, correlation), pd.Series(z, index=index))


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
    """Rows of campaigns with both arms, each less the mean of its campaign."""

    z_of: Array
    contrast: Array
    share: Array
    weight: Array
    group: npt.NDArray[np.int64]
    mean: Array

    def centred(self, some: slice, columns: slice = slice(None)) -> Array:
        """Return some rows of some columns."""
        return np.asarray(self.z_of[some, columns] - self.mean[self.group[some], columns])


@one_blas_thread()
def _scores(rows: _Rows, unit: npt.NDArray[np.int64] | None) -> tuple[Array, int, Array | None]:
    """Return by how many standard errors each mean differs, how many vary, and correlations."""
    n, p = rows.z_of.shape
    spread = rows.weight * rows.share * (1 - rows.share)
    score, by_chance, by_row, raw = np.zeros((4, p))
    product = np.zeros((p, p)) if p <= MOST_COLUMNS else None
    step = -(-n // MOST_ROWS)
    for start in range(0, n, _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        centred, weight, contrast = rows.centred(some), rows.weight[some], rows.contrast[some]
        squared = centred**2
        score += (weight * contrast) @ centred
        by_chance += spread[some] @ squared
        # a row of weight w is w contacts, of which each has its own arm
        by_row += (weight * contrast**2) @ squared
        raw += spread[some] @ rows.z_of[some] ** 2
        if product is not None:
            few = centred[::step]
            product += (few * spread[some][::step, None]).T @ few
    largest = np.maximum(by_chance, by_row)
    if unit is not None:
        largest = np.maximum(largest, _by_unit(rows, unit))
    varies = by_chance > 1e-12 * np.maximum(raw, np.finfo(float).tiny)  # else it is rounding
    z = np.where(varies, score / np.sqrt(np.where(varies, largest, 1.0)), 0.0)
    if product is None:
        return z, int(varies.sum()), None
    size = np.sqrt(np.maximum(np.diag(product), np.finfo(float).tiny))
    return z, int(varies.sum()), (product / size / size[:, None])[np.ix_(varies, varies)]


def _by_unit(rows: _Rows, unit: npt.NDArray[np.int64]) -> Array:
    """Return the sum over units of their squared scores, shape (p,)."""
    n, p = rows.z_of.shape
    weight = rows.weight * rows.contrast
    summing = csr_array((weight, (unit, np.arange(n))), shape=(int(unit.max()) + 1, n))
    return np.concatenate(
        [
            (
                (summing @ rows.centred(slice(None), slice(start, start + _COLUMNS_AT_ONCE))) ** 2
            ).sum(axis=0)
            for start in range(0, p, _COLUMNS_AT_ONCE)
        ]
    )


def _chance(z: Array, tested: int, correlation: Array | None) -> float:
    """Return the chance of both tests together, each having half of the error."""
    if not tested:
        return 1.0
    one = tested * 2 * float(ndtr(-np.abs(z).max(initial=0.0)))
    if correlation is None:
        return min(1.0, one)
    mean, variance = len(correlation), 2 * float((correlation**2).sum())
    together = float(gammaincc(mean**2 / variance, (z @ z) * mean / variance))
    return min(1.0, 2 * one, 2 * together)


def _means(values: Array, weight: Array, group: npt.NDArray[np.int64]) -> Array:
    """Return the weighted mean of each group, shape (groups, p)."""
    count = int(group.max()) + 1
    total = np.bincount(group, weight, minlength=count)
    summing = csr_array((weight, (group, np.arange(len(group)))), shape=(count, len(group)))
    sums = summing @ values
    return np.asarray(sums / np.where(total > 0, total, 1.0)[:, None])


def _numbered(campaign: Any, n: int) -> npt.NDArray[np.int64]:
    if campaign is None:
        return np.zeros(n, dtype=np.int64)
    return np.asarray(pd.factorize(np.asarray(campaign, dtype=object))[0], dtype=np.int64)
