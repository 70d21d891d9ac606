import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.governance.data_readiness.unit_changes import FACTORS, unit_change

GROUPS = np.split(np.arange(600), 6)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 5),
    st.sampled_from([*FACTORS, *(1 / one for one in FACTORS)]),
    st.floats(0.3, 1.0),  # a hundred amounts that spread more tell no factor for certain
)
def test_a_round_factor_from_some_campaign_on_is_found_where_it_begins(seed, place, factor, spread):
    amount = np.random.default_rng(seed).lognormal(3, spread / 3, 600)
    moved = np.where(np.arange(600) >= 100 * place, factor * amount, amount)
    found = unit_change(moved, GROUPS)
    assert found is not None
    assert (found.place, found.factor) == (place, pytest.approx(factor))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 1.2), st.floats(1.0, 5.0))
def test_amounts_that_grow_keep_their_unit(seed, spread, growth):
    amount = np.random.default_rng(seed).lognormal(3, spread, 600)
    assert unit_change(amount * growth ** (np.arange(600) // 100), GROUPS) is None


def test_a_column_that_jumps_in_every_campaign_has_no_unit_to_change():
    amount = np.random.default_rng(0).lognormal(0, 0.2, 600)
    jumps = np.where(np.arange(600) // 100 % 2 == 0, 100 * amount, amount)
    assert unit_change(jumps, GROUPS) is None


def test_one_campaign_in_cents_is_found_though_the_next_is_in_euros_again():
    amount = np.random.default_rng(0).lognormal(3, 0.5, 600)
    one = np.where(np.arange(600) // 100 == 3, 100 * amount, amount)
    assert unit_change(one, GROUPS) == (3, 100.0)


def test_counts_and_flags_are_no_amounts():
    assert unit_change((np.arange(600) >= 500) * 99.0 + 1, GROUPS) is None
