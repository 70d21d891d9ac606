import numpy as np
import pytest

from workbench.governance import readiness


@pytest.fixture
def arm(shop):
    return np.where(shop.index % 4 == 0, "control", "mail")


def test_a_control_group_in_every_campaign_passes(ask, arm):
    found = ask({"arm": arm}, treatment="arm")["control-group"]
    assert (found.state, found.evidence) == (
        "pass",
        "25% of the contacts; 25% at least in each campaign.",
    )


def test_a_campaign_without_control_group_is_named(ask, arm, shop):
    lost = np.where(shop["month"] == "2024-07", "mail", arm)
    found = ask({"arm": lost}, treatment="arm")["control-group"]
    assert (found.state, "'2024-07'" in found.evidence) == ("needs repair", True)


def test_one_arm_alone_is_no_test(ask):
    found = ask({"arm": "mail"}, treatment="arm")
    assert found["control-group"].state == "needs repair"
    assert found["readable"].state == "blocked"


def test_a_column_that_looks_like_arms_is_asked_about(ask, arm):
    found = ask({"arm": arm})["control-group"]
    assert (found.state, "'arm'" in found.evidence) == ("needs a person", True)


def test_small_campaigns_need_repair_and_rare_levels_a_person(ask, shop):
    month = shop["month"].copy()
    month.iloc[600:607] = "2023-11"
    small = ask({"month": month}, time=None)["small-cells"]
    assert (small.state, "'2023-11'" in small.evidence) == ("needs repair", True)
    region = shop["region"].copy()
    region.iloc[:3] = "isle"
    rare = ask({"region": region})["small-cells"]
    assert (rare.state, "isle" in rare.evidence) == ("needs a person", False)


def test_a_table_without_customers_counts_contacts(shop):
    found = readiness(shop.drop(columns="id"), target="bought", campaign="month")
    assert found["small-cells"].state == "pass"
