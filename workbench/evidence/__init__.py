"""Whether a model holds up when campaigns change."""

from workbench.evidence.bootstrap import bootstrap_interval
from workbench.evidence.compare import Comparison, compare
from workbench.evidence.nested import NestedEstimate, nested_estimate
from workbench.evidence.paired import LossDifference, loss_difference
from workbench.evidence.protocol import Split, out_of_time, random_hold_out
from workbench.evidence.shift import ShiftReport, shift_report

__all__ = [
    "Comparison",
    "LossDifference",
    "NestedEstimate",
    "ShiftReport",
    "Split",
    "bootstrap_interval",
    "compare",
    "loss_difference",
    "nested_estimate",
    "out_of_time",
    "random_hold_out",
    "shift_report",
]
