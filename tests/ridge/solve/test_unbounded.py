import re
from dataclasses import replace

import numpy as np
import pytest
import scipy.optimize
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.ridge.solving import solve, with_intercept
from workbench.errors import FitError


def exactly(message):
    return f"^{re.escape(message)}$"


def test_perfect_separation_without_a_penalty_names_the_column(problem, as_they_are):
    y = (problem.rows.X[:, 1] > 0.2).astype("float64")
    rows = problem.rows
    penalties = np.array([1.0, 0.0, 1.0, 1.0, 1.0])
    separated = as_they_are(rows.X, y, rows.weight, penalties, problem.total, problem.names)
    message = (
        "Unpenalised columns must not separate the classes perfectly; ['visits'] do, so their "
        "coefficients have no finite optimum. Give them a penalty (a factor above 0)."
    )
    with pytest.raises(FitError, match=exactly(message)):
        solve(separated)
    assert solve(replace(separated, penalties=np.full(5, 1e-4))).converged


def test_a_flag_that_only_buyers_have_separates_them(unweighted):
    """Quasi-complete separation: the other rows overlap."""
    flag, y = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.0, 0.0, 1.0])
    message = (
        "Unpenalised columns must not separate the classes perfectly; ['called'] do, so their "
        "coefficients have no finite optimum. Give them a penalty (a factor above 0)."
    )
    with pytest.raises(FitError, match=exactly(message)):
        solve(unweighted(flag[:, None], y, [0.0], ["called"]))


def test_unpenalised_columns_that_determine_one_another_are_named(problem, as_they_are):
    Z = np.column_stack([problem.rows.X, problem.rows.X[:, 0] - 0.3 * problem.rows.X[:, 3]])
    names = (*problem.names, "difference")
    penalties = np.array([0, 0.1, 0.1, 0, 0.1, 0])
    rows = problem.rows
    twice = as_they_are(Z, rows.y, rows.weight, penalties, problem.total, names)
    message = (
        "Unpenalised columns must not determine one another; ['recency_days', 'opened', "
        "'difference'] do, so their coefficients are not unique. Give them a penalty (a factor "
        "above 0), or drop one."
    )
    with pytest.raises(FitError, match=exactly(message)):
        solve(twice)
    one_penalised = replace(twice, penalties=np.array([0, 0.1, 0.1, 0, 0.1, 0.01]))
    assert solve(one_penalised).converged


@pytest.mark.parametrize("seed", range(20))
def test_rounding_does_not_hide_that_columns_determine_one_another(unweighted, seed):
    rng = np.random.default_rng(seed)
    Z, y = rng.normal(size=(150, 6)), (rng.random(150) < 0.4).astype("float64")
    Z[:, 5] = Z[:, :5] @ rng.normal(size=5)
    with pytest.raises(FitError, match=r"^Unpenalised columns must not determine one another"):
        solve(unweighted(Z, y, np.zeros(6), list("abcdef")))


def separable(X, y):
    """Whether some (b0, b) puts no row on the wrong side and at least one on the right one."""
    signed = (2 * y - 1)[:, None] * with_intercept(X)
    best = scipy.optimize.linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(y)), bounds=(-1, 1)
    )
    return -best.fun > 1e-9


@settings(deadline=None, derandomize=True, max_examples=80)
@given(
    X=arrays(np.float64, st.tuples(st.integers(5, 12), st.just(2)), elements=st.integers(-2, 2)),
    bits=st.integers(1, 2**12 - 2),
)
def test_separation_is_found_exactly_where_linear_programming_finds_it(unweighted, X, bits):
    y = (bits >> np.arange(len(X)) & 1).astype("float64")
    assume(0 < y.sum() < len(y))
    assume(np.linalg.matrix_rank(with_intercept(X)) == 3)
    rows = unweighted(X, y, [0.0, 0.0], ["a", "b"])
    if separable(X, y):
        with pytest.raises(FitError, match=r"^Unpenalised columns must not separate"):
            solve(rows)
    else:
        assert solve(rows).converged
