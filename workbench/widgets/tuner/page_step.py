"""What a live page needs to step to other penalties by itself, before the kernel answers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from workbench.widgets.fitted.facts import Facts

# Multiply-adds of one step in the page, in which a slider must not feel heavy: some 20 ms.
MOST_WORK = 3e7
WANTED = {"want": "step"}  # what a page sends


class PageStep(NamedTuple):
    """A message to a page: JSON values, and arrays as bytes."""

    content: dict[str, Any]
    buffers: list[bytes]

    @classmethod
    def of(cls, facts: Facts) -> PageStep | None:
        """Pack the statistics of a fit; None where a step would take a page too long.

        Parameters
        ----------
        facts : Facts
            Of p columns and G folds. One step factors 1 + G matrices and inverts one of them,
            (G + 3) (1 + p)³ / 6 multiply-adds.

        Returns
        -------
        PageStep or None
            Gram matrices and moments are packed lower triangles in float32, scores and
            coefficients are float64: as in an exported state.
        """
        stats, n = facts.stats, len(facts.names) + 1
        if (len(facts.folds) + 3) * n**3 / 6 > MOST_WORK:
            return None
        lower = np.tril_indices(n)
        told = {
            "held": len(facts.folds),
            "weight": facts.weight,
            "weights": stats.weight.tolist(),
            "losses": stats.loss.tolist(),
        }
        packed = {
            "b": stats.b.astype("<f8"),
            "score": stats.score.astype("<f8"),
            "gram": stats.curvature[:, *lower].astype("<f4"),
            "moment": facts.moment[lower].astype("<f4"),
        }
        content = {"step": told, "arrays": list(packed)}
        return cls(content, [np.ascontiguousarray(one).tobytes() for one in packed.values()])
