"""Features built in DuckDB, PostgreSQL and Spark by the printed query: the same numbers."""

import math

import pandas as pd
import pytest

from workbench.datasets import sample
from workbench.features import FeatureSet, Tables, registered

RELATIVE = 1e-12  # of sums and what is made of them; counts are exact


def sets_of_everything(data):
    """What every registered builder proposes, in as few sets as names allow."""
    tables, sets = Tables(data), []
    for cls in registered().values():
        for builder in cls.propose(tables):
            names = {feature.name for feature in builder.features(tables)}
            place = next((s for s in sets if not names & s["names"]), None)
            if place is None:
                sets.append(place := {"names": set(), "builders": []})
            place["names"] |= names
            place["builders"].append(builder)
    return [FeatureSet(*found["builders"]) for found in sets]


def ask(warehouse, features, data):
    names, rows = warehouse.ask(features.sql(data, dialect=warehouse.dialect), data.connect())
    return pd.DataFrame(rows, columns=names, dtype=object).set_index("contact")


def differences(found, wanted, catalogue):
    """Say where two tables of features differ by more than they may."""
    assert list(found.columns) == list(wanted.columns)
    assert list(found.index) == list(range(len(wanted)))
    for name in wanted.columns:
        exact = catalogue.loc[name, "unit"] == "count"
        for row, (a, b) in enumerate(zip(found[name], wanted[name], strict=True)):
            if not same(a, b, exact=exact):
                yield name, row, a, b


def same(a, b, *, exact):
    if a is None or pd.isna(b):
        return a is None and pd.isna(b)
    if isinstance(b, str) or exact:
        return a == b
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=1e-15)


def check_equal(warehouse, data):
    for features in sets_of_everything(data):
        frame = features.build(data, progress=False)
        found = ask(warehouse, features, data)
        assert list(differences(found, frame.X, frame.catalogue)) == []


def test_the_sample(warehouse):
    check_equal(warehouse, sample())


def test_the_full_shop(warehouse, full_shop):
    check_equal(warehouse, full_shop)
