"""Bars for what takes more than a second: they go when it is done, also where it ends early."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tqdm.auto import tqdm
from tqdm.std import tqdm as plain


class Progress(tqdm):  # type: ignore[misc]
    """A bar of tqdm that is shown after a second, and leaves nothing behind.

    In a notebook tqdm shows a bar that was never due for the moment in which it closes, and a loop
    that is left with ``break`` as failed, in red.

    Examples
    --------
    >>> list(Progress([1, 2], desc="Tuning"))
    [1, 2]
    """

    total: float | None

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **{"delay": 1, "leave": False, **options})

    def __iter__(self) -> Iterator[Any]:
        return iter(plain.__iter__(self))

    def close(self) -> None:
        """End the bar: full, however far it came."""
        if not getattr(self, "displayed", True):
            self.disable = True
        if self.total:
            self.total = self.n
        super().close()
