from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.features.encode.unit_draws import Pairs, draw_units, shares


@given(st.integers(0, 300), st.lists(st.integers(0, 60), max_size=8))
def test_shares_are_even_and_none_has_more_than_its_most(total, most):
    given_out = shares(total, most)
    assert sum(given_out) == min(total, sum(most))
    assert all(have <= top for have, top in zip(given_out, most, strict=True))
    hungry = [have for have, top in zip(given_out, most, strict=True) if have < top]
    if hungry:  # who could have more has as much as anybody, but for one
        assert min(hungry) >= max(given_out) - 1


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_pairs_are_those_of_itertools(n):
    names = [f"x{k}" for k in range(n)]
    pairs = Pairs(names)
    assert [pairs[k] for k in range(len(pairs))] == list(combinations(names, 2))


def test_wide_tables_are_not_written_out_in_pairs():
    groups = {f"x{k}": "g" for k in range(20_000)}  # 200 million pairs
    units = draw_units(groups, [], 40, scales=(1.0, 1.0), rng=np.random.RandomState(0))
    assert len({unit.columns for unit in units}) == 40


def test_columns_take_turns():
    groups = {f"x{k}": "g" for k in range(10)}
    units = draw_units(groups, list(groups), 60, scales=(2.0, 1.0), rng=np.random.RandomState(0))
    own = [unit for unit in units if len(unit.columns) == 1]
    counts = np.unique([unit.columns[0] for unit in own], return_counts=True)[1]
    assert counts.tolist() == [4] * 10
    assert {unit.weights for unit in own} == {(2.0,)}
    pairs = [unit.columns for unit in units if len(unit.columns) == 2]
    assert len(set(pairs)) == len(pairs) == 20
