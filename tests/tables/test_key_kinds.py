"""Keys that a join would get wrong."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.errors import DataError
from workbench.tables.faults import Faults
from workbench.tables.key_kinds import check_key, check_rounded


def faults_of(check, values, **kind):
    faults = Faults()
    check(pd.Series(values, **kind), "contacts.id", faults)
    return faults.lines


@pytest.mark.parametrize(
    ("values", "kinds"),
    [([1, "1"], "int and str"), ([b"1"], "bytes"), ([(1, 2)], "tuple"), ([1j], "complex")],
)
def test_keys_of_several_kinds_are_refused(values, kinds):
    assert faults_of(check_key, values, dtype=object) == [
        (
            "contacts.id: every value must be text, or every value a whole number; there are "
            f"{kinds}. Write all of them as text."
        )
    ]


@pytest.mark.parametrize(
    "values", [["a", None], [1, 2], [1.0, None], pd.to_datetime(["2024-01-01"])]
)
def test_keys_of_one_kind_are_taken(values):
    assert faults_of(check_key, values) == []


@pytest.mark.parametrize(
    ("kind", "largest"), [("float64", 2**53), ("Float64", 2**53), ("float32", 2**24)]
)
def test_numbers_that_floating_point_rounds_are_refused(kind, largest):
    assert np.dtype(kind.lower()).type(largest) == np.dtype(kind.lower()).type(largest + 1)
    assert faults_of(check_rounded, [1, largest, largest + 2], dtype=kind) == [
        (
            "contacts.id: 2 rows have a number so large that floating point takes its neighbours "
            "for it; read them as whole numbers, or as text."
        )
    ]
    assert faults_of(check_rounded, [-largest], dtype=kind) != []
    assert faults_of(check_rounded, [largest - 1, None], dtype=kind) == []


def test_whole_numbers_are_never_rounded():
    assert faults_of(check_rounded, [2**53, 2**63 - 1], dtype="int64") == []


@pytest.mark.parametrize("role", ["customer", "campaign"])
@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (
            [1, "1", 2, 3],
            (
                "every value must be text, or every value a whole number; there are int and str. "
                "Write all of them as text."
            ),
        ),
        (
            [2.0**53, 2.0**53 + 2, 3, 4],
            (
                "2 rows have a number so large that floating point takes its neighbours for it; "
                "read them as whole numbers, or as text."
            ),
        ),
    ],
)
def test_a_flat_table_of_such_keys_is_refused(role, ids, said):
    table = pd.DataFrame({"id": ids, "x": [1, 2, 3, 4], "bought": [0, 1, 0, 1]})
    with pytest.raises(DataError, match=f"^{re.escape(f'`{role}`: {said}')}$"):
        FeatureFrame.from_table(table, target="bought", **{role: "id"})
