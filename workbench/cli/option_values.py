"""The value of an option, as a file or a program writes it: not as text only."""

from __future__ import annotations

import argparse
import json
from typing import Any

from workbench.errors import ParameterError
from workbench.messages import did_you_mean, listed


def value_for(action: argparse.Action, value: Any) -> Any:
    """Return what the option would have made of it, had it been typed.

    Parameters
    ----------
    action : Action
        Of the option.
    value : text, number, flag, list, mapping, or a date

    Raises
    ------
    ParameterError
        The option cannot be that.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> seed, drop = parser.add_argument("--seed", type=int), parser.add_argument("--drop",
    ...                                                                 action="append")
    >>> value_for(seed, 7), value_for(drop, "city"), value_for(drop, ["city", "age"])
    (7, ['city'], ['city', 'age'])
    """
    name = action.dest
    if action.nargs == 0:
        if not isinstance(value, bool):
            raise ParameterError(f"`{name}` must be true or false; got {value!r}.")
        return value
    if isinstance(action, argparse._AppendAction):  # noqa: SLF001 - it has no other name
        return _entries(name, value)
    if isinstance(value, list) and len(value) == 1 and callable(action.type):
        value = value[0]  # a list of one is typed as that one
    text = _text(name, value)
    if action.choices is not None and text not in action.choices:
        raise ParameterError(
            f"`{name}` must be one of {listed(action.choices)}; got {value!r}."
            f"{did_you_mean(text, action.choices)}"
        )
    if not callable(action.type):
        return text
    try:
        return action.type(text)
    except argparse.ArgumentTypeError as error:
        raise ParameterError(f"`{name}` {error}.") from None
    except ValueError:
        raise ParameterError(f"`{name}` must be a whole number; got {value!r}.") from None


def _entries(name: str, value: Any) -> list[str]:
    """Return what would be typed one after the other; a mapping as NAME=VALUE."""
    if isinstance(value, dict):
        return [f"{key}={_text(name, one)}" for key, one in value.items()]
    return [_text(name, one) for one in (value if isinstance(value, list) else [value])]


def _text(name: str, value: Any) -> str:
    """Write a value as it is typed; names of a list with commas between, where none has one."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, dict)):
        raise ParameterError(f"`{name}` must be text or a number; got {value!r}.")
    if isinstance(value, list):
        texts = [_text(name, one) for one in value]
        plain = len(texts) > 1 and not any("," in text for text in texts)
        return ",".join(texts) if plain else json.dumps(texts, ensure_ascii=False)
    return str(value)
