"""What a test found, in one sentence: better than the base rate, worse, or not to be told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from workbench.digits import loss_text
from workbench.errors import SchemaError
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
    losses = f"On {unseen}, not seen before, the model's log loss is {loss}"
    if performance["note"]:
        return f"{losses}; it cannot be compared: {performance['note']}."
    ratio, low, high = (performance[f"loss_ratio{end}"] for end in ("", "_low", "_high"))
    compared = f"{losses} against {loss_text(performance['base_log_loss'])} for the base rate"
    if math.isnan(low):
        return (
            f"{compared}: {_change(ratio)}, which is unproven, as "
            f"{'too few contacts' if drawn == CONTACTS else f'fewer than two {drawn}'} do not "
            "show how far others would differ."
        )
    whole = "" if drawn == CONTACTS else f" with whole {drawn} drawn"
    if low <= 1 <= high:
        return (
            f"{compared}: {_change(ratio)}, which is unproven, as the 95% interval{whole} "
            f"goes from {_change(low)} to {_change(high)}."
        )
    # from the smaller change to the larger, on either side of the base rate
    first, second = (_percent(end) for end in ((high, low) if high < 1 else (low, high)))
    direction = "lower" if high < 1 else "higher"
    return f"{compared}: {_change(ratio)} (95% interval{whole}: {first} to {second} {direction})."


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
        return str(performance["note"])
    low, high = performance["auc_low"], performance["auc_high"]
    if math.isnan(low):
        perfect = performance.get("auc") in (0.0, 1.0)
        why = "no pair is ranked the other way" if perfect else f"too few {drawn}"
        return f"no interval: {why}"
    whole = "" if drawn == CONTACTS else f", whole {drawn} drawn"
    return f"95% interval {low:.3f} to {high:.3f}{whole}"


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
    return f"{_percent(ratio)} {'lower' if ratio < 1 else 'higher'}"


def _percent(ratio: float) -> str:
    change = abs(1 - ratio)
    return f"{change:.0%}" if change >= 0.095 else f"{change:.1%}"
