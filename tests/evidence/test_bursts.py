import numpy as np
import pandas as pd
import pytest

from workbench import CampaignData, Events, Outcome
from workbench.datasets import sample
from workbench.evidence import bursts


def shop(times):
    """One customer, contacted in the tenth week, with events at the given days."""
    at = pd.Timestamp("2024-01-01") + pd.to_timedelta(times, unit="D")
    return CampaignData(
        contacts=pd.DataFrame({"id": [1], "campaign": ["spring"]}),
        campaigns=pd.DataFrame({"campaign": ["spring"], "start": ["2024-02-05"]}),
        events={"orders": Events(pd.DataFrame({"id": 1, "at": at}), time="at")},
        outcome=Outcome("orders", horizon_days=7),
        customer="id",
        campaign="campaign",
        as_of="start",
        observed_until="2024-02-15",
    )


def test_weeks_worked_by_hand():
    # 45 days from the first: six whole weeks, of 1, 0, 0, 8, 0 and 1; the last days are left out
    days = [0.5, *[22.0] * 8, 41.9, 43.0, 44.0]
    row = bursts(shop(days)).loc["orders"]
    weekly = np.array([1, 0, 0, 8, 0, 1])
    assert (row["events"], row["weeks"]) == (10, 6)
    assert row["weekly_count"] == pytest.approx(10 / 6)
    assert row["busiest_week"] == pd.Timestamp("2024-01-22")
    assert row["busiest_share"] == pytest.approx(0.8)
    variance = weekly.var(ddof=1)
    assert row["burstiness"] == pytest.approx((variance - 10 / 6) / (variance + 10 / 6))
    assert row["remark"] == ""  # 0.73: with so few events, no burst yet


def test_only_what_happened_before_is_looked_at():
    row = bursts(shop([0.0, 7.5, 14.0, 40.0]), until="2024-01-15").loc["orders"]
    assert (row["events"], row["weeks"]) == (2, 2)
    short = bursts(shop([0.0, 7.5]), until="2024-01-10").loc["orders"]
    assert np.isnan(short["burstiness"])
    assert short["remark"] == "less than two weeks"


def test_the_sample_has_steady_visits_and_opens_that_follow_mailings():
    table = bursts(sample())
    assert abs(table.loc["visits", "burstiness"]) < 0.3
    assert table.loc["visits", "remark"] == ""
    assert table.loc["opens", "remark"] == "comes in bursts: look at the busiest week"
    connection = sample().connect()
    opens = connection.execute("SELECT time FROM opens ORDER BY time").df()["time"]
    weeks = (opens.dt.normalize() - opens.iloc[0].normalize()).dt.days // 7
    whole = (pd.Timestamp("2024-05-13") - opens.iloc[0].normalize()).days // 7
    counts = np.bincount(weeks[weeks < whole], minlength=whole)
    assert table.loc["opens", "weekly_count"] == pytest.approx(counts.mean())
