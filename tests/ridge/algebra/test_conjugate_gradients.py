import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.ridge.algebra.conjugate_gradients import conjugate_gradients


@settings(deadline=None, derandomize=True, max_examples=30)
@given(size=st.integers(1, 12), several=st.integers(1, 4), seed=st.integers(0, 2**31))
def test_conjugate_gradients_solve_each_system(size, several, seed):
    rng = np.random.default_rng(seed)
    roots = rng.normal(size=(several, size, size + 3))
    H = roots @ roots.transpose(0, 2, 1) + 0.1 * np.eye(size)
    target = rng.normal(size=(several, size))
    target[0] = 0.0
    found = conjugate_gradients(
        lambda x: np.einsum("mij,mj->mi", H, x),
        target,
        np.einsum("mii->mi", H),
        start=rng.normal(size=(several, size)),
        close=1e-12,
    )
    expected = np.stack([np.linalg.solve(h, t) for h, t in zip(H, target, strict=True)])
    np.testing.assert_allclose(found, expected, atol=1e-7 * (1 + np.abs(expected).max()))
