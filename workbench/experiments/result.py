"""ReadOut: what a test says, in tables and in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.experiments.sentence import headline
from workbench.metrics.money import one_for_all


@dataclass(frozen=True)
class ReadOut:
    """What a test says of its arms.

    Parameters
    ----------
    effects : DataFrame
        One row an arm and the arm that it is compared with: ``arm, against, contacts,
        contacts_against, mean, mean_against, effect, low, high, std_error, p_value, relative,
        relative_low, relative_high, plain_effect, plain_std_error, sample_saved,
        contacts_per_response``. Means and effects are per contact; `relative` is a share of
        `mean_against`. ``sample_saved`` is 1 − variance / variance of the plain difference. Of
        several comparisons all intervals hold together, unless `together` is False; p-values are
        corrected by Holm's method.
    arms : DataFrame
        One row an arm: ``arm, contacts, share, planned_share, mean, low, high``, as they came,
        without adjustment, each by itself; `planned_share` is NaN where it was not told.
    balance : DataFrame
        One row an arm and design column: ``arm, column, feature, mean, mean_against, difference``
        (in standard deviations) and ``p_value``.
    by_campaign : DataFrame
        One row an arm and campaign: ``arm, against, campaign, contacts, contacts_against, mean,
        mean_against, effect, low, high, std_error``; empty without campaigns. Each interval stands
        for itself.
    heterogeneity : DataFrame
        One row an arm, as `workbench.metrics.heterogeneity` tells it of its campaigns.
    kind : {"binary", "amount", "count"}
    valid : {"any_time", "at_end", "planned"}
    width_ratio : float
        How much wider intervals are than those of a single look.
    level : float
    mismatch : float
        The p-value of the sample ratio; NaN where no share was told.
    notes : tuple of str
    together : bool
        Whether there are several comparisons, and their intervals hold all together.
    together_ratio : float
        How much wider intervals are by that.
    """

    effects: pd.DataFrame
    arms: pd.DataFrame
    balance: pd.DataFrame
    by_campaign: pd.DataFrame
    heterogeneity: pd.DataFrame
    kind: str
    valid: str
    width_ratio: float
    level: float
    mismatch: float = float("nan")
    notes: tuple[str, ...] = ()
    together: bool = False
    together_ratio: float = 1.0

    def effect_of(self, arm: str | None = None) -> pd.Series[Any]:
        """Return the row of an arm against the control group; None: of the first.

        Raises
        ------
        ParameterError
            There is no such arm.
        """
        table = self.effects[self.effects["against"] == self.effects["against"].iloc[0]]
        if arm is not None:
            check_choice(arm, table["arm"], name="arm")
            table = table[table["arm"] == arm]
        row: pd.Series[Any] = table.iloc[0]
        return row

    def profit(self, *, cost: float, margin: float) -> pd.DataFrame:
        """Say what each arm earned beyond the control group.

        Per contact margin × effect − cost, and for all contacts of the arm together.

        Parameters
        ----------
        cost : float
            Of one contact more than the control group's.
        margin : float
            Earned by one response; of an amount, the share of it that is earned.

        Returns
        -------
        DataFrame
            One row an arm: ``arm, against, contacts, profit_per_contact, profit, low, high,
            break_even``: the effect at which nothing is earned.

        Raises
        ------
        ParameterError
            Cost or margin is not a finite number from 0.
        """
        cost, margin = one_for_all(cost, name="cost"), one_for_all(margin, name="margin")
        table = self.effects[["arm", "against", "contacts"]].copy()
        each = {name: margin * self.effects[name] - cost for name in ("effect", "low", "high")}
        table["profit_per_contact"] = each["effect"]
        table["profit"] = each["effect"] * table["contacts"]
        table["low"] = each["low"] * table["contacts"]
        table["high"] = each["high"] * table["contacts"]
        table["break_even"] = cost / margin if margin > 0 else np.nan
        return table

    def sentence(self, arm: str | None = None, *, outcome: str | None = None) -> str:
        """Say the effect of an arm in one sentence.

        Parameters
        ----------
        arm : str, optional
            By default the first one.
        outcome : str, optional
            What is measured, as a plural: "visits". By default "responses", or "the amount".

        Returns
        -------
        str
        """
        return headline(
            self.effect_of(arm),
            kind=self.kind,
            valid=self.valid,
            level=self.level,
            outcome=outcome,
            together=self.together,
        )

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(self.sentence(arm))}</p>" for arm in self._treated)
        shown = self.effects[["arm", "against", "contacts", "mean", "mean_against", "effect"]]
        shown = shown.assign(
            low=self.effects["low"], high=self.effects["high"], p_value=self.effects["p_value"]
        )
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"{said}{shown.to_html(border=0, index=False)}<ul>{notes}</ul>"

    @property
    def _treated(self) -> list[str]:
        first = self.effects["against"].iloc[0]
        return [str(arm) for arm in self.effects.loc[self.effects["against"] == first, "arm"]]


def holm(p_values: Any) -> Any:
    """Correct p-values for their number by Holm's method.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if len(p) == 0:
        raise ParameterError("`p_values` must hold one at least; there is none.")
    order = np.argsort(p, kind="stable")
    grown = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    found = np.empty_like(p)
    found[order] = np.minimum(grown, 1.0)
    return found
