"""The kinds of values that a file may hold."""

import pytest

from workbench.ridge.export import schema_checks as checks


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (checks.number, (0, -1.5, 1e200), (True, "1", None, 1e301, 10**400, 2**63, [])),
        (checks.from_zero, (0, 2.5), (-1e-9, -1, "0")),
        (checks.above_zero, (1e-300, 3), (0, 0.0, -1)),
        (checks.penalty, (0.0, "inf"), ("-inf", -1.0, None)),
        (checks.text, ("", "Köchin", "\n"), (1, None, "\udc00", ["a"])),
        (checks.flag, (True, False), (0, 1, "true", None)),
        (checks.whole, (0, 7), (1.0, True, -1, 2**53)),
        (checks.nothing_or(checks.text), (None, "a"), (1,)),
        (checks.listed(checks.text, fewest=1), (["a"],), ([], "a", [1], None)),
        (checks.mapped(checks.number), ({}, {"a": 1}), ([], {"a": "1"}, {"\udc00": 1})),
        (checks.one_of(checks.flag, checks.text), (True, "a"), (1, None)),
        (checks.record({"a": checks.text}), ({"a": "x"},), ({}, {"a": 1}, {"a": "x", "b": 1}, 3)),
        (checks.anything, (None, {"a": [1, "b", None, True]}), ({"a": [float("inf")]}, "\ud800")),
        (
            checks.rows({"a": checks.number}),
            ([{"a": 1}], [{"a": 1, "b": None}, {"a": 2, "b": "x"}]),
            ([], [{}], [{"a": "1"}], [{"a": 1, "b": [float("inf")]}], [{"a": 1}, {"b": 1}], 3, [3]),
        ),
    ],
)
def test_each_kind_takes_its_own_and_nothing_else(check, good, bad):
    assert [value for value in good if any(check(value, "x"))] == []
    assert [value for value in bad if not any(check(value, "x"))] == []


def test_a_fault_says_where_it_stands():
    check = checks.record({"a": checks.listed(checks.record({"b": checks.number}))})
    assert list(check({"a": [{"b": 1}, {"b": "x"}]}, "")) == ["a[1].b is not a finite number"]
