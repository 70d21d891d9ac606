import pytest

from workbench.errors import DataError
from workbench.tables.faults import Faults


def test_no_fault_raises_nothing_and_two_are_counted():
    faults = Faults()
    faults.raise_if_any()
    faults.add("one")
    faults.add("two")
    with pytest.raises(DataError) as raised:
        faults.raise_if_any()
    assert str(raised.value) == (
        "The campaign data have 2 faults; mend all of them, then try again:\n- one\n- two"
    )


def test_a_fault_is_listed_once():
    faults = Faults()
    faults.add("one")
    faults.add("one")
    assert faults.lines == ["one"]


def test_columns_missing_and_repeated():
    faults = Faults()
    assert faults.columns("t", ["a", "b"], ["a"])
    assert not faults.columns("t", ["a", "a", 7], ["7", "customer"])
    assert faults.lines == [
        "t: columns ['a'] stand more than once; rename the others.",
        "t: there is no column 'customer'; it has ['a', 'a', '7'].",
    ]


def test_zones_are_compared_when_all_are_known():
    faults = Faults()
    faults.zone("a.at", aware=True)
    faults.zone("b.at", aware=True)
    faults.raise_if_any()
    faults.zone("c.at", aware=False)
    with pytest.raises(DataError) as raised:
        faults.raise_if_any()
    assert str(raised.value).splitlines()[1] == (
        "- Moments must all have a time zone, or none: ['a.at', 'b.at'] have one, ['c.at'] have "
        "none; convert them to one zone first."
    )


def test_a_key_of_unknown_kind_is_let_through():
    faults = Faults(kinds={"customer": "text"})
    assert faults.same_kind("customer", "t", None)
    assert faults.same_kind("customer", "t", "text")
    assert faults.same_kind("campaign", "t", "numbers")  # nothing is known of the contacts'
    assert faults.lines == []
    assert not faults.same_kind("customer", "t", "numbers")


def test_clashing_names_are_left_out_and_noted_whatever_their_capitals():
    faults = Faults()
    assert faults.without_clashes("t", ["Time", "value"], {"time"}) == ["value"]
    note = (
        "Of t, columns ['Time'] are left out: key columns take these names. Rename them to keep "
        "them."
    )
    assert faults.notes == [note]
