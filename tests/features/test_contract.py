"""The contract against leakage, point by point, on generated data, for every registered builder."""

import inspect

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from workbench.errors import LeakageError
from workbench.evidence import out_of_time
from workbench.features import (
    FeatureSet,
    Tables,
    attributes,
    cadence,
    campaign,
    engagement,
    offer,
    registered,
)
from workbench.tables.campaign_data import Attributes, CampaignData, Events, Offers, Outcome
from workbench.testing import check_builder, check_feature_set

SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])


def proposed(data, names):
    tables = Tables(data)
    return [builder for name in names for builder in registered()[name].propose(tables)]


def generated(examples):
    """Settings of a property over generated shops: the same ones in every run."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=SLOW,
        phases=[Phase.explicit, Phase.generate],  # to shrink a failure is to build for minutes
    )


# 1 and 6: nothing at or after as_of, or not known by then, has a say, to the last bit


@pytest.mark.slow
@generated(4)
@given(draw=st.data())
def test_every_registered_builder_keeps_the_contract(shops, draw):
    shop = draw.draw(shops)
    names = [name for name in registered() if name != "logged"]
    check_feature_set(FeatureSet(*proposed(shop, names)), shop, moments=2)


@pytest.mark.slow
@generated(2)
@given(draw=st.data())
def test_so_does_the_default_set_with_logged_amounts(shops, draw):
    shop = draw.draw(shops)
    check_feature_set(FeatureSet.default(shop), shop, moments=1)


@pytest.mark.parametrize("name", [name for name in registered() if name != "logged"])
def test_each_builder_alone_keeps_it_on_the_shop_worked_by_hand(name, full_shop):
    for builder in proposed(full_shop, [name]):
        check_builder(builder, full_shop, moments=1)


MAILS = pd.DataFrame(
    {
        "customer": ["ann", "bob", "ann", "bob"],
        "sent": pd.to_datetime(["2024-02-01", "2024-02-01", "2024-03-02", "2024-03-02"]),
        "got": pd.to_datetime(["2024-02-02", None, "2024-03-03", "2024-03-02"]),
    }
)
BOUGHT = pd.DataFrame(
    {
        "customer": ["ann", "bob", "ann", "bob"],
        "ordered": pd.to_datetime(["2024-02-05", "2024-02-05", "2024-03-04", "2024-03-04"]),
        "told": pd.to_datetime(["2024-02-05", "2024-02-06", None, "2024-03-05"]),
        "item": ["tea", "cup", "pot", "tea"],
        "kind": ["leaf", "china", "iron", "leaf"],
    }
)


@pytest.mark.parametrize(
    ("builder", "expected"),
    [
        # of the summer's look-back: the mail that bob never got is no trial, and the order of
        # ann that was never told of no reaction
        (engagement("orders", sent="mails"), {"orders_reaction_count": [1, 0, 1, 1]}),
        (engagement("orders"), {"orders_reaction_count": [0, 0, 0, 1]}),
        (cadence(), {"responses_count": [0, 0, 0, 1]}),
        # the pot of the summer belongs to no kind that anybody had heard of
        (
            offer("orders", "leaflets", "item", through=["kind"]),
            {"leaflets_kind_offered_count": [1, 1, 0, 0]},
        ),
    ],
)
def test_what_never_arrived_was_never_known(builder, expected):
    data = CampaignData(
        pd.DataFrame({"customer": ["ann", "bob"] * 2, "campaign": ["spring"] * 2 + ["summer"] * 2}),
        pd.DataFrame({"campaign": ["spring", "summer"], "as_of": ["2024-03-01", "2024-06-01"]}),
        events={
            "mails": Events(MAILS, time="sent", arrived="got"),
            "orders": Events(BOUGHT, time="ordered", arrived="told"),
        },
        offers={
            "leaflets": Offers(
                pd.DataFrame({"campaign": ["spring", "summer"], "item": ["tea", "pot"]})
            )
        },
        outcome=Outcome("orders", horizon_days=14),
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until="2025-01-01",
    )
    X = FeatureSet(builder).build(data).X
    assert {name: X[name].tolist() for name in expected} == expected
    check_builder(builder, data, moments=1)


def test_every_registered_builder_is_among_those_proposed(full_shop):
    """A builder that proposes nothing for such tables would pass untested."""
    assert {builder.name for builder in proposed(full_shop, registered())} == set(registered())


@pytest.mark.slow
@generated(4)
@given(draw=st.data(), zones=st.tuples(ZONES, ZONES, ZONES, ZONES))
def test_the_zone_in_which_a_moment_is_written_changes_no_bit(shops, in_zones, draw, zones):
    shop = draw.draw(shops)
    names = ["visits", "orders", "campaigns", "segments"]
    elsewhere = in_zones(shop, dict(zip(names, zones, strict=True)))
    features = FeatureSet.default(shop)
    here, there = features.build(shop).X, features.build(elsewhere).X
    pd.testing.assert_frame_equal(here, there, check_exact=True)


@pytest.mark.slow
@generated(4)
@given(draw=st.data(), seed=st.integers(0, 99))
def test_neither_does_the_order_of_the_rows(shops, draw, seed):
    shop = draw.draw(shops)
    features = FeatureSet.default(shop)
    before, after = features.build(shop).X, features.build(Shuffled(shop, seed)).X
    pd.testing.assert_frame_equal(before, after, check_exact=True)


class Shuffled:
    """The same data with the events in another order."""

    def __init__(self, data, seed):
        self._data, self._seed = data, seed

    def __getattr__(self, name):
        return getattr(self._data, name)

    def connect(self):
        connection = self._data.connect()
        for number, name in enumerate(self._data.event_tables):
            table = connection.execute(f"SELECT * FROM {name}").df()
            shuffled = table.sample(frac=1, random_state=self._seed)
            connection.register(f"shuffled_{number}", shuffled.reset_index(drop=True))
            connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM shuffled_{number}"
            )
        return connection


# 2: only matured labels train


@generated(10)
@given(draw=st.data(), days=st.integers(0, 200))
def test_an_outcome_is_known_once_its_window_is_over_and_trains_only_if_so(
    shops, make_shop, draw, days
):
    shop = draw.draw(shops)
    orders = shop.connect().execute("SELECT customer, campaign, time AS ordered FROM orders").df()
    until = pd.Timestamp("2024-03-01") + pd.Timedelta(days=days)
    data = make_shop(
        orders=orders,
        campaigns=shop.campaigns.drop(columns="matured_at"),
        contacts=shop.contacts[["customer", "campaign"]],
        observed_until=until,
    )
    frame = FeatureSet(*proposed(data, ["calendar"])).build(data)
    assert frame.y.notna().equals(frame.matured_at <= until)
    known = frame.known() if frame.y.notna().any() else frame.rows([0])
    if len(known.campaigns) > 1:
        try:
            split = out_of_time(frame, test_campaigns=1)
        except ValueError as error:
            assert "No outcome was known" in str(error)  # noqa: PT017
            return
        assert (split.train.matured_at <= split.test.as_of.min()).all()


# 3: attributes without a validity date are refused


@generated(5)
@given(draw=st.data())
def test_attributes_without_a_date_are_refused_unless_declared(shops, make_shop, draw):
    shop = draw.draw(shops)
    table = pd.DataFrame({"customer": ["ann", "bob"], "segment": ["new", "loyal"]})
    contacts = shop.contacts[["customer", "campaign"]]
    campaigns = shop.campaigns.drop(columns="matured_at")
    known = {"contacts": contacts, "campaigns": campaigns}
    undated = make_shop(**known, attributes={"segments": Attributes(table)})
    for features in (
        FeatureSet(attributes("segments")),
        FeatureSet(*proposed(undated, registered())),
    ):
        with pytest.raises(LeakageError) as raised:
            features.build(undated)
        assert str(raised.value) == (
            "Table 'segments' must say from when its rows are valid, since values of today were "
            "not known at as_of; it has no valid_from. Give Attributes(…, valid_from=COLUMN), or "
            'never_changes=True where that is so; in campaigns.toml `valid_from = "COLUMN"`, or '
            "`never_changes = true`."
        )
    declared = make_shop(**known, attributes={"segments": Attributes(table, never_changes=True)})
    built = FeatureSet(attributes("segments")).build(declared)
    wanted = contacts["customer"].map({"ann": "new", "bob": "loyal"})
    pd.testing.assert_series_equal(
        built.X["segments_segment"], wanted.astype("str"), check_names=False, check_dtype=False
    )


# 4 is in test_encode.py (encodings) and test_engagement.py (priors)


# 5: as_of has no default


def test_as_of_has_no_default():
    parameter = inspect.signature(CampaignData).parameters["as_of"]
    assert parameter.default is inspect.Parameter.empty


# 7: what gives the label away is reported by name before anything is fitted


@generated(5)
@given(seed=st.integers(0, 999))
def test_a_column_that_gives_the_outcome_away_is_named(make_shop, seed):
    random = np.random.default_rng(seed)
    names = [f"c{number}" for number in range(60)]
    campaigns = pd.DataFrame(
        {
            "campaign": names,
            "as_of": pd.Timestamp("2024-03-01"),
            "ends": pd.Timestamp("2024-03-29"),
            "size": random.normal(size=60),
        }
    )
    answered = random.permutation(60) < 25
    # the rate of the campaign, which nobody knew before it was over
    campaigns["rate"] = answered + random.normal(0, 0.1, 60)
    orders = pd.DataFrame(
        {
            "customer": "ann",
            "campaign": np.array(names)[answered],
            "ordered": pd.Timestamp("2024-03-10"),
        }
    )
    contacts = pd.DataFrame({"customer": "ann", "campaign": names})
    data = make_shop(orders=orders, campaigns=campaigns, contacts=contacts)
    frame = FeatureSet(campaign(["rate", "size"])).build(data)
    (note,) = frame.notes
    assert note.startswith("May give the outcome away: 'campaign_rate' (AUC ")
    assert note.endswith("must be left out: `frame.without('campaign_rate')`.")
    assert "campaign_size" not in note
