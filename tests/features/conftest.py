"""A shop small enough to work out by hand, and generated ones."""

import pandas as pd
import pytest
from hypothesis import strategies as st

from workbench.tables.campaign_data import Attributes, CampaignData, Events, Offers, Outcome

FIRST, SECOND = pd.Timestamp("2024-03-01"), pd.Timestamp("2024-06-01")
WITHIN = pd.Timestamp("2024-03-15")  # while the first campaign is still running
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

LATE = pd.DataFrame(
    {
        "campaign": ["late"],
        "as_of": [WITHIN],
        "ends": pd.to_datetime(["2024-04-30"]),
        "type": ["mail"],
        "discount": [0.5],
    }
)
OVERLAPPING = pd.concat([CAMPAIGNS, LATE], ignore_index=True).assign(
    subject=["Tea is on us, today only!", "Pots and cups: 25% off", "Your last chance for TEA"]
)
SEGMENTS = pd.DataFrame(
    {
        "customer": ["ann", "ann", "bob"],
        "since": [FIRST - MICROSECOND, FIRST, SECOND],
        "segment": ["new", "loyal", "new"],
    }
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
    return [at - edge + shift for at in (FIRST, WITHIN, SECOND) for edge in edges for shift in near]


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
    campaign = st.sampled_from(["spring", "summer", "late"])
    order = st.tuples(customer, campaign, st.sampled_from(moments))
    contact = st.tuples(customer, campaign)
    return st.builds(
        _full,
        _some_twice(visit, 25).map(_visits),
        _some_twice(order, 8).map(_orders),
        st.lists(contact, min_size=1, max_size=6, unique=True).map(_contacts),
    )


def _some_twice(row, most):
    """Lists of rows, of which the first few may stand a second time."""
    rows = st.lists(row, min_size=1, max_size=most)
    return st.builds(lambda rows, again: rows + rows[:again], rows, st.integers(0, 3))


@pytest.fixture(scope="session")
def in_zones():
    """The function that writes a shop's moments in time zones, one a table."""

    def rewrite(data, zones):
        tables = {name: _zoned(data, name, zone) for name, zone in zones.items()}
        return shop(
            visits=tables["visits"],
            orders=tables["orders"],
            campaigns=tables["campaigns"],
            contacts=data.contacts[["customer", "campaign"]],
            arrived="arrived",
            observed_until=pd.Timestamp("2025-01-01", tz="UTC").tz_convert(zones["visits"]),
            attributes={"segments": Attributes(tables["segments"], valid_from="valid_from")},
            offers=data.offer_tables,
        )

    return rewrite


def _zoned(data, name, zone):
    table = data.connect().execute(f"SELECT * FROM {name}").df()
    names = {"visits": {"time": "moment"}, "orders": {"time": "ordered"}}.get(name, {})
    table = table.rename(columns=names).drop(columns=["matured_at"], errors="ignore")
    moments = table.select_dtypes("datetime")
    return table.assign(
        **{c: moments[c].dt.tz_localize("UTC").dt.tz_convert(zone) for c in moments}
    )


@pytest.fixture
def make_full_shop():
    """The function that makes a shop with a table of every sort."""
    return _full


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


def _full(visits, orders, contacts, segments=SEGMENTS):
    leaflets = pd.concat([LEAFLETS, pd.DataFrame({"campaign": ["late"], "item": ["tea"]})])
    known = OVERLAPPING["campaign"].isin(contacts["campaign"])
    return shop(
        visits=visits,
        orders=orders,
        campaigns=OVERLAPPING[known],
        contacts=contacts,
        arrived="arrived",
        attributes={"segments": Attributes(segments, valid_from="since")},
        offers={"leaflets": Offers(leaflets[leaflets["campaign"].isin(contacts["campaign"])])},
    )
