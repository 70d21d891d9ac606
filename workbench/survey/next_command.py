"""The line that could be typed next: what was said of a table, and what is guessed of it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.survey.role_guesses import Guess

_OPTIONS = {
    "target": "--target",
    "campaign": "--campaign",
    "time": "--time",
    "customer": "--customer",
    "trials": "--trials",
    "treatment": "--treatment",
    "control": "--control",
    "arm_probability": "--arm-probability",
    "positive": "--positive",
    "orders_within": "--orders-within",
    "amount": "--amount",
    "drop": "--drop",
    "groups": "--group",
    "order": "--order",
    "periods": "--periods",
    "dates": "--dates",
    "decimal": "--decimal",
    "encoding": "--encoding",
    "columns": "--columns",
    "kinds": "--as",
    "allow": "--allow",
}
_REPEATED = ("drop", "groups", "kinds", "allow")
HORIZON = 30  # days, of a log of orders of which nobody said any


def next_command(
    source: Any, said: Mapping[str, Any], guesses: Mapping[str, Guess], *, dated: bool
) -> str:
    """Write the run that follows; in Python, where the table is no file.

    Parameters
    ----------
    source : path, or a table
    said : mapping
        What was said of it, by the names of `workbench.load`.
    guesses : mapping of role to Guess
        For the roles that nobody gave.
    dated : bool
        Whether the order of campaigns is known without a column of time.

    Examples
    --------
    >>> guesses = {"target": Guess("bought", "its name")}
    >>> next_command("my shop.csv", {"drop": ["seconds"]}, guesses, dated=False)
    "workbench run propensity --table 'my shop.csv' --target bought --drop seconds"
    """
    told = dict(said) | {
        role: one.column for role, one in _used(said, guesses, dated=dated).items()
    }
    if "target" not in told and "orders_within" not in told:
        told |= _open_question(told)
    in_order = {name: told[name] for name in _OPTIONS if name in told}
    if not isinstance(source, (str, Path)):
        return f"workbench.load(table, {', '.join(f'{k}={v!r}' for k, v in in_order.items())})"
    typed = [*("workbench", "run", "propensity", "--table", str(source))]
    return shlex.join([*typed, *(word for item in in_order.items() for word in _typed(*item))])


def _used(
    said: Mapping[str, Any], guesses: Mapping[str, Guess], *, dated: bool
) -> dict[str, Guess]:
    """Keep the guesses that a run needs: moments only where campaigns do not tell their order."""
    used = {role: one for role, one in guesses.items() if role not in said}
    has_campaigns = "campaign" in said or "campaign" in used
    if "time" in used and has_campaigns and (dated or "order" in said):
        del used["time"]
    return used


def _open_question(told: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for what is missing; who, when and no outcome is a log of orders."""
    if {"customer", "time"} <= set(told) and "campaign" not in told:
        return {"orders_within": HORIZON}
    return {"target": "COLUMN"}


def _typed(name: str, value: Any) -> Iterator[str]:
    option = _OPTIONS[name]
    if name in _REPEATED:
        entries = value.items() if isinstance(value, Mapping) else value
        for entry in [value] if isinstance(value, str) else entries:
            yield from (option, "=".join(entry) if isinstance(entry, tuple) else str(entry))
    elif isinstance(value, (list, tuple)):
        yield from (option, ",".join(map(str, value)))
    else:
        yield from (option, f"{value:g}" if isinstance(value, float) else str(value))
