"""Which offer each contact took, of several that all of them could take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.frame.level_spelling import check_told_apart, plain_level
from workbench.messages import count_of, did_you_mean, listed

TEXT = pd.StringDtype(na_value=np.nan)
DEALT = (
    "Were offers dealt by chance, read that test: `workbench run experiment`, or `RidgeUplift`. "
    "Else leave `offer` out: the column is a feature then."
)
"""What to do where each contact was shown one offer."""
_HALF = 0.5
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")

Flags = npt.NDArray[np.bool_]


class OffersTaken(NamedTuple):
    """The offer that each row took, missing where none was taken or known; what was assumed.

    ``none`` is the value of the column that says so, where it has one.
    """

    taken: pd.Series[str]
    none: str | None
    notes: tuple[str, ...]

    @property
    def recipe(self) -> dict[str, str]:
        """The column, and its value where nothing was taken, as plain JSON values."""
        nothing = {} if self.none is None else {"no_offer": self.none}
        return {"offer": str(self.taken.name), **nothing}


def offers_taken(
    column: pd.Series[Any], y: pd.Series[float], *, none: object = None
) -> OffersTaken:
    """Read the offer that each contact took.

    Whoever did not respond took none. So a value that only contacts without a response have, and
    no other beside it, says that nothing was taken; `none` names it where that is not plain.

    Parameters
    ----------
    column : Series, shape (n,)
        An offer a value: texts, numbers or flags; empty where none was taken.
    y : Series of float, shape (n,)
        1 if the contact responded, 0 if not, NaN where that is not known yet.
    none : object, optional
        The value where nothing was taken.

    Returns
    -------
    OffersTaken

    Raises
    ------
    DataError
        A contact that did not respond took an offer, or most of those that responded took none.
        Two offers are called alike but for spaces and capitals, or there are fewer than two.
    ParameterError
        No row has the value that `none` names.

    Examples
    --------
    >>> took = pd.Series(["coffee", "none", "tea", "none"], name="took")
    >>> found = offers_taken(took, pd.Series([1.0, 0.0, 1.0, 0.0]))
    >>> found.taken.tolist(), found.none
    (['coffee', nan, 'tea', nan], 'none')
    """
    labels = _labels(column)
    responded, refused = (y == 1).to_numpy(), (y == 0).to_numpy()
    notes: list[str] = []
    nothing = _named(none, labels, column.name) if none is not None else None
    if nothing is None:
        nothing = _found(labels, responded, refused)
        if nothing is not None:
            notes.append(
                f"{nothing!r} of {column.name!r} is taken for no offer: only contacts without a "
                "response have it."
            )
    if nothing is not None:
        labels = labels.where(labels != nothing)
    _refuse_without_response(labels, responded, refused, column.name)
    notes += _of_unknown(labels, responded, column.name)
    if labels.nunique() < 2:
        raise DataError(
            f"`offer` must name a column with two offers or more that were taken; {column.name!r} "
            f"has {count_of(labels.nunique(), 'offer')}. Name another column, or leave it out."
        )
    return OffersTaken(labels.astype(TEXT), nothing, tuple(notes))


def check_offer_named(given: Mapping[str, Any]) -> None:
    """Raise ParameterError where what is said of offers does not go together.

    Parameters
    ----------
    given : mapping
        Of `load`: of it ``offer, no_offer, trials`` are looked at.

    Examples
    --------
    >>> check_offer_named({"offer": "took", "target": "bought"})
    """
    if given.get("no_offer") is not None and given.get("offer") is None:
        raise ParameterError(
            "`no_offer` is a value of the column that `offer` names. Name that one, too, or leave "
            "`no_offer` out."
        )
    if given.get("offer") is not None and given.get("trials") is not None:
        raise ParameterError(
            "`offer` is what one contact took; with `trials` a row is of several. Leave one of "
            "them out."
        )


def _labels(column: pd.Series[Any]) -> pd.Series[Any]:
    """Write the values as a person does; what is empty is missing."""
    try:
        levels = list(column.dropna().unique())
    except TypeError:
        raise DataError(
            f"The column of offers {column.name!r} must hold texts, numbers or flags; got lists "
            "or records. Write a row for each contact, with one offer."
        ) from None
    names = _whole({level: str(plain_level(level)).strip() for level in levels})
    check_told_apart(names, column.name, kind="offer")
    labels = column.map(names.get).astype("object")
    return labels.where(labels.notna() & (labels != ""), np.nan)


def _whole(names: dict[Any, str]) -> dict[Any, str]:
    """Write 101.0 as 101, where all numbers are whole: gaps made floats of them in some file."""
    numbers = [name for name in names.values() if _NUMBER.fullmatch(name)]
    if not all(name.endswith(".0") for name in numbers):
        return names
    return {
        one: name.removesuffix(".0") if name in numbers else name for one, name in names.items()
    }


def _named(none: object, labels: pd.Series[Any], column: object) -> str:
    asked, known = str(plain_level(none)).strip(), sorted(labels.dropna().unique())
    found = [name for name in known if name.casefold() == asked.casefold()]
    if not found:
        raise ParameterError(
            f"`no_offer` must be a value of {column!r}; got {none!r}, there are {listed(known, 5)}."
            f"{did_you_mean(asked, known)} Leave it out where the column is empty instead."
        )
    return str(found[0])


def _found(labels: pd.Series[Any], responded: Flags, refused: Flags) -> str | None:
    """Return the one value of those who did not respond, which nobody else has."""
    theirs = labels[refused].dropna()
    if len(theirs.unique()) != 1 or len(theirs) < _HALF * refused.sum():
        return None
    value = theirs.iloc[0]
    return None if (labels[responded] == value).any() else str(value)


def _refuse_without_response(
    labels: pd.Series[Any], responded: Flags, refused: Flags, column: object
) -> None:
    """Refuse offers of contacts that did not respond, or of which that is not known yet."""
    some = labels.notna().to_numpy() & ~responded
    if not some.any():
        return
    of_refused = bool((some & refused).any())
    who = "did not respond" if of_refused else "have no known outcome yet"
    rows = refused if of_refused else ~(responded | refused)
    wrong, among = int((some & rows).sum()), int(rows.sum())
    without = "Where one of the values means that nothing was taken, say which: `no_offer`."
    if wrong >= _HALF * among:
        raise DataError(
            f"`offer` must name the column with the offer that a contact took. In {column!r} "
            f"{wrong:,} of {among:,} contacts that {who} have one: it may be the one that each "
            "was shown. Who was shown one offer does not tell what they would have done with "
            f"another. {DEALT} {without}"
        )
    raise DataError(
        f"Who did not respond took no offer; in {column!r} {wrong:,} of {among:,} contacts that "
        f"{who} have one. Mend the target or the offer of those rows. {without}"
    )


def _of_unknown(labels: pd.Series[Any], responded: Flags, column: object) -> list[str]:
    """Say how many responded, and nobody knows with what; refuse where they are most."""
    without, among = int((labels.isna().to_numpy() & responded).sum()), int(responded.sum())
    if not without:
        return []
    if without > _HALF * among:
        raise DataError(
            f"`offer` must say which offer was taken by those who responded; in {column!r} it is "
            f"missing for {without:,} of {among:,}. Let the target say who took an offer at all, "
            "or name another column."
        )
    said = (
        f"{count_of(without, 'contact')} that responded took an offer that {column!r} does not "
        "name: offers are learned and judged without these."
    )
    return [said]
