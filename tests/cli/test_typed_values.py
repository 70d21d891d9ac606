"""What is typed becomes what the parameters cell's default is, or is refused."""

import json
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.cli.typed_values import NOTHING, literal_of, value_of
from workbench.errors import ParameterError
from workbench.reports.parameters import parameters_in

CELL = """
flag = False
whole = 3
number = 1.5
text = "auto"
names = []
days = [28, 91]
pair = ("a", "b")
groups = {}
anything = None
made = open
may: float | None = 2.0
title: str | None = None
"""
KNOWN = parameters_in(CELL)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        *(("flag", "true", True), ("flag", "False", False), ("flag", " TRUE ", True)),
        *(("whole", "7", 7), ("whole", "-7", -7), ("whole", "1e3", 1000), ("whole", "2.0", 2)),
        *(("number", "7", 7.0), ("number", "1e-3", 0.001), ("number", "inf", math.inf)),
        *(("text", "week", "week"), ("text", "5", "5"), ("text", "true", "true")),
        *(("text", "'a b'", "a b"), ("text", '"None"', "None"), ("text", "O'Neil", "O'Neil")),
        *(("text", "", ""), ("text", "a=b", "a=b"), ("text", "none", "none")),
        *(("names", "a, b", ["a", "b"]), ("names", "a", ["a"]), ("names", "", [])),
        *(("names", '["a, b"]', ["a, b"]), ("names", "[1, 'a', null]", "refused")),
        *(("names", "2023,2024", ["2023", "2024"]), ("names", "[2023]", [2023])),
        *(("days", "7,14", [7, 14]), ("days", "[7]", [7]), ("days", "(7, 14)", [7, 14])),
        *(("pair", "c,d", ("c", "d")), ("pair", "[]", ())),
        *(("groups", '{"a": "b"}', {"a": "b"}), ("groups", "{}", {})),
        *(("groups", "a:b", {"a": "b"}), ("groups", "a b: 2.5,c:d:1", {"a b": 2.5, "c:d": 1})),
        *(("groups", "a:0.125,b:2.5000", {"a": 0.125, "b": 2.5}),),
        *(("anything", "5", 5), ("anything", "null", None), ("anything", "None", None)),
        *(("anything", "true", True), ("anything", "[1, 2]", [1, 2]), ("anything", "a", "a")),
        *(("anything", "05", "05"), ("anything", "'5'", "5"), ("anything", "1 + 1", "1 + 1")),
        *(("anything", "1j", "1j"), ("anything", "{1, 2}", "{1, 2}"), ("anything", "NaN", "NaN")),
        *(("made", "5", 5), ("may", "None", None), ("may", "3", 3.0), ("title", "5", "5")),
        ("anything", "(" * 5000, "(" * 5000),
    ],
)
def test_what_is_typed_is_read_as_the_default_is(name, typed, value):
    if value == "refused":
        with pytest.raises(ParameterError):
            value_of(KNOWN[name], typed)
        return
    found = value_of(KNOWN[name], typed)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("flag", "yes", "`flag` must be true or false, as its default, False, is; got 'yes'."),
        ("whole", "x", "`whole` must be a whole number, as its default, 3, is; got 'x'."),
        ("whole", "true", "`whole` must be a whole number, as its default, 3, is; got 'true'."),
        (
            "whole",
            "0.5",
            (
                "`whole` must be a whole number, as its default, 3, is; got '0.5'. For other "
                "numbers too, write a default such as 3.0 into the notebook."
            ),
        ),
        (
            "number",
            "1,5",
            (
                "`number` must be a number, with a point before decimals, as its default, 1.5, "
                "is; got '1,5'."
            ),
        ),
        (
            "number",
            "None",
            (
                "`number` must be a number, with a point before decimals, as its default, 1.5, "
                "is; got 'None'."
            ),
        ),
        (
            "text",
            "null",
            (
                "`text` must be text, as its default, \"auto\", is; got 'null'. For the word write "
                '"null", quotes included.'
            ),
        ),
        (
            "names",
            "a,,b",
            (
                '`names` must be a list, as in a,b or ["a", "b"], as its default, [], is; got '
                "'a,,b'. There is nothing between two commas."
            ),
        ),
        (
            "names",
            "[a]",
            (
                '`names` must be a list, as in a,b or ["a", "b"], as its default, [], is; got '
                "'[a]'."
            ),
        ),
        (
            "days",
            "7,b",
            (
                '`days` must be a list, as in a,b or ["a", "b"], as its default, [28, 91], is; got '
                "'7,b'. Each entry must be a whole number; 'b' is none."
            ),
        ),
        (
            "groups",
            "a=b",
            (
                '`groups` must be a mapping, as in a:b,c:d or {"a": "b"}, as its default, {}, is; '
                "got 'a=b'."
            ),
        ),
        (
            "groups",
            "a:2,50",  # a decimal comma
            (
                '`groups` must be a mapping, as in a:b,c:d or {"a": "b"}, as its default, {}, is; '
                "got 'a:2,50'. Commas part pairs: write decimals by a point."
            ),
        ),
        (
            "groups",
            "a:1,a:2",
            (
                '`groups` must be a mapping, as in a:b,c:d or {"a": "b"}, as its default, {}, is; '
                "got 'a:1,a:2'. 'a' stands twice."
            ),
        ),
        (
            "groups",
            "a:2.500",  # 2500, as a German writes it
            (
                '`groups` must be a mapping, as in a:b,c:d or {"a": "b"}, as its default, {}, is; '
                "got 'a:2.500'. 2.500 may be 2500, too: write 2.5000 or 2500."
            ),
        ),
    ],
)
def test_another_kind_is_refused(name, typed, message):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        value_of(KNOWN[name], typed)


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(value=PLAIN)
def test_whatever_json_or_python_writes_is_read_back(value):
    assert literal_of(repr(value)) == value
    assert literal_of(json.dumps(value)) == value


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=st.text(), name=st.sampled_from(sorted(KNOWN)))
def test_any_text_is_a_value_of_that_kind_or_is_refused(text, name):
    try:
        value = value_of(KNOWN[name], text)
    except ParameterError as error:
        assert f"`{name}` must be" in str(error)  # noqa: PT017 - either is right
        return
    kind = KNOWN[name].kind
    assert kind is None or isinstance(value, kind) or (KNOWN[name].may_be_none and value is None)
    assert value is not NOTHING
