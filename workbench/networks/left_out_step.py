"""The loss on campaigns left out as the strengths move, one Gauss-Newton step from a network.

Near its parameters θ̃ a network is linear, η(θ) = η̃ + J(θ − θ̃). With μ = σ(η̃), v = w μ(1 − μ),
A_g = J_g' diag(v) J_g and s_g = J_g'[w (y − μ)] of each campaign g, and Λ the diagonal of W λ,

    θ_{−g} = (A − A_g + Λ)⁻¹ [ (A − A_g) θ̃ + s − s_g ]

is one Newton step of the penalised fit without g. Its loss on the rows of g is taken exactly at
η̃ + J_g (θ_{−g} − θ̃), and differs in ρ = log λ by

    ∂L/∂ρ_k = − Σ_g z_g' Λ_k θ_{−g} ,   z_g = (A − A_g + Λ)⁻¹ J_g'[w (σ(η) − y)] .

A left-out campaign keeps Λ as it is, so that the others weigh as much against it as at the fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from workbench.numbers import Array

_LEAST = 1e-9
"""Held by every parameter, as a share of the mean curvature: biases have no decay of their own."""


class Linearised(NamedTuple):
    """A network at its parameters, linear in them.

    Parameters
    ----------
    jacobian : ndarray, shape (n, P)
        ∂η/∂θ of each row.
    log_odds : ndarray, shape (n,)
        η of each row.
    parameters : ndarray, shape (P,)
        θ.

    Examples
    --------
    >>> X, theta = np.eye(2), np.array([0.5, -0.5])
    >>> Linearised(X, X @ theta, theta).log_odds.tolist()  # a linear model
    [0.5, -0.5]
    """

    jacobian: Array
    log_odds: Array
    parameters: Array


@dataclass(frozen=True)
class LeftOutStep:
    """Sums of each campaign, taken once; any strengths can be asked after that.

    Parameters
    ----------
    at : Linearised
    outcome, weight : ndarray, shape (n,)
    rows : list of ndarray
        Those of each campaign.
    curvatures : ndarray, shape (G, P, P)
    slopes : ndarray, shape (G, P)
    """

    at: Linearised
    outcome: Array
    weight: Array
    rows: list[npt.NDArray[np.intp]]
    curvatures: Array
    slopes: Array

    @classmethod
    def of(
        cls, at: Linearised, outcome: Array, weight: Array, rows: list[npt.NDArray[np.intp]]
    ) -> Self:
        """Add up what each campaign says."""
        mean = expit(at.log_odds)
        v, residual = weight * mean * (1 - mean), weight * (outcome - mean)
        jacobians = [at.jacobian[some] for some in rows]
        curvatures = [(J * v[some, None]).T @ J for J, some in zip(jacobians, rows, strict=True)]
        slopes = [J.T @ residual[some] for J, some in zip(jacobians, rows, strict=True)]
        return cls(at, outcome, weight, rows, np.array(curvatures), np.array(slopes))

    def loss(self, decay: Array) -> tuple[float, Array]:
        """Return the mean loss on campaigns left out, and its gradient in log λ of each parameter.

        Parameters
        ----------
        decay : ndarray, shape (P,)
            λ of each parameter, on the mean-loss scale.
        """
        total = float(self.weight.sum())
        held = _LEAST * float(np.trace(self.curvatures.sum(axis=0))) / len(decay)
        strengths = total * decay
        loss, gradient = 0.0, np.zeros(len(decay))
        for g, some in enumerate(self.rows):
            others = self.curvatures.sum(axis=0) - self.curvatures[g]
            slope = self.slopes.sum(axis=0) - self.slopes[g]
            solver = cho_factor(others + np.diag(strengths + held), lower=True)
            theta = self.at.parameters
            # the step from θ̃, which the small hold does not pull
            step = cho_solve(solver, slope - strengths * theta)
            jacobian = self.at.jacobian[some]
            eta = self.at.log_odds[some] + jacobian @ step
            y, w = self.outcome[some], self.weight[some]
            loss += float(w @ (np.logaddexp(0, eta) - y * eta))
            z = cho_solve(solver, jacobian.T @ (w * (expit(eta) - y)))
            gradient -= z * strengths * (theta + step)
        return loss / total, gradient / total
