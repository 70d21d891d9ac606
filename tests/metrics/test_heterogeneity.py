import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from workbench.errors import DataError
from workbench.metrics import heterogeneity
from workbench.metrics.heterogeneity import between_variance


@pytest.mark.parametrize("spread", [0.0, 0.5, 3.0])
def test_it_is_what_statsmodels_says(spread):
    rng = np.random.default_rng(0)
    error = rng.uniform(0.5, 1.5, 8)
    effect = rng.normal(1, spread, 8) + error * rng.normal(size=8)
    found = heterogeneity(effect, error)
    with np.errstate(invalid="ignore"):  # it goes on with a negative variance
        other = combine_effects(effect, error**2, method_re="chi2")
    assert found["q"] == pytest.approx(other.q)
    assert found["p_value"] == pytest.approx(stats.chi2.sf(other.q, 7))
    assert found["tau"] ** 2 == pytest.approx(max(0.0, other.tau2))
    assert between_variance(effect, error**2) == pytest.approx(max(0.0, other.tau2))
    assert found["i_squared"] == pytest.approx(max(0.0, other.i2))
    if other.tau2 > 0:
        assert found["mean"] == pytest.approx(other.mean_effect_re)
        scale = max(1.0, other.scale_hksj_re)
        reach = stats.t.ppf(0.975, 7) * other.sd_eff_w_re * np.sqrt(scale)
        assert found["high"] - found["mean"] == pytest.approx(reach)
    else:
        assert found["mean"] == pytest.approx(other.mean_effect_fe)


def test_campaigns_that_tell_nothing_are_passed_over():
    found = heterogeneity([1.0, 2.0, 5.0, np.nan], [1.0, 1.0, 0.0, 1.0], level=0.9)
    assert found.equals(heterogeneity([1.0, 2.0], [1.0, 1.0], level=0.9))
    assert found["campaigns"] == 2
    one = heterogeneity([1.0], [1.0])
    assert one["campaigns"] == 1
    assert one.drop("campaigns").isna().all()


def test_equal_effects_have_no_heterogeneity():
    found = heterogeneity([2.0, 2.0, 2.0], [1.0, 0.5, 2.0])
    assert [found["q"], found["i_squared"], found["tau"]] == [0, 0, 0]
    assert found["mean"] == pytest.approx(2.0)


def test_lengths_that_differ_are_refused():
    with pytest.raises(DataError) as caught:
        heterogeneity([1.0, 2.0], [1.0])
    assert str(caught.value) == (
        "`effect` and `std_error` must have one number a campaign each; got 2 and 1. Take both "
        "from "
        "the same table."
    )
