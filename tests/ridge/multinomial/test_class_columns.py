"""Design columns of a multinomial fit against NumPy, and told in the units that they say."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from tests.ridge.multinomial.problems import OFFERS, offers
from workbench import RidgeMultinomial
from workbench.errors import DataWarning


@pytest.mark.parametrize("kind", [np.asarray, csr_array])
def test_columns_as_they_are_are_told_per_standard_deviation(kind):
    X, y = offers()
    numbers = X[["visits", "spend"]].to_numpy()
    model = RidgeMultinomial(alpha=0.02, standardise=False).fit(kind(numbers), y)
    per_deviation = model.coef_.T * numbers.std(axis=0)[:, None]
    np.testing.assert_allclose(model.coef_standardised_, per_deviation, rtol=1e-9)
    found = np.array([model.of_class(label).columns_["coef_standardised"] for label in OFFERS])
    np.testing.assert_allclose(found.T, per_deviation, rtol=1e-9)


@pytest.mark.filterwarnings("ignore:The optimum was not reached")
def test_deviations_of_sparse_columns_are_right_far_from_zero():
    X, y = offers()
    numbers = X[["visits", "spend"]].to_numpy() + np.array([1e8, 0.0])
    weight = np.random.default_rng(1).integers(1, 4, len(y))
    found = RidgeMultinomial(1.0, max_iterations=1).fit(csr_array(numbers), y, weight)
    expected = np.repeat(numbers, weight, axis=0).std(axis=0)
    np.testing.assert_allclose(found.columns_["scale"], expected, rtol=1e-6)


def test_a_constant_column_is_kept_and_told():
    X, y = offers(n=90)
    with pytest.warns(DataWarning, match="Constant columns: .*same"):
        found = RidgeMultinomial(0.1).fit(X.assign(same=1.0), y)
    assert (found.coef_standardised_.loc["same"] == 0).all()
