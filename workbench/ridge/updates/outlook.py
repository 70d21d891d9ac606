"""The score of a model from sums: its slope and base rate, as they are chosen ahead of campaigns.

Contacts of like score stand in for single ones (`Bins`): what base rates need of a contact is its
log-odds, and their means over some fifty neighbours in score serve as well. A campaign that comes
is judged by the model of before, which did not know it; that is one more of the losses by which
slope and base rate are chosen. Other penalties change these losses, by what they change them as
quadratics and bins see it. The half-life stays: under another all sums would be others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np

from workbench.ridge.ahead.forward_folds import MOST, ForwardLosses, judged_by
from workbench.ridge.ahead.outlook import Line, Outlook, chosen, line_of
from workbench.ridge.outcomes.base_rate import Scored
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.source import Array
from workbench.ridge.settings import Settings
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.choose import in_memory
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.statistics.sums_parts import JudgedAhead
from workbench.ridge.updates.new_rows import NewRows


def line(sums: CampaignSums, scaling: Scaling, b: Array, outlook: Outlook) -> Line:
    """Draw the line from the log-odds of b (1 + p,), under a scaling, to the score."""
    if not outlook.in_time and outlook.slope == 1.0:
        return Line(1.0, 0.0, None)
    scored = _scored_bins(sums, sums.carried(scaling) @ b)
    return line_of(scored, _weighing(sums), float(b[0]), outlook)


def known_ahead(outlook: Outlook, labels: tuple[str, ...], penalties: Array) -> JudgedAhead | None:
    """Return what a fit under penalties (p,) chose its outlook by, in its campaigns' names."""
    if (found := outlook.losses) is None:
        return None
    names = tuple(labels[g] for g in found.fold)
    parts = found.contacts, found.positives, found.loss
    return JudgedAhead(names, *parts, np.tile(penalties, (len(names), 1)), outlook.beyond)


def judged_too(sums: CampaignSums, b: Array, penalties: Array, new: NewRows) -> JudgedAhead | None:
    """Judge campaigns that come by a model that does not know them.

    Parameters
    ----------
    sums : CampaignSums
    b : ndarray, shape (1 + p,)
        Of the model, in their columns; under ``penalties`` (p,).
    penalties : ndarray, shape (p,)
    new : NewRows
    """
    if sums.ahead is None:
        return None
    before, rows = _scored_bins(sums, b), cast("ArrayRows", in_memory(new.rows))
    plus, raw = sums.scaling.to_raw(b)
    log_odds = np.asarray(rows.X @ raw.astype(rows.dtype) + plus, dtype=float)
    here = Scored(log_odds, rows.y.astype(float), rows.weight.astype(float), rows.fold_of_row)
    found = []
    for g in range(rows.n_folds):
        one = here.only(here.fold == g)
        loss = judged_by(before, _weighing(sums), one)
        found.append((float(one.weight.sum()), float(one.weight @ one.y), loss))
    contacts, positives, losses = (np.array(same) for same in zip(*found, strict=True))
    under = np.tile(penalties, (len(found), 1))
    return sums.ahead.beside(JudgedAhead(new.names, contacts, positives, losses, under))


def chosen_again(
    sums: CampaignSums, penalties: Array, outlook: Outlook, settings: Settings
) -> Outlook:
    """Choose slope and base rate by the last campaigns that were judged ahead.

    Parameters
    ----------
    sums : CampaignSums
    penalties : ndarray, shape (p,)
        Of their columns.
    outlook : Outlook
        Its half-life stays.
    settings : Settings
    """
    if sums.ahead is None:
        return outlook
    names = sums.ahead.names
    last = sums.ahead.without(names[: max(0, len(names) - MOST)])
    loss = np.array([_moved(sums, last, k, penalties) for k in range(len(last.names))])
    parts = np.arange(len(loss)), last.contacts, last.positives
    losses = ForwardLosses(*parts, loss.reshape(last.loss.shape))
    slope = settings.slope if isinstance(settings.slope, int | float) else 1.0
    plain = replace(outlook, slope=float(slope), proven=None, folds=None)
    found = chosen({outlook.half_life: losses}, plain, settings, last.beyond, last.names)
    return replace(found, in_time=outlook.in_time)


def _moved(sums: CampaignSums, ahead: JudgedAhead, k: int, penalties: Array) -> Array:
    """Return the losses (slopes, 2) of a campaign under other penalties than it was judged by."""
    g, before = sums.fold_of(ahead.names[k]), ahead.penalties[k]
    if not g or len(sums.campaigns[g]) > 1 or np.allclose(before, penalties, rtol=1e-6):
        return np.asarray(ahead.loss[k])
    there, here = (_judged_bins(sums, g, under) for under in (penalties, before))
    return np.asarray(ahead.loss[k] + there - here)


def _judged_bins(sums: CampaignSums, g: int, penalties: Array) -> Array:
    """Judge the bins of a fold by the quadratics before it."""
    folds, earlier = sums.folds, np.arange(len(sums.campaigns)) < g
    share = sums.decay[:g] / sums.decay[g - 1]
    total = float(share @ folds.weight[:g])
    target = np.einsum("gij,gj->gi", folds.curvature[:g], folds.at[:g]) + folds.score[:g]
    ridge = np.concatenate([[0.0], total * penalties])
    curvature = np.tensordot(share, folds.curvature[:g], 1) + np.diag(ridge)
    b = np.linalg.solve(curvature, share @ target)
    scored = _scored_bins(sums, b)
    before = scored.only(earlier[scored.fold])
    return judged_by(before, before.weight * share[before.fold], scored.only(scored.fold == g))


def _scored_bins(sums: CampaignSums, b: Array) -> Scored:
    bins = sums.bins
    return Scored(bins.mean @ b, bins.y, bins.weight, bins.fold)


def _weighing(sums: CampaignSums) -> Array:
    return np.asarray(sums.bins.weight * sums.decay[sums.bins.fold])
