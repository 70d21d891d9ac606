"""What a test found, in one sentence: better than the base rate, worse, or not to be told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from workbench.digits import loss_text
from workbench.errors import SchemaError
from workbench.language import number_text, retold, say
from workbench.messages import listed

CONTACTS = "contacts"


def finding(performance: Mapping[str, Any], *, unseen: str, drawn: str = CONTACTS) -> str:
    """Say how the model's log loss compares with the base rate's.

    A difference whose 95% interval covers nought is called unproven.

    Parameters
    ----------
    performance : mapping
        A row of `workbench.metrics.performance`.
    unseen : str
        What the model was judged on, such as "8 later campaigns".
    drawn : str
        What the interval draws as a whole: "cells", "customers", "campaigns", or "contacts".

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> row = {"log_loss": 0.34, "base_log_loss": 0.44, "loss_ratio": 0.77,
    ...        "loss_ratio_low": 0.72, "loss_ratio_high": 0.82, "note": ""}
    >>> print(finding(row, unseen="8 later campaigns"))
    On 8 later campaigns, not seen before, the model's log loss is 0.3400 against 0.4400 for
    the base rate: 23% lower (95% interval: 18% to 28% lower).
    """
    _check_row(performance, "log_loss", "base_log_loss", "loss_ratio")
    loss = loss_text(performance["log_loss"])
    losses = {"unseen": unseen, "loss": loss}
    if performance["note"]:
        return say(
            "On {unseen}, not seen before, the model's log loss is {loss}; it cannot be compared: "
            "{note}.",
            **losses,
            note=retold(str(performance["note"])),
        )
    ratio, low, high = (performance[f"loss_ratio{end}"] for end in ("", "_low", "_high"))
    compared = say(
        "On {unseen}, not seen before, the model's log loss is {loss} against {base} for the base "
        "rate: {change}",
        **losses,
        base=loss_text(performance["base_log_loss"]),
        change=_change(ratio),
    )
    return compared + _how_sure(low, high, drawn)


def _how_sure(low: float, high: float, drawn: str) -> str:
    """Say what the interval of the ratio of losses makes of it; the end of a sentence."""
    if math.isnan(low):
        if drawn == CONTACTS:
            return say(
                ", which is unproven, as too few contacts do not show how far others would differ."
            )
        return say(
            ", which is unproven, as fewer than two {drawn} do not show how far others would "
            "differ.",
            drawn=say(drawn),
        )
    whole = "" if drawn == CONTACTS else say(" with whole {drawn} drawn", drawn=say(drawn))
    if low <= 1 <= high:
        return say(
            ", which is unproven, as the 95% interval{whole} goes from {low} to {high}.",
            whole=whole,
            low=_change(low),
            high=_change(high),
        )
    # from the smaller change to the larger, on either side of the base rate
    first, second = (_percent(end) for end in ((high, low) if high < 1 else (low, high)))
    ends = {"whole": whole, "first": first, "second": second}
    if high < 1:
        return say(" (95% interval{whole}: {first} to {second} lower).", **ends)
    return say(" (95% interval{whole}: {first} to {second} higher).", **ends)


def auc_interval(performance: Mapping[str, Any], *, drawn: str = CONTACTS) -> str:
    """Write the interval of the AUC, or why there is none.

    Parameters
    ----------
    performance, drawn
        As for `finding`.

    Returns
    -------
    str

    Examples
    --------
    >>> auc_interval({"auc_low": 0.61, "auc_high": 0.74, "note": ""}, drawn="cells")
    '95% interval 0.610 to 0.740, whole cells drawn'
    """
    _check_row(performance, "auc")
    if performance["note"]:
        return retold(str(performance["note"]))
    low, high = performance["auc_low"], performance["auc_high"]
    if math.isnan(low):
        perfect = performance.get("auc") in (0.0, 1.0)
        if perfect:
            return say("no interval: no pair is ranked the other way")
        return say("no interval: too few {drawn}", drawn=say(drawn))
    whole = "" if drawn == CONTACTS else say(", whole {drawn} drawn", drawn=say(drawn))
    return say("95% interval {low:.3f} to {high:.3f}{whole}", low=low, high=high, whole=whole)


def _check_row(performance: Mapping[str, Any], *wanted: str) -> None:
    """Raise SchemaError unless a row holds what the last name is bounded by, and a note."""
    needed = [*(name for name in wanted if name != "auc"), "note"]
    needed += [f"{wanted[-1]}{end}" for end in ("_low", "_high")]
    missing = [name for name in needed if name not in performance]
    if missing:
        raise SchemaError(
            f"`performance` must be a row of metrics.performance; it has no {listed(missing)}, but "
            f"{listed(list(performance.keys()))}."
        )


def _change(ratio: float) -> str:
    change = _percent(ratio)
    return say("{change} lower" if ratio < 1 else "{change} higher", change=change)


def _percent(ratio: float) -> str:
    change = abs(1 - ratio)
    return number_text(change, ".0%" if change >= 0.095 else ".1%")
