import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, Targeting
from workbench.errors import ParameterError, SchemaError
from workbench.widgets.targeting.objected import of_those_left


@pytest.fixture(scope="module")
def shop():
    rng = np.random.default_rng(5)
    X = pd.DataFrame({"visits": rng.poisson(2, 600), "money": rng.gamma(2.0, 9.0, 600)})
    y = pd.Series((rng.random(600) < 1 / (1 + np.exp(2 - X["visits"]))).astype(float))
    return FeatureFrame(
        X,
        y,
        campaign=pd.Series(np.repeat(["May", "June", "July"], 200)),
        customer=pd.Series([f"C-{k:04d}" for k in range(600)]),
    )


@pytest.fixture(scope="module")
def model(shop):
    return RidgePropensity(alpha=0.01).fit(shop)


IDS = [f"C-{k:04d}" for k in range(0, 600, 4)]


def test_nobody_of_the_list_is_chosen_and_others_score_as_before(shop, model):
    whole = Targeting(model, shop, depth=1.0).chosen().set_index("customer")
    left = Targeting(model, shop, depth=1.0, suppress=IDS).chosen().set_index("customer")
    assert set(whole.index) - set(left.index) == set(IDS)
    assert (left["propensity"] == whole.loc[left.index, "propensity"]).all()
    assert len(left) == 450


def test_ids_without_contacts_change_nothing(shop, model):
    views = [Targeting(model, shop, suppress=ids) for ids in (None, ["C-9998", "C-9999"])]
    assert views[0].state == views[1].state
    pd.testing.assert_frame_equal(views[0].chosen(), views[1].chosen(), check_exact=True)


@pytest.mark.parametrize("margin", ["array", "Series", "money"])
def test_amounts_stay_with_their_contacts(shop, model, margin):
    amounts = shop.X["money"].to_numpy()
    given = {"array": amounts, "Series": pd.Series(amounts), "money": "money"}[margin]
    chosen = Targeting(model, shop, margin=given, depth=1.0, suppress=IDS).chosen()
    assert len(chosen) == 450
    own = pd.Series(amounts, shop.customer)
    assert (chosen["amount"].to_numpy() == own[chosen["customer"]].to_numpy()).all()


def test_amounts_in_another_order_are_refused_as_ever(shop, model):
    shuffled = pd.Series(range(600), dtype="float64").sample(frac=1, random_state=0)
    with pytest.raises(SchemaError, match="must stand in the order of the frame"):
        Targeting(model, shop, margin=shuffled, suppress=IDS)
    with pytest.raises(SchemaError, match="must have one value a row"):
        of_those_left(shop, np.ones(3), IDS)


def test_customers_must_be_known(shop, model):
    nobody = FeatureFrame(shop.X, shop.y, campaign=shop.campaign)
    with pytest.raises(ParameterError, match="`suppress` needs `customer`"):
        Targeting(model, nobody, suppress=IDS)
