"""Marketing Workbench: whom to contact next, and still trust it when campaigns change."""

# isort: off
from workbench import _early as _early  # first: whatever follows takes a second to import

# isort: on
from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

from workbench.arguments import guard as _guard
from workbench.frame.feature_frame import FeatureFrame
from workbench.loading import load
from workbench.tables import Query, read_table
from workbench.tables.campaign_data import Attributes, CampaignData, Events, Offers, Outcome

if _TYPE_CHECKING:  # imported when they are asked for: they stand on scikit-learn and ipywidgets
    from workbench.ridge import RidgeAmount, RidgeCount, RidgePropensity
    from workbench.survey import columns
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
    "RidgeAmount",
    "RidgeCount",
    "RidgePropensity",
    "ShiftView",
    "Targeting",
    "Tuner",
    "columns",
    "load",
    "read_table",
]

_ROOM_OF = {
    **dict.fromkeys(("ShiftView", "Targeting", "Tuner"), "widgets"),
    **dict.fromkeys(("RidgeAmount", "RidgeCount", "RidgePropensity"), "ridge"),
    "columns": "survey",
}
_ROOMS = (
    *("charts", "datasets", "evidence", "features", "frame", "governance", "metrics", "reports"),
    *("ridge", "survey", "widgets"),
)

_guard(
    globals(),
    [name for name in __all__ if name not in _ROOM_OF],  # rooms guard their own
    kept=("Attributes", "Events", "Offers", "Outcome", "Query"),
)


if not _TYPE_CHECKING:  # which is to know every name that there is

    def __getattr__(name: str) -> object:
        """Import what is imported late, and what moved to `workbench.frame`, as copies name it."""
        if name in _ROOMS:
            return _import_module(f"workbench.{name}")
        if name in _ROOM_OF:
            return getattr(_import_module(f"workbench.{_ROOM_OF[name]}"), name)
        if name in ("dealing", "leakage"):
            return _import_module(f"workbench.frame.{name}")
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__, *_ROOMS})
