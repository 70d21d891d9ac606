"""Marketing Workbench: whom to contact next, and still trust it when campaigns change."""

# isort: off
from workbench import _early as _early  # first: whatever follows takes a second to import

# isort: on
from workbench import _arguments
from workbench.campaign_data import Attributes, CampaignData, Events, Offers, Outcome
from workbench.feature_frame import FeatureFrame
from workbench.loading import load
from workbench.ridge import RidgePropensity
from workbench.tables import Query, read_table
from workbench.widgets import ShiftView, Targeting, Tuner

__version__ = "0.1.0"

__all__ = [
    "Attributes",
    "CampaignData",
    "Events",
    "FeatureFrame",
    "Offers",
    "Outcome",
    "Query",
    "RidgePropensity",
    "ShiftView",
    "Targeting",
    "Tuner",
    "load",
    "read_table",
]

_arguments.guard(globals(), __all__, kept=("Attributes", "Events", "Offers", "Outcome", "Query"))
