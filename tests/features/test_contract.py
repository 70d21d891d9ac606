"""No event at or after `as_of` changes a feature: every registered builder, on generated data."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.features import FeatureSet, Tables, registered
from workbench.testing import check_feature_set

SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def proposed(data, names):
    tables = Tables(data)
    return [builder for name in names for builder in registered()[name].propose(tables)]


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(draw=st.data())
def test_every_registered_builder_keeps_the_contract(shops, draw):
    shop = draw.draw(shops)
    names = [name for name in registered() if name != "logged"]
    check_feature_set(FeatureSet(*proposed(shop, names)), shop, moments=2)


@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(draw=st.data())
def test_so_do_logged_amounts(shops, draw):
    shop = draw.draw(shops)
    check_feature_set(FeatureSet(*proposed(shop, ["logged"])), shop, moments=1)


def test_every_registered_builder_is_among_those_proposed(full_shop):
    """A builder that proposes nothing for such tables would pass untested."""
    assert {builder.name for builder in proposed(full_shop, registered())} == set(registered())
