import numpy as np

from workbench.governance.data_readiness.latest import latest_of


def test_the_latest_campaign_and_those_before_are_all_rows(material, shop):
    found = latest_of(material())
    assert found.name == "2024-07"
    every = np.sort(np.concatenate([found.now, found.all_before]))
    assert every.tolist() == list(range(len(shop)))


def test_three_campaigns_say_nothing_of_what_is_usual(material, shop):
    three = np.array(["2024-01", "2024-02", "2024-03"])[np.arange(len(shop)) % 3]
    assert latest_of(material({"month": three}, time=None)) is None
    assert latest_of(material(campaign=None, time=None)) is None
