"""What few people have, of contacts in files against the same table in memory."""

import tempfile
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parquet_tables import written
from workbench import FeatureFrame, ParquetRows, RidgePropensity
from workbench.datasets import sample
from workbench.errors import WorkbenchError
from workbench.features import FeatureSet
from workbench.governance import disclosure
from workbench.governance.few_people import few_people
from workbench.governance.screen import Screen

ROLES = {"target": "bought", "campaign": "month"}


@st.composite
def tables(draw):
    """Small tables: few people, some of whom come often; rare levels, flags, gaps and campaigns."""
    n, seed = draw(st.integers(14, 60)), draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    people = draw(st.integers(8, 40))
    often = rng.dirichlet(np.full(people, draw(st.sampled_from([0.2, 5.0]))))
    who = rng.choice(people, n, p=often)
    odd = rng.permutation(people)[: draw(st.integers(0, 12))]  # who is away from the others
    away, several = np.isin(who, odd), rng.integers(0, 3, n)
    table = pd.DataFrame(
        {
            "who": [None if rng.random() < 0.1 else f"k{k}" for k in who],
            "month": rng.choice(["2024-01", "2024-02", "2024-03"], n, p=[0.5, 0.45, 0.05]),
            "flag": away.astype(int),
            "amount": np.where(away, rng.normal(size=n).round(1), 0.0),
            "of_two": np.where(away, 1.0 + several, several == 0),
            "age": rng.normal(40, 10, n).round(1),
            "gap": np.where(away, np.nan, rng.integers(0, 9, n)),
            "mostly": np.where(rng.random(n) < 0.6, np.nan, away * 2.0),
            "yes": [None if gap else bool(one) for gap, one in zip(several == 2, away, strict=True)],
            "town": np.where(away, "Lonelyville", rng.choice(["Bonn", "Ulm"], n)),
            "job": rng.choice(["cook", "smith", "baker", None], n, p=[0.7, 0.1, 0.1, 0.1]),
            "bought": np.arange(n) % 2.0,
        }
    )
    table.loc[rng.random(n) < 0.1, "bought"] = np.nan
    return table, draw(st.integers(1, 4)), draw(st.booleans())


def both(table, folder, *, parts, customer):
    """Read it in memory and from files; the way to read it that refuses it says so for both."""
    roles = {**ROLES, "customer": "who"} if customer else {**ROLES, "drop": ["who"]}
    with warnings.catch_warnings(action="ignore"):
        rows = ParquetRows(written(table, folder, parts=parts, row_group_size=7), **roles)
        return FeatureFrame.from_table(table, **roles), rows


@settings(max_examples=60, deadline=None, derandomize=True)
@given(case=tables())
def test_the_same_is_held_back_of_files_as_of_memory(case):
    table, parts, customer = case
    with tempfile.TemporaryDirectory() as folder:
        try:
            frame, rows = both(table, Path(folder) / "t", parts=parts, customer=customer)
        except WorkbenchError:  # one campaign, one class, …
            return
        for here, there in ((frame, rows), (frame.known(), rows.known())):
            assert few_people(there) == few_people(here)
            assert Screen.of(there) == Screen.of(here)
            assert Screen.of(there).shown == Screen.of(here).shown
            assert Screen.of(there).people == Screen.of(here).people
