"""Ridge propensity models with a penalty per feature."""

from workbench.ridge.inference import jackknife_errors
from workbench.ridge.propensity import RidgePropensity

__all__ = ["RidgePropensity", "jackknife_errors"]
