import numpy as np

from workbench.networks.shared_out import shared_out


def test_the_sum_of_each_row_stays(model, later):
    wide = model.ridge_.contributions(model.widened(later))
    parts = shared_out(wide, model.layer_)
    np.testing.assert_allclose(parts.sum(axis=1), wide.sum(axis=1), atol=1e-10)
    assert list(parts) == list(later.X)
