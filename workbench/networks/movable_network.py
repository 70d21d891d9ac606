"""A fitted network under other penalties: its ridge model moved, its units as they are."""

from __future__ import annotations

from copy import copy
from typing import Any, Self

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from workbench.networks.hidden_layer import HiddenLayer
from workbench.ridge import RidgePropensity
from workbench.ridge.fitted.preview import Preview
from workbench.ridge.penalties.plan import Moves


class MovableNetwork:
    """Refits, previews and paths; a part of NetworkPropensity."""

    ridge_: RidgePropensity
    layer_: HiddenLayer

    def _take(self, ridge: RidgePropensity, layer: HiddenLayer, read: Any) -> None:
        raise NotImplementedError

    def refit(self, penalties: Moves, *, errors: bool = True) -> Self:
        """Return this model under other penalties, exactly: see `RidgePropensity.refit`.

        Parameters
        ----------
        penalties : mapping of group, feature, column or unit to λ
        errors : bool
            Take errors and degrees of freedom anew, too.
        """
        check_is_fitted(self, "ridge_")
        other = copy(self)
        other._take(self.ridge_.refit(penalties, errors=errors), self.layer_, self)  # noqa: SLF001 - its own kind
        return other

    def preview(self, penalties: Moves) -> Preview:
        """Step towards other penalties without a pass over the rows: for a slider.

        Parameters
        ----------
        penalties : mapping of group, feature, column or unit to λ
        """
        check_is_fitted(self, "ridge_")
        return self.ridge_.preview(penalties)

    def path(self, group: str | None = None, *, multipliers: Any = None) -> pd.DataFrame:
        """Multiply the weight decay of a group, or all: see `RidgePropensity.path`.

        Parameters
        ----------
        group : str, optional
            Such as ``"hidden: windows"``.
        multipliers : array, optional
        """
        check_is_fitted(self, "ridge_")
        return self.ridge_.path(group, multipliers=multipliers)
