"""Where sums are taken: the coefficients of a model, and those without each of its campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from workbench.errors import FitError, ParameterError
from workbench.ridge.laid_rows import planned
from workbench.ridge.rows.source import Array
from workbench.ridge.settings import Settings
from workbench.ridge.statistics.drift import Bend
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.statistics.sums_parts import Numbers
from workbench.ridge.tune.folds import AUTO, CAMPAIGNS

_FAR = 100.0  # deviations from zero: such a column is moved before squares are taken


@dataclass(frozen=True)
class Round:
    """How far rounds with the owners of the rows have come; an attribute of what was combined.

    Parameters
    ----------
    number : int
        Of the round, from 1; 0 where the start foretold a campaign by far worse than one rate for
        all, so that the next round begins at that rate.
    moved : float
        How far log-odds moved in it, root mean square, of the fit or of one without a campaign.
    settled : bool
        Whether penalties stayed; from then on, coefficients alone move.
    converged : bool
        Whether penalties are settled, and neither the last move nor the bound of what is left,
        ``training_["drift"]``, is above 1e-8 (a hundred-thousandth for float32 rows).
    campaigns : tuple of tuple of str
        What each fold holds that is left out.
    points : ndarray, shape (1 + K, 1 + p)
        Where the next sums are to be taken: the fit, and those without each fold. None is left
        out where nothing is tuned (K = 0).
    bend : Bend
    tuned : ndarray, shape (2, p), or None
        Logarithms of the penalties that tuning gave, and how far they were from those before.
    """

    number: int
    moved: float
    settled: bool
    converged: bool
    campaigns: tuple[tuple[str, ...], ...]
    points: Array
    bend: Bend
    tuned: Array | None = None

    def said(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "number": self.number,
            "moved": self.moved,
            "settled": self.settled,
            "converged": self.converged,
            "campaigns": [list(fold) for fold in self.campaigns],
            "points": self.points.tolist(),
            "bend": [size if np.isfinite(size) else None for size in self.bend],
            "tuned": None if self.tuned is None else self.tuned.tolist(),
        }

    @classmethod
    def of(cls, said: dict[str, Any]) -> Round:
        """Return what JSON says."""
        bend = Bend(*(np.inf if size is None else float(size) for size in said["bend"]))
        names = tuple(tuple(str(name) for name in fold) for fold in said["campaigns"])
        points = np.array(said["points"], dtype=float)
        if points.ndim != 2:
            raise ValueError("its points are no table")
        parts = (said["number"], said["moved"], said["settled"], said["converged"])
        tuned = None if said["tuned"] is None else np.array(said["tuned"], dtype=float)
        return cls(*parts, names, points, bend, tuned)


class Point(NamedTuple):
    """Where sums are taken, in the columns of a model that may have a coefficient.

    ``b`` (1 + p,) are the coefficients, ``without`` (K, 1 + p) those without each of ``campaigns``;
    ``pivot, origin`` (width,) are as in `Moments`.
    """

    scaling: Scaling
    b: Array
    without: Array
    campaigns: tuple[tuple[str, ...], ...]
    pivot: Array
    origin: Array

    @property
    def columns(self) -> Numbers:
        """Where the columns stand in the design."""
        return self.scaling.columns


def point_of(model: Any) -> Point:
    """Return where the owners' sums of a model are taken; it follows from its file alone.

    Raises
    ------
    ParameterError, FitError
        Its penalties are tuned by what sums do not tell.
    """
    check_combinable(model)
    table = model.columns_
    groups = dict(zip(table["feature"], table["group"], strict=True))
    plan = planned(Settings.of(model), model.design_, groups, campaigns=2)
    columns = np.flatnonzero(np.isfinite(plan.factor))
    mean, scale = (table[name].to_numpy(dtype="float64") for name in ("mean", "scale"))
    origin = np.where(np.abs(mean) > _FAR * scale, mean, 0.0)
    scaling = Scaling((mean - origin)[columns], scale[columns], columns, len(table))
    known: Round | None = getattr(model, "round_", None)
    if known is None:
        b = table["coef_standardised"].to_numpy(dtype="float64")[columns]
        at = np.concatenate([[model.at_average], b])
        return Point(scaling, at, np.zeros((0, len(at))), (), mean - origin, origin)
    points = known.points
    if points.shape != (1 + len(known.campaigns), 1 + len(columns)):
        raise FitError(
            f"The rounds of a model must be of its columns; these are of {points.shape[1] - 1}, "
            f"and it has {len(columns)}. Begin the rounds anew."
        )
    return Point(scaling, points[0], points[1:], known.campaigns, mean - origin, origin)


def check_combinable(model: Any) -> None:
    """Raise unless a model is one whose penalties campaigns' sums can tell."""
    settings = Settings.of(model)
    asked = {
        "criterion": (settings.criterion, ("loss",)),
        "folds": (settings.folds, (AUTO, CAMPAIGNS)),
        "half_life": (settings.half_life, (None, "tuned")),
    }
    for name, (value, allowed) in asked.items():
        if value not in allowed:
            raise ParameterError(
                f"Sums of several owners tell a model of `{name}={allowed[0]!r}` alone; this one "
                f"has {value!r}. Fit the model that fixes the columns without it."
            )
