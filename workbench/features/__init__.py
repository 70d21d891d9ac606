"""Feature builders: what was known of a customer when the decision was made."""

from workbench.arguments import guard
from workbench.features.builder import Builder, register, registered
from workbench.features.builders.attributes import attributes
from workbench.features.builders.cadence import cadence
from workbench.features.builders.calendar import calendar
from workbench.features.builders.campaign import campaign
from workbench.features.builders.channel import channel
from workbench.features.builders.decay import decay
from workbench.features.builders.engagement import engagement
from workbench.features.builders.logged import logged
from workbench.features.builders.offer import offer
from workbench.features.builders.rfm import rfm
from workbench.features.builders.text import text
from workbench.features.builders.windows import windows
from workbench.features.feature_set import FeatureSet
from workbench.features.formulas import (
    days_between,
    days_since,
    hill,
    or_zero,
    rate,
    share,
    signed_log,
    trend,
)
from workbench.features.measures import (
    Equals,
    Feature,
    Formula,
    Listed,
    Lookup,
    Measure,
    Present,
    Source,
)
from workbench.features.order_log import frame_from_orders, orders_to_score
from workbench.features.tables import Tables

__all__ = [
    "Builder",
    "Equals",
    "Feature",
    "FeatureSet",
    "Formula",
    "Listed",
    "Lookup",
    "Measure",
    "Present",
    "Source",
    "Tables",
    "attributes",
    "cadence",
    "calendar",
    "campaign",
    "channel",
    "days_between",
    "days_since",
    "decay",
    "engagement",
    "frame_from_orders",
    "hill",
    "logged",
    "offer",
    "or_zero",
    "orders_to_score",
    "rate",
    "register",
    "registered",
    "rfm",
    "share",
    "signed_log",
    "text",
    "trend",
    "windows",
]

guard(
    globals(),
    __all__,
    kept=("Equals", "Feature", "Formula", "Listed", "Lookup", "Measure", "Present", "Source"),
)
