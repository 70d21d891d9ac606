"""Settings to compare and to store: tuned, uniform, a few strengths of each group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.people import people
from workbench.language import say
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.design.trained_range import as_scored
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.source import RowSource
from workbench.ridge.statistics.scaling import Scaling
from workbench.widgets.fitted.facts import Facts
from workbench.widgets.fitted.outcome_bins import Bins, outcome_bins
from workbench.widgets.tuner.between import Place

STEPS = (0.1, 10.0, 100.0)
MOST_GROUPS = 12


@dataclass(frozen=True)
class Judged:
    """The rows that lift, calibration and profit are measured on, and what they are.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    unseen : bool
        Whether each row is scored by the coefficients without its own fold.
    about : str
    """

    rows: RowSource
    scaling: Scaling
    unseen: bool
    about: str

    @classmethod
    def of(cls, model: RidgePropensity, frame: FeatureFrame | None, facts: Facts) -> Judged:
        """Take the rows of the fit, or those of a frame where it holds others."""
        objective = model.workspace_.given
        if frame is None or _holds_the_fit(frame, model):
            about = _of_the_fit(model, facts)
            return cls(objective.rows, objective.scaling, facts.leaves_out, about)
        about = say("contacts that are not of the fit")
        return cls(*_rows_of(model, frame), unseen=False, about=about)

    def bins(self, workspace: Fit, penalties: list[Array], b: list[Array]) -> list[Bins]:
        """Bin the outcomes under each of several models (1 + p,)."""
        return outcome_bins(self.rows, self.scaling, self._b(workspace, penalties, b))

    def _b(self, workspace: Fit, penalties: list[Array], b: list[Array]) -> Array:
        if not self.unseen:
            return np.array(b)[:, None]
        without = [workspace.one_step_without(some) for some in penalties]
        # rows that are never left out come last, and are scored by the model itself
        return np.stack([np.vstack([g, own]) for g, own in zip(without, b, strict=True)])


@dataclass(frozen=True)
class Setting:
    """Penalties with a name, the coefficients under them, and outcomes by score.

    ``place`` says where they lie on a line with others, if they do: see `between`.
    """

    name: str
    penalties: Array
    b: Array
    bins: Bins
    place: Place | None = None


def stored_settings(
    model: RidgePropensity, facts: Facts, judged: Judged, mine: Array | None
) -> list[Setting]:
    """Return the settings of an exported view: tuned first, then uniform, mine, and steps.

    Parameters
    ----------
    model : RidgePropensity
    facts : Facts
    judged : Judged
    mine : ndarray, shape (p,), optional
    """
    named: list[tuple[str, Array, Place | None]] = [("tuned", facts.tuned, Place(None, 0.0))]
    named += [("uniform", facts.uniform_penalties(), None)]
    named += [] if mine is None else [("mine", mine, None)]
    named += [
        (f"all groups × {step:g}", facts.tuned * step, Place(None, np.log10(step)))
        for step in STEPS
    ]
    groups = np.array(facts.groups, dtype=object)
    distinct = list(dict.fromkeys(facts.groups))
    if len(distinct) > 1:
        reliance = model.columns_.groupby("group")["score_share"].sum()
        leaned_on = sorted(distinct, key=lambda name: -abs(reliance[name]))[:MOST_GROUPS]
        named += [
            (
                f"{name} × {step:g}",
                np.where(groups == name, step, 1.0) * facts.tuned,
                Place(name, np.log10(step)),
            )
            for name in leaned_on
            for step in STEPS
        ]
    penalties = [some for _, some, _ in named]
    b = [model.workspace_.preview(some).b for some in penalties]
    bins = judged.bins(model.workspace_, penalties, b)
    return [
        Setting(name, some, own, found, place)
        for (name, some, place), own, found in zip(named, b, bins, strict=True)
    ]


def _of_the_fit(model: RidgePropensity, facts: Facts) -> str:
    if not facts.leaves_out:
        return say("the contacts of the fit itself, which flatters it")
    if model.campaigns_out_:
        return say("the contacts of the fit, each scored without its own campaign")
    return say("the contacts of the fit, each scored without its own part of the rows")


def _rows_of(model: RidgePropensity, frame: FeatureFrame) -> tuple[ArrayRows, Scaling]:
    known, used = frame.known(), ~model.columns_["dropped"].to_numpy()
    rows = ArrayRows(
        as_scored(model, known.X, weight=known.weights),
        known.y.to_numpy(),
        known.weights,
        person=people(known),
    )
    mean, scale = (model.columns_[name].to_numpy()[used] for name in ("mean", "scale"))
    return rows, Scaling(mean, scale, np.flatnonzero(used), len(used))


def _holds_the_fit(frame: FeatureFrame, model: RidgePropensity) -> bool:
    """Say whether a frame has the rows of the fit: as many, and of the same means."""
    known, facts = frame.known(), model.training_
    totals = (known.weights.sum(), (known.weights * known.y).sum())
    if not np.allclose(totals, (facts["contacts"], facts["positives"]), rtol=1e-9):
        return False
    return all(
        np.isclose(np.average(known.X[name], weights=known.weights), mean, rtol=1e-4, atol=1e-9)
        for name, mean in model.columns_["mean"].items()
        if name in known.X and not known.X[name].isna().any()
    )
