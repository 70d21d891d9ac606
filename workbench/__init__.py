"""Marketing Workbench: whom to contact next, and still trust it when campaigns change."""

# isort: off
from workbench import _early as _early  # first: whatever follows takes a second to import

# isort: on
from importlib import import_module
from typing import TYPE_CHECKING, Any

from workbench import _arguments
from workbench.campaign_data import Attributes, CampaignData, Events, Offers, Outcome
from workbench.feature_frame import FeatureFrame
from workbench.tables import Query, read_table

if TYPE_CHECKING:  # imported when they are asked for: they stand on scikit-learn and ipywidgets
    from workbench.ridge import RidgePropensity
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

_ROOM_OF = dict.fromkeys(("ShiftView", "Targeting", "Tuner"), "widgets")
_ROOM_OF["RidgePropensity"] = "ridge"
_ROOMS = (
    *("charts", "datasets", "evidence", "features", "governance", "metrics", "reports"),
    *("ridge", "widgets"),
)

_arguments.guard(
    globals(),
    [name for name in __all__ if name not in _ROOM_OF],  # rooms guard their own
    kept=("Attributes", "Events", "Offers", "Outcome", "Query"),
)

if not TYPE_CHECKING:  # a type checker shall know what is not there

    def __getattr__(name: str) -> Any:
        if name in _ROOMS:
            return import_module(f"workbench.{name}")
        if name in _ROOM_OF:
            return getattr(import_module(f"workbench.{_ROOM_OF[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__, *_ROOMS})
