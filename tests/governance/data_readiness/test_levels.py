import numpy as np
import pytest

from workbench.governance.data_readiness.levels import new_levels


def renamed(shop, share, name):
    late = (shop["month"] == "2024-07") & (np.arange(len(shop)) % 100 < 100 * share)
    return {"region": shop["region"].where(~late, name)}


@pytest.mark.parametrize(
    ("share", "state"),
    [(0.0, "pass"), (0.02, "pass"), (0.3, "needs a person"), (1, "needs repair")],
)
def test_new_levels_of_more_and_more_contacts(material, shop, share, state):
    assert new_levels(material(renamed(shop, share, "west"))).state == state


def test_two_spellings_of_a_level_need_repair(material, shop):
    found = new_levels(material(renamed(shop, 0.02, "North ")))
    assert (found.state, "'region'" in found.evidence) == ("needs repair", True)


def test_what_says_the_campaign_is_new_in_each(material, shop):
    assert new_levels(material({"offer": "offer of " + shop["month"]})).state == "pass"
