"""Whose rows are."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from workbench import FeatureFrame
from workbench.governance.people import People, people


def test_rows_without_a_customer_are_somebody_each():
    X = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0]})
    y = pd.Series([0.0, 1.0, 0.0, 1.0])
    named = FeatureFrame(X, y, customer=pd.Series(["a", None, "a", None]))
    assert len(set(people(named))) == 3
    assert people(FeatureFrame(X, y)).tolist() == [0, 1, 2, 3]


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from("abc")), min_size=1, max_size=60))
def test_counts_are_those_of_sets(rows):
    code, label = np.array([c for c, _ in rows]), pd.Series([name for _, name in rows])
    found = People.each(code)
    assert found.count() == len(set(code))
    each = {name: len({c for c, other in rows if other == name}) for name in set(label)}
    assert found.by(label).to_dict() == each
    usual = label.value_counts().max()
    ways = [len({c for c, o in rows if o != n}) for n in set(label) if (label == n).sum() == usual]
    assert found.away(label) in ways


def test_those_who_have_a_value_are_asked_alone_too():
    values = pd.Series([np.nan] * 50 + [0.0] * 40 + [1.0] * 3)
    assert People.each(np.arange(93)).differing(values) == (43.0, 3.0)
