"""What is typed after `--set NAME=`, as the value that it stands for.

The default in the notebook's parameters cell tells the kind. Where it tells none, as None does
not, a literal of Python or JSON is what it says, and anything else is text.
"""

from __future__ import annotations

import ast
import json
import math
import re
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from workbench.errors import ParameterError

if TYPE_CHECKING:
    from workbench.reports.parameters import Parameter

NONE = ("None", "null")
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_PLAIN = (bool, int, float, type(None))
_WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number, with a point before decimals",
    str: "text",
    list: 'a list, as in a,b or ["a", "b"]',
    tuple: 'a list, as in a,b or ["a", "b"]',
    dict: 'a mapping, as in a:b,c:d or {"a": "b"}',
}
NOTHING = object()
"""What is no literal."""


class _OtherKindError(Exception):
    """A text is not of the kind that is wanted; its own words, if any, say more."""


def value_of(parameter: Parameter, text: str) -> Any:
    """Return the value that a text stands for, of the kind of the parameter's default.

    Parameters
    ----------
    parameter : Parameter
    text : str

    Raises
    ------
    ParameterError
        The text is none of that kind.

    Examples
    --------
    >>> from workbench.reports.parameters import parameters_in
    >>> known = parameters_in("cost = 1.0; drop = []; name = ''; most = None")
    >>> value_of(known["cost"], "2"), value_of(known["drop"], "a, b"), value_of(known["name"], "2")
    (2.0, ['a', 'b'], '2')
    >>> value_of(parameters_in("margins = {}")["margins"], "tea:2.5,red wine:4")
    {'tea': 2.5, 'red wine': 4}
    >>> value_of(known["most"], "2"), value_of(known["most"], "all")
    (2, 'all')
    """
    if parameter.may_be_none and text in NONE:
        return None
    if parameter.kind is None:
        literal = literal_of(text)
        return text if literal is NOTHING else literal
    try:
        return _READERS[parameter.kind](text, parameter)
    except _OtherKindError as error:
        more = f" {error}" if str(error) else ""
        raise ParameterError(
            f"`{parameter.name}` must be {_WORDS[parameter.kind]}, as its default, "
            f"{parameter.default}, is; got {text!r}.{more}"
        ) from None


def literal_of(text: str) -> Any:
    """Return the value of a literal of Python or JSON, or NOTHING.

    Examples
    --------
    >>> literal_of("[1, null]"), literal_of("'a'"), literal_of("1 + 1") is NOTHING
    ([1, None], 'a', True)
    """
    with warnings.catch_warnings(action="ignore"):  # of escapes that Python does not know
        for read in (_json, ast.literal_eval):
            try:
                value = read(text.strip())
            except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
                continue
            if _is_plain(value):
                return value
    return NOTHING


def _json(text: str) -> Any:
    """Read JSON, without what it calls numbers and is none: NaN and infinity are words."""

    def refuse(word: str) -> NoReturn:
        raise ValueError(word)

    return json.loads(text, parse_constant=refuse)


def _is_plain(value: object) -> bool:
    """Whether a notebook can be given the value: what JSON knows, and files can hold."""
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(entry) for key, entry in value.items())
    return is_utf8(value) if isinstance(value, str) else isinstance(value, _PLAIN)


def is_utf8(text: str) -> bool:
    r"""Whether a file can hold a text: what a shell gives may hold bytes that are no letters.

    Examples
    --------
    >>> is_utf8("Köln"), is_utf8("K\udcf6ln")
    (True, False)
    """
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def read_either_way(text: str) -> bool:
    """Whether a mark may set thousands apart in one country, and begin decimals in another.

    Examples
    --------
    >>> [read_either_way(text) for text in ("2.500", "2,500", "2.50", "0.125", "2500")]
    [True, True, False, False, False]
    """
    return bool(_EITHER.fullmatch(text))


def _flag(text: str, _: Parameter) -> bool:
    word = text.strip().lower()
    if word not in ("true", "false"):
        raise _OtherKindError
    return word == "true"


def _whole(text: str, parameter: Parameter) -> int:
    number = literal_of(text)
    if isinstance(number, float) and number.is_integer():  # 1e6
        return int(number)
    if isinstance(number, float):
        raise _OtherKindError(
            f"For other numbers too, write a default such as {parameter.default}.0 into the "
            "notebook."
        )
    if not isinstance(number, int) or isinstance(number, bool):
        raise _OtherKindError
    return number


def _number(text: str, _: Parameter) -> float:
    try:
        number = float(text)
    except ValueError:  # whose words say nothing more
        number = math.nan
    if math.isnan(number) or "_" in text:
        raise _OtherKindError
    return number


def _text(text: str, _: Parameter) -> str:
    literal = literal_of(text)
    if text in NONE:
        raise _OtherKindError(f"For the word write {json.dumps(text)}, quotes included.")
    return literal if isinstance(literal, str) else text


def _list(text: str, parameter: Parameter) -> list[Any]:
    literal = literal_of(text)
    if text.strip()[:1] in ("[", "("):
        if not isinstance(literal, (list, tuple)):
            raise _OtherKindError
        return [_entry(one, parameter) for one in literal]
    names = [name.strip() for name in text.split(",")] if text.strip() else []
    if not all(names):
        raise _OtherKindError("There is nothing between two commas.")
    return [_entry(name, parameter) for name in names]


def _entry(entry: Any, parameter: Parameter) -> Any:
    """Return an entry of the kind of those of the default, where these are of one."""
    kind = parameter.entries
    if kind is None or (isinstance(entry, kind) and not isinstance(entry, bool)):
        return entry
    try:
        return _READERS[kind](entry if isinstance(entry, str) else repr(entry), parameter)
    except _OtherKindError:
        raise _OtherKindError(f"Each entry must be {_WORDS[kind]}; {entry!r} is none.") from None


def _mapping(text: str, _: Parameter) -> dict[str, Any]:
    literal = literal_of(text)
    if isinstance(literal, dict):
        return literal
    if text.lstrip().startswith("{"):
        raise _OtherKindError
    found: dict[str, Any] = {}
    for pair in text.split(","):
        name, colon, typed = (part.strip() for part in pair.rpartition(":"))
        if not (name and colon and typed):
            decimal = pair.strip().isdigit()
            raise _OtherKindError(
                "Commas part pairs: write decimals by a point." if decimal else ""
            )
        if name in found:
            raise _OtherKindError(f"{name!r} stands twice.")
        if read_either_way(typed):
            whole = typed.replace(".", "")
            raise _OtherKindError(f"{typed} may be {whole}, too: write {typed}0 or {whole}.")
        value = literal_of(typed)
        found[name] = typed if value is NOTHING else value
    return found


_READERS: Mapping[type, Callable[[str, Parameter], Any]] = {
    bool: _flag,
    int: _whole,
    float: _number,
    str: _text,
    list: _list,
    tuple: lambda text, parameter: tuple(_list(text, parameter)),
    dict: _mapping,
}
