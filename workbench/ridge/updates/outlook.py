"""The score of a model from sums: its slope and base rate, as they are chosen ahead of campaigns.

Contacts of like score stand in for single ones (`Bins`): what base rates need of a contact is its
log-odds. How far these spread within bins is kept as the variance of their probabilities.
A campaign that comes is judged by the model of before, which did not know it; that is one more of
the losses by which slope and base rate are chosen. Other penalties change these losses, by what
they change them as quadratics and bins see it. The half-life is chosen in `half_life`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
from scipy.special import logit

from workbench.ridge.ahead.forward_folds import MOST, SLOPES, ForwardLosses, judged_by
from workbench.ridge.ahead.outlook import Line, Outlook, chosen, line_of
from workbench.ridge.outcomes.base_rate import RECENT, Scored
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.source import Array
from workbench.ridge.settings import Settings
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.choose import in_memory
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.statistics.sums_parts import JudgedAhead
from workbench.ridge.updates.new_rows import NewRows

_SAME = 1e-9  # of a probability that is as good as nothing
_WITHIN = 0.99  # of the way from a mean probability to 0 or 1


def line(sums: CampaignSums, scaling: Scaling, b: Array, outlook: Outlook) -> Line:
    """Draw the line from the log-odds of b (1 + p,), under a scaling, to the score."""
    if not outlook.in_time and outlook.slope == 1.0:
        return Line(1.0, 0.0, None)
    scored = _spread_bins(sums, sums.carried(scaling) @ b)
    return line_of(scored, scored.weight * sums.decay[scored.fold], float(b[0]), outlook)


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
    before, rows = _spread_bins(sums, b), cast("ArrayRows", in_memory(new.rows))
    weighing = before.weight * sums.decay[before.fold]
    plus, raw = sums.scaling.to_raw(b)
    log_odds = np.asarray(rows.X @ raw.astype(rows.dtype) + plus, dtype=float)
    here = Scored(log_odds, rows.y.astype(float), rows.weight.astype(float), rows.fold_of_row)
    found = []
    for g in range(rows.n_folds):
        one = here.only(here.fold == g)
        loss = judged_by(before, weighing, one)
        found.append((float(one.weight.sum()), float(one.weight @ one.y), loss))
    contacts, positives, losses = (np.array(same) for same in zip(*found, strict=True))
    under = np.tile(penalties, (len(found), 1))
    return sums.ahead.beside(JudgedAhead(new.names, contacts, positives, losses, under))


def judged_from_sums(sums: CampaignSums, penalties: Array) -> JudgedAhead:
    """Judge the last campaigns by the quadratics of those before them, under penalties (p,)."""
    judged = range(RECENT, len(sums.campaigns))[-MOST:]
    found = [_judged_bins(sums, g, penalties) for g in judged]
    some = list(judged)
    return JudgedAhead(
        tuple(sums.campaigns[g][-1] for g in judged),
        sums.folds.contacts[some],
        sums.folds.responses[some],
        np.array(found).reshape(len(found), len(SLOPES), 2),
        np.tile(penalties, (len(found), 1)),
    )


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
        Under the half-life of the sums.
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
    scored, spread = _scored_bins(sums, b), _spread_bins(sums, b)
    before = spread.only(earlier[spread.fold])
    return judged_by(before, before.weight * share[before.fold], scored.only(scored.fold == g))


def _scored_bins(sums: CampaignSums, b: Array) -> Scored:
    """Score bins by the mean log-odds of their contacts."""
    bins = sums.bins
    return Scored(bins.mean @ b, bins.y, bins.weight, bins.fold)


def _spread_bins(sums: CampaignSums, b: Array) -> Scored:
    """Score bins, each as two points that have its contacts' mean probability, and its variance.

    So means of probabilities, and of μ(1 − μ), are those of single contacts where sums were taken,
    however log-odds spread: a few contacts far out move no base rate by more than themselves.
    Elsewhere the points are as far from the bin's mean log-odds as log-odds spread there.
    """
    bins, folds = sums.bins, sums.folds
    rate = np.clip(bins.rate, _SAME, 1.0 - _SAME)
    spread = np.minimum(bins.spread, _WITHIN * np.minimum(rate, 1.0 - rate))
    at = np.einsum("nj,nj->n", bins.mean, folds.at[bins.fold])
    wider = (_deviations(sums, np.tile(b, (len(folds.at), 1))) / _deviations(sums, folds.at))[
        bins.fold
    ]
    ends = [bins.mean @ b + wider * (logit(one) - at) for one in (rate - spread, rate + spread)]
    return Scored(
        np.concatenate(ends),
        np.tile(bins.y, 2),
        np.tile(0.5 * bins.weight, 2),
        np.tile(bins.fold, 2),
    )


def _deviations(sums: CampaignSums, b: Array) -> Array:
    """Return the standard deviation of log-odds in each fold, at coefficients (G, 1 + p)."""
    folds = sums.folds
    first = np.einsum("gj,gj->g", folds.product[:, 0], b) / folds.weight
    second = np.einsum("gi,gij,gj->g", b, folds.product, b, optimize=True) / folds.weight
    return np.asarray(np.sqrt(np.maximum(second - first**2, _SAME)))
