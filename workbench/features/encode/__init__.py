"""Encoders: categories and texts as numbers, fitted on training campaigns only.

Transformers of scikit-learn that keep names, groups and catalogue. For one-hot columns
scikit-learn's OneHotEncoder serves; `RidgePropensity` makes its own.
"""

from workbench.arguments import guard
from workbench.features.encode.campaign import CampaignEncoder
from workbench.features.encode.columns import ColumnEncoder, MissingFlags, RareLevels
from workbench.features.encode.frame import encoded
from workbench.features.encode.hidden_units import HiddenUnits
from workbench.features.encode.ngrams import TextNgrams

__all__ = [
    "CampaignEncoder",
    "ColumnEncoder",
    "HiddenUnits",
    "MissingFlags",
    "RareLevels",
    "TextNgrams",
    "encoded",
]

guard(globals(), __all__)
