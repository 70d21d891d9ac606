"""Whole tables: the forty of the benchmark keep the bar, and real ones keep their features."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.reading.personal.find import find_personal, finding_of

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import personal_data

    yield personal_data
    for name in [n for n in sys.modules if n == "personal_data" or n.startswith("strangers")]:
        del sys.modules[name]


@pytest.mark.parametrize("held_out", [False, True])
def test_forty_tables_keep_the_bar(bench, held_out):
    counts = bench.tally(held_out=held_out, tables=40)
    rates = counts.rates("left out")
    assert rates["are"] > 250
    assert rates["recall"] >= 0.95, counts.faults
    assert rates["precision"] >= 0.90, counts.faults
    assert counts.rates("proxy")["recall"] >= 0.95


@pytest.mark.parametrize("later", [False, True])
def test_tables_of_public_programs(bench, later):
    rates = bench.tally_of_public(later=later).rates("left out")
    assert rates["recall"] >= 0.94
    assert rates["precision"] >= 0.98


def test_every_column_of_nobody_in_every_style_stays(bench):
    """Look-alikes by themselves: nothing of a business is left out, whatever the style."""
    from strangers.headers import OTHERS

    rng = np.random.default_rng(8)
    wrong = [
        name
        for write, *names in OTHERS
        for name in (n for both in names for n in both)
        for styled in (name, name.lower().replace(" ", "_"), name.upper().replace(" ", ""))
        if (found := finding_of(pd.Series(write(rng, 200)), styled)) is not None and found.refused
    ]
    assert wrong == []


def test_numbers_without_a_name_that_says_so_are_passed_over():
    assert finding_of(pd.Series([1.5, 2.5]), "x") is None
    assert finding_of(pd.Series([True, False]), "flag") is None


def test_lists_are_nobody_s():
    assert finding_of(pd.Series([[1], [2]]), "email") is None


def test_columns_that_are_not_looked_at():
    table = pd.DataFrame({"mail": ["a@b.example"], 7: ["a@b.example"]})
    assert list(find_personal(table)) == ["mail", "7"]
    assert list(find_personal(table, but=["mail"])) == ["7"]


COLUMNS = st.one_of(
    st.lists(st.text(max_size=12), min_size=1, max_size=30),
    st.lists(st.one_of(st.none(), st.integers(-(2**62), 2**62)), min_size=1, max_size=30),
    st.lists(st.floats(), min_size=1, max_size=30),
    st.lists(st.one_of(st.none(), st.booleans(), st.dates(), st.text(max_size=5)), min_size=1),
)
NAMES = st.one_of(st.text(max_size=20), st.sampled_from(["email", "iban", "Geb.", "diag", "age"]))


@given(NAMES, COLUMNS)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_whatever_a_column_holds_it_is_found_or_not_and_twice_alike(name, values):
    column = pd.Series(values, dtype=object)
    assert finding_of(column, name) == finding_of(column, name)


@given(st.permutations(range(40)))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_the_order_of_rows_says_nothing(order):
    values = pd.Series([f"p{k}@mail.example" if k % 3 else f"remark {k}" for k in range(40)])
    assert finding_of(values.iloc[list(order)], "x") == finding_of(values, "x")
