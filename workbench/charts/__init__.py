"""A metrics table in, matplotlib Axes out. Nothing is computed here that a table lacks.

Every chart draws on the axes it is given, or on a new figure. Charts with named rows
write small print at the right of their axes: a figure of one's own needs
``layout="constrained"`` to make room for it.
"""

from workbench.arguments import guard
from workbench.charts.answered import answered_curve
from workbench.charts.calibration import calibration
from workbench.charts.campaigns import by_campaign
from workbench.charts.coefficients import coefficients
from workbench.charts.effect_over_time import effect_over_time
from workbench.charts.effects_by_campaign import effects_by_campaign
from workbench.charts.groups import edf_by_group, reliance_by_group
from workbench.charts.incremental import incremental_profit
from workbench.charts.methods import methods
from workbench.charts.offers import offers_made
from workbench.charts.profit import profit
from workbench.charts.ranking import gain, lift
from workbench.charts.segments import by_segment
from workbench.charts.spikes import spikes
from workbench.charts.tuning import loss_by_strength
from workbench.charts.uplift import qini_curve, uplift_by_decile
from workbench.charts.waterfall import waterfall

__all__ = [
    "answered_curve",
    "by_campaign",
    "by_segment",
    "calibration",
    "coefficients",
    "edf_by_group",
    "effect_over_time",
    "effects_by_campaign",
    "gain",
    "incremental_profit",
    "lift",
    "loss_by_strength",
    "methods",
    "offers_made",
    "profit",
    "qini_curve",
    "reliance_by_group",
    "spikes",
    "uplift_by_decile",
    "waterfall",
]

guard(globals(), __all__)
