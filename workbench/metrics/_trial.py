"""What every metric of a test takes: outcomes, who was treated, by which chance; checked once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

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
SURE = 0.95


@dataclass(frozen=True)
class Trial:
    """Rows of a test, each standing for `weight` contacts; arrays of shape (n,).

    Parameters
    ----------
    y : ndarray
    treated : ndarray of bool
    share : ndarray
        The chance of being treated.
    weight : ndarray
    customer, campaign : ndarray of int, optional
        Numbers of what is drawn as a whole.
    """

    y: Array
    treated: npt.NDArray[np.bool_]
    share: Array
    weight: Array
    customer: Numbers | None
    campaign: Numbers | None

    @property
    def contacts(self) -> float:
        """How many contacts the rows stand for."""
        return float(self.weight.sum())

    def rows(self, chosen: Any) -> Self:
        """Keep some rows, or put them into another order."""
        names = ("y", "treated", "share", "weight", "customer", "campaign")
        parts = {name: getattr(self, name) for name in names}
        return replace(self, **{k: None if v is None else v[chosen] for k, v in parts.items()})


def trial_of(
    y: Any,
    treated: Any,
    *,
    treated_share: Any = None,
    weight: Any = None,
    cluster: Any = None,
    campaign: Any = None,
) -> tuple[Trial, npt.NDArray[np.bool_]]:
    """Check the rows of a test; those of weight 0 are left out.

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
    count = _weights(weight, outcome)
    there = count > 0
    arm = _arms(treated, outcome, there)
    _check_finite(outcome, there)
    person = None if cluster is None else labels_of(cluster, count, len(outcome))
    period = None if campaign is None else _campaigns(campaign, count, len(outcome))
    names = None if campaign is None else pd.Series(campaign).reset_index(drop=True)[there]
    share = _shares(treated_share, arm, count, period, names)
    rows = Trial(outcome[there], arm[there], share, count[there], person, period)
    if treated_share is not None:
        _check_share_treated(rows)
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
    return arm == 1.0


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


def _campaigns(campaign: Any, weight: Array, n: int) -> Numbers:
    return labels_of(campaign, weight, n, name="campaign")


def _shares(
    given: Any, arm: npt.NDArray[np.bool_], weight: Array, campaign: Numbers | None, names: Any
) -> Array:
    """Return the chance of being treated of each row that counts."""
    there = weight > 0
    if given is None:
        return _observed(arm[there], weight[there], campaign, names)
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
        one_arm = list(dict.fromkeys(names.to_numpy()[alone[label]].tolist()))
        raise DataError(
            f"Each campaign needs treated and control rows; {listed(one_arm, 5)} has one arm only. "
            "Leave its rows out, or give the share that was planned as `treated_share`."
        )
    return np.asarray(share[label])


def _check_share_treated(rows: Trial) -> None:
    """Raise DataError where the share treated is not the share said, beyond any chance."""
    apart = rows.treated - rows.share
    off = float(rows.weight @ apart)
    error = float(np.sqrt(rows.weight @ (rows.share * (1 - rows.share))))
    if rows.customer is not None and len(rows.customer) > 1:
        parts = rows.weight * (apart - off / rows.contacts)
        error = max(error, reach_of(parts, rows.customer, SURE) / 1.96)
    if abs(off) > OFF_BY * error:
        said = float(rows.weight @ rows.share) / rows.contacts
        came = float(rows.weight @ rows.treated) / rows.contacts
        raise DataError(
            f"`treated_share` must be the chance of being treated: it says {said:.1%}, and "
            f"{came:.1%} were treated, more apart than chance puts them. Give the chance of "
            "treatment, also for control rows; or find out which rows are missing."
        )


def _check_as_many(values: Array, n: int, *, name: str) -> None:
    if len(values) != n:
        raise DataError(
            f"`{name}` and `y` must have one entry a row; got {len(values):,} and {n:,}. Take both "
            "from the same rows."
        )
