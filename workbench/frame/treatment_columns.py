"""The columns of a test in a flat table: arms, their chances, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.treatment import ARMS, NOT_ASSIGNED, arms_of, check_arm_probability
from workbench.messages import count_of

FEWEST_ROWS = 30
"""Of fewer contacts, a column may tell their arms by chance."""


@dataclass(frozen=True)
class Arms:
    """The arms of a table's rows, and what tells them; all None without a treatment column."""

    treatment: pd.Series[str] | None = None
    control: str | None = None
    probability: pd.Series[float] | None = None
    said: bool = False

    @property
    def recipe(self) -> dict[str, str]:
        """The columns and the control group, as plain JSON values."""
        if self.treatment is None or self.control is None:
            return {}
        told = {"treatment": str(self.treatment.name), "control": self.control}
        chance = {} if self.probability is None else {"arm_probability": str(self.probability.name)}
        return told | chance

    def notes(self, weight: pd.Series[float] | None = None) -> list[str]:
        """Say how many contacts each arm has, and that a model of all of them mixes the arms.

        Parameters
        ----------
        weight : Series of float, optional
            Contacts that each row stands for.
        """
        if self.treatment is None:
            return []
        ones = pd.Series(1.0, index=self.treatment.index)
        contacts = (ones if weight is None else weight).groupby(self.treatment.to_numpy()).sum()
        to_score = contacts.pop(NOT_ASSIGNED) if NOT_ASSIGNED in contacts else 0.0
        arms = ", ".join(f"{arm!r} ({count_of(n, 'contact')})" for arm, n in contacts.items())
        spared, how = contacts.get(self.control, 0.0), "as said" if self.said else "by its name"
        who = (
            f"Arms in {self.treatment.name!r}: {arms}; the control group, {how}, is "
            f"{self.control!r}."
        )
        mixed = (
            "What is learned or counted of all contacts mixes these arms: "
            f"{spared:,.0f} of {contacts.sum():,.0f} contacts were in the control group."
        )
        rest = [f"{count_of(to_score, 'contact has', 'contacts have')} no arm yet."]
        return [who, mixed, *(rest if to_score else [])]


def arms_of_table(
    data: pd.DataFrame,
    roles: Mapping[str, str | None],
    control: object,
    *,
    y: pd.Series[float] | None = None,
) -> Arms:
    """Read the arms of a table by the roles of its columns.

    Parameters
    ----------
    data : DataFrame
    roles : mapping of role to column
        Of them "treatment" and "arm_probability" are used.
    control : object
        The value of the control group, or None.
    y : Series of float, optional
        The outcomes: a row without one may have no arm yet.

    Returns
    -------
    Arms

    Raises
    ------
    DataError, ParameterError
        As `arms_of` and `check_arm_probability` say.

    Examples
    --------
    >>> table = pd.DataFrame({"arm": ["mail", "none", "mail"]})
    >>> arms_of_table(table, {"treatment": "arm"}, "none").recipe
    {'treatment': 'arm', 'control': 'none'}
    """
    treatment, probability = roles.get("treatment"), roles.get("arm_probability")
    if treatment is None:
        return Arms()
    unknown = None if y is None else y.isna()
    if unknown is not None and unknown.all() and data[treatment].isna().all():
        return Arms()  # all are to be scored
    arms, group = arms_of(data[treatment], control=control, without_outcome=unknown)
    if probability is None:
        return Arms(arms, group, said=control is not None)
    chance = data[probability].where(arms != NOT_ASSIGNED, 1.0)  # nothing is left to chance yet
    check_arm_probability(chance)
    return Arms(arms, group, chance.astype("float64"), said=control is not None)


def tells_the_arm(X: pd.DataFrame, arms: Arms) -> list[str]:
    """Name the features each of whose values only treated, or only untreated, contacts have.

    Such a column is the treatment in other words, and known no earlier than it; or contacts were
    assigned by it.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
    arms : Arms

    Returns
    -------
    list of str
        None where fewer than 30 contacts have an arm: chance could do that.
    """
    if arms.treatment is None:
        return []
    assigned = (arms.treatment != NOT_ASSIGNED).to_numpy()
    treated = (arms.treatment != arms.control).to_numpy()[assigned]
    if len(treated) < FEWEST_ROWS or treated.all() or not treated.any():
        return []
    found = []
    for name in X.columns:
        codes, levels = pd.factorize(X[name][assigned], use_na_sentinel=False)
        if not 2 <= len(levels) <= ARMS[1]:
            continue
        share = np.bincount(codes, weights=treated) / np.bincount(codes)
        found += [str(name)] if np.isin(share, (0.0, 1.0)).all() else []
    return found


def of_those_that_tell(names: list[str]) -> list[str]:
    """Say of such features what to do with them."""
    return [
        f"{name!r} tells who was treated: leave it out if it is known only afterwards. If contacts "
        "were assigned by it, this is no randomised test."
        for name in names
    ]


def check_treatment_named(given: Mapping[str, Any]) -> None:
    """Raise ParameterError where something is said of arms, and no column has them.

    Parameters
    ----------
    given : mapping
        By the names of `FeatureFrame.from_table`; what is None, or left out, is not said.
    """
    for name, what in (
        ("control", "names the control group of a test"),
        ("arm_probability", "holds the chance of each row's arm"),
    ):
        if given.get(name) is not None and given.get("treatment") is None:
            raise ParameterError(
                f"`{name}` {what}: name the column of arms too, `treatment`, or leave it out."
            )
