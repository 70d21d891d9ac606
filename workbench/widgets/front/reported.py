"""What stands behind a view in a notebook: a picture, and what an exported report shows instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class ReportedView:
    """A view that a report shows in its own way; a part of a view, before the widget it is.

    `_beside` returns what stands behind the widget, by MIME type: a picture or a sentence, and what
    an exported report puts in its place.
    """

    _beside: Callable[[], Mapping[str, Any]]

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the view, and behind it what is saved."""
        shown = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]  # the widget's
        if shown is None:
            return None
        data, metadata = shown if isinstance(shown, tuple) else (shown, {})
        return {**data, **self._beside()}, metadata
