"""Ridge models with a penalty per feature: of propensities, numbers, uplifts, several answers."""

from workbench.arguments import guard
from workbench.ridge.amount import RidgeAmount
from workbench.ridge.count import RidgeCount
from workbench.ridge.explain.jackknife import jackknife_errors
from workbench.ridge.export.scoring_sql import scoring_sql
from workbench.ridge.multinomial.ridge_multinomial import RidgeMultinomial
from workbench.ridge.propensity import RidgePropensity
from workbench.ridge.uplift.ridge_uplift import RidgeUplift

__all__ = [
    "RidgeAmount",
    "RidgeCount",
    "RidgeMultinomial",
    "RidgePropensity",
    "RidgeUplift",
    "jackknife_errors",
    "scoring_sql",
]

guard(globals(), __all__)
