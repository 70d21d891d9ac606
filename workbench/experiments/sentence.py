"""The one sentence of a test, as a manager says it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.experiments.validity import SAID
from workbench.language import later, say

RESPONSES = later("responses")
AMOUNT = later("the amount")
COUNT = later("the number")

INTERVAL = later("{percent:g}% interval {low} to {high}, {valid}")
TOGETHER = later("{percent:g}% interval {low} to {high}, {valid}, for all arms together")


def headline(
    row: pd.Series[Any],
    *,
    kind: str,
    valid: str,
    level: float,
    outcome: str | None,
    together: bool = False,
) -> str:
    """Say what an arm did, how sure that is, and how many contacts one response took.

    Parameters
    ----------
    row : Series
        Of `ReadOut.effects`.
    kind, valid, level, together
        Of the `ReadOut`.
    outcome : str or None
        What is measured.
    """
    unit = 100.0 if kind == "binary" else 1.0
    digits = _digits(unit * abs(float(row["high"] - row["low"])))
    number = f"{{x:.{digits}f}}"
    written = {name: say(number, x=unit * float(row[name])) for name in ("effect", "low", "high")}
    size = say(number, x=unit * abs(float(row["effect"])))
    interval = say(
        TOGETHER if together else INTERVAL,
        percent=round(100 * level, 6),
        low=written["low"],
        high=written["high"],
        valid=say(SAID[valid]),
    )
    named = outcome or say({"binary": RESPONSES, "amount": AMOUNT, "count": COUNT}[kind])
    words = {"arm": _named(str(row["arm"])), "outcome": named, "size": size, "interval": interval}
    if row["low"] <= 0 <= row["high"]:
        if kind == "binary":
            return say(
                "No effect of {arm} on {outcome} is proven: {effect} points ({interval}).",
                effect=written["effect"],
                **words,
            )
        return say(
            "No effect of {arm} on {outcome} is proven: {effect} per contact ({interval}).",
            effect=written["effect"],
            **words,
        )
    if row["effect"] < 0:
        if kind == "binary":
            return say("{arm} lowered {outcome} by {size} points ({interval}).", **words)
        return say("{arm} lowered {outcome} by {size} per contact ({interval}).", **words)
    if kind != "binary":
        return say("{arm} raised {outcome} by {size} per contact ({interval}).", **words)
    raised = say("{arm} raised {outcome} by {size} points ({interval})", **words)
    needed = say(
        "1 extra response for every {n:,.0f} contacted.", n=float(row["contacts_per_response"])
    )
    return say("{raised}: {needed}", raised=raised, needed=needed)


def _named(arm: str) -> str:
    """Write the name of an arm: in quotes where it has a digit, which may be read as a count."""
    return repr(arm) if any(map(str.isdigit, arm)) else arm


def _digits(width: float) -> int:
    """Return how many decimals tell both ends of an interval apart."""
    if not 0 < width < 0.8:  # of nothing, or endless
        return 1
    return 2 if width >= 0.05 else max(3, 1 - int(np.floor(np.log10(width))))
