"""What contacting the best contacts costs and earns, depth by depth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.checks import check_choice, check_columns
from workbench.language import later
from workbench.metrics._inputs import Scored, scored, weighed
from workbench.metrics.money import Money, Worth, by_worth, money_of, one_for_all
from workbench.numbers import Array

GROSS_RESPONSE = later(
    "Gross response: customers who would have responded without the contact are counted in."
)
"""What profit here leaves out, for every chart and report that shows it."""

_PROFITS = ("expected_profit", "realised_profit", "incremental_profit")


def expected_value(propensity: Any, amount: Money) -> Array:
    """Multiply chances with amounts: what each contact is expected to bring, p_i a_i.

    Contacts are ranked by it where responses bring different amounts. A cost that is the same
    for all, or a share of the amount that is kept, does not change that order.

    Parameters
    ----------
    propensity : array-like, shape (n,)
        In [0, 1].
    amount : float or array-like, shape (n,)
        Money of a response: one for all contacts, or each contact's own, by position.

    Returns
    -------
    ndarray, shape (n,)
        In the currency of the amounts.

    Raises
    ------
    DataError
        Amounts are not as many as the propensities, negative, not finite, or no numbers.
        A predicted amount may be negative: whether it counts as 0 is for you to say.
    ParameterError
        One amount for all is negative or not finite.

    Examples
    --------
    >>> expected_value([0.6, 0.1], [10.0, 200.0]).tolist()
    [6.0, 20.0]
    """
    chance, weight = weighed(propensity)
    return chance * money_of(amount, chance, weight, name="amount")


def profit_by_depth(
    y: Any, propensity: Any, *, cost: float, margin: Money, weight: Any = None
) -> pd.DataFrame:
    """Follow expected and realised profit as more contacts are made, best first.

    After the contacts i with the highest worth p_i m_i, where m is the margin,

        expected = Σ w_i (p_i m_i − cost) ,  realised = Σ w_i (y_i m_i − cost) .

    With one margin for all these are the contacts with the highest propensities. The
    response is gross: without a control group, customers who would have responded anyway
    are counted in (`workbench.metrics.GROSS_RESPONSE`).

    Parameters
    ----------
    y, propensity, weight
        As for `workbench.metrics.log_loss`.
    cost : float
        Of one contact, in any currency.
    margin : float or array-like, shape (n,)
        Earned by one response, before the cost of contact, in the same currency: one for
        all contacts, or each contact's own, by position.

    Returns
    -------
    DataFrame
        A first row at depth 0, then one row a distinct worth, highest first; with one margin
        for all, one row a distinct propensity. ``depth`` (share contacted), ``contacts``,
        ``propensity`` (the lowest contacted so far), ``expected_profit``, ``positives``
        (responses, not their money), ``realised_profit``. Straight between rows, as ties
        are split in proportion.

    Raises
    ------
    DataError
        As for `workbench.metrics.log_loss`; or margins are not as many as the propensities,
        negative, not finite, or no numbers.
    ParameterError
        `cost`, or one `margin` for all, is negative or not finite.

    Examples
    --------
    >>> table = profit_by_depth([1, 0, 0], [0.6, 0.3, 0.1], cost=2.0, margin=10.0)
    >>> table[["contacts", "expected_profit", "realised_profit"]]
       contacts  expected_profit  realised_profit
    0       0.0              0.0              0.0
    1       1.0              4.0              8.0
    2       2.0              5.0              6.0
    3       3.0              4.0              4.0

    The last contact is worth most, 0.1 · 90, and comes first:

    >>> table = profit_by_depth([1, 0, 0], [0.6, 0.3, 0.1], cost=2.0, margin=[10.0, 10.0, 90.0])
    >>> table[["propensity", "expected_profit", "realised_profit"]]
       propensity  expected_profit  realised_profit
    0         NaN              0.0              0.0
    1         0.1              7.0             -2.0
    2         0.1             11.0              6.0
    3         0.1             12.0              4.0
    """
    one_for_all(cost, name="cost")
    margins = _margins(margin, propensity, weight)
    by_level = by_worth(scored(y, propensity, weight), margins)
    realised = by_level.earned - cost * by_level.contacts
    positives = _from_nothing(by_level.positives)
    table = _expected(by_level, cost)
    return table.assign(positives=positives, realised_profit=_from_nothing(realised))


def expected_profit(
    propensity: Any, *, cost: float, margin: Money, weight: Any = None
) -> pd.DataFrame:
    """Follow expected profit for contacts whose outcome is not known yet.

    Parameters, errors and columns are those of `profit_by_depth`, without ``positives``
    and ``realised_profit``. It grows while p · margin > cost.

    Parameters
    ----------
    propensity : array-like, shape (n,)
        In [0, 1].
    cost : float
        Of a contact.
    margin : float or array-like, shape (n,)
        Of a response, in the same currency: one for all, or each contact's own.
    weight : array-like, shape (n,), optional
        How many contacts a row is; 1 each where it is left out.

    Returns
    -------
    DataFrame
        The curve from depth 0 to 1, one row a distinct worth p · margin, highest first.

    Examples
    --------
    >>> table = expected_profit([0.6, 0.3, 0.1], cost=2.0, margin=10.0)
    >>> best_depth(table)[["contacts", "expected_profit"]].to_dict()
    {'contacts': 2.0, 'expected_profit': 5.0}
    """
    one_for_all(cost, name="cost")
    margins = _margins(margin, propensity, weight)
    chance, w = weighed(propensity, weight)
    present = w > 0
    rows = Scored(np.zeros(present.sum()), chance[present], w[present])
    return _expected(by_worth(rows, margins), cost)


def best_depth(table: pd.DataFrame, *, by: str = "expected_profit") -> pd.Series[float]:
    """Pick the depth with the highest profit; the smallest such depth.

    Parameters
    ----------
    table : DataFrame
        From `profit_by_depth`, `expected_profit` or `incremental_profit_by_depth`.
    by : str
        ``expected_profit``: the depth one would have chosen beforehand.
        ``realised_profit``, ``incremental_profit``: the best in hindsight, which is never known
        in time, and flatters.

    Returns
    -------
    Series
        That row of the table.

    Raises
    ------
    ParameterError
        `by` is none of them.
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


def _margins(margin: Money, propensity: Any, weight: Any) -> float | Array:
    """Return one margin for all, or those of the rows that count."""
    if np.ndim(margin) == 0:
        return one_for_all(margin, name="margin")
    return money_of(margin, *weighed(propensity, weight), name="margin")


def _expected(by_level: Worth, cost: float) -> pd.DataFrame:
    contacts = _from_nothing(by_level.contacts)
    steps = by_level.contacts * (by_level.worth - cost)
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
