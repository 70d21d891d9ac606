"""How far a solution from quadratics may be from the fit to the rows: a measured bound.

A campaign's quadratic q_g is exact at its point b̃_g and wrong by third order away from it: the
gradient that it leaves out, R_g(Δ) with Δ = b − b̃_g, is by the self-concordance of the logistic
loss (|μ''| ≤ μ', Bach 2010) at most

    |Σ v (e^|δ| − 1 − |δ|) z| ,   δ = z'Δ ,   v = w μ' ,

so that the solution of the quadratics is off by H⁻¹ Σ R_g, to leading order a quadratic form in Δ.
What that form is depends on rows, and a bound by the rows of greatest leverage alone is useless:
of a column that few rows have, one of them may move by several units where all others stay.
So its size is measured while rows are at hand, on moves of the kind that are to come. The fit is
made again without each campaign, and under penalties ten times as strong and as weak, once from
rows and once from quadratics. With |Δ|² = Δ'AΔ/Σ v, the mean square move of log-odds over training
contacts as they weigh in A,

    bend = max |b_quadratic − b_rows| / |b_rows − b̃|²

over these moves. Of a solution b from sums is then told

    drift = 2 · bend · Σ_g φ_g |b − b̃_g|² · max(1, |b − b̃|/reach) ,   φ_g = Σ_g v / Σ v ,

twice what was seen at worst, and more beyond the longest move that was tried, `reach`.
`benchmarks/update.py` counts how often the truth is above: never in its draws. It is no theorem.

References
----------
Bach (2010), Self-concordant analysis for logistic regression, Electronic Journal of Statistics 4.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from workbench.ridge.rows.source import Array
from workbench.ridge.statistics.dense import DenseStatistics

SAFETY = 2.0


class Bend(NamedTuple):
    """How quickly quadratics go wrong: `bend`, per squared move, and the longest move tried."""

    size: float
    reach: float


def measured(A: Array, at: Array, pairs: list[tuple[Array, Array]]) -> Bend:
    """Compare solutions of quadratics with fits to rows.

    Parameters
    ----------
    A : ndarray, shape (1 + p, 1 + p)
    at : ndarray, shape (1 + p,)
        Where the quadratics were taken.
    pairs : list of pairs of ndarray, shape (1 + p,)
        The solution of the quadratics, and the fit.
    """
    wrong = np.array([length(A, quadratic - fit) for quadratic, fit in pairs])
    moved = np.array([length(A, fit - at) for _, fit in pairs])
    told = moved > 0
    if not told.any():
        return Bend(np.inf, 0.0)
    return Bend(float((wrong[told] / moved[told] ** 2).max()), float(moved.max()))


def length(A: Array, move: Array) -> float:
    """Return (Δ'AΔ/Σ v)^½, the root mean square of how log-odds move."""
    return float(np.sqrt(max(0.0, move @ A @ move) / A[0, 0]))


def drift(stats: DenseStatistics, at: Array, bend: Bend) -> float:
    """Bound how far log-odds are from the fit to the rows under the same penalties, on average.

    Parameters
    ----------
    stats : DenseStatistics
        At the solution.
    at : ndarray, shape (G, 1 + p)
        Where each fold's sums were taken.
    bend : Bend

    Returns
    -------
    float
        Root mean square over training contacts, as they weigh in A.
    """
    A = stats.total_curvature()
    share = stats.curvature[:, 0, 0] / A[0, 0]
    moved = np.array([length(A, stats.b - one) for one in at])
    if not moved.any():
        return 0.0
    beyond = max(1.0, float(moved.max()) / max(bend.reach, np.finfo(float).tiny))
    return SAFETY * bend.size * float(share @ moved**2) * beyond
