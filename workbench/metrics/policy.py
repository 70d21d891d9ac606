"""What a rule of whom to contact is worth, beyond what would have come anyway."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.metrics._inputs import first_of
from workbench.metrics._trial import Trial, check_level, column_of, trial_of
from workbench.metrics.effects import Effect, effect_of, reach
from workbench.metrics.money import one_for_all
from workbench.numbers import Array


def policy_value(  # noqa: PLR0913 - the roles of a test, and the prices
    y: Any,
    treated: Any,
    contacted: Any,
    *,
    treated_share: Any = None,
    weight: Any = None,
    cluster: Any = None,
    campaign: Any = None,
    if_treated: Any = None,
    untreated: Any = None,
    cost: float = 0.0,
    margin: float = 1.0,
    level: float = 0.95,
) -> pd.Series[float]:
    """Measure what a rule that contacts some of the rows of a test would have added.

    Against contacting nobody, with a_i = 1 where the rule contacts row i,

        profit = margin · increments − cost · contacts ,  contacts = Σ w a ,

    and increments = contacts · uplift, the uplift being that of `uplift_by_depth` among the
    contacts of the rule. With predictions m₁ of `if_treated` and m₀ of `untreated` it is doubly
    robust: the mean of m₁ − m₀, plus the difference of the arms' means of y − m. Predictions that
    have not seen these outcomes make the interval narrower, and wrong ones do no harm.

    Parameters
    ----------
    y, treated, treated_share, weight, cluster, campaign, level
        As for `uplift_by_depth`.
    contacted : array in [0, 1], shape (n,)
        1 where the rule contacts the row, 0 where it does not; or the chance that it does. It
        must not have seen these outcomes.
    if_treated, untreated : array, shape (n,), optional
        The outcome that a model foretells of each row with and without treatment; both or none.
    cost : float
        Of one contact, in any currency.
    margin : float
        Earned by one response (by a unit of `y`) before that cost, in the same currency.

    Returns
    -------
    Series
        ``contacts``, ``share`` (contacted), ``uplift`` (per contact), ``increments``,
        ``increments_low``, ``increments_high``, ``profit``, ``low``, ``high`` and
        ``profit_per_contact``. Of a rule that contacts nobody all but the shares are 0. NaN where
        no contact of the rule was treated, or none was not.

    Raises
    ------
    DataError
        As for `uplift_by_depth`; `contacted` is not in [0, 1]; or a prediction is not finite.
    ParameterError
        One prediction is given without the other; `cost` or `margin` is negative or not finite;
        or `level` is out of range.

    References
    ----------
    Dudík, Langford & Li (2011), Doubly robust policy evaluation and learning, ICML.

    Examples
    --------
    >>> y, treated = [1, 0, 1, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 1, 0, 0]
    >>> found = policy_value(y, treated, [1, 1, 1, 1, 0, 0, 0, 0], cost=1.0, margin=3.0)
    >>> found[["contacts", "uplift", "increments", "profit"]].to_dict()
    {'contacts': 4.0, 'uplift': 1.0, 'increments': 4.0, 'profit': 8.0}
    """
    check_level(level)
    one_for_all(cost, name="cost")
    one_for_all(margin, name="margin")
    if (if_treated is None) != (untreated is None):
        raise ParameterError(
            "`if_treated` and `untreated` must come together: what a model foretells of each row "
            "with the contact and without it. Give both, or none."
        )
    rows, there = trial_of(
        y,
        treated,
        treated_share=treated_share,
        weight=weight,
        cluster=cluster,
        campaign=campaign,
    )
    part = _part(contacted, there)
    guess = {
        name: column_of(values, there, name=name)
        for name, values in (("if_treated", if_treated), ("untreated", untreated))
        if values is not None
    }
    effect = effect_of(rows, part, **guess) if part.any() else None
    return worth_of(rows, part, effect, cost=cost, margin=margin, level=level)


def worth_of(
    rows: Trial, part: Array, effect: Effect | None, *, cost: float, margin: float, level: float
) -> pd.Series[float]:
    """Return what `policy_value` does, of checked rows; `effect` is None where part is nobody."""
    effect = _of_nobody(rows) if effect is None else effect
    share = effect.contacts / rows.contacts
    standing = part - share  # in another test as large, the rule might contact more, or fewer
    influence = effect.influence + standing * effect.uplift
    half = reach(rows, influence, level=level, least=effect.least)
    of_profit = margin * influence - cost * standing
    reached = reach(rows, of_profit, level=level, least=margin**2 * effect.least)
    if not part.any():
        half = reached = 0.0
    profit = margin * effect.increments - cost * effect.contacts
    return pd.Series(
        {
            "contacts": effect.contacts,
            "share": share,
            "uplift": effect.uplift,
            "increments": effect.increments,
            "increments_low": effect.increments - half,
            "increments_high": effect.increments + half,
            "profit": profit,
            "low": profit - reached,
            "high": profit + reached,
            "profit_per_contact": margin * effect.uplift - cost if part.any() else 0.0,
        }
    )


def _part(contacted: Any, there: Any) -> Array:
    part = column_of(contacted, there, name="contacted")
    outside = ~((part >= 0) & (part <= 1))
    if outside.any():
        raise DataError(
            f"`contacted` must be 1 where the rule contacts a row, and 0 where it does not; got "
            f"{first_of(part, outside)}. Compare a score with a limit: `score > limit`."
        )
    return part


def _of_nobody(rows: Trial) -> Effect:
    return Effect(0.0, np.nan, np.nan, 0.0, np.zeros_like(rows.y), 0.0)
