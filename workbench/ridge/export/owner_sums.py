"""An owner's sums as a file that travels to whoever combines them: arrays alone, no pickle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np

from workbench.ridge.export import packed
from workbench.ridge.statistics.owner_sums import LeftParts, OwnerParts
from workbench.ridge.statistics.sums_parts import Bins, PerFold

KIND = packed.Kind(
    "an owner's sums",
    1,
    "`save` there what `collect` gives.",
    "Ask its owner to `collect` and `save` again.",
)
_NUMBERS = ("fold_newest", "bin_fold")


@dataclass(frozen=True)
class OwnerSums:
    """Sums of one owner's rows, by campaign: what `RidgePropensity.collect` gives.

    Parameters
    ----------
    parts : OwnerParts

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from workbench import RidgePropensity
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=4, new_campaigns=0, rows=400, stable=3, spiky=1).frame
    >>> sums = RidgePropensity(0.01).fit(frame).collect(frame)
    >>> sums
    OwnerSums(4 campaigns, 1,600 contacts)
    >>> path = sums.save(Path(tempfile.mkdtemp()) / "germany.npz")
    >>> OwnerSums.load(path).names == sums.names
    True
    """

    parts: OwnerParts

    def __repr__(self) -> str:
        return f"OwnerSums({len(self.names)} campaigns, {self.contacts:,.0f} contacts)"

    @property
    def names(self) -> list[str]:
        """All campaigns."""
        return self.parts.names

    @property
    def pooled(self) -> list[str]:
        """The campaigns that have no sums of their own: each is too small."""
        return [name for fold in self.parts.campaigns if len(fold) > 1 for name in fold]

    @property
    def rare(self) -> dict[str, int]:
        """Columns in which fewer than ten contacts of a campaign are not zero, and how few.

        Or are zero, where all others have one and the same value.

        Their sums tell of these contacts, and those of a single one its whole row.
        """
        return self.parts.rare

    @property
    def contacts(self) -> float:
        """How many contacts they stand for."""
        return float(self.parts.folds.contacts.sum())

    def save(self, path: str | Path) -> Path:
        """Write a file with a checksum, readable by its owner alone.

        Parameters
        ----------
        path : path

        Returns
        -------
        Path
        """
        parts = self.parts
        arrays = {f"fold_{one.name}": getattr(parts.folds, one.name) for one in fields(PerFold)}
        arrays |= {f"bin_{one.name}": getattr(parts.bins, one.name) for one in fields(Bins)}
        if parts.left is not None:
            left = {f"left_{one.name}": getattr(parts.left, one.name) for one in fields(LeftParts)}
            arrays |= left
        said = {
            "format": KIND.format,
            "model": parts.model,
            "design": parts.design,
            "campaigns": [list(fold) for fold in parts.campaigns],
            "columns": list(parts.columns),
            "tiny": parts.tiny,
            "left": parts.left is not None,
        }
        return packed.write(Path(path), arrays, said)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a file that `save` wrote; nothing in it is executed.

        Parameters
        ----------
        path : path

        Raises
        ------
        MissingDataError
            There is no such file, or it cannot be read.
        SchemaError
            It is no such file, or not as it was saved.
        """
        place = Path(path)
        arrays, said = packed.read(place, KIND)
        try:
            parts = _restored(arrays, said)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise packed.damaged(place, KIND, str(error)) from None
        if (fault := _fault(parts)) is not None:
            raise packed.damaged(place, KIND, fault)
        return cls(parts)


def _restored(arrays: Mapping[str, Any], said: Mapping[str, Any]) -> OwnerParts:
    typed: dict[str, Any] = {
        name: np.asarray(values, dtype=np.int64 if name in _NUMBERS else np.float64)
        for name, values in arrays.items()
    }
    left = None
    if said["left"]:
        left = LeftParts(**{one.name: typed[f"left_{one.name}"] for one in fields(LeftParts)})
    return OwnerParts(
        tuple(tuple(str(name) for name in fold) for fold in said["campaigns"]),
        PerFold(**{one.name: typed[f"fold_{one.name}"] for one in fields(PerFold)}),
        Bins(**{one.name: typed[f"bin_{one.name}"] for one in fields(Bins)}),
        float(said["tiny"]),
        left,
        str(said["model"]),
        str(said["design"]),
        tuple(str(name) for name in said["columns"]),
    )


def _fault(parts: OwnerParts) -> str | None:
    """Say what does not fit together; None where all does."""
    folds, bins, left = parts.folds, parts.bins, parts.left
    G, size, N = len(parts.campaigns), folds.at.shape[-1], len(bins.weight)
    held: list[tuple[str, Any, tuple[int, ...]]] = []
    for one in fields(PerFold):
        shape: tuple[int, ...]
        shape = {"curvature": (G, size, size), "product": (G, size, size)}.get(one.name, (G,))
        shape = {"at": (G, size), "score": (G, size)}.get(one.name, shape)
        if one.name in ("first", "second", "zero", "low", "high"):
            shape = (G, len(parts.columns))
        held.append((one.name, getattr(folds, one.name), shape))
    held += [(name, getattr(bins, name), (N,)) for name in ("fold", "y", "rate", "spread")]
    held.append(("mean", bins.mean, (N, size)))
    if left is not None:
        K = len(left.loss)
        held += [("rest", left.rest, (K, size, size)), ("own", left.own, (K, size, size))]
        held += [("rest score", left.rest_score, (K, size)), ("loss left out", left.loss, (K,))]
        held += [("own score", left.own_score, (K, size))]
    for name, values, shape in held:
        if values.shape != shape:
            return f"{name!r} has the shape {values.shape}, and not {shape}"
        if name not in ("low", "high") and not np.isfinite(values).all():
            return f"{name!r} is not finite"
    if not G or (N and not ((bins.fold >= 0) & (bins.fold < G)).all()):
        return "its campaigns are not numbered as they should be"
    return None
