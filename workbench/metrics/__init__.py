"""Tables of how good propensities are: arrays in, numbers and DataFrames out, no drawing.

Every function takes outcomes `y` (0 or 1), propensities in [0, 1], and where rows stand
for more than one contact a `weight`; rows are matched by position.
"""

from workbench.arguments import guard
from workbench.metrics.calibration import (
    calibration_in_the_large,
    calibration_slope,
    calibration_table,
    wilson_interval,
)
from workbench.metrics.campaigns import (
    ENOUGH_POSITIVES,
    by_campaign,
    performance,
    weighted_auc,
    worst_campaign,
)
from workbench.metrics.clusters import overdispersion
from workbench.metrics.groups import by_group
from workbench.metrics.policy import policy_value
from workbench.metrics.profit import (
    GROSS_RESPONSE,
    best_depth,
    expected_profit,
    expected_value,
    profit_by_depth,
)
from workbench.metrics.ranking import auc, brier, gain_curve, lift_at, log_loss, ranking_table
from workbench.metrics.stability import burstiness, psi, psi_table
from workbench.metrics.uplift import incremental_profit_by_depth, uplift_by_depth
from workbench.metrics.uplift_area import qini

__all__ = [
    "ENOUGH_POSITIVES",
    "GROSS_RESPONSE",
    "auc",
    "best_depth",
    "brier",
    "burstiness",
    "by_campaign",
    "by_group",
    "calibration_in_the_large",
    "calibration_slope",
    "calibration_table",
    "expected_profit",
    "expected_value",
    "gain_curve",
    "incremental_profit_by_depth",
    "lift_at",
    "log_loss",
    "overdispersion",
    "performance",
    "policy_value",
    "profit_by_depth",
    "psi",
    "psi_table",
    "qini",
    "ranking_table",
    "uplift_by_depth",
    "weighted_auc",
    "wilson_interval",
    "worst_campaign",
]

guard(globals(), __all__)
