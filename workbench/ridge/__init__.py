"""Ridge propensity models with a penalty per feature."""

from workbench.arguments import guard
from workbench.ridge.explain.jackknife import jackknife_errors
from workbench.ridge.export.scoring_sql import scoring_sql
from workbench.ridge.propensity import RidgePropensity

__all__ = ["RidgePropensity", "jackknife_errors", "scoring_sql"]

guard(globals(), __all__)
