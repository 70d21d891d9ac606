"""A shop small enough to work out by hand, and generated ones."""

import pandas as pd
import pytest
from hypothesis import strategies as st

from workbench.campaign_data import Attributes, CampaignData, Events, Offers, Outcome

FIRST, SECOND = pd.Timestamp("2024-03-01"), pd.Timestamp("2024-06-01")
MICROSECOND = pd.Timedelta(microseconds=1)

VISITS = pd.DataFrame(
    [
        ("ann", "2024-01-31", 10.0, "mail", "tea"),
        ("ann", "2024-02-20", 20.0, "app", "tea"),
        ("ann", "2024-02-29 23:59:59.999999", 5.5, "mail", "cup"),  # the last instant before
        ("ann", "2024-03-01", 99.0, "app", "pot"),  # at the moment itself
        ("bob", "2024-03-05", 7.0, "mail", "tea"),  # after it
    ],
    columns=["customer", "moment", "spend", "channel", "item"],
).astype({"moment": "datetime64[us]"})
ORDERS = pd.DataFrame(
    [("ann", "spring", "2024-03-10"), ("bob", "summer", "2024-06-20")],
    columns=["customer", "campaign", "ordered"],
).astype({"ordered": "datetime64[us]"})
CAMPAIGNS = pd.DataFrame(
    {
        "campaign": ["spring", "summer"],
        "as_of": [FIRST, SECOND],
        "ends": pd.to_datetime(["2024-03-29", "2024-06-29"]),
        "type": ["leaflet", "leaflet"],
        "discount": [0.1, 0.25],
    }
)
CONTACTS = pd.DataFrame(
    [("ann", "spring"), ("bob", "spring"), ("ann", "summer")], columns=["customer", "campaign"]
)

LEAFLETS = pd.DataFrame({"campaign": ["spring", "spring", "summer"], "item": ["tea", "cup", "pot"]})


def shop(*, visits=VISITS, orders=ORDERS, campaigns=CAMPAIGNS, contacts=CONTACTS, **tables):
    """The hand-worked tables, or others in their place, as CampaignData."""
    return CampaignData(
        contacts,
        campaigns,
        events={
            "visits": Events(visits, time="moment", arrived=tables.pop("arrived", None)),
            "orders": Events(orders, time="ordered"),
        },
        outcome=Outcome("orders", until="ends"),
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until=tables.pop("observed_until", "2025-01-01"),
        **tables,
    )


@pytest.fixture
def make_shop():
    """The function that makes a shop, for tests that change a table."""
    return shop


@pytest.fixture
def built():
    """Build features of a shop, indexed by customer and campaign."""

    def build(builder, data=None):
        from workbench.features import FeatureSet

        frame = FeatureSet(builder).build(shop() if data is None else data)
        return frame.X.set_index(pd.MultiIndex.from_arrays([frame.customer, frame.campaign]))

    return build


@pytest.fixture(scope="session")
def moments():
    """Where things go wrong: at a decision, a microsecond beside it, at a window's edge."""
    near = [-MICROSECOND, pd.Timedelta(0), MICROSECOND]
    edges = [pd.Timedelta(days=days) for days in (0, 28, 91)]
    return [at - edge + shift for at in (FIRST, SECOND) for edge in edges for shift in near]


@pytest.fixture(scope="session")
def shops(moments):
    """A strategy of shops: tied moments, late arrivals, duplicates, customers without events."""
    customer = st.sampled_from(["ann", "bob", "cem"])
    lag = st.sampled_from([pd.Timedelta(0), MICROSECOND, pd.Timedelta(days=30)])
    visit = st.tuples(
        customer,
        st.sampled_from(moments),
        lag,
        st.integers(-500, 50_000).map(lambda cents: cents / 100),
        st.sampled_from(["mail", "app", "shop"]),
        st.sampled_from(["tea", "cup", "pot"]),
    )
    order = st.tuples(customer, st.sampled_from(["spring", "summer"]), st.sampled_from(moments))
    contact = st.tuples(customer, st.sampled_from(["spring", "summer"]))
    return st.builds(
        _full,
        st.lists(visit, min_size=1, max_size=25).map(_visits),
        st.lists(order, min_size=1, max_size=8).map(_orders),
        st.lists(contact, min_size=1, max_size=6, unique=True).map(_contacts),
    )


@pytest.fixture
def full_shop():
    """The hand-worked shop with a table of every sort."""
    return _full(VISITS.assign(arrived=VISITS["moment"]), ORDERS, CONTACTS)


def _visits(rows):
    rows = [(customer, at, at + lag, *rest) for customer, at, lag, *rest in rows]
    names = ["customer", "moment", "arrived", "spend", "channel", "item"]
    moments = {"moment": "datetime64[us]", "arrived": "datetime64[us]"}
    return pd.DataFrame(rows, columns=names).astype(moments)


def _orders(rows):
    return pd.DataFrame(rows, columns=ORDERS.columns).astype({"ordered": "datetime64[us]"})


def _contacts(rows):
    return pd.DataFrame(sorted(rows), columns=CONTACTS.columns)


def _full(visits, orders, contacts):
    known = CAMPAIGNS["campaign"].isin(contacts["campaign"])
    segments = pd.DataFrame(
        {
            "customer": ["ann", "ann", "bob"],
            "since": [FIRST - MICROSECOND, FIRST, SECOND],
            "segment": ["new", "loyal", "new"],
        }
    )
    return shop(
        visits=visits,
        orders=orders,
        campaigns=CAMPAIGNS[known],
        contacts=contacts,
        arrived="arrived",
        attributes={"segments": Attributes(segments, valid_from="since")},
        offers={"leaflets": Offers(LEAFLETS[LEAFLETS["campaign"].isin(contacts["campaign"])])},
    )
