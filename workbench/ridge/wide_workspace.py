"""A fit without p × p matrices: what can be asked of it, and what is estimated or refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from workbench.errors import FitError
from workbench.ridge.blocks import one_blas_thread
from workbench.ridge.fold_stats import fold_stats
from workbench.ridge.inference import Described, score_variance_shares
from workbench.ridge.preview import Preview
from workbench.ridge.solver import minimise_near
from workbench.ridge.wide import newton_direction
from workbench.ridge.workspace import Workspace

Array = npt.NDArray[np.float64]

_PROBES = 16
_CLOSE = 1e-3  # of a probe's solve: far below what sixteen probes can tell


@dataclass(frozen=True)
class WideWorkspace(Workspace):
    """A workspace of `WideStats`.

    Coefficients, their residual and left-out losses are exact. Degrees of freedom and
    standard errors need the diagonal of H⁻¹, which is estimated from random signs u by the
    mean of u ∘ H⁻¹u (Hutchinson 1990; Bekas, Kokiopoulou & Saad 2007), with the standard
    error that sixteen of them leave. A preview is refused.

    Parameters
    ----------
    objective, fit, stats, folds
        As in `Workspace`.
    estimates : bool
        Whether to estimate what cannot be had exactly; NaN stands there otherwise.
    """

    estimates: bool = True

    @one_blas_thread()
    def refit(self, penalties: Array) -> WideWorkspace:
        """Fit exactly under other penalties, from here; `settled` estimates the errors anew."""
        objective = replace(self.objective, penalties=penalties)
        fit = minimise_near(objective, start=self.fit.b)
        return replace(self, objective=objective, fit=fit, estimates=False)

    def settled(self) -> WideWorkspace:
        """Take the statistics anew at the fit."""
        stats = fold_stats(self.objective.rows, self.objective.scaling, self.fit.b)
        return replace(self, stats=stats, estimates=True)

    def preview(self, penalties: Array) -> Preview:
        """Refuse.

        Raises
        ------
        FitError
            Always.
        """
        raise FitError(
            f"A preview needs the p × p curvature, and {len(penalties):,} columns are too many for "
            "it. Use `refit`: it is exact, and starts from this fit."
        )

    @cached_property
    def probes(self) -> Array:
        """One u ∘ H⁻¹u a probe, shape (16, p)."""
        rng = np.random.default_rng(20240501)
        signs = rng.choice([-1.0, 1.0], (_PROBES, len(self.fit.b)))
        solved = newton_direction(self.objective, self.fit.b, signs, close=_CLOSE)
        return np.asarray((signs * solved)[:, 1:])

    def edf(self) -> float:
        """Effective degrees of freedom, estimated."""
        return float((1.0 - self.penalties * self.probes.mean(axis=0)).sum())

    def described(self) -> Described:
        """Return what is known of each column; edf and errors are estimated."""
        objective, b = self.objective, self.fit.b
        shares = score_variance_shares(objective.rows, objective.scaling, b)
        if not self.estimates:
            unknown = np.full(len(self.penalties), np.nan)
            return Described(b, unknown, unknown, shares)
        inverse = self.probes.mean(axis=0)
        edf = 1.0 - self.penalties * inverse
        # whatever the probes say, H⁻¹ is at least 1/H and at most 1/λ, entry by entry
        least = 1.0 / (self._diagonal / objective.total + self.penalties)
        most = np.where(self.penalties > 0, 1.0 / np.maximum(self.penalties, 1e-300), np.inf)
        error = np.sqrt(np.clip(inverse, least, most) / objective.total)
        return Described(b, edf, error, shares)

    def precision(self) -> dict[str, float]:
        """Return the standard error of the total edf, and the typical one of `std_error`."""
        by_probe = (1.0 - self.penalties * self.probes).sum(axis=1)
        spread = self.probes.std(axis=0, ddof=1) / np.sqrt(_PROBES)
        relative = spread / (2 * np.maximum(np.abs(self.probes.mean(axis=0)), 1e-300))
        return {
            "edf_error": float(by_probe.std(ddof=1) / np.sqrt(_PROBES)),
            "std_error_relative_error": float(np.median(relative)),
        }

    @property
    def _diagonal(self) -> Array:
        return np.asarray(self.stats.products.diagonal.sum(axis=0)[1:])  # type: ignore[attr-defined]
