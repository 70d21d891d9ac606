"""What contacting the best contacts costs and earns, depth by depth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.checks import check_choice, check_columns
from workbench.errors import ParameterError
from workbench.metrics._inputs import Levels, Scored, levels, scored, weighed
from workbench.numbers import Array

GROSS_RESPONSE = (
    "Gross response: customers who would have responded without the contact are counted in."
)
"""What profit here leaves out, for every chart and report that shows it."""

_PROFITS = ("expected_profit", "realised_profit")


def profit_by_depth(
    y: Any, propensity: Any, *, cost: float, margin: float, weight: Any = None
) -> pd.DataFrame:
    """Follow expected and realised profit as more contacts are made, best first.

    After the contacts i with the highest propensities,

        expected = Σ w_i (p_i · margin − cost) ,  realised = Σ w_i (y_i · margin − cost) .

    The response is gross: without a control group, customers who would have responded
    anyway are counted in (`workbench.metrics.GROSS_RESPONSE`).

    Parameters
    ----------
    y, propensity, weight
        As for `workbench.metrics.log_loss`.
    cost : float
        Of one contact, in any currency.
    margin : float
        Earned by one response, before the cost of contact, in the same currency.

    Returns
    -------
    DataFrame
        A first row at depth 0, then one row a distinct propensity, highest first:
        ``depth`` (share contacted), ``contacts``, ``propensity`` (the lowest
        contacted), ``expected_profit``, ``positives``, ``realised_profit``. Straight
        between rows, as ties are split in proportion.

    Raises
    ------
    DataError
        As for `workbench.metrics.log_loss`.
    ParameterError
        `cost` or `margin` is negative or not finite.

    Examples
    --------
    >>> table = profit_by_depth([1, 0, 0], [0.6, 0.3, 0.1], cost=2.0, margin=10.0)
    >>> table[["contacts", "expected_profit", "realised_profit"]]
       contacts  expected_profit  realised_profit
    0       0.0              0.0              0.0
    1       1.0              4.0              8.0
    2       2.0              5.0              6.0
    3       3.0              4.0              4.0
    """
    _check_money(cost=cost, margin=margin)
    by_level = levels(scored(y, propensity, weight))
    positives = by_level.cumulated()[1]
    realised = margin * by_level.positives - cost * by_level.contacts
    table = _expected(by_level, cost, margin)
    return table.assign(positives=positives, realised_profit=_from_nothing(realised))


def expected_profit(
    propensity: Any, *, cost: float, margin: float, weight: Any = None
) -> pd.DataFrame:
    """Follow expected profit for contacts whose outcome is not known yet.

    Parameters, errors and columns are those of `profit_by_depth`, without ``positives``
    and ``realised_profit``. It grows while p · margin > cost.

    Parameters
    ----------
    propensity : array-like, shape (n,)
        In [0, 1].
    cost, margin : float
        Of a contact, and of a response, in one currency.
    weight : array-like, shape (n,), optional
        How many contacts a row is; 1 each where it is left out.

    Returns
    -------
    DataFrame
        The curve from depth 0 to 1.

    Examples
    --------
    >>> table = expected_profit([0.6, 0.3, 0.1], cost=2.0, margin=10.0)
    >>> best_depth(table)[["contacts", "expected_profit"]].to_dict()
    {'contacts': 2.0, 'expected_profit': 5.0}
    """
    _check_money(cost=cost, margin=margin)
    chance, w = weighed(propensity, weight)
    present = w > 0
    by_level = levels(Scored(np.zeros(present.sum()), chance[present], w[present]))
    return _expected(by_level, cost, margin)


def best_depth(table: pd.DataFrame, *, by: str = "expected_profit") -> pd.Series[float]:
    """Pick the depth with the highest profit; the smallest such depth.

    Parameters
    ----------
    table : DataFrame
        From `profit_by_depth` or `expected_profit`.
    by : str
        ``expected_profit``: the depth one would have chosen beforehand.
        ``realised_profit``: the best in hindsight, which is never known in time.

    Returns
    -------
    Series
        That row of the table.

    Raises
    ------
    ParameterError
        `by` is neither.
    SchemaError
        The table has no such column.

    Examples
    --------
    >>> table = profit_by_depth([1, 0, 0], [0.6, 0.3, 0.1], cost=2.0, margin=10.0)
    >>> best = best_depth(table)
    >>> best[["contacts", "expected_profit", "realised_profit"]].to_dict()
    {'contacts': 2.0, 'expected_profit': 5.0, 'realised_profit': 6.0}
    """
    check_choice(by, _PROFITS, name="by")
    check_columns(table, ["depth", "contacts", by], name="The profit table")
    return table.iloc[int(table[by].to_numpy().argmax())].rename(None)


def _expected(by_level: Levels, cost: float, margin: float) -> pd.DataFrame:
    contacts = by_level.cumulated()[0]
    steps = by_level.contacts * (by_level.propensity * margin - cost)
    return pd.DataFrame(
        {
            "depth": contacts / contacts[-1],
            "contacts": contacts,
            "propensity": np.concatenate([[np.nan], by_level.propensity]),
            "expected_profit": _from_nothing(steps),
        }
    )


def _from_nothing(steps: Array) -> Array:
    return np.concatenate([[0.0], np.cumsum(steps)])


def _check_money(**amounts: float) -> None:
    for name, amount in amounts.items():
        if not (np.isfinite(amount) and amount >= 0):
            raise ParameterError(
                f"`{name}` must be an amount of money, finite and not negative; got {amount!r}. "
                "Give cost and margin of one contact in the same currency."
            )
