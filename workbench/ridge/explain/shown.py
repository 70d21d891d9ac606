"""How a fitted model shows itself in a notebook: its summary."""

from __future__ import annotations

from html import escape
from typing import Any

from workbench.ridge.explain.summary import Summary


class Shown:
    """Displays a summary once there is a fit; a part of every ridge model."""

    def summary(self, *, most: int = 30) -> Summary:
        """Return tables of the fit, its groups and its strongest columns."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        if hasattr(self, "columns_"):
            return self.summary()._repr_html_()
        return f"<p>{escape(repr(self))}</p>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        # scikit-learn's would show a diagram of the one step in place of the summary
        return {"text/plain": repr(self), "text/html": self._repr_html_()}
