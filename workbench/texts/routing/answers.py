"""What a router said of texts whose labels are known, and tables of how well it did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.texts.routing.bounds import as_different, lowest_share, worth
from workbench.texts.routing.threshold import curve_of, threshold_for

Flags = npt.NDArray[np.bool_]
PERIOD = "period"
MEASURED = ("texts", "answered", "answered rightly", "answers", "precision", "precision_low")
"""What a table says of each row."""


@dataclass(frozen=True)
class Answers:
    """Labels, and the likeliest answers to the same texts; all of shape (n,).

    ``chance`` is 0 where a text always goes to a person; ``cluster`` numbers texts that go wrong
    together, such as those of a period; ``same`` those that say the same; ``by`` are columns to
    tell apart by, such as the period.
    """

    label: npt.NDArray[Any]
    likeliest: npt.NDArray[Any]
    chance: npt.NDArray[np.float64]
    cluster: npt.NDArray[np.int64]
    same: npt.NDArray[np.int64]
    by: dict[str, npt.NDArray[Any]]
    confidence: float

    @property
    def right(self) -> Flags:
        """Whether the likeliest label is the text's."""
        return np.asarray(self.likeliest == self.label)

    def threshold(self, precision: float) -> float:
        """Find the least threshold whose answers are precise enough."""
        return threshold_for(
            self.chance,
            self.right,
            self.cluster,
            precision=precision,
            confidence=self.confidence,
            same=self.same,
        )

    def curve(self, at: float) -> pd.DataFrame:
        """Return what each threshold answers, and how precisely; ``chosen`` is the one at work."""
        curve = curve_of(
            self.chance, self.right, self.cluster, confidence=self.confidence, same=self.same
        )
        curve = curve.drop(columns="worth_at_most")
        return curve.assign(chosen=np.isclose(curve["threshold"], at))

    def table(self, at: float, column: str) -> pd.DataFrame:
        """Return one row a value of a column: what was answered at a threshold, and how well.

        Bounds of a period are of other texts of the same period.
        """
        values = self.by[column]
        if column == PERIOD:
            self = replace(self, cluster=self.same)  # noqa: PLW0642 - the same answers
        known = ~pd.isna(values)
        # by number: of moments to the nanosecond, NumPy's lists would hold other values
        names, number = np.unique(values[known], return_inverse=True)
        of_row = np.full(len(values), -1)
        of_row[known] = number
        rows = [self._row(at, of_row == k, of_row == k) for k in range(len(names))]
        index = pd.Index(names, name=column)
        return pd.DataFrame(rows, index=index).sort_values("texts", ascending=False, kind="stable")

    def by_class(self, at: float) -> pd.DataFrame:
        """Return one row a label: how many of its texts are answered rightly, how precise it is."""
        names = sorted({*self.label.tolist(), *self.likeliest.tolist()})
        rows = [self._row(at, self.label == name, self.likeliest == name) for name in names]
        found = pd.DataFrame(rows, index=pd.Index(names, name="label"))
        return found.sort_values("texts", ascending=False, kind="stable")

    def whole(self, at: float) -> pd.DataFrame:
        """Return one row: all texts."""
        every = np.ones(len(self.chance), dtype=bool)
        return pd.DataFrame([self._row(at, every, every)], index=["all texts"])

    def _row(self, at: float, own: Flags, told: Flags) -> dict[str, float]:
        """Describe the texts ``own``, and the answers to the texts ``told``."""
        answered = (self.chance >= at) & (self.chance > 0)
        answers = np.flatnonzero(told & answered)
        right = self.right[answers]
        count = int(own.sum())
        recalled = int((own & answered & self.right).sum())
        row = {
            "texts": count,
            "answered": int((own & answered).sum()) / count if count else np.nan,
            "answered rightly": recalled / count if count else np.nan,
            "answers": len(answers),
            "precision": float(right.mean()) if len(right) else np.nan,
            "precision_low": np.nan,
        }
        if len(right):
            independent = worth(right, self.cluster[answers], self.confidence)
            independent = min(independent, as_different(self.same[answers]))
            share = row["precision"] * independent
            row["precision_low"] = lowest_share(share, independent, self.confidence)
        return row

    def confusions(self, most: int) -> pd.DataFrame:
        """Return the pairs that are taken for each other most: ``label, taken for, texts``."""
        wrong = ~self.right
        pairs = pd.DataFrame({"label": self.label[wrong], "taken for": self.likeliest[wrong]})
        counts = pairs.value_counts(sort=True).rename("texts").reset_index()
        return counts.sort_values(
            ["texts", "label", "taken for"], ascending=[False, True, True], kind="stable"
        ).head(most)


def calibration_error(chance: npt.NDArray[np.float64], right: Flags, parts: int = 15) -> float:
    """Return the expected calibration error: mean distance of probability and share that is right.

    Over ``parts`` parts of equal width, weighted by how many texts are in each,

        Σ_b n_b / n · | mean probability − share right | .

    References
    ----------
    Guo, Pleiss, Sun & Weinberger (2017), On Calibration of Modern Neural Networks, ICML.

    Examples
    --------
    >>> chance, right = np.array([0.75, 0.75]), np.array([True, False])
    >>> calibration_error(chance, right)
    0.25
    """
    part = np.minimum((chance * parts).astype(int), parts - 1)
    apart = np.bincount(part, chance - right, minlength=parts)
    return float(np.abs(apart).sum() / len(chance))
