"""Ridge models with a penalty per feature: of propensities, amounts, counts, and uplifts."""

from workbench.arguments import guard
from workbench.ridge.amount import RidgeAmount
from workbench.ridge.count import RidgeCount
from workbench.ridge.explain.jackknife import jackknife_errors
from workbench.ridge.export.scoring_sql import scoring_sql
from workbench.ridge.propensity import RidgePropensity
from workbench.ridge.uplift.ridge_uplift import RidgeUplift

__all__ = [
    "RidgeAmount",
    "RidgeCount",
    "RidgePropensity",
    "RidgeUplift",
    "jackknife_errors",
    "scoring_sql",
]

guard(globals(), __all__)
