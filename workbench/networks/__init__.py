"""Networks whose weight decay is tuned by layer and group, on campaigns left out."""

from workbench.arguments import guard
from workbench.networks.network_propensity import NetworkPropensity

__all__ = ["NetworkPropensity"]

guard(globals(), __all__)
