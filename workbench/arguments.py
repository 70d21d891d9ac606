"""Arguments of a wrong type get the project's own error at every public entrance.

What works is let through, whatever its type: a call is looked at after it has failed with
an error that is not the project's own. Where an argument is then not what the function's
annotations say, the error names it. Settings that are only used later, such as those of
builders, are looked at when they are given.
"""

from __future__ import annotations

import inspect
import numbers
import re
import reprlib
import types
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping
from functools import cache, wraps
from itertools import islice
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd

from workbench.errors import ParameterError, WorkbenchError

Thing = TypeVar("Thing", bound=Callable[..., Any])

_OF_ANYTHING = re.compile(r"\b(pd\.(?:Series|Index))\[[^][]*\]")
_LOOKED_AT = 1000  # entries of a list or mapping
_ARRAYS = (np.ndarray, pd.Series, pd.Index)
_WORDS: Mapping[Any, str] = {
    float: "a number",
    int: "a whole number",
    bool: "True or False",
    str: "text",
    None: "None",
    types.NoneType: "None",
    Callable: "a function",
}
_NUMBERS: Mapping[Any, Any] = {float: numbers.Real, int: numbers.Integral}


def guard(
    namespace: MutableMapping[str, Any], names: Iterable[str], *, kept: Collection[str] = ()
) -> None:
    """Let the public functions, and methods of public classes, of a package name bad arguments.

    Parameters
    ----------
    namespace : mapping
        ``globals()`` of the package.
    names : iterable of str
        Its ``__all__``.
    kept : collection of str
        Classes that only keep what they are given, for others to use: it is looked at at once.
    """
    for name in kept:
        cls = namespace[name]
        cls.__init__ = checked(cls.__init__)
    for name in names:
        thing = namespace[name]
        if inspect.isfunction(thing):
            namespace[name] = explained(thing)
        elif inspect.isclass(thing) and thing.__module__.startswith("workbench."):
            for base in thing.__mro__:
                if base.__module__.startswith("workbench."):
                    _guard_class(base)


def explained(function: Thing) -> Thing:
    """Name the argument of a wrong type where a call fails for it.

    Raises
    ------
    ParameterError
        An argument is not of the annotated type, and the call failed.

    Examples
    --------
    >>> @explained
    ... def half(amount: float) -> float:
    ...     return amount / 2
    >>> half(3)
    1.5
    >>> half("x")
    Traceback (most recent call last):
        ...
    workbench.errors.ParameterError: `amount` must be a number; got 'x' (str). See help(half).
    """

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        try:
            return function(*given, **named)
        except (WorkbenchError, Warning):
            raise
        except Exception as error:
            fault = next(_faults(function, given, named), None) or _fault_of_settings(given)
            if fault is None:
                raise
            raise ParameterError(fault) from error

    call.__dict__["explained"] = True
    return typing.cast(Thing, call)


def checked(function: Thing) -> Thing:
    """Name the argument of a wrong type though the call works: for settings that are used later.

    Examples
    --------
    >>> @checked
    ... def keep(days: int | None = None) -> int | None:
    ...     return days
    >>> keep(2.5)
    Traceback (most recent call last):
        ...
    workbench.errors.ParameterError: `days` must be a whole number or None; got 2.5 (float). See...
    """

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        made = explained(function)(*given, **named)  # what it says itself is said better
        for fault in _faults(function, given, named):
            raise ParameterError(fault)
        return made

    call.__dict__["explained"] = True
    return typing.cast(Thing, call)


def _guard_class(cls: type) -> None:
    for name, member in list(vars(cls).items()):
        if name.startswith("_") and name != "__init__":
            continue
        if inspect.isfunction(member) and "explained" not in vars(member):
            setattr(cls, name, explained(member))
        elif isinstance(member, classmethod) and "explained" not in vars(member.__func__):
            setattr(cls, name, classmethod(explained(member.__func__)))


def _fault_of_settings(given: tuple[Any, ...]) -> str | None:
    """Look at what an estimator was made with: by its convention that is kept as it is."""
    if not given or isinstance(given[0], type) or not hasattr(given[0], "get_params"):
        return None
    settings = given[0].get_params(deep=False)
    return next(_faults(inspect.unwrap(type(given[0]).__init__), given[:1], settings), None)


def _faults(function: Callable[..., Any], given: Any, named: Any) -> Iterator[str]:
    try:
        bound = inspect.signature(function).bind(*given, **named).arguments
    except TypeError:
        return  # Python says itself which argument is missing, or too many
    bound = {**bound, **named}  # those that a `**` gathers, too
    said = function.__qualname__.removesuffix(".__init__")
    for name, hint in _hints(function).items():
        if name not in bound:
            continue
        value = bound[name]
        if not _fits(value, hint):
            yield f"`{name}` must be {_words(hint)}; got {_shown(value)}. See help({said})."
        elif name == "seed" and isinstance(value, numbers.Integral) and value < 0:
            yield f"`{name}` must be a whole number from 0; got {value}. See help({said})."


@cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Return what annotations mean; those of names that only a type checker imports mean all."""
    found = {}
    for name, written in inspect.get_annotations(function).items():
        parameter = inspect.signature(function).parameters.get(name)
        if parameter is None or parameter.kind is parameter.VAR_POSITIONAL:
            continue
        try:
            if isinstance(written, str):
                plain = _OF_ANYTHING.sub(r"\1", written)  # no subscripts when the program runs
                hint = eval(plain, inspect.unwrap(function).__globals__)  # noqa: S307 - the project's own text
            else:
                hint = written
        except (NameError, TypeError, AttributeError):
            continue
        if parameter.kind is not parameter.VAR_KEYWORD:
            found[name] = hint
        elif typing.get_origin(hint) is typing.Unpack:  # of a TypedDict, which names them
            found |= typing.get_type_hints(typing.get_args(hint)[0])
    return found


def _fits(value: Any, hint: Any) -> bool:  # noqa: PLR0911 - a kind a line
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    kind = origin or hint
    if hint in (None, types.NoneType):
        return value is None
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, one) for one in inside)
    if origin is Literal:
        return any(type(value) is type(one) and value == one for one in inside)
    if hint in _NUMBERS:
        return isinstance(value, _NUMBERS[hint]) and not isinstance(value, (bool, np.bool_))
    if kind in _ARRAYS:  # whatever numpy would make one of
        return isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))
    if not isinstance(kind, type) or kind in (Any, object) or getattr(kind, "_is_protocol", False):
        return True  # Any, and what is not known here
    if issubclass(kind, Iterable) and inside:
        return _holds(value, kind, inside)
    return isinstance(value, (bool, np.bool_) if hint is bool else kind)


def _holds(value: Any, kind: type, inside: tuple[Any, ...]) -> bool:
    """Whether a value is a list or mapping of the right things; an array is a list."""
    if issubclass(kind, Mapping):
        return isinstance(value, Mapping) and _all_fit(value.items(), inside)
    if not isinstance(value, Iterable) or isinstance(value, (Mapping, bytes, pd.DataFrame)):
        return False
    if kind is tuple and Ellipsis not in inside:
        fitting = isinstance(value, Collection) and len(value) == len(inside)
        return fitting and all(_fits(one, what) for one, what in zip(value, inside, strict=True))
    return isinstance(value, Iterator) or _all_fit(value, inside[:1])


def _all_fit(entries: Iterable[Any], kinds: tuple[Any, ...]) -> bool:
    if len(kinds) == 2:  # of a mapping
        return all(
            _fits(key, kinds[0]) and _fits(entry, kinds[1])
            for key, entry in islice(entries, _LOOKED_AT)
        )
    return all(_fits(entry, kind) for kind in kinds for entry in islice(entries, _LOOKED_AT))


def _words(hint: Any) -> str:
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(dict.fromkeys(_words(one) for one in inside))
    if origin is Literal:
        return f"one of {list(inside)!r}"
    kind = origin or hint
    if kind in _WORDS:
        return _WORDS[kind]
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return f"a mapping of {_words(inside[0])} to {_words(inside[1])}" if inside else "a mapping"
    if isinstance(origin, type) and issubclass(origin, Iterable):
        kinds = dict.fromkeys(_words(one) for one in inside if one is not Ellipsis)
        count = "" if Ellipsis in inside or origin is not tuple else f"{len(inside)} of "
        return f"a list, each {' or '.join(kinds)}" if not count else f"{count}{' or '.join(kinds)}"
    return "anything" if kind in (Any, object) else f"a {getattr(kind, '__name__', kind)}"


def _shown(value: Any) -> str:
    kind = type(value).__name__
    plain = value is None or isinstance(value, (str, bytes, numbers.Number, list, tuple, dict, set))
    return f"{reprlib.repr(value)} ({kind})" if plain else f"a {kind}"
