"""Arguments of a wrong type, at public entrances."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

import numpy as np
import pandas as pd
import pytest

from workbench import arguments
from workbench.arguments import checked, explained, guard
from workbench.errors import DataError, ParameterError

FITTING = [
    (float, (1, 1.5, np.float32(2), np.int64(3)), ("1", None, True, [1])),
    (int, (1, np.int64(3)), (1.0, "1", True, None)),
    (bool, (True, np.False_), (1, "yes", None)),
    (str, ("", np.str_("a")), (1, b"a", None)),
    (float | str, (1, "tuned"), (None, [1])),
    (int | None, (None, 3), ("3", 1.5)),
    (Literal["a", 1], ("a", 1), ("b", True, 1.0)),
    (str | Path, ("a", Path("a")), (1, None)),
    (Sequence[str], (["a"], ("a",), pd.Index(["a"]), "ab"), ([1], {"a": 1}, 3, None)),
    (tuple[int, int], ((1, 2), [1, 2]), ((1,), (1, 2, 3), ("a", 2), 1)),
    (tuple[int, ...], ((), (1, 2)), ((1, "a"), 1)),
    (Mapping[str, float], ({}, {"a": 1}), ({"a": "b"}, {1: 1}, ["a"], None)),
    (Mapping[str, Any], ({"a": object()},), ({1: 1}, "a")),
    (pd.DataFrame, (pd.DataFrame(),), ({}, [[1]], None)),
    (pd.Series, (pd.Series([1]), [1], (1,)), (None, 3, "a", {"a": 1})),
    (Callable[[], int], (len,), (3, "len")),
    (object, (1, None), ()),
    (Any, (1, None), ()),
]


@pytest.mark.parametrize(("hint", "good", "bad"), FITTING)
def test_a_value_is_held_against_its_annotation(hint, good, bad):
    def function(value: hint) -> None:
        pass

    keep = checked(function)
    for value in good:
        keep(value)
    for value in bad:
        with pytest.raises(ParameterError, match=r"^`value` must be "):
            keep(value)


@pytest.mark.parametrize(
    ("hint", "value", "said"),
    [
        (float, "x", "a number; got 'x' (str)"),
        (int | None, 2.5, "a whole number or None; got 2.5 (float)"),
        (Mapping[str, float], [1], "a mapping of text to a number; got [1] (list)"),
        (Sequence[str], [1], "a list, each text; got [1] (list)"),
        (tuple[int, int], (1,), "2 of a whole number; got (1,) (tuple)"),
        (pd.DataFrame, np.zeros(3), "a DataFrame; got a ndarray"),
        (Literal["a", "b"], None, "one of ['a', 'b']; got None (NoneType)"),
    ],
)
def test_the_message_says_what_must_hold_and_what_came(hint, value, said):
    def function(value: hint) -> None:
        raise TypeError

    expected = f"`value` must be {said}. See help({function.__qualname__})."
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        explained(function)(value)


def test_a_call_that_works_is_let_through_whatever_it_was_given():
    @explained
    def double(amount: float) -> float:
        return amount * 2

    assert double("ab") == "abab"


@pytest.mark.parametrize("error", [DataError("own"), UserWarning("own"), KeyError("a bug")])
def test_other_errors_are_as_they_were(error):
    @explained
    def fail(amount: float) -> float:
        raise error

    with pytest.raises(type(error)) as raised:
        fail(1.0 if isinstance(error, KeyError) else "x")
    assert raised.value is error


def test_a_missing_argument_is_pythons_own_to_say():
    @explained
    def need(amount: float) -> float:
        return amount

    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        need()


def test_a_guarded_name_is_the_same_function_to_look_at():
    def lift(share: float) -> float:
        """Say it."""
        return 1 / share

    class Model:
        def fit(self, share: float) -> float:
            return 1 / share

        @classmethod
        def load(cls, path: str) -> str:
            return path.lower()

    Model.__module__ = "workbench.model"
    names = {"lift": lift, "Model": Model, "number": 3}
    guard(names, list(names))
    guard(names, list(names))  # twice does no harm
    assert names["lift"].__doc__ == "Say it."
    for call in (names["lift"], Model().fit, Model.load):
        with pytest.raises(ParameterError, match=r"^`(share|path)` must be "):
            call([1])


class Said(TypedDict, total=False):
    days: int
    name: str | None


def test_what_a_function_gathers_is_looked_at_where_it_is_declared():
    @explained
    def half(amount: float, **said: Unpack[Said]) -> float:
        return amount / said["days"]

    @explained
    def any_of(**said: Any) -> float:
        return 1 / said["days"]

    assert half(3, days=2) == 1.5
    expected = "`days` must be a whole number; got 'x' (str). See help("
    with pytest.raises(ParameterError, match=re.escape(expected)):
        half(3, days="x")
    with pytest.raises(TypeError):
        any_of(days="x")


def test_every_public_function_is_guarded():
    import workbench.evidence
    import workbench.metrics

    for room in (workbench.metrics, workbench.evidence):
        for name in room.__all__:
            thing = getattr(room, name)
            if callable(thing) and not isinstance(thing, type):
                assert vars(thing)["explained"], name
    assert vars(workbench.RidgePropensity.path)["explained"]
    assert arguments.guard is workbench.metrics.guard
