"""A Tuner's state as it is mailed, under the guarantee that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workbench.digits import loss_text
from workbench.errors import FitError
from workbench.governance.disclosure import EXACT
from workbench.governance.guarantee import Guarantee
from workbench.governance.private.secret import Draws, draws_of
from workbench.language import say, speaking
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.statistics.choose import in_memory
from workbench.widgets.fitted.facts import Facts, answer
from workbench.widgets.fitted.outcome_bins import Bins
from workbench.widgets.private import private_outcomes
from workbench.widgets.private.few_marked import numbered
from workbench.widgets.private.private_release import Private, private_release
from workbench.widgets.private.release import count, release
from workbench.widgets.tuner.between import Place
from workbench.widgets.tuner.checked import Mailed, checked
from workbench.widgets.tuner.settings import Judged, Setting, stored_settings
from workbench.widgets.tuner.state import Displayed, exported_state

OVERALL = (0.1, 10.0)
"""What all penalties are multiplied by, in the settings that outcomes are stored of."""


@dataclass(frozen=True)
class Shown:
    """What a Tuner shows beside its model.

    Parameters
    ----------
    facts : Facts
    judged : Judged
    about : mapping
    penalties : ndarray, shape (p,)
        As the sliders stand.
    mine : ndarray, shape (p,), optional
    """

    facts: Facts
    judged: Judged
    about: Mapping[str, Any]
    penalties: Array
    mine: Array | None


def exact_state(model: RidgePropensity, shown: Shown) -> dict[str, Any] | None:
    """Return the state without noise, for readers inside the house; None where rows are too few."""
    fitted = model.workspace_.given
    released = release(shown.facts, count(fitted.rows, fitted.scaling.columns))
    if released is None:
        return None
    guarantee = Guarantee(EXACT)
    released = replace(released, notes=(*released.notes, guarantee.sentence()))
    settings = stored_settings(model, shown.facts, shown.judged, shown.mine)
    start = _start(model)
    mailed = Mailed(released.facts, released.mapping, released.merged, _placed(settings), start)
    about = {
        **shown.about,
        "contacts": model.training_["contacts"],
        "shown": ((released.mapping**2).T[1:, 1:] @ shown.penalties).tolist(),
        "guarantee": guarantee.state(),
        "edf": start,
        "checked": checked(model, shown.facts, shown.judged, mailed),
    }
    displayed = Displayed.of(shown.facts, released.facts, released.mapping)
    return exported_state(released, settings, about, displayed)


@one_blas_thread()
def private_state(model: RidgePropensity, shown: Shown) -> dict[str, Any] | None:
    """Return the state with noise; None where there can be none."""
    private = private_release(model.workspace_, shown.facts)
    if isinstance(private, str):
        return None
    private = _with_the_notebooks_loss(private, shown.facts)
    facts, mapping = private.released.facts, private.columns.mapping
    try:
        settings, moves = _settings(private, shown)
    except FitError:  # noise so large that folds are of no fit: of few cells of many contacts
        return None
    start = float(f"{_start(model):.1f}")  # as texts have it
    mailed = Mailed(facts, mapping, private.released.merged, _placed(settings), start)
    guarantee = Guarantee.of(private.moves, moves, mark=private.draws.mark)
    notes = (*private.released.notes, guarantee.sentence(), _distance(private, shown.facts))
    released = replace(private.released, notes=notes)
    about = {
        **shown.about,
        "uniform": facts.uniform,
        "contacts": facts.weight,
        "shown": _shown(private, shown).tolist(),
        "guarantee": guarantee.state(),
        "edf": start,
        "checked": checked(model, shown.facts, shown.judged, mailed),
    }
    told = replace(shown.facts, tuned=_two_digits(shown.facts.tuned))
    return exported_state(released, settings, about, Displayed.of(told, facts, mapping))


def _with_the_notebooks_loss(private: Private, exact: Facts) -> Private:
    """Let the mean loss of campaigns left out be the notebook's under the tuned penalties.

    In as many digits as texts have it, which are in the same report.
    """
    facts = private.released.facts
    if not (facts.leaves_out and exact.leaves_out):
        return private
    stats, held = facts.stats, slice(None, facts.stats.held)
    told, true = (
        float(np.average(answer(one, one.tuned).loss, weights=one.stats.weight[: one.stats.held]))
        for one in (facts, exact)
    )
    loss = stats.loss.copy()
    with speaking("en"):
        shown = float(loss_text(true))
    loss[held] += stats.weight[held] * (shown - told)
    facts = replace(facts, stats=replace(stats, loss=loss))
    return replace(private, released=replace(private.released, facts=facts))


def _start(model: RidgePropensity) -> float:
    return float(model.workspace_.edf())


def _placed(settings: list[Setting]) -> list[tuple[Place, Bins]]:
    return [(one.place, one.bins) for one in settings if one.place is not None]


def _two_digits(values: Array) -> Array:
    return np.array([float(f"{one:.2g}") for one in values])


def _settings(private: Private, shown: Shown) -> tuple[list[Setting], Array]:
    """Return what is stored of a few settings, and how far customers move outcomes."""
    facts = private.released.facts
    named = {"tuned": facts.tuned, "uniform": facts.uniform_penalties()}
    places = {"tuned": Place(None, 0.0)}
    if shown.mine is not None:
        named["mine"] = _taken(private, shown.mine)
    for by in OVERALL:
        named[f"all groups × {by:g}"] = facts.tuned * by
        places[f"all groups × {by:g}"] = Place(None, float(np.log10(by)))
    found = outcomes(private, shown.judged, list(named.values()))
    told = private_outcomes.noisy_bins(found, _draws(private, shown.judged, named))
    settings = [
        Setting(name, one, answer(facts, one).b, bins, places.get(name))
        for (name, one), bins in zip(named.items(), told, strict=True)
    ]
    return settings, found.moves


def outcomes(private: Private, judged: Judged, penalties: list[Array]) -> private_outcomes.Counted:
    """Count the judged contacts by their score under the released model; noise is to come."""
    rows, facts = in_memory(judged.rows), private.released.facts
    if rows is None:
        raise TypeError(judged.rows)  # such a fit is not released
    b = private_outcomes.models(facts, penalties, unseen=judged.unseen)
    columns = private.columns.under(judged.scaling)
    eta = private_outcomes.score(rows, columns, b, private.released.merged)
    at = private_outcomes.knots(facts, b[:, -1])
    y, weight = rows.y.astype(float), rows.weight.astype(float)
    return private_outcomes.counted(eta, at, y, weight, numbered(rows))


def _draws(private: Private, judged: Judged, named: Mapping[str, Array]) -> Draws:
    rows = in_memory(judged.rows)
    content = [] if rows is None else [rows.X, rows.y, rows.weight]
    return draws_of([private.draws.mark, *named, *named.values(), *content])


def _shown(private: Private, shown: Shown) -> Array:
    """Return the penalties that the view opens with, the tuned ones to their last digit."""
    if np.array_equal(shown.penalties, shown.facts.tuned):
        return private.released.facts.tuned
    return _taken(private, shown.penalties)


def _taken(private: Private, penalties: Array) -> Array:
    """Take penalties of the fit's columns to the released ones, in two digits."""
    taken = (private.columns.mapping[1:, 1:] ** 2).T @ penalties
    return _two_digits(taken)


def distance(private: Private, exact: Facts) -> dict[str, float]:
    """Measure how far the released numbers are from the exact ones, under the tuned penalties.

    ``coefficients`` is the root mean square difference, in standard errors; ``loss`` that of
    the mean loss of folds left out, as a share of it, NaN where there is nothing to leave out.
    """
    facts, factor = private.released.facts, private.found.factor
    told, true = answer(facts, facts.tuned), answer(exact, exact.tuned)
    error = np.sqrt(np.diag(np.linalg.inv(factor @ factor.T)))
    away = (told.b - private.columns.mapping.T @ true.b) / error
    out = {"coefficients": float(np.sqrt(np.mean(away[1:] ** 2))), "loss": float("nan")}
    if facts.leaves_out:
        weight, own = (one.stats.weight[: one.stats.held] for one in (exact, facts))
        ratio = np.average(told.loss, weights=own) / np.average(true.loss, weights=weight)
        out["loss"] = float(abs(ratio - 1))
    return out


def _distance(private: Private, exact: Facts) -> str:
    found = distance(private, exact)
    return say(
        "The mean loss and the effective columns under the tuned penalties are the report's, "
        "without noise. Measured at export, under these: coefficients are {errors:.1g} standard "
        "errors from the exact ones. Under others, losses show directions rather than sizes: "
        "fewer columns fit by chance less.",
        errors=found["coefficients"],
    )
