"""Marketing Workbench: whom to contact next, and still trust it when campaigns change."""

# isort: off
from workbench import _early as _early  # first: whatever follows takes a second to import

# isort: on
from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

if _TYPE_CHECKING:  # imported when they are asked for: they stand on pandas, and some on much more
    from workbench.frame.feature_frame import FeatureFrame
    from workbench.frame.labels import read_labels
    from workbench.frame.streamed.parquet_rows import ParquetRows
    from workbench.frame.streamed.spark_rows import SparkRows
    from workbench.loading import load
    from workbench.reports.side_by_side import compare
    from workbench.ridge import (
        RidgeAmount,
        RidgeCount,
        RidgeMultinomial,
        RidgePropensity,
        RidgeUplift,
    )
    from workbench.running import run
    from workbench.scoring import score
    from workbench.survey import columns
    from workbench.tables import Query, read_table
    from workbench.tables.campaign_data import Attributes, CampaignData, Events, Offers, Outcome
    from workbench.widgets import Explained, Routed, ShiftView, Targeting, Tuner

__version__ = "0.1.0"

__all__ = [
    "Attributes",
    "CampaignData",
    "Events",
    "Explained",
    "FeatureFrame",
    "Offers",
    "Outcome",
    "ParquetRows",
    "Query",
    "RidgeAmount",
    "RidgeCount",
    "RidgeMultinomial",
    "RidgePropensity",
    "RidgeUplift",
    "Routed",
    "ShiftView",
    "SparkRows",
    "Targeting",
    "Tuner",
    "columns",
    "compare",
    "load",
    "read_labels",
    "read_table",
    "run",
    "score",
]

_KEPT = ("Attributes", "Events", "Offers", "Outcome", "Query")
_HOME_OF = {
    "FeatureFrame": "frame.feature_frame",
    "load": "loading",
    "ParquetRows": "frame.streamed.parquet_rows",
    "SparkRows": "frame.streamed.spark_rows",
    "read_labels": "frame.labels",
    **dict.fromkeys(("Query", "read_table"), "tables"),
    **dict.fromkeys(
        ("Attributes", "CampaignData", "Events", "Offers", "Outcome"), "tables.campaign_data"
    ),
}
_ROOM_OF = {  # which guard their own
    **dict.fromkeys(("Explained", "Routed", "ShiftView", "Targeting", "Tuner"), "widgets"),
    **dict.fromkeys(
        ("RidgeAmount", "RidgeCount", "RidgeMultinomial", "RidgePropensity", "RidgeUplift"), "ridge"
    ),
    "run": "running",
    "score": "scoring",
    "columns": "survey",
    "compare": "reports.side_by_side",
}
_ROOMS = (
    *("charts", "datasets", "evidence", "experiments", "features", "frame", "governance"),
    *(
        "language",
        "metrics",
        "networks",
        "reports",
        "ridge",
        "survey",
        "tables",
        "texts",
        "widgets",
    ),
)


def _settle() -> None:
    """Import what most stand on, and let it name bad arguments, at the first name asked for."""
    guard = _import_module("workbench.arguments").guard
    own = {name: getattr(_import_module(f"workbench.{_HOME_OF[name]}"), name) for name in _HOME_OF}
    guard(own, _HOME_OF, kept=_KEPT)
    globals().update(own)


if not _TYPE_CHECKING:  # which is to know every name that there is

    def __getattr__(name: str) -> object:
        """Import what is asked for, and what moved to `workbench.frame`, as copies name it."""
        moved = name in ("dealing", "leakage")
        if not (moved or name in _ROOMS or name in _ROOM_OF or name in _HOME_OF):
            raise AttributeError(f"module 'workbench' has no attribute {name!r}")
        if "FeatureFrame" not in globals():
            _settle()
        if name in _HOME_OF:
            return globals()[name]
        if name in _ROOM_OF:
            return getattr(_import_module(f"workbench.{_ROOM_OF[name]}"), name)
        return _import_module(f"workbench.frame.{name}" if moved else f"workbench.{name}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__, *_ROOMS})
