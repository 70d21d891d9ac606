"""What a linear score means: a propensity of log-odds, an amount of itself, a count of a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from workbench.checks import check_choice
from workbench.language import later, number_text
from workbench.numbers import Array

_POWERS = tuple(float(f"{part}e{k}") for k in range(-8, 13) for part in (1, 2, 5))
_BELOW = tuple(one for one in _POWERS if one < 0.1)
_SHARES = (*_BELOW, *(k / 10 for k in range(1, 10)), *(1 - one for one in reversed(_BELOW)))
FEWEST_TICKS = 3


@dataclass(frozen=True)
class ScoreScale:
    """How a score is read.

    Parameters
    ----------
    axis : str
        What its axis shows: a message.
    mean : callable
        From scores to what they foretell.
    score : callable
        The way back.
    written : callable
        Writes one number that is foretold.
    round_numbers : tuple of float
        Of an axis that is not evenly spaced.
    """

    axis: str
    mean: Callable[[Array], Array]
    score: Callable[[Array], Array]
    written: Callable[[float], str]
    round_numbers: tuple[float, ...] = ()

    def ticks(self, low: float, high: float) -> list[tuple[float, str]]:
        """Choose round numbers between two scores: where each stands, and how it is written.

        Examples
        --------
        >>> [text for _, text in scale_of("propensity").ticks(-4.0, -1.0)]
        ['2%', '5%', '10%', '20%']
        >>> [text for _, text in scale_of("amount").ticks(0.0, 8.0)]
        ['0', '2', '4', '6', '8']
        """
        ends = self.mean(np.array([low, high]))
        inside = [one for one in self.round_numbers if ends[0] <= one <= ends[1]]
        if len(inside) < FEWEST_TICKS:
            inside = _even_ones(*map(float, ends))
        with np.errstate(divide="ignore"):  # a propensity of 1 is nowhere on the axis
            places = self.score(np.array(inside, dtype=np.float64))
        placed = zip(places.tolist(), inside, strict=True)
        return [(at, self.written(one)) for at, one in placed if np.isfinite(at)]


def scale_of(foretells: str) -> ScoreScale:
    """Return how the scores of a model are read.

    Parameters
    ----------
    foretells : {"propensity", "amount", "count"}

    Raises
    ------
    ParameterError
        It is none of these.

    Examples
    --------
    >>> float(scale_of("count").mean(np.array([0.0]))[0])
    1.0
    """
    check_choice(foretells, _SCALES, name="foretells")
    return _SCALES[foretells]


def _share(value: float) -> str:
    digits = len(f"{100 * value:.6g}".partition(".")[2])
    return number_text(value, f".{digits}%")


def _number(value: float) -> str:
    return number_text(value, ",.4g" if abs(value) < 1000 else ",.0f")


def _even_ones(low: float, high: float) -> list[float]:
    """Return about four round numbers at equal distances."""
    if not high > low:
        return [low]
    rough = (high - low) / 4
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(one for k in (1, 2, 5, 10) if (one := float(k * power)) >= rough * (1 - 1e-9))
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]


_SCALES = {
    "propensity": ScoreScale(
        later("Propensity (spaced as log-odds)"), expit, logit, _share, _SHARES
    ),
    "amount": ScoreScale(later("Expected amount"), np.asarray, np.asarray, _number),
    "count": ScoreScale(
        later("Expected count (spaced as logarithms)"), np.exp, np.log, _number, _POWERS
    ),
}
