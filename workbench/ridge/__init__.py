"""Ridge propensity models with a penalty per feature."""

from workbench.ridge.propensity import RidgePropensity

__all__ = ["RidgePropensity"]
