"""Networks whose weight decay is tuned by layer and group, on campaigns left out."""

from workbench.arguments import guard
from workbench.networks.left_out_gain import LeftOutGain
from workbench.networks.left_out_step import Linearised
from workbench.networks.movable_network import as_ridge
from workbench.networks.network_propensity import NetworkPropensity
from workbench.networks.network_sql import scoring_sql
from workbench.networks.param_groups import param_groups
from workbench.networks.perceptron import linearised, parameter_layers
from workbench.networks.shift_row import shift_row
from workbench.networks.weight_decay import TunedDecay, tune_weight_decay

__all__ = [
    "LeftOutGain",
    "Linearised",
    "NetworkPropensity",
    "TunedDecay",
    "as_ridge",
    "linearised",
    "param_groups",
    "parameter_layers",
    "scoring_sql",
    "shift_row",
    "tune_weight_decay",
]

guard(globals(), __all__)
