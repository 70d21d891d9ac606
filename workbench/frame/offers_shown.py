"""Whether contacts could take any offer, or were shown one alone: columns that tell it away."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.errors import DataError
from workbench.frame.offers import DEALT
from workbench.frame.parts import FrameParts
from workbench.messages import count_of

FEWEST_ROWS = 20
"""Of fewer who took an offer beyond one a level, a column may tell it by chance."""
MOST_LEVELS = 50
TELLING = 0.02
"""Share of what the commonest offer leaves open that a telling column may leave open."""


def check_any_was_there(parts: FrameParts) -> None:
    """Raise DataError where a column tells which offer each contact took.

    A contact that could take any offer takes what it likes, which no column tells for sure. Where
    one does, it is what the contact was shown, or the campaign had one offer alone. Of the
    contacts that took an offer, a column tells it where each of its levels has one offer, but for
    2% of what the commonest offer leaves open. A flag of one offer tells that one: each level has
    that offer alone, or none of it.

    Parameters
    ----------
    parts : FrameParts
        With `offer`.

    Examples
    --------
    >>> took = pd.Series(["tea", "coffee"] * 30)
    >>> X = pd.DataFrame({"visits": range(60), "shown": took.str.upper()})
    >>> check_any_was_there(FrameParts(X, pd.Series([1.0] * 60), offer=took))
    Traceback (most recent call last):
        ...
    workbench.errors.DataError: Every contact must have been able to take any offer; 'shown' ...
    """
    if parts.offer is None:
        return
    took = parts.offer.notna().to_numpy()
    offers = parts.offer[took]
    columns: dict[str, pd.Series[Any] | None] = {str(name): parts.X[name] for name in parts.X}
    tests = {"the treatment": parts.treatment, "the campaign": parts.campaign}
    for name, values in [*((repr(k), v) for k, v in columns.items()), *tests.items()]:
        if values is not None and _tells(values[took], offers):
            raise DataError(
                f"Every contact must have been able to take any offer; {name} tells which one it "
                f"took, of {count_of(len(offers), 'contact')} that took one: each seems to have "
                "been shown one offer alone. Who was shown one does not tell what they would have "
                f"done with another. {DEALT}"
            )


def _tells(values: pd.Series[Any], offers: pd.Series[str]) -> bool:
    levels = pd.Series(pd.factorize(values, use_na_sentinel=False)[0], index=offers.index)
    count = levels.nunique()
    if count > MOST_LEVELS or len(offers) - count < FEWEST_ROWS:
        return False
    counts = pd.crosstab(levels, offers)
    if _told(counts):
        return True
    own = (counts[one] for one in counts)
    pairs = (pd.DataFrame({"own": one, "rest": counts.sum(axis=1) - one}) for one in own)
    return any(_told(pair) for pair in pairs if _enough(pair))


def _told(counts: pd.DataFrame) -> bool:
    """Whether each level has one offer, but for a few contacts."""
    contacts = counts.to_numpy().sum()
    left_open = contacts - counts.max(axis=1).sum()
    without_it = contacts - counts.sum().max()
    return bool(without_it > 0 and left_open <= TELLING * without_it)


def _enough(counts: pd.DataFrame) -> bool:
    """Whether each side has so many contacts, beyond one a level, that it is no chance."""
    return bool((counts.sum() - (counts > 0).sum()).min() >= FEWEST_ROWS)
