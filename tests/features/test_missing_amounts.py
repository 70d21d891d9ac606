"""An event without an amount is an event, and no amount of 0: every builder, against SQL's avg."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.features import FeatureSet, decay, logged, offer, rfm, windows
from workbench.tables.campaign_data import CampaignData, Events, Offers

DAYS = 28
AS_OF = pd.Timestamp("2024-03-01")
CUSTOMERS = [f"c{k}" for k in range(9)]  # each is a history of its own
AMOUNTS = [None, None, 0.0, 2.0, -1.5, 0.25]
BUILDERS = [
    windows("visits", values=["spend"], kinds={"channel": ["app"]}, lookbacks_days=(DAYS,)),
    rfm("visits", value="spend", lookback_days=DAYS),
    rfm("visits", value="spend", occasion="basket", lookback_days=DAYS, prefix="baskets"),
    decay("visits", values=["spend"], half_lives_days=(7,), saturation=None),
    offer("visits", "leaflets", "item", value="spend", lookbacks_days=(DAYS,)),
]
# Written from the definitions, with SQL's own sum, avg and count.
ORACLE = f"""
SELECT
  count(e.time) AS "visits_{DAYS}d_count",
  coalesce(sum(e.spend), 0) AS "visits_{DAYS}d_spend_sum",
  avg(e.spend) AS "visits_{DAYS}d_spend_mean",
  coalesce(sum(e.spend) FILTER (WHERE e.channel = 'app'), 0) AS "visits_{DAYS}d_app_spend_sum",
  CASE WHEN sum(e.spend) > 0
       THEN coalesce(sum(e.spend) FILTER (WHERE e.channel = 'app'), 0) / sum(e.spend) END
    AS "visits_{DAYS}d_app_spend_share",
  coalesce(sum(e.spend), 0) AS "visits_{DAYS}d_monetary_sum",
  sum(e.spend) / nullif(count(DISTINCT e.time) FILTER (WHERE e.spend IS NOT NULL), 0)
    AS "visits_{DAYS}d_monetary_mean",
  coalesce(sum(e.spend), 0) AS "baskets_{DAYS}d_monetary_sum",
  sum(e.spend) FILTER (WHERE e.basket IS NOT NULL)
    / nullif(count(DISTINCT e.basket) FILTER (WHERE e.spend IS NOT NULL), 0)
    AS "baskets_{DAYS}d_monetary_mean",
  coalesce(sum(e.spend * pow(2, -date_diff('second', e.time, c.at) / 86400 / 7.0)), 0)
    AS "visits_decay_7d_spend",
  coalesce(sum(e.spend) FILTER (WHERE e.item = 'tea'), 0) AS "leaflets_item_{DAYS}d_spend_sum"
FROM contacts c LEFT JOIN seen e ON e.customer = c.customer
GROUP BY c.customer ORDER BY c.customer
"""


@st.composite
def visits(draw):
    visit = st.tuples(
        st.sampled_from(CUSTOMERS),
        st.integers(1, 20).map(lambda days: AS_OF - pd.Timedelta(days=days)),
        st.sampled_from(AMOUNTS),
        st.sampled_from(["app", "mail"]),
        st.sampled_from(["b1", "b2", None]),
        st.sampled_from(["tea", "cup"]),
    )
    names = ["customer", "time", "spend", "channel", "basket", "item"]
    rows = draw(st.lists(visit, min_size=1, max_size=42))
    # both words for app and tea must occur, and the column of baskets must hold text
    rows.append(("dan", AS_OF - pd.Timedelta(days=1), 1.0, "app", "b1", "tea"))
    table = pd.DataFrame(rows, columns=names).astype({"time": "datetime64[us]"})
    if draw(st.booleans()):
        table["spend"] = table["spend"].astype("float64").round().astype("Int64")
    return table


def data_of(table):
    return CampaignData(
        pd.DataFrame({"customer": CUSTOMERS, "campaign": "c", "at": AS_OF}),
        pd.DataFrame({"campaign": ["c"]}),
        events={"visits": Events(table, time="time")},
        offers={"leaflets": Offers(pd.DataFrame({"campaign": ["c"], "item": ["tea"]}))},
        customer="customer",
        campaign="campaign",
        as_of="at",
        observed_until="2025-01-01",
    )


def oracle(table):
    connection = duckdb.connect()
    connection.register("seen", table)
    connection.register("contacts", pd.DataFrame({"customer": CUSTOMERS, "at": AS_OF}))
    return connection.execute(ORACLE).df().astype("float64")


@pytest.mark.slow
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(table=visits())
def test_every_amount_is_that_of_sql(table):
    data, wanted = data_of(table), oracle(table)
    features = FeatureSet(*BUILDERS)
    found = features.build(data, progress=False, cache=False).X
    np.testing.assert_allclose(found[wanted.columns], wanted, rtol=1e-9, atol=1e-9)
    printed = data.connect().execute(features.sql(data)).df()
    np.testing.assert_allclose(printed[wanted.columns], wanted, rtol=1e-9, atol=1e-9)


def test_by_hand(make_shop, built):
    """Of two visits one has no amount; the mean is the other's, the count is 2."""
    visits = pd.DataFrame(
        {
            "customer": ["ann", "ann", "bob"],
            "moment": pd.to_datetime(["2024-02-27", "2024-02-28", "2024-02-28"]),
            "spend": [np.nan, 2.0, np.nan],
        }
    )
    builders = logged(windows("visits", values=["spend"], lookbacks_days=(7,)))
    table = built(builders, make_shop(visits=visits)).xs("spring", level=1)
    means = {"ann": np.log(3.0), "bob": np.nan}
    assert table["visits_7d_spend_mean_log"].to_dict() == pytest.approx(means, nan_ok=True)
    assert table["visits_7d_spend_sum_log"].to_dict() == pytest.approx(
        {"ann": np.log(3.0), "bob": 0.0}
    )
    assert np.exp(table["visits_7d_count_log"]).tolist() == pytest.approx([3.0, 2.0])
