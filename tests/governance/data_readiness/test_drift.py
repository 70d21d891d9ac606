import numpy as np
import pytest

from workbench.governance.data_readiness.drift import base_rate, distributions, gone_columns


def late(shop):
    return (shop["month"] == "2024-07").to_numpy()


@pytest.mark.parametrize(
    ("lost", "state"), [(0.0, "pass"), (0.2, "pass"), (0.95, "needs a person")]
)
def test_a_rate_that_falls(material, shop, lost, state):
    gone = late(shop) & (np.random.default_rng(0).random(len(shop)) < lost)
    found = base_rate(material({"bought": shop["bought"].where(~gone, 0)}))
    assert found.state == state


def test_a_column_that_moves_more_than_it_ever_did(material, shop):
    moved = shop["spend"].where(~late(shop), shop["spend"] * 4)
    assert distributions(material()).state == "pass"
    found = distributions(material({"spend": moved}))
    assert (found.state, "'spend'" in found.evidence) == ("needs a person", True)


def test_a_column_that_always_moves_has_not_moved_more(material, shop):
    swing = np.where(shop["month"].str[-1].astype(int) % 2 == 0, 5.0, 1.0) * shop["spend"]
    assert distributions(material({"spend": swing})).state == "pass"


def test_a_column_that_stops_is_named(material, shop):
    flat = shop["spend"].where(~late(shop), 0.0)
    found = gone_columns(material({"spend": flat}))
    assert (found.state, "'spend'" in found.evidence) == ("needs repair", True)


def test_a_column_of_some_campaigns_may_be_silent_in_the_latest(material, shop):
    bursts = shop["spend"].where(shop["month"].isin(["2024-02", "2024-04"]), 0.0)
    rare = (shop.index % 150 == 7) & ~late(shop)
    assert gone_columns(material({"bursts": bursts, "rare": rare.astype(int)})).state == "pass"
