import numpy as np
import pytest

from workbench.networks.shared_out import shared_out

SPIKY = ["spiky_01", "spiky_02"]


def test_the_sum_of_each_row_stays(model, later):
    wide = model.ridge_.contributions(model.widened(later))
    parts = shared_out(wide, model.layer_)
    np.testing.assert_allclose(parts.sum(axis=1), wide.sum(axis=1), atol=1e-10)
    assert list(parts) == list(later.X)


def test_shares_of_features_are_those_of_their_columns_and_units(model):
    shares = model.shares_of_features()
    by_row = model.ridge_.columns_["score_share"]
    assert list(shares.index) == ["stable_01", "stable_02", "stable_03", "stable_04", *SPIKY]
    assert shares.sum() == pytest.approx(by_row.sum())
    own = {unit.name: unit.columns for unit in model.layer_.units.units_}
    of_first = [by_row["stable_01"]]
    of_first += [by_row[u] / len(of) for u, of in own.items() if "stable_01" in of]
    assert shares["stable_01"] == pytest.approx(sum(of_first))
