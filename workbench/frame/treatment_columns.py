"""The columns of a test in a flat table: arms, their chances, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.treatment import NOT_ASSIGNED, arms_of, check_arm_probability


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
        spared = float(contacts.get(self.control, 0.0))
        unassigned = float(contacts.pop(NOT_ASSIGNED)) if NOT_ASSIGNED in contacts else 0.0
        treated = ", ".join(
            f"{arm!r} ({n:,.0f})" for arm, n in contacts.items() if arm != self.control
        )
        how = "as said" if self.said else "by its name"
        arms = (
            f"Arms in {self.treatment.name!r}: {treated or 'none treated'}; the control group, "
            f"{how}, is {self.control!r} ({spared:,.0f})."
        )
        mixed = (
            "What is learned or counted of all contacts together mixes the arms: "
            f"{spared:,.0f} of {float(contacts.sum()):,.0f} were in the control group."
        )
        to_score = f"{unassigned:,.0f} contacts have no arm and no outcome yet."
        return [arms, mixed, to_score] if unassigned else [arms, mixed]


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
