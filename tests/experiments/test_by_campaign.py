import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.experiments.contacts_of_tests import frame_of, read
from workbench.experiments.assignment import assigned
from workbench.experiments.by_campaign import COLUMNS, by_campaign, heterogeneity_of
from workbench.experiments.validity import validity_of
from workbench.metrics import heterogeneity

ONE_LOOK = validity_of("at_end", level=0.95, planned_contacts=None)


def tables(**series):
    frame, y = frame_of(600, kind="amount", **series)
    found, given = assigned(read(frame, y), None)
    return found, by_campaign(found, given, (1, 0), None, ONE_LOOK)


def test_each_campaign_is_a_test_of_its_own():
    campaign = pd.Series(np.random.default_rng(1).choice(list("abc"), 600))
    found, table = tables(campaign=campaign)
    assert sorted(table["campaign"]) == list("abc")
    for _, row in table.iterrows():
        here = (found.frame.campaign == row["campaign"]).to_numpy()
        arms = [found.y[here & (found.arm == arm)] for arm in (1, 0)]
        test = stats.ttest_ind(*arms, equal_var=False)
        assert row["effect"] == pytest.approx(arms[0].mean() - arms[1].mean())
        assert [row["low"], row["high"]] == pytest.approx(list(test.confidence_interval()))
        assert [row["contacts"], row["contacts_against"]] == [len(arms[0]), len(arms[1])]


def test_campaigns_of_few_contacts_are_not_compared():
    campaign = pd.Series(np.where(np.arange(600) < 30, "small", "large"))
    _, table = tables(campaign=campaign)
    assert table["campaign"].tolist() == ["large"]


def test_without_campaigns_the_table_is_empty():
    _, table = tables()
    assert table.empty
    assert tuple(table) == COLUMNS


def test_heterogeneity_is_told_of_each_comparison():
    table = pd.DataFrame(
        {
            "arm": ["a", "a", "b", "b"],
            "against": "c",
            "effect": [1.0, 2.0, 3.0, 9.0],
            "std_error": [1.0, 1.0, 1.0, 2.0],
        }
    )
    found = heterogeneity_of(table, 0.95)
    assert found["arm"].tolist() == ["a", "b"]
    assert found["q"][1] == heterogeneity([3.0, 9.0], [1.0, 2.0])["q"]
