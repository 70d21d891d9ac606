"""Whether a model holds up when campaigns change."""

from workbench.evidence.bootstrap import bootstrap_interval
from workbench.evidence.bursts import bursts
from workbench.evidence.compare import Comparison, compare
from workbench.evidence.followed import over_campaigns
from workbench.evidence.nested import NestedEstimate, nested_estimate
from workbench.evidence.paired import LossDifference, loss_difference
from workbench.evidence.protocol import Split, out_of_time, random_hold_out
from workbench.evidence.spikes import spikiness

__all__ = [
    "Comparison",
    "LossDifference",
    "NestedEstimate",
    "Split",
    "bootstrap_interval",
    "bursts",
    "compare",
    "loss_difference",
    "nested_estimate",
    "out_of_time",
    "over_campaigns",
    "random_hold_out",
    "spikiness",
]
