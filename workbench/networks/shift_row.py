"""The network's row in the report on what holds up when campaigns change."""

from __future__ import annotations

from typing import Any

from workbench.networks.left_out_gain import ALWAYS
from workbench.networks.network_propensity import NetworkPropensity

NAME = "hidden units"


def shift_row(**parameters: Any) -> dict[str, NetworkPropensity]:
    """Return the network under its name in a shift report.

    The hidden layer is kept whatever it does, so that the row says what the layer is worth:
    ``shift_report(frame, others=shift_row())``. Take the network as the final model only where the
    row's gain over this model is proven, or somebody asks for it.

    Parameters
    ----------
    **parameters
        Of `NetworkPropensity`.

    Examples
    --------
    >>> from workbench.networks import shift_row
    >>> shift_row(units=100)
    {'hidden units': NetworkPropensity(hidden='always', units=100)}
    """
    return {NAME: NetworkPropensity(**{"hidden": ALWAYS, **parameters})}
