"""What is said of rows that are scored: at once, or of many blocks of rows together.

A warning tells shares of all rows, so that blocks of one table are counted first and told of
at the end, in the same words as if they had been read at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from workbench.errors import DataWarning
from workbench.messages import count_of, listed

_MOST_KEPT = 1000  # levels of a column that are remembered by name


@dataclass
class _Unseen:
    levels: set[str] = field(default_factory=set)
    count: float = 0.0
    rows: float = 0.0


@dataclass
class Remarks:
    """Counts of what training did not have, by column, over all blocks so far."""

    gaps: dict[str, tuple[float, bool]] = field(default_factory=dict)
    columns: dict[str, None] = field(default_factory=dict)
    unseen: dict[str, _Unseen] = field(default_factory=dict)

    def tell(self) -> None:
        """Warn of what was found."""
        for name in self.columns:  # in their order, and not in that of the rows with gaps
            if name in self.gaps:
                count, numeric = self.gaps[name]
                _warn_gaps(name, count, numeric=numeric)
        for name, found in self.unseen.items():
            if found.levels:
                _warn_unseen(name, found)


_GATHERING: ContextVar[Remarks | None] = ContextVar("remarks", default=None)


@contextmanager
def gathered(remarks: Remarks) -> Iterator[None]:
    """Count inside the block instead of warning; `Remarks.tell` warns of the sums."""
    token = _GATHERING.set(remarks)
    try:
        yield
    finally:
        _GATHERING.reset(token)


def are_gathered() -> bool:
    """Whether somebody counts what is found, and will tell of it."""
    return _GATHERING.get() is not None


def note_gaps(name: str, count: float, *, numeric: bool) -> None:
    """Say that a column has gaps that it did not have in training, if it has."""
    remarks = _GATHERING.get()
    if remarks is not None:
        remarks.columns[name] = None
    if not count:
        return
    if remarks is None:
        _warn_gaps(name, count, numeric=numeric)
    else:
        remarks.gaps[name] = (remarks.gaps.get(name, (0, numeric))[0] + count, numeric)


def note_unseen(name: str, unseen: Iterable[str], *, contacts: tuple[float, float]) -> None:
    """Say that a column has levels that training did not have, in so many contacts of all."""
    remarks = _GATHERING.get()
    kept = Remarks() if remarks is None else remarks
    found = kept.unseen.setdefault(name, _Unseen())
    found.count, found.rows = found.count + contacts[0], found.rows + contacts[1]
    found.levels = set(sorted(found.levels.union(unseen))[:_MOST_KEPT])
    if remarks is None:
        kept.tell()


def _warn_gaps(name: str, count: float, *, numeric: bool) -> None:
    instead = "the training mean takes their place" if numeric else "they contribute 0"
    warnings.warn(
        f"{name!r} has {count_of(round(count), 'missing value')}, and had none in training: "
        f"{instead}.",
        DataWarning,
        stacklevel=6,
    )


def _warn_unseen(name: str, found: _Unseen) -> None:
    warnings.warn(
        f"{name!r} has levels that training did not have: {listed(sorted(found.levels), 5)}, "
        f"{found.count / found.rows:.1%} of rows; they contribute 0.",
        DataWarning,
        stacklevel=7,
    )
