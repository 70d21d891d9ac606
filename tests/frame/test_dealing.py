"""What is dealt as a whole: cells stay together, shares are kept, contacts fare as before."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame
from workbench.frame.dealing import Drawn, drawn, numbered, taken, wholes

QUICK = settings(derandomize=True, deadline=None, max_examples=60)


def cells(**roles):
    table = pd.DataFrame(
        {
            "month": ["2024-01"] * 4 + ["2024-02"] * 4,
            "ad": [*"aabbccdd"],
            "price": np.arange(8.0),
            "sent": [10, 20, 30, 40, 50, 60, 70, 80],
            "sold": [0, 20, 3, 4, 5, 6, 7, 8],
        }
    )
    return FeatureFrame.from_table(table, target="sold", trials="sent", **roles)


def test_a_cell_is_one_whole_and_a_row_without_one_is_its_own():
    frame = cells(drop=["month", "ad"])
    # the first cell has no responses, the second nothing else: one row each
    assert wholes(frame).tolist() == [0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]
    assert frame.cell.tolist() == wholes(frame).tolist()
    assert wholes(frame.rows([5, 0, 4])).tolist() == [0, 1, 0]
    plain = FeatureFrame(frame.X, frame.y, weight=frame.weight)
    assert wholes(plain).tolist() == list(range(14))


def test_labels_may_be_missing():
    labels = pd.Series(["x", None, "y", "x", None], index=[9, 8, 7, 6, 5])
    assert numbered(labels).tolist() == [0, 1, 2, 0, 3]
    frame = FeatureFrame(
        pd.DataFrame({"a": range(5)}), pd.Series(np.zeros(5)), cell=labels.reset_index(drop=True)
    )
    assert wholes(frame).tolist() == [0, 1, 2, 0, 3]


@pytest.mark.parametrize(
    ("roles", "months", "ads", "name"),
    [
        ({}, 6, 3, "campaigns"),
        ({}, 5, 7, "customers"),
        ({}, 5, 5, "cells"),
    ],
)
def test_intervals_draw_the_largest_there_are_six_of(roles, months, ads, name):
    n = 42
    table = pd.DataFrame(
        {
            "month": [f"2024-{k % months + 1:02d}" for k in range(n)],
            "ad": [f"ad{k % ads}" for k in range(n)],
            "price": np.arange(float(n)),
            "sent": 10,
            "sold": 3,
        }
    )
    frame = FeatureFrame.from_table(
        table, target="sold", trials="sent", campaign="month", customer="ad", **roles
    )
    found = drawn(frame)
    assert found.name == name
    assert len(set(found.label)) == {"campaigns": months, "customers": ads, "cells": n}[name]
    assert drawn(frame, campaigns=False).name == ("customers" if ads >= 6 else "cells")


def test_contacts_that_are_no_cells_stand_for_themselves():
    frame = cells(drop=["month", "ad"])
    assert drawn(FeatureFrame(frame.X, frame.y)) == Drawn(None, "contacts")


@QUICK
@given(st.integers(0, 10_000), st.floats(0.1, 0.9), st.integers(4, 60))
def test_a_share_is_met_as_nearly_as_the_largest_whole_allows(seed, share, count):
    rng = np.random.default_rng(seed)
    size = rng.integers(1, 100, count)
    whole = np.repeat(np.arange(count), 2)
    weight = np.repeat(size / 2.0, 2)
    stratum = np.repeat(rng.integers(0, 2, count), 2)
    marks = taken(whole, weight, stratum, share, seed)
    assert (marks[::2] == marks[1::2]).all()
    for one in np.unique(stratum):
        here = stratum == one
        away = weight[here & marks].sum() - share * weight[here].sum()
        assert abs(away) <= size[stratum[::2] == one].max() / 2 + 1e-9


@QUICK
@given(st.integers(0, 10_000), st.integers(2, 80))
def test_single_contacts_are_dealt_as_by_a_permutation_of_each_class(seed, n):
    y = np.random.default_rng(seed + 1).integers(0, 2, n)
    marks = taken(np.arange(n), np.ones(n), y, 0.3, seed)
    rng, expected = np.random.default_rng(seed), np.zeros(n, dtype=bool)
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        expected[rng.permutation(rows)[: round(0.3 * len(rows))]] = True
    np.testing.assert_array_equal(marks, expected)


def test_notebooks_that_were_copied_before_it_moved_find_it():
    import workbench
    import workbench.frame.leakage
    from workbench.frame import dealing, leakage

    assert dealing is workbench.frame.dealing
    assert leakage is workbench.frame.leakage
    with pytest.raises(AttributeError, match=r"^module 'workbench' has no attribute 'periods'$"):
        _ = workbench.periods
