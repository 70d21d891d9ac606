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
            "yes": [
                None if gap else bool(one) for gap, one in zip(several == 2, away, strict=True)
            ],
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


@pytest.mark.slow
@settings(max_examples=20, deadline=None, derandomize=True)
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


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
def test_design_columns_held_back_are_those_that_disclosure_names(tmp_path):
    rng, n = np.random.default_rng(3), 400
    table = pd.DataFrame(
        {
            "who": rng.integers(0, 150, n),
            "month": rng.choice(["2024-01", "2024-02"], n),
            "tattooed": (np.arange(n) < 3) * 1,
            "gap": np.where(np.arange(n) < 4, np.nan, rng.normal(size=n)),
            "odd": np.where(np.arange(n) < 2, "Orp", "none"),  # a column that two differ in
            "town": np.where(np.arange(n) % 40 == 0, "Lonelyville", rng.choice(["Bonn", "Ulm"], n)),
            "bought": rng.integers(0, 2, n),
        }
    )
    table.loc[table["who"] >= 9, "town"] = table["town"].replace("Lonelyville", "Bonn")
    frame, rows = both(table, tmp_path / "t", parts=3, customer=True)
    coefficients = RidgePropensity(alpha=0.1).fit(frame).coefficients()
    here, there = few_people(frame), few_people(rows)
    assert here == there
    names = [*map(str, coefficients.index), "odd=Orp", "odd=none", "town=Bonn", "gap_missing"]
    wanted = disclosure.rare_columns(names, frame)
    assert {"tattooed", "odd=none", "odd=Orp"} <= wanted
    assert there.columns(names) == here.columns(names) == wanted
    shown = disclosure.without_rare(coefficients, frame)
    pd.testing.assert_frame_equal(there.without_rare(coefficients), shown)


def test_features_that_a_builder_made_are_held_back_alike(tmp_path):
    data = sample()
    built = FeatureSet.default(data)
    frame = built.build(data, progress=False)
    rows = built.build(data, to=tmp_path / "features.parquet", progress=False)
    assert few_people(rows) == replace(few_people(frame), wording=few_people(rows).wording)


def test_a_file_that_changes_is_told_of(tmp_path):
    table = pd.DataFrame({"x": range(60), "month": ["2024-01", "2024-02"] * 30})
    table["bought"] = [0, 0, 1, 1, 1, 0] * 10
    _, rows = both(table.assign(who=range(60)), tmp_path / "t", parts=2, customer=True)
    table.assign(who=0).head(20).to_parquet(tmp_path / "t" / "part-0.parquet")
    with pytest.raises(WorkbenchError, match="has changed since it was first read"):
        few_people(rows)
