"""Whether a model holds up when campaigns change."""

from workbench.arguments import guard
from workbench.evidence.beyond import BeyondTraining, beyond_training
from workbench.evidence.bootstrap import bootstrap_interval
from workbench.evidence.bursts import bursts
from workbench.evidence.compare import Comparison, compare
from workbench.evidence.dispersion import CellDispersion, cell_dispersion
from workbench.evidence.earned import Earned, earned
from workbench.evidence.followed import over_campaigns
from workbench.evidence.forward import ForwardEstimate, forward_estimate
from workbench.evidence.incremental import Incremental, incremental
from workbench.evidence.monitoring import Limits, Monitored, monitor
from workbench.evidence.monitoring_uplift import MonitoredUplift, monitor_uplift
from workbench.evidence.nested import NestedEstimate, nested_estimate
from workbench.evidence.offer_choice import NextOffer, next_offer
from workbench.evidence.offer_to_each import best_offers
from workbench.evidence.offers_told_apart import OfferClasses, offer_classes
from workbench.evidence.paired import LossDifference, loss_difference
from workbench.evidence.protocol import hold_out, out_of_time, random_hold_out
from workbench.evidence.scored_rows import ScoredRows, scored_rows
from workbench.evidence.segment_findings import Segments
from workbench.evidence.segment_labels import segment_labels
from workbench.evidence.segments import by_segment
from workbench.evidence.shift import ShiftReport, shift_report
from workbench.evidence.spikes import spikiness
from workbench.evidence.spikes_by_chance import SpikyCount, spiky_count
from workbench.evidence.split import Split, StreamedSplit
from workbench.evidence.stress import NewLevel, Outage, Spike, StressTest, Times, stress
from workbench.evidence.two_arms import roles_of_test, two_arms
from workbench.evidence.uplift_gain import uplift_gain

__all__ = [
    "BeyondTraining",
    "CellDispersion",
    "Comparison",
    "Earned",
    "ForwardEstimate",
    "Incremental",
    "Limits",
    "LossDifference",
    "Monitored",
    "MonitoredUplift",
    "NestedEstimate",
    "NewLevel",
    "NextOffer",
    "OfferClasses",
    "Outage",
    "ScoredRows",
    "Segments",
    "ShiftReport",
    "Spike",
    "SpikyCount",
    "Split",
    "StreamedSplit",
    "StressTest",
    "Times",
    "best_offers",
    "beyond_training",
    "bootstrap_interval",
    "bursts",
    "by_segment",
    "cell_dispersion",
    "compare",
    "earned",
    "forward_estimate",
    "hold_out",
    "incremental",
    "loss_difference",
    "monitor",
    "monitor_uplift",
    "nested_estimate",
    "next_offer",
    "offer_classes",
    "out_of_time",
    "over_campaigns",
    "random_hold_out",
    "roles_of_test",
    "scored_rows",
    "segment_labels",
    "shift_report",
    "spikiness",
    "spiky_count",
    "stress",
    "two_arms",
    "uplift_gain",
]

guard(
    globals(),
    __all__,
    kept=("CellDispersion", "Earned", "Limits", "NewLevel", "Outage", "Spike", "Times"),
)
