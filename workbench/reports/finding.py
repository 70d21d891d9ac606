"""What a test found, in one sentence: better than the base rate, worse, or not to be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench._figures import loss_text


def finding(performance: Mapping[str, Any], *, unseen: str) -> str:
    """Say how the model's log loss compares with the base rate's.

    A difference whose 95% interval covers nought is called unproven.

    Parameters
    ----------
    performance : mapping
        A row of `workbench.metrics.performance`.
    unseen : str
        What the model was judged on, such as "8 later campaigns".

    Examples
    --------
    >>> row = {"log_loss": 0.34, "base_log_loss": 0.44, "loss_ratio": 0.77,
    ...        "loss_ratio_low": 0.72, "loss_ratio_high": 0.82, "note": ""}
    >>> print(finding(row, unseen="8 later campaigns"))
    On 8 later campaigns, not seen before, the model's log loss is 0.3400 against 0.4400 for
    the base rate: 23% lower (95% interval: 28% to 18% lower).
    """
    loss = loss_text(performance["log_loss"])
    losses = f"On {unseen}, not seen before, the model's log loss is {loss}"
    if performance["note"]:
        return f"{losses}; it cannot be compared: {performance['note']}."
    ratio, low, high = (performance[f"loss_ratio{end}"] for end in ("", "_low", "_high"))
    compared = f"{losses} against {loss_text(performance['base_log_loss'])} for the base rate"
    if low <= 1 <= high:
        return (
            f"{compared}: {_change(ratio)}, which is unproven, as the 95% interval goes from "
            f"{_change(low)} to {_change(high)}."
        )
    ends = (low, high) if high < 1 else (high, low)
    first, second = (_percent(end) for end in ends)
    direction = "lower" if high < 1 else "higher"
    return f"{compared}: {_change(ratio)} (95% interval: {first} to {second} {direction})."


def _change(ratio: float) -> str:
    return f"{_percent(ratio)} {'lower' if ratio < 1 else 'higher'}"


def _percent(ratio: float) -> str:
    change = abs(1 - ratio)
    return f"{change:.0%}" if change >= 0.095 else f"{change:.1%}"
