"""What every metric of a test takes: outcomes, who was treated, by which chance; checked once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self, TypedDict, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.messages import listed
from workbench.metrics._inputs import first_of, numbers_of
from workbench.metrics.clusters import Numbers, labels_of, reach_of
from workbench.numbers import Array

OFF_BY = 5.0
"""Standard errors between the share treated and the share said, from which one of them is wrong."""


class Roles(TypedDict, total=False):
    """What a metric of a test may be told of its rows; `uplift_by_depth` says what each is."""

    treated_share: Any
    weight: Any
    cluster: Any
    campaign: Any


@dataclass(frozen=True)
class Trial:
    """Rows of a test, each standing for `weight` contacts; arrays of shape (n,).

    Parameters
    ----------
    y : ndarray
    treated : ndarray of bool
    chance : ndarray
        With which each row got the arm that it got.
    weight : ndarray
    customer, campaign : ndarray of int, optional
        Numbers of what is drawn as a whole.
    """

    y: Array
    treated: npt.NDArray[np.bool_]
    chance: Array
    weight: Array
    customer: Numbers | None
    campaign: Numbers | None

    @property
    def contacts(self) -> float:
        """How many contacts the rows stand for."""
        return float(self.weight.sum())

    def rows(self, chosen: Any) -> Self:
        """Keep some rows, or put them into another order."""
        names = ("y", "treated", "chance", "weight", "customer", "campaign")
        values: dict[str, Any] = {name: getattr(self, name) for name in names}
        kept: dict[str, Any] = {
            name: None if one is None else one[chosen] for name, one in values.items()
        }
        return replace(self, **kept)


def trial_of(
    y: Any,
    treated: Any,
    *,
    chance: Any = None,
    **roles: Unpack[Roles],
) -> tuple[Trial, npt.NDArray[np.bool_]]:
    """Check the rows of a test; those of weight 0 are left out.

    Parameters
    ----------
    y, treated, roles
        As for `workbench.metrics.uplift_by_depth`.
    chance : array, shape (n,), optional
        That of each row's own arm, where there are more arms than the two that are compared.

    Returns
    -------
    Trial, ndarray of bool
        The rows that count, and which of the given ones they are.

    Raises
    ------
    DataError
        Lengths differ, there are no rows, an outcome is missing or infinite, `treated` is not 0
        or 1, one arm is empty, a share is not between 0 and 1, or is not what was treated.
    """
    outcome = numbers_of(y, name="y")
    if len(outcome) == 0:
        raise DataError("A metric of a test needs at least one row; `y` is empty.")
    count = _weights(roles.get("weight"), outcome)
    there = count > 0
    arm = _arms(treated, outcome, there)
    _check_finite(outcome, there)
    person, period = (
        None if roles.get(role) is None else labels_of(roles.get(role), count, len(arm), name=role)
        for role in ("cluster", "campaign")
    )
    own = None if chance is None else column_of(chance, there, name="chance")
    if own is None:
        share = _shares(roles, arm, count, period)
        own = np.where(arm[there], share, 1 - share)
    rows = Trial(outcome[there], arm[there], own, count[there], person, period)
    if roles.get("treated_share") is not None:
        _check_shares_treated(rows)
    return rows, there


def column_of(values: Any, there: npt.NDArray[np.bool_], *, name: str) -> Array:
    """Return a number for each row that counts.

    Raises
    ------
    DataError
        They are not as many as the rows, or one is missing or infinite.
    """
    found = numbers_of(values, name=name)
    _check_as_many(found, len(there), name=name)
    bad = ~np.isfinite(found) & there
    if bad.any():
        raise DataError(
            f"`{name}` must be finite; got {first_of(found, bad)}. Fill the gaps, or leave those "
            "rows out."
        )
    return found[there]


def check_level(level: float) -> None:
    """Raise ParameterError unless the level of an interval lies in (0, 1)."""
    if not 0 < level < 1:
        raise ParameterError(f"`level` must lie between 0 and 1; got {level!r}. Write 95% as 0.95.")


def _weights(weight: Any, y: Array) -> Array:
    if weight is None:
        return np.ones_like(y)
    count = numbers_of(weight, name="weight")
    _check_as_many(count, len(y), name="weight")
    bad = ~(np.isfinite(count) & (count >= 0))
    if bad.any():
        raise DataError(
            f"`weight` must be finite and not negative; got {first_of(count, bad)}. "
            "It says how many contacts a row stands for."
        )
    if not count.any():
        raise DataError("`weight` must be positive somewhere; all are 0. Leave it out for 1 each.")
    return count


def _arms(treated: Any, y: Array, there: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    arm = numbers_of(treated, name="treated")
    _check_as_many(arm, len(y), name="treated")
    other = ~np.isin(arm, (0.0, 1.0)) & there
    if other.any():
        raise DataError(
            f"`treated` must be 1 for treated rows and 0 for the control group; got "
            f"{first_of(arm, other)}. Of several arms compare one with the control: "
            "`frame.treatment == arm`, on the rows of both."
        )
    for side, said in ((1.0, "treated"), (0.0, "control")):
        if not (arm[there] == side).any():
            raise DataError(
                f"A test needs treated and control rows; none of {int(there.sum()):,} is "
                f"{said}. What a contact adds is not known without both."
            )
    return np.asarray(arm == 1.0)


def _check_finite(y: Array, there: npt.NDArray[np.bool_]) -> None:
    unknown = int((np.isnan(y) & there).sum())
    if unknown:
        raise DataError(
            f"`y` must be known; it is missing in {unknown:,} of {len(y):,} rows. "
            "Measure rows that have an outcome: `frame.known()`."
        )
    endless = np.isinf(y) & there
    if endless.any():
        raise DataError(f"`y` must be finite; got {first_of(y, endless)}. Mend those rows.")


def _shares(
    roles: Roles, arm: npt.NDArray[np.bool_], weight: Array, campaign: Numbers | None
) -> Array:
    """Return the chance of being treated of each row that counts."""
    there, given = weight > 0, roles.get("treated_share")
    if given is None:
        names = np.asarray(pd.Series(roles.get("campaign"), dtype="object"))
        return _observed(arm[there], weight[there], campaign, names[there] if len(names) else names)
    if np.ndim(given) == 0:
        given = np.full(len(weight), given)
    share = numbers_of(given, name="treated_share")
    _check_as_many(share, len(weight), name="treated_share")
    outside = ~((share > 0) & (share < 1)) & there
    if outside.any():
        raise DataError(
            f"`treated_share` must lie between 0 and 1; got {first_of(share, outside)}. A row that "
            "was sure to be treated, or not to be, tells nothing of the difference: leave it out."
        )
    return share[there]


def _observed(
    arm: npt.NDArray[np.bool_], weight: Array, campaign: Numbers | None, names: Any
) -> Array:
    """Return the share that was treated, of each campaign by itself."""
    label = np.zeros(len(arm), dtype=np.int64) if campaign is None else campaign
    share = np.bincount(label, weight * arm) / np.bincount(label, weight)
    alone = ~((share > 0) & (share < 1))
    if alone.any():
        one_arm = list(dict.fromkeys(names[alone[label]].tolist()))
        raise DataError(
            f"Each campaign needs treated and control rows; an arm is missing in "
            f"{listed(one_arm, 5)}. Leave those rows out, or give the share that was planned as "
            "`treated_share`."
        )
    return np.asarray(share[label])


def _check_shares_treated(rows: Trial) -> None:
    """Raise DataError where the share treated is not the share said, beyond any chance."""
    everybody = np.zeros(len(rows.y), dtype=np.int64)
    for label in [everybody] if rows.campaign is None else [everybody, rows.campaign]:
        for one in range(int(label.max()) + 1):
            among = rows if label is everybody else rows.rows(label == one)
            _check_share_treated(among, "" if label is everybody else " in one campaign")


def _check_share_treated(rows: Trial, where: str) -> None:
    share = np.where(rows.treated, rows.chance, 1 - rows.chance)
    apart: Array = rows.treated - share
    off = float(rows.weight @ apart)
    error = float(np.sqrt(rows.weight @ (share * (1 - share))))
    if rows.customer is not None and len(np.unique(rows.customer)) > 1:
        parts = rows.weight * (apart - off / rows.contacts)
        error = max(error, reach_of(parts, pd.factorize(rows.customer)[0]) / 1.96)
    if abs(off) > OFF_BY * error:
        said = float(rows.weight @ share) / rows.contacts
        came = float(rows.weight @ rows.treated) / rows.contacts
        raise DataError(
            f"`treated_share` must be the chance of being treated: it says {said:.1%}{where}, and "
            f"{came:.1%} were treated, more apart than chance puts them. Give the chance of "
            "treatment, also for control rows; or find out which rows are missing."
        )


def _check_as_many(values: Array, n: int, *, name: str) -> None:
    if len(values) != n:
        raise DataError(
            f"`{name}` and `y` must have one entry a row; got {len(values):,} and {n:,}. Take both "
            "from the same rows."
        )
