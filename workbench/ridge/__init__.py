"""Ridge propensity models with a penalty per feature."""

from workbench.arguments import guard
from workbench.ridge.inference import jackknife_errors
from workbench.ridge.propensity import RidgePropensity
from workbench.ridge.scoring_sql import scoring_sql

__all__ = ["RidgePropensity", "jackknife_errors", "scoring_sql"]

guard(globals(), __all__)
