"""The contacts of a test: who was in which arm, what came of it, and what counts as one unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_choice
from workbench.errors import DataError
from workbench.frame.dealing import numbered, wholes
from workbench.frame.parts import FrameParts
from workbench.frame.treatment import NOT_ASSIGNED
from workbench.messages import count_of, listed
from workbench.numbers import Array

Numbers = npt.NDArray[np.int64]

FEWEST = 20
"""Units (contacts, or customers) that an arm must have: fewer have no standard error to trust."""

KINDS = ("binary", "amount", "count")


@dataclass(frozen=True)
class Tested:
    """Contacts of a test as arrays; the control group is arm 0.

    Parameters
    ----------
    frame : FrameParts
        The same rows.
    y : ndarray, shape (n,)
    kind : {"binary", "amount", "count"}
    arm : ndarray of int, shape (n,)
    names : tuple of str
        Of the arms.
    weight : ndarray, shape (n,)
        How many contacts a row stands for.
    unit : ndarray of int, shape (n,), or None
        The number of what is independent of all others: a customer. None: every contact is.
    probability : ndarray, shape (n,), or None
        The chance with which the row got the arm that it got, where it was told.
    wholes : bool
        Whether units were assigned as a whole, not contact by contact.
    notes : tuple of str
    """

    frame: FrameParts
    y: Array
    kind: str
    arm: Numbers
    names: tuple[str, ...]
    weight: Array
    unit: Numbers | None
    probability: Array | None
    wholes: bool = False
    notes: tuple[str, ...] = ()

    def rows(self, chosen: npt.NDArray[np.bool_]) -> Tested:
        """Keep some rows, by mask."""
        return replace(
            self,
            frame=self.frame.rows(chosen),
            y=self.y[chosen],
            arm=self.arm[chosen],
            weight=self.weight[chosen],
            unit=None if self.unit is None else self.unit[chosen],
            probability=None if self.probability is None else self.probability[chosen],
        )

    def noting(self, *notes: str) -> Tested:
        """Add sentences to the notes."""
        return replace(self, notes=(*self.notes, *notes))

    @property
    def dealt(self) -> Numbers | None:
        """The number of what is dealt to a fold as a whole: a unit, else a cell of contacts."""
        if self.unit is None and self.frame.cell is not None:
            return wholes(self.frame)
        return self.unit

    @property
    def units(self) -> str:
        """What is counted as one: "contacts" or "customers"."""
        return "contacts" if self.unit is None else "customers"

    def pairs(self, *, every: bool) -> Iterator[tuple[int, int]]:
        """Give the arms to compare: each with the control group, or each with every other."""
        for against in range(len(self.names) if every else 1):
            yield from ((arm, against) for arm in range(against + 1, len(self.names)))


def tested(frame: FrameParts, *, outcome: Any, kind: str | None, cluster: Any) -> Tested:
    """Read the contacts of a test from a frame.

    Raises
    ------
    DataError
        There are no arms, one arm only, outcomes are missing or all alike, or an arm has too few
        contacts.
    """
    if frame.treatment is None or frame.control is None:
        raise DataError(
            "A test needs the arm of each contact; these data have none. Name the column that "
            "holds it, `treatment`. Where everybody was contacted there is no test to read: plan "
            "one that keeps a control group, with `workbench.experiments.plan` and `assign`."
        )
    some = (frame.weights > 0) & (frame.treatment != NOT_ASSIGNED).to_numpy()
    if outcome is not None:
        outcome = _numbers_of(outcome, len(frame))[some]
    frame = frame.rows(some)
    y = np.asarray(frame.y if outcome is None else outcome, dtype=np.float64)
    names = _arm_names(frame)
    arms = pd.Categorical(pd.Series(frame.treatment), categories=list(names))
    arm = np.asarray(arms.codes, dtype=np.int64)
    _check_known(y, arm, names)
    probability = frame.arm_probability
    found = Tested(
        frame,
        y,
        _kind(y, kind),
        arm,
        names,
        frame.weights,
        _units(frame, cluster, some),
        None if probability is None else np.asarray(probability, dtype=np.float64),
    )
    _check_enough(found)
    if np.ptp(y) == 0:
        raise DataError(
            f"The outcome must differ between contacts; it is {y[0]:g} for all of {len(y):,} rows. "
            "There is nothing to compare yet: wait for responses, or name the right column."
        )
    return found


def _numbers_of(outcome: Any, n: int) -> Array:
    numbers = _floats(np.asarray(outcome).ravel())
    if numbers is None:
        raise DataError(
            "`outcome` must be numbers, one a row of the frame; got values that are none. Give an "
            "amount, a count, or 0 and 1."
        )
    if len(numbers) != n:
        raise DataError(
            f"`outcome` must have one number a row of the frame; got {len(numbers):,} for "
            f"{count_of(n, 'row')}. Take both from the same rows."
        )
    if np.isinf(numbers).any():
        raise DataError("`outcome` must be finite; it holds infinity. Mend those rows.")
    return numbers


def _floats(values: Any) -> Array | None:
    """Return numbers, gaps among them as NaN; None where they are something else."""
    if values.dtype.kind in "cmMSU":
        return None
    try:
        numbers = pd.to_numeric(pd.Series(values), errors="raise")
        return np.asarray(numbers.to_numpy(dtype="float64", na_value=np.nan), dtype=np.float64)
    except (TypeError, ValueError):
        return None


def _arm_names(frame: FrameParts) -> tuple[str, ...]:
    known = sorted(map(str, pd.Series(frame.treatment).unique()))
    control = str(frame.control)
    if control not in known:
        raise DataError(
            f"A test must have contacts of the control group {control!r}; there are arms "
            f"{listed(known)} only. Load the rows that were not contacted, too."
        )
    if len(known) == 1:
        raise DataError(
            f"A test must have two arms at least; all rows are of {control!r}. Load the rows that "
            "were contacted, too."
        )
    return (control, *(name for name in known if name != control))


def _check_known(y: Array, arm: Numbers, names: tuple[str, ...]) -> None:
    missing = np.isnan(y)
    if missing.any():
        by_arm = np.bincount(arm[missing], minlength=len(names))
        said = ", ".join(f"{n:,} of {name!r}" for name, n in zip(names, by_arm, strict=True))
        raise DataError(
            f"Every contact of a test must have an outcome; it is missing in {missing.sum():,} of "
            f"{len(y):,} rows ({said}). Write 0 where nothing came of a contact. Where the outcome "
            "is not known yet, leave out the whole campaign, not single contacts: who answers "
            "early differs between arms."
        )


def _kind(y: Array, kind: str | None) -> str:
    zero_one = bool(((y == 0) | (y == 1)).all())
    if kind is None:
        whole = bool((y == np.round(y)).all() and y.min() >= 0)
        return "binary" if zero_one else "count" if whole else "amount"
    check_choice(kind, KINDS, name="kind")
    if kind == "binary" and not zero_one:
        raise DataError(
            f"A binary outcome must be 0 or 1; got numbers from {y.min():g} to {y.max():g}. Give "
            "`kind='amount'` or `kind='count'`."
        )
    return kind


def _units(frame: FrameParts, cluster: Any, some: npt.NDArray[np.bool_]) -> Numbers | None:
    """Return the numbers of what is independent, None where every contact is."""
    labels = frame.customer
    if cluster is not None:
        labels = pd.Series(np.asarray(cluster).ravel())
        if len(labels) != len(some):
            raise DataError(
                f"`cluster` must have one label a row of the frame; got {len(labels):,} for "
                f"{count_of(len(some), 'row')}. Take both from the same rows."
            )
        labels = labels[some]
    if labels is None:
        return None
    unit = numbered(labels)
    alone = unit.max() + 1 == len(unit)
    return None if alone and (cluster is not None or (frame.weights == 1).all()) else unit


def _check_enough(found: Tested) -> None:
    count = unit_counts(found, found.arm, len(found.names))
    for name, units in zip(found.names, count, strict=True):
        if units < FEWEST:
            raise DataError(
                f"Every arm must have {FEWEST} {found.units} at least; {name!r} has {units:g}. "
                "Wait for more, or leave that arm out."
            )


def assigned_counts(found: Tested, label: Numbers, size: int) -> Array:
    """Count what was assigned on its own, of each label: units, or contacts; shape (size,)."""
    return unit_counts(found if found.wholes else replace(found, unit=None), label, size)


def unit_counts(found: Tested, label: Numbers, size: int) -> Array:
    """Count the independent units of each label, shape (size,)."""
    if found.unit is None:
        return np.asarray(
            np.bincount(label, weights=found.weight, minlength=size), dtype=np.float64
        )
    pairs = np.unique(label * (found.unit.max() + 1) + found.unit)
    return np.bincount(pairs // (found.unit.max() + 1), minlength=size).astype(np.float64)
