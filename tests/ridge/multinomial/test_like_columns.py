"""Columns that are alike are solved as one: the same scores, the same penalty, the same model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array, hstack

from workbench import RidgeMultinomial
from workbench.ridge.multinomial import fit, like_columns
from workbench.ridge.multinomial.like_columns import like_columns as found_in
from workbench.ridge.penalties.plan import PenaltyPlan


def plan_of(member, factor=None):
    member = np.asarray(member)
    factor = np.ones(len(member)) if factor is None else np.asarray(factor, dtype=float)
    return PenaltyPlan(factor, member, tuple(f"set {k}" for k in range(member.max() + 1)))


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 3))
def test_scores_and_penalties_are_the_same_and_no_two_joint_columns_are_alike(seed, kinds, sets):
    rng = np.random.default_rng(seed)
    some = rng.poisson(0.7, (15, kinds)) * rng.choice([0.5, 1.0, 1.5])
    X = csr_array(some[:, rng.integers(kinds, size=30)].astype(float))
    plan = plan_of(rng.integers(sets, size=30), rng.choice([1.0, 2.0], size=30))
    keys = {(plan.member[j], plan.factor[j], X[:, [j]].toarray().tobytes()): j for j in range(30)}
    like = found_in(X, plan)
    if like is None:
        assert len(keys) == 30
        return
    assert len(like.first) == len(keys)
    assert (np.diff(like.first) > 0).all()
    joint = plan.only(like.first)
    W = rng.normal(size=(1 + len(like.first), 3))
    apart = like.apart(W)
    np.testing.assert_allclose(X @ apart[1:], like.joined(X) @ W[1:], atol=1e-12)
    np.testing.assert_allclose(
        (plan.factor[:, None] * apart[1:] ** 2).sum(), (joint.factor[:, None] * W[1:] ** 2).sum()
    )
    np.testing.assert_array_equal(apart[0], W[0])


def test_equal_hashes_alone_join_nothing(monkeypatch):
    X = csr_array(np.array([[1.0, 2.0, 1.0], [1.0, 0.0, 1.0]]))
    assert len(found_in(X, plan_of([0, 0, 0])).first) == 2
    monkeypatch.setattr(
        like_columns, "_hashed", lambda X, plan: np.zeros(X.shape[0], dtype=np.uint64)
    )
    assert found_in(X, plan_of([0, 0, 0])) is None


@pytest.mark.parametrize("alpha", [0.003, "tuned"])
def test_the_model_is_that_of_columns_solved_one_by_one(monkeypatch, alpha):
    rng = np.random.default_rng(4)
    few = csr_array(rng.poisson(0.4, (150, 8)).astype(float))
    X = csr_array(hstack([few, few[:, [0, 0, 3]], few[:, [1]]], format="csr"))
    y = (few @ rng.normal(size=(8, 3)) + rng.gumbel(size=(150, 3))).argmax(axis=1)
    groups = {f"x{j}": "b" if j == 11 else "a" for j in range(12)}  # like x1, held by itself
    model = RidgeMultinomial(alpha, standardise=False)
    joined = model.fit(X, y, groups=groups)
    coefficients, penalties = joined.coef_, joined.penalties_
    monkeypatch.setattr(fit, "like_columns", lambda X, plan: None)
    one_by_one = RidgeMultinomial(alpha, standardise=False).fit(X, y, groups=groups)
    np.testing.assert_allclose(penalties, one_by_one.penalties_, rtol=1e-6)
    np.testing.assert_allclose(coefficients, one_by_one.coef_, atol=1e-6)
