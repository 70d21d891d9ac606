"""Whether ranking by uplift brings more than other ways to choose whom to contact."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench.evidence.arm_rows import arm_rows
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import later
from workbench.metrics._inputs import check_share
from workbench.metrics._trial import Trial, check_level, column_of
from workbench.metrics.effects import effect_of, reach
from workbench.metrics.money import one_for_all
from workbench.metrics.score_order import in_order
from workbench.metrics.uplift import uplift_at
from workbench.numbers import Array

BETTER, WORSE, UNPROVEN = later("better"), later("worse"), later("unproven")


class _Rule(NamedTuple):
    """Whom a rule contacts, as shares of the rows' contacts, and the uplift at its border."""

    part: Array
    border: float
    depth: float


def uplift_gain(
    uplift: Any,
    frame: FeatureFrame,
    *,
    propensity: Any = None,
    depth: float = 0.3,
    arm: str | None = None,
    outcome: Any = None,
    cost: float = 0.0,
    margin: float = 1.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare contacting the best by uplift with other ways to choose, on the same test.

    The value of a rule is margin · increments − cost · contacts, against contacting nobody; with
    the cost and margin that are set by default, the increments themselves. Only those tell of a
    difference whom one rule contacts and the other does not, so that the gain is

        gain = (m Δ₁ − c) n₁ − (m Δ₂ − c) n₂ ,

    where n₁ is how many contacts only the uplift's rule makes and Δ₁ their uplift, as
    `workbench.metrics.uplift_by_depth` estimates it, and n₂ and Δ₂ are those of the other. What
    both contact is the same for both. Where contacts cost nothing, contacting everybody wins
    wherever a contact does no harm: give `cost` and `margin`.

    Parameters
    ----------
    uplift : array, shape (n,)
        What the frame's rows are ranked by, the highest first; from a model that has not seen
        their outcomes.
    frame : FeatureFrame
        A test: its `treatment`, `control` and, where assignment was not the same for all,
        `arm_probability`. Without that the share of each campaign is the one observed.
    propensity : array, shape (n,), optional
        The rival ranking.
    depth : float
        The share of contacts that the rules make.
    arm : str, optional
        The arm that is compared with the control; "any" for all of them as one. Needed where
        there are several.
    outcome : array, shape (n,), optional
        An amount or a count; by default the frame's outcome.
    cost : float
        Of one contact, in any currency.
    margin : float
        Earned by one response (by a unit of the outcome), in the same currency.
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        One row a rival: "propensity" (where it is given), "random" (as many contacts, chosen by
        lot), "everybody" and "nobody". ``rival``, ``more_contacts`` (than the rival makes),
        ``gain``, ``low``, ``high``, and ``verdict``: "better", "worse", or "unproven" where the
        interval covers 0.

    Raises
    ------
    DataError
        The frame has no test; an arm is empty, also of a campaign; an outcome is not known; or a
        score is missing or infinite.
    ParameterError
        `arm` is none of the frame's, or there are several and none is named. `depth` is not a
        share, `cost` or `margin` is negative or not finite, or `level` is out of range.

    Notes
    -----
    The interval is paired: both rules are measured on the same contacts, drawn again together.
    Customers with several rows are drawn as wholes, and so are six campaigns or more, as
    `workbench.metrics.uplift_by_depth` says. It does not depend on chance.

    Examples
    --------
    >>> import numpy as np
    >>> from workbench import FeatureFrame
    >>> mailed, fond = np.tile([1, 0], 400), np.repeat([1, 0], 400)
    >>> table = pd.DataFrame({"fond": fond, "mail": mailed, "bought": 0})
    >>> table.loc[(table["fond"] == 1) & (table.index % 4 == 0), "bought"] = 1  # mailed ones
    >>> from dataclasses import replace
    >>> frame = FeatureFrame.from_table(table.drop(columns="mail"), target="bought")
    >>> frame = replace(frame, treatment=table["mail"].map({1: "mail", 0: "none"}), control="none")
    >>> uplift_gain(fond, frame, depth=0.5)[["rival", "more_contacts", "gain", "verdict"]]
           rival  more_contacts   gain   verdict
    0     random            0.0  100.0    better
    1  everybody         -400.0    0.0  unproven
    2     nobody          400.0  200.0    better
    """
    check_share(depth, name="depth")
    check_level(level)
    prices = {"cost": one_for_all(cost, name="cost"), "margin": one_for_all(margin, name="margin")}
    rows, there = arm_rows(frame, arm=arm, outcome=outcome)

    def by(score: Any, name: str) -> _Rule:
        order = in_order(rows, column_of(score, there, name=name))
        part = np.empty_like(rows.y)
        part[order.at] = order.best(depth)
        return _Rule(part, uplift_at(order, depth) if depth < 1 else 0.0, depth)

    ones = np.ones_like(rows.y)
    rivals = {later("propensity"): by(propensity, "propensity")} if propensity is not None else {}
    rivals |= {
        later("random"): _Rule(depth * ones, 0.0, depth),
        later("everybody"): _Rule(ones, 0.0, 1.0),
        later("nobody"): _Rule(0 * ones, 0.0, 0.0),
    }
    ours = by(uplift, "uplift")
    found = [
        {"rival": name, **_gain(rows, ours, rule, level=level, **prices)}
        for name, rule in rivals.items()
    ]
    return pd.DataFrame(found)


def _gain(
    rows: Trial, ours: _Rule, theirs: _Rule, *, cost: float, margin: float, level: float
) -> dict[str, Any]:
    """Measure the contacts that one rule alone makes, and take those of the other alone off."""
    more = ours.part - theirs.part
    gain, least, influence = 0.0, 0.0, np.zeros_like(rows.y)
    for side, part in ((1.0, more.clip(min=0.0)), (-1.0, (-more).clip(min=0.0))):
        if not part.any():
            continue
        effect = effect_of(rows, part)
        gain += side * (margin * effect.increments - cost * effect.contacts)
        worth = margin * effect.uplift - cost
        standing = part - effect.contacts / rows.contacts
        influence += side * (margin * effect.influence + standing * worth)
        least += margin**2 * effect.least
    for side, rule in ((1.0, ours), (-1.0, theirs)):  # whoever is added pushes another out
        influence -= side * (rule.part - rule.depth) * (margin * rule.border - cost)
    half = reach(rows, influence, level=level, least=least) if more.any() else 0.0
    low, high = gain - half, gain + half
    verdict = BETTER if low > 0 else WORSE if high < 0 else UNPROVEN
    return {
        "more_contacts": round(float(rows.weight @ more), 6) + 0.0,  # never -0
        "gain": gain,
        "low": low,
        "high": high,
        "verdict": verdict,
    }
