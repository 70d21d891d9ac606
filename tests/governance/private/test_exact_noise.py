"""Rounded Gaussian noise, drawn exactly: as scipy has it distributed, and from a seed."""

import numpy as np
import pytest
from scipy.stats import chi2, kstest, norm

from workbench.governance.private.exact_noise import rounded_normals

DRAWS = 20_000


@pytest.mark.parametrize("sigma", [1, 3])
def test_small_whole_numbers_come_as_often_as_a_rounded_normal(sigma):
    drawn = rounded_normals(b"counts", [sigma] * DRAWS)
    values = np.arange(-4 * sigma, 4 * sigma + 1)
    edges = np.concatenate([[-np.inf], values[:-1] + 0.5, [np.inf]])
    expected = DRAWS * np.diff(norm.cdf(edges / sigma))
    found = np.array([(np.clip(drawn, values[0], values[-1]) == v).sum() for v in values])
    assert chi2.sf(((found - expected) ** 2 / expected).sum(), len(values) - 1) > 1e-3


def test_large_ones_are_normal_in_the_tails_too():
    z = rounded_normals(b"tails", [2**40] * DRAWS) / 2**40
    assert kstest(z, "norm").pvalue > 1e-3
    beyond = (np.abs(z) > 3).sum()
    assert abs(beyond - DRAWS * 2 * norm.sf(3)) < 4 * np.sqrt(DRAWS * 2 * norm.sf(3))
    assert np.mean(z**4) == pytest.approx(3, abs=0.2)


def test_the_last_digits_are_evenly_spread():
    """Where floating-point noise has gaps, these have none."""
    last = rounded_normals(b"digits", [2**40] * DRAWS) % 16
    found = np.bincount(last, minlength=16)
    assert chi2.sf(((found - DRAWS / 16) ** 2 / (DRAWS / 16)).sum(), 15) > 1e-3


def test_it_follows_from_the_seed_and_each_number_has_its_own():
    first = rounded_normals(b"one", [1000] * 500)
    assert rounded_normals(b"one", [1000] * 500).tolist() == first.tolist()
    assert rounded_normals(b"one", [1000] * 400).tolist() == first[:400].tolist()
    other = rounded_normals(b"two", [1000] * 500)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.2
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 0.2


def test_sizes_may_differ_and_none_is_drawn_for_none():
    drawn = rounded_normals(b"sizes", [1] * 2000 + [10**6] * 2000)
    assert np.std(drawn[:2000]) == pytest.approx(np.sqrt(1 + 1 / 12), rel=0.06)
    assert np.std(drawn[2000:]) == pytest.approx(1e6, rel=0.06)
    assert rounded_normals(b"sizes", []).tolist() == []
