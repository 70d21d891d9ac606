"""Feature builders: what was known of a customer when the decision was made."""

from workbench.arguments import guard
from workbench.features.attributes import attributes
from workbench.features.builder import Builder, register, registered
from workbench.features.cadence import cadence
from workbench.features.calendar import calendar
from workbench.features.campaign import campaign
from workbench.features.channel import channel
from workbench.features.decay import decay
from workbench.features.engagement import engagement
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
from workbench.features.logged import logged
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
from workbench.features.offer import offer
from workbench.features.order_log import frame_from_orders, orders_to_score
from workbench.features.rfm import rfm
from workbench.features.tables import Tables
from workbench.features.text import text
from workbench.features.windows import windows

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
