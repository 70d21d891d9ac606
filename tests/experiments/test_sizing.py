"""Contacts and effects: against statsmodels' power functions, published factors, and draws."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.power import normal_power_het

from workbench.errors import ParameterError
from workbench.experiments.past import Past
from workbench.experiments.sizing import Size, any_time_bound
from workbench.experiments.spending import boundaries, looks_of


def size(mean=0.1, share=0.5, power=0.8, level=0.95, looks=1, kind="binary", **past):
    at = looks_of(looks)
    told = {"variance": 4.0, "contacts": 1e4, "rarer": 1e3, "plain": 1.0, "adjusted": 1.0}
    of_past = Past(kind, mean, **(told | past))
    return Size(of_past, mean, share, power, level, at, boundaries(at, level))


@pytest.mark.parametrize("kind", ["binary", "amount"])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.05])
@pytest.mark.parametrize(("power", "level"), [(0.8, 0.95), (0.95, 0.99), (0.3, 0.8)])
def test_so_many_contacts_have_the_power_that_statsmodels_says(kind, share, power, level):
    mean, effect = 0.1, 0.02
    one = size(mean, share, power, level, kind=kind, variance=0.25)
    n = one.contacts(effect, one.drift)
    treated = 0.12 * 0.88 if kind == "binary" else 0.25
    control = 0.1 * 0.9 if kind == "binary" else 0.25
    deviation = np.sqrt(treated / share + control / (1 - share))
    by_peer = normal_power_het(effect, n, 1 - level, deviation, deviation, "two-sided")
    assert by_peer == pytest.approx(power, abs=1e-9)


@pytest.mark.parametrize("looks", [1, 5, [0.3, 0.5, 1.0]])
def test_tests_of_that_size_see_the_effect_as_often_as_was_planned(looks):
    """Drawn responses, z with the rates that came, looked at when planned."""
    rng, mean, effect, share = np.random.default_rng(6), 0.15, 0.03, 0.7
    one = size(mean, share, looks=looks)
    n = one.contacts(effect, one.drift)
    seen = np.zeros(6000, dtype=bool)
    came, before = np.zeros((2, 6000)), np.zeros(2)
    for at, bound in zip(one.looks, one.bounds, strict=True):
        sizes = np.round(at * n * np.array([share, 1 - share]))
        rates = np.array([mean + effect, mean])
        came += rng.binomial((sizes - before).astype(int)[:, None], rates[:, None], (2, 6000))
        p, before = came / sizes[:, None], sizes
        error = np.sqrt((p * (1 - p) / sizes[:, None]).sum(axis=0))
        seen |= np.abs(p[0] - p[1]) >= bound * error
    assert seen.mean() == pytest.approx(0.8, abs=0.02)  # four standard errors


def test_several_looks_take_as_many_more_as_tables_say():
    """Jennison & Turnbull's factors for this spending are close to those of O'Brien & Fleming."""
    one = size(looks=5, power=0.9)
    assert (one.drift / one.once) ** 2 == pytest.approx(1.023, abs=0.001)
    assert size(looks=1).drift == size(looks=1).once


def test_what_is_explained_and_what_is_alike_multiply_the_contacts():
    plain, one = size(), size(plain=3.0, adjusted=1.2)
    assert one.left == pytest.approx(0.4)
    assert one.contacts(0.01, 2.0) == pytest.approx(3 * plain.contacts(0.01, 2.0))


def test_the_rate_that_varies_most_is_taken():
    """Up from 10%, down from 90%; from nearly 100% only down."""
    up, down = size(0.1), size(0.9)
    assert up.variance(0.02) == pytest.approx(2 * (0.12 * 0.88 + 0.1 * 0.9))
    assert down.variance(0.02) == pytest.approx(up.variance(0.02))
    assert size(0.99).variance(0.02) == pytest.approx(2 * (0.97 * 0.03 + 0.99 * 0.01))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    mean=st.floats(0.005, 0.95),
    share=st.floats(0.05, 0.95),
    contacts=st.floats(1e3, 1e8),
    left=st.floats(0.2, 1.0),
)
def test_the_effect_that_contacts_show_needs_these_contacts(mean, share, contacts, left):
    one = size(mean, share, adjusted=left)
    if one.contacts(one.most, one.drift, left) > contacts:
        return  # they show nothing
    effect = one.effect(None, None, contacts)
    assert one.contacts(effect, one.drift, left) == pytest.approx(contacts, rel=1e-6)


def test_contacts_that_show_no_effect_at_all():
    """A customer's hundred contacts are one."""
    message = (
        "`contacts` must be enough to show some effect; got 50, which show none with a chance of "
        "0.8. Give more, or a lower `power`."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        size(plain=100.0, adjusted=100.0).effect(None, None, 50)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_the_bound_at_any_time_is_the_least_of_all_that_a_sequence_can_have(level):
    x = np.exp(np.linspace(-2, 8, 100_001))
    bounds = np.sqrt(2 * (x + 1) / x * np.log(np.sqrt(x + 1) / (1 - level)))
    assert any_time_bound(level) == pytest.approx(bounds.min(), abs=1e-8)
    assert any_time_bound(0.95) / norm.isf(0.025) == pytest.approx(1.55, abs=0.005)
