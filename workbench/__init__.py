"""Marketing Workbench: whom to contact next, and still trust it when campaigns change."""

# isort: off
from workbench import _early as _early  # first: whatever follows takes a second to import

# isort: on
from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

from workbench.arguments import guard as _guard
from workbench.frame.feature_frame import FeatureFrame
from workbench.ridge import RidgePropensity
from workbench.tables import Query, read_table
from workbench.tables.campaign_data import Attributes, CampaignData, Events, Offers, Outcome
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
    "read_table",
]

_guard(globals(), __all__, kept=("Attributes", "Events", "Offers", "Outcome", "Query"))


if not _TYPE_CHECKING:  # which is to know every name that there is

    def __getattr__(name: str) -> object:
        """Find what moved to `workbench.frame`: notebooks that were copied before name it here."""
        if name in ("dealing", "leakage"):
            return _import_module(f"workbench.frame.{name}")
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
