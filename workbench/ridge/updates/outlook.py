"""The score of a model from sums: its slope and base rate, as they are chosen ahead of campaigns.

Contacts of like score stand in for single ones (`Bins`): what base rates need of a contact is its
log-odds, and their means over some fifty neighbours in score serve as well. A campaign that comes
is judged by the model of before, which did not know it; that is one more of the losses by which
slope and base rate are chosen. The half-life stays: under another all sums would be others.
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
from workbench.ridge.statistics.campaign_sums import CampaignSums, JudgedAhead
from workbench.ridge.statistics.choose import in_memory
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.updates.new_rows import NewRows


def line(sums: CampaignSums, scaling: Scaling, b: Array, outlook: Outlook) -> Line:
    """Draw the line from the log-odds of b (1 + p,), under a scaling, to the score."""
    if not outlook.in_time and outlook.slope == 1.0:
        return Line(1.0, 0.0, None)
    scored = _scored_bins(sums, sums.carried(scaling) @ b)
    return line_of(scored, _weighing(sums), float(b[0]), outlook)


def known_ahead(outlook: Outlook, labels: tuple[str, ...]) -> JudgedAhead | None:
    """Return what a fit chose its outlook by, in the names of its campaigns."""
    if (found := outlook.losses) is None:
        return None
    names = tuple(labels[g] for g in found.fold)
    return JudgedAhead(names, found.contacts, found.positives, found.loss, outlook.beyond)


def judged_too(sums: CampaignSums, b: Array, new: NewRows) -> JudgedAhead | None:
    """Judge campaigns that come by a model that does not know them, b (1 + p,) of its sums."""
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
    return sums.ahead.beside(JudgedAhead(new.names, contacts, positives, losses))


def chosen_again(sums: CampaignSums, outlook: Outlook, settings: Settings) -> Outlook:
    """Choose slope and base rate by the last campaigns that were judged ahead."""
    if (known := sums.ahead) is None:
        return outlook
    last = slice(max(0, len(known.names) - MOST), None)
    fold = np.arange(len(known.names[last]))
    losses = ForwardLosses(fold, known.contacts[last], known.positives[last], known.loss[last])
    slope = settings.slope if isinstance(settings.slope, int | float) else 1.0
    plain = replace(outlook, slope=float(slope), proven=None, folds=None)
    found = chosen({outlook.half_life: losses}, plain, settings, known.beyond, known.names[last])
    return replace(found, in_time=outlook.in_time)


def _scored_bins(sums: CampaignSums, b: Array) -> Scored:
    bins = sums.bins
    return Scored(bins.mean @ b, bins.y, bins.weight, bins.fold)


def _weighing(sums: CampaignSums) -> Array:
    return np.asarray(sums.bins.weight * sums.decay[sums.bins.fold])
