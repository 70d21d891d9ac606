"""Marketing Workbench: whom to contact next, and still trust it when campaigns change."""

from workbench.feature_frame import FeatureFrame
from workbench.ridge import RidgePropensity

__version__ = "0.1.0"

__all__ = ["FeatureFrame", "RidgePropensity"]
