"""What each customer puts into the statistics of a mailed file, and how that is bounded.

Three bounds, in this order. A value beyond that of the tenth most extreme customer is drawn
in to it, so that no number stands for one customer. Rows are then taken to the released
columns x = T'z, and measured by what the fit knows, H = A + Λ: with L the Cholesky factor
of H and u = L⁻¹x, a row adds v uu' to the curvature, r u to the score, and moves the
coefficients by r u. The size of a customer is

    size_c² = Σ_k share_k (norm_ck / rms_k)² ,  Σ share_k = 1 ,

over these parts k, with norm_ck the Frobenius or Euclidean norm of what all rows of the
customer add, and rms_k its root mean square over customers. Last, the rows of a customer of
a size above 4, or 3 of few customers, are weighed less, until it is that; only their loss counts
as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, cholesky, eigh, solve_triangular
from scipy.special import expit

from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.numbers import Array
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.scaling import Scaling

Numbers = npt.NDArray[np.int64]

LARGEST = 4.0
"""Size of a customer, in root mean squares of all, above which their rows weigh less."""
LARGEST_OF_FEW, FEW = 3.0, 50_000
"""The same in the fit, where there are fewer customers than that: what it bends is below chance.

Of n customers chance bends coefficients by about n^-½, and drawing rows in by the same always.
"""
SHARES = {
    "coefficients": 0.46,
    "loss": 0.3,
    "curvature": 0.1,
    "score": 0.06,
    "losses": 0.03,
    "between": 0.03,
    "contacts": 0.02,
}
"""Of the noise's budget that each part of the statistics has."""
MOST_LOSS = 5.0
"""Log loss of a contact, in nats, above which it counts as that."""
_ROUNDS = 3
_STEPS = 30
_LARGEST_SHOWN = 200  # who adds less in all holds no more of a direction that noise covers


@dataclass(frozen=True)
class Clipped:
    """Rows in the released columns, values drawn in, in float64.

    Parameters
    ----------
    x : ndarray, shape (n, 1 + q)
        The intercept's 1 first.
    offset : ndarray, shape (n,)
        Log-odds that stay as they were fitted: columns left out of sight.
    y, weight : ndarray, shape (n,)
    fold, person : ndarray of int, shape (n,)
    loss : ndarray, shape (n,)
        Of each contact, scored without its fold where there are folds; at most 5 nats.
    """

    x: Array
    offset: Array
    y: Array
    weight: Array
    fold: Numbers
    person: Numbers
    loss: Array

    @property
    def people(self) -> int:
        """How many customers there are."""
        return int(self.person.max()) + 1

    @property
    def folds(self) -> int:
        """How many folds there are."""
        return int(self.fold.max()) + 1


@dataclass(frozen=True)
class Measured:
    """The fit to clipped rows, and what each customer adds to what is told of it.

    Parameters
    ----------
    b : ndarray, shape (1 + q,)
    factor : ndarray, shape (1 + q, 1 + q)
        L, lower: H = LL', on the sum scale.
    curvature : ndarray, shape (G, 1 + q, 1 + q)
        L⁻¹A_gL⁻ᵀ.
    score : ndarray, shape (G, 1 + q)
        L⁻¹s_g.
    loss, weight : ndarray, shape (G,)
    norms : mapping of part to ndarray, shape (people,)
    values : ndarray, shape (1 + q,)
        Eigenvalues of the whole curvature.
    energy : ndarray, shape (200 or fewer, 1 + q)
        What the largest customers add along its eigenvectors.
    """

    b: Array
    factor: Array
    curvature: Array
    score: Array
    loss: Array
    weight: Array
    norms: dict[str, Array]
    values: Array
    energy: Array

    def largest_share(self, floor: float) -> float:
        """Return the most that a customer may hold of a direction of the curvature plus `floor`."""
        return float((self.energy / (np.maximum(self.values, 0.0) + floor)).sum(axis=1).max())

    @property
    def typical(self) -> dict[str, float]:
        """Return the root mean square of each part over customers."""
        return {part: float(np.sqrt(np.mean(norm**2))) for part, norm in self.norms.items()}

    def sizes(self, typical: dict[str, float]) -> Array:
        """Return the size of each customer; shape (people,)."""
        parts = [SHARES[part] * (self.norms[part] / typical[part]) ** 2 for part in self.norms]
        return np.asarray(np.sqrt(np.sum(parts, axis=0)))


def bounds(rows: ArrayRows, scaling: Scaling, person: Numbers) -> tuple[Array, Array]:
    """Return the tenth smallest and largest customer's value of each column; shape (p,) each.

    A customer's value is the smallest, or largest, of all contacts.
    """
    low, high = np.empty((2, len(scaling.columns)))
    order = np.argsort(person, kind="stable")
    starts = np.flatnonzero(np.diff(person[order], prepend=-1))
    place = min(FEWEST_PEOPLE, len(starts)) - 1
    for k, j in enumerate(scaling.columns):
        of_person = np.asarray(rows.X[:, j], dtype=float)[order]
        least, most = (f.reduceat(of_person, starts) for f in (np.minimum, np.maximum))
        low[k] = np.partition(least, place)[place]
        high[k] = np.partition(most, len(starts) - 1 - place)[len(starts) - 1 - place]
    return np.minimum(low, high), np.maximum(low, high)


def measure(
    rows: Clipped, penalties: Array, start: Array
) -> tuple[Measured, Array, dict[str, float]]:
    """Fit to clipped rows, weigh down those of large customers, and fit again.

    Parameters
    ----------
    rows : Clipped
    penalties : ndarray, shape (q,)
        λ_j on the mean-loss scale.
    start : ndarray, shape (1 + q,)

    Returns
    -------
    measured : Measured
    kept : ndarray, shape (people,)
        By what the rows of each customer are weighed: 1 for all but the large.
    typical : mapping of part to float
        Root mean squares over customers, before any was weighed down.
    """
    ridge = np.append(0.0, penalties) * rows.weight.sum()
    kept, b, typical = np.ones(rows.people), start, dict[str, float]()
    for _ in range(_ROUNDS):
        b, factor = fit(rows, kept[rows.person], ridge, b)
        found = _measured(rows, kept[rows.person], b, factor)
        # of customers as they come: what is typical must not shrink with what is clipped
        typical = typical or found.typical
        kept = kept * np.minimum(
            1.0, largest(rows.people) / np.maximum(found.sizes(typical), 1e-12)
        )
    b, factor = fit(rows, kept[rows.person], ridge, b)
    return _measured(rows, kept[rows.person], b, factor), kept, typical


def largest(people: int) -> float:
    """Return the size above which a customer's rows weigh less in the fit.

    Examples
    --------
    >>> largest(2_000), largest(200_000)
    (3.0, 4.0)
    """
    return LARGEST_OF_FEW if people < FEW else LARGEST


def fit(rows: Clipped, kept: Array, ridge: Array, b: Array) -> tuple[Array, Array]:
    """Return the coefficients of the weighed rows by Newton's method, and L."""
    weight = rows.weight * kept
    for _ in range(_STEPS):
        mu = expit(rows.offset + rows.x @ b)
        gradient = rows.x.T @ (weight * (rows.y - mu)) - ridge * b
        hessian = _gram(rows.x, weight * mu * (1 - mu)) + np.diag(ridge)
        step = cho_solve(cho_factor(hessian), gradient)
        b = b + step
        if float(step @ gradient) < 1e-12 * weight.sum():
            break
    mu = expit(rows.offset + rows.x @ b)
    return b, cholesky(_gram(rows.x, weight * mu * (1 - mu)) + np.diag(ridge), lower=True)


def _measured(rows: Clipped, kept: Array, b: Array, factor: Array) -> Measured:
    weight = rows.weight * kept
    mu = expit(rows.offset + rows.x @ b)
    u = solve_triangular(factor, rows.x.T, lower=True).T
    v, r = weight * mu * (1 - mu), weight * (rows.y - mu)
    within = [rows.fold == g for g in range(rows.folds)]
    # losses of few are most of the loss: weighed less, they would say that the model is better
    loss = rows.weight * rows.loss
    own, lost, made = (
        np.bincount(rows.person, one).astype(float)
        for one in (v * (u**2).sum(axis=1), loss, rows.weight)
    )
    norms: dict[str, Array] = {
        "curvature": own,
        "coefficients": _norms(u, r, rows.person),
        "loss": lost,
        "contacts": made,
    }
    if rows.folds > 1:
        pairs, of_pair = np.unique(rows.person * rows.folds + rows.fold, return_inverse=True)
        squares = _norms(u, r, of_pair) ** 2
        between = np.sqrt(np.bincount(pairs // rows.folds, squares, minlength=rows.people))
        norms |= {"between": own, "score": between, "losses": lost}
    curvature = np.array([_gram(u[g], v[g]) for g in within])
    values, vectors = eigh(curvature.sum(axis=0))
    return Measured(
        b,
        factor,
        curvature,
        np.array([r[g] @ u[g] for g in within]),
        np.bincount(rows.fold, loss).astype(float),
        np.bincount(rows.fold, rows.weight).astype(float),
        norms,
        values,
        _energy(u @ vectors, v, rows.person, own),
    )


def _energy(u: Array, v: Array, person: Numbers, own: Array) -> Array:
    """Return Σ v u² of the customers who add most, column by column."""
    largest = np.argsort(-own, kind="stable")[:_LARGEST_SHOWN]
    return np.array([v[person == c] @ u[person == c] ** 2 for c in largest])


def _gram(x: Array, v: Array) -> Array:
    root = x * np.sqrt(v)[:, None]
    return np.asarray(root.T @ root)


def _norms(u: Array, r: Array, code: Numbers) -> Array:
    """Return |Σ r u| over the rows of each code."""
    squares: Array = np.zeros(int(code.max()) + 1)
    for column in u.T:  # one at a time: of all, a million customers would fill the memory
        squares += np.bincount(code, r * column) ** 2
    return np.sqrt(squares)
