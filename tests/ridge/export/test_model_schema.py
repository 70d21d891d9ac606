"""The kinds of values that a model file may hold."""

import json

import pytest

from workbench.ridge.export import model_schema as schema


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (schema.number, (0, -1.5, 1e200), (True, "1", None, 1e301, 10**400, 2**63, [])),
        (schema.from_zero, (0, 2.5), (-1e-9, -1, "0")),
        (schema.above_zero, (1e-300, 3), (0, 0.0, -1)),
        (schema.penalty, (0.0, "inf"), ("-inf", -1.0, None)),
        (schema.text, ("", "Köchin", "\n"), (1, None, "\udc00", ["a"])),
        (schema.flag, (True, False), (0, 1, "true", None)),
        (schema.whole, (0, 7), (1.0, True, -1, 2**53)),
        (schema.nothing_or(schema.text), (None, "a"), (1,)),
        (schema.listed(schema.text, fewest=1), (["a"],), ([], "a", [1], None)),
        (schema.mapped(schema.number), ({}, {"a": 1}), ([], {"a": "1"}, {"\udc00": 1})),
        (schema.one_of(schema.flag, schema.text), (True, "a"), (1, None)),
        (schema.record({"a": schema.text}), ({"a": "x"},), ({}, {"a": 1}, {"a": "x", "b": 1}, 3)),
        (schema.anything, (None, {"a": [1, "b", None, True]}), ({"a": [float("inf")]}, "\ud800")),
        (
            schema.rows({"a": schema.number}),
            ([{"a": 1}], [{"a": 1, "b": None}, {"a": 2, "b": "x"}]),
            ([], [{}], [{"a": "1"}], [{"a": 1, "b": [float("inf")]}], [{"a": 1}, {"b": 1}], 3, [3]),
        ),
        (schema.recipe, ({}, {"kind": "table", "drop": ["a"]}), ({"drop": "a"}, {"kind": 3}, [])),
    ],
)
def test_each_kind_takes_its_own_and_nothing_else(check, good, bad):
    assert [value for value in good if any(check(value, "x"))] == []
    assert [value for value in bad if not any(check(value, "x"))] == []


def test_a_fault_says_where_it_stands():
    check = schema.record({"a": schema.listed(schema.record({"b": schema.number}))})
    assert list(check({"a": [{"b": 1}, {"b": "x"}]}, "")) == ["a[1].b is not a finite number"]


def test_the_checksum_is_of_the_content_and_not_of_its_layout():
    content = {"b": [1, 0.1, "ö"], "a": None}
    again = json.loads(json.dumps(content, indent=3))
    assert schema.checksum_of(again) == schema.checksum_of(content)
    others = [{"b": [1, 0.1, "o"], "a": None}, {"b": [1.0, 0.1, "ö"], "a": None}, {"b": [1]}]
    assert len({schema.checksum_of(other) for other in [content, *others]}) == 4
