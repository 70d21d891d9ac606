import numpy as np
import pytest

from workbench.ridge.outcomes.gaussian import Gaussian


def test_coefficients_come_back_in_units_of_the_amount():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(30, 2)), rng.gamma(2.0, 50.0, 30)
    X = np.column_stack([np.ones(30), z])
    centre, unit = float(y.mean()), float(y.std())
    small = np.linalg.lstsq(X, (y - centre) / unit)[0]
    given = Gaussian(centre, unit).in_units(small)
    np.testing.assert_allclose(given, np.linalg.lstsq(X, y)[0], rtol=1e-10)
    many = Gaussian(centre, unit).in_units(np.array([small, 2 * small]))
    np.testing.assert_allclose(many[0], given)


def test_the_variance_is_what_the_rows_say():
    assert Gaussian().dispersion(0.3) == 0.3
    assert Gaussian().dispersion(7.0) == pytest.approx(7.0)
