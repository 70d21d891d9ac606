"""The score of a model from sums: its slope stays, its base rate follows the last campaigns.

Contacts of like score stand in for single ones (`Bins`): what base rates need of a contact is its
log-odds, and their means over some fifty neighbours in score serve as well.
"""

from __future__ import annotations


from workbench.ridge.ahead.outlook import Line, Outlook, line_of
from workbench.ridge.outcomes.base_rate import Scored
from workbench.ridge.rows.source import Array
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.scaling import Scaling


def line(sums: CampaignSums, scaling: Scaling, b: Array, outlook: Outlook) -> Line:
    """Draw the line from the log-odds of b (1 + p,), under a scaling, to the score."""
    if not outlook.in_time and outlook.slope == 1.0:
        return Line(1.0, 0.0, None)
    bins = sums.bins
    log_odds = bins.mean @ (sums.carried(scaling) @ b)
    scored = Scored(log_odds, bins.y, bins.weight, bins.fold)
    return line_of(scored, bins.weight * sums.decay[bins.fold], float(b[0]), outlook)
