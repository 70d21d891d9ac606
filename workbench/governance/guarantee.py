"""What a mailed file promises of its live numbers, in words and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.governance.disclosure import EXACT, PRIVATE
from workbench.governance.private.gaussian import chance, epsilon
from workbench.language import say
from workbench.numbers import Array

MOST_DELTA = 1e-5
_FIGURES = ("average", "worst", "epsilon", "mu")


@dataclass(frozen=True)
class Guarantee:
    """Under what the numbers of a view were released.

    Parameters
    ----------
    release : {"private", "exact"}
    average, worst : float
        Chance of the best test to tell whether a customer is among the rows, if it knows
        everybody else: over all customers, and of the most exposed.
    mu : float
        By how many standard deviations of the noise the most exposed customer moves the view.
    epsilon, delta : float
        That this implies.
    mark : str
        By which the ledger knows the content.
    """

    release: str
    average: float = float("nan")
    worst: float = float("nan")
    epsilon: float = float("nan")
    delta: float = float("nan")
    mark: str = ""
    mu: float = float("nan")

    @classmethod
    def of(cls, *moves: Array, mark: str = "") -> Guarantee:
        """Say what noise promises, by how far each customer moves independent parts of a file.

        Parameters
        ----------
        *moves : ndarray
            Of each part, in standard deviations of its noise. Whether the same customers are in
            several parts is not known: the most exposed are taken together.
        mark : str
        """
        ordered = [np.sort(one) for one in moves]
        most = max(map(len, ordered))
        together = np.zeros(most)
        for one in ordered:  # the most exposed of one part with those of the others
            together[most - len(one) :] += one**2
        mu = np.sqrt(together)
        at = min(MOST_DELTA, 0.1 / most)
        worst = float(mu.max())
        implied = epsilon(worst, at)
        return cls(
            PRIVATE, float(chance(mu).mean()), float(chance(worst)), implied, at, mark, worst
        )

    def sentence(self) -> str:
        """Say it to a reader of the file."""
        if self.release == EXACT:
            return say(
                "Exact statistics, for readers inside the house: single customers can be "
                "recovered from them. Do not mail this file outside."
            )
        return say(
            "Not differentially private; tested against reconstruction, differencing and "
            "membership. Values are clipped at those of the tenth most extreme customer, and every "
            "sum of this view has noise. Who knows all other customers tells whether one is among "
            "them with a chance of {average:.2f} on average and {worst:.2f} for the most exposed "
            "(0.5 is guessing). The noise alone, had its size not been taken from the data, would "
            "be ({epsilon:.1f}, {delta:.0e})-differentially private.",
            average=self.average,
            worst=self.worst,
            epsilon=self.epsilon,
            delta=self.delta,
        )

    def state(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        if self.release == EXACT:
            return {"release": EXACT, "sentence": self.sentence()}
        figures = {name: round(getattr(self, name), 3) for name in _FIGURES}
        said = {"delta": self.delta, "mark": self.mark, "sentence": self.sentence()}
        return {"release": self.release, **figures, **said}
