import numpy as np
import pandas as pd
import pytest

from workbench.errors import ParameterError, SchemaError
from workbench.features import FeatureSet, Tables, offer
from workbench.tables.campaign_data import Offers

# spring offers tea and pot, and names tea twice; summer offers cup
LEAFLETS = pd.DataFrame(
    [("spring", "tea"), ("spring", "tea"), ("spring", "pot"), ("summer", "cup")],
    columns=["campaign", "item"],
)
SECOND = pd.Timestamp("2024-06-01")
VISITS = pd.DataFrame(
    [
        ("ann", "2023-11-01", 8.0, "tea", "drinks"),
        ("ann", "2024-02-20", 2.0, "tea", "drinks"),
        ("ann", "2024-02-21", 6.0, "cup", "china"),
        ("ann", "2024-03-01", 50.0, "pot", "china"),  # the moment itself
        ("bob", "2024-02-01", 5.0, "milk", "drinks"),
    ],
    columns=["customer", "moment", "spend", "item", "category"],
).astype({"moment": "datetime64[us]"})


@pytest.fixture
def shop_with_leaflets(make_shop):
    def make(**changes):
        tables = {"visits": VISITS, "offers": {"leaflets": Offers(LEAFLETS)}, **changes}
        return make_shop(**tables)

    return make


def test_items_worked_by_hand(built, shop_with_leaflets):
    builder = offer("visits", "leaflets", "item", value="spend", lookbacks_days=(91, None))
    table = built(builder, shop_with_leaflets())
    assert table.loc[("ann", "spring")].to_dict() == pytest.approx(
        {
            "leaflets_item_91d_count": 1.0,
            "leaflets_item_91d_spend_sum": 2.0,
            "leaflets_item_91d_share": 2 / 8,
            "leaflets_item_count": 2.0,
            "leaflets_item_spend_sum": 10.0,
            "leaflets_item_share": 10 / 16,
            "leaflets_item_recency_days": 10.0,
            "leaflets_item_had_count": 1.0,  # tea; the pot was bought too late
            "leaflets_item_had_share": 1 / 2,
            "leaflets_item_offered_count": 2.0,
        },
        rel=1e-12,
    )
    bob = table.loc[("bob", "spring")]
    assert bob.filter(like="_count").tolist() == [0, 0, 0, 2]
    assert bob["leaflets_item_share"] == 0.0
    assert np.isnan(bob["leaflets_item_recency_days"])


def test_another_campaign_has_another_offer(built, shop_with_leaflets):
    row = built(offer("visits", "leaflets", "item"), shop_with_leaflets()).loc[("ann", "summer")]
    assert row["leaflets_item_count"] == 1.0  # the cup
    assert row["leaflets_item_share"] == 1 / 4  # of events, as no value is given


def test_categories_are_those_shown_before_the_campaign(built, shop_with_leaflets):
    builder = offer("visits", "leaflets", "item", through=["category"], lookbacks_days=(None,))
    table = built(builder, shop_with_leaflets())
    # the pot's category shows only at the moment of spring: spring offers drinks alone
    assert table.loc[("ann", "spring"), "leaflets_category_offered_count"] == 1
    assert table.loc[("ann", "spring"), "leaflets_category_count"] == 2
    assert table.loc[("bob", "spring"), "leaflets_category_count"] == 1  # milk is a drink too
    assert table.loc[("ann", "summer"), "leaflets_category_count"] == 2  # cup and pot


def test_a_category_shown_by_a_late_arrival_is_not_known(built, shop_with_leaflets):
    late = VISITS.assign(arrived=VISITS["moment"].where(VISITS["item"] != "tea", SECOND))
    builder = offer("visits", "leaflets", "item", through=["category"], lookbacks_days=(None,))
    table = built(builder, shop_with_leaflets(visits=late, arrived="arrived"))
    # nothing that spring offers had shown its category yet: tea arrived in June
    assert table.loc[("ann", "spring"), "leaflets_category_offered_count"] == 0


def test_categories_are_those_shown_before_the_first_decision_of_a_campaign(
    built, shop_with_leaflets
):
    """Bob is contacted when the pot's category has shown; the offer is the campaign's, though."""
    contacts = pd.DataFrame(
        {
            "customer": ["ann", "bob"],
            "campaign": "spring",
            "as_of": pd.to_datetime(["2024-03-01", "2024-03-02"]),
        }
    )
    campaigns = pd.DataFrame({"campaign": ["spring"], "ends": [pd.Timestamp("2024-03-29")]})
    data = shop_with_leaflets(
        contacts=contacts, campaigns=campaigns, offers={"leaflets": Offers(LEAFLETS.head(3))}
    )
    builder = offer("visits", "leaflets", "item", through=["category"], lookbacks_days=(None,))
    assert built(builder, data)["leaflets_category_offered_count"].tolist() == [1, 1]


def test_categories_that_the_offers_state_are_taken_from_there(built, shop_with_leaflets):
    stated = LEAFLETS.assign(category=["drinks", "drinks", "china", None])
    data = shop_with_leaflets(offers={"leaflets": Offers(stated)})
    builder = offer("visits", "leaflets", "item", through=["category"], lookbacks_days=(None,))
    table = built(builder, data)
    # the pot's is known from the offer, if from no visit; the cup's is not stated
    assert table.loc[("ann", "spring"), "leaflets_category_offered_count"] == 2
    assert table.loc[("ann", "spring"), "leaflets_category_count"] == 3
    assert table.loc[("ann", "summer"), "leaflets_category_offered_count"] == 0


def test_the_finest_shared_column_is_proposed_as_the_item(shop_with_leaflets):
    stated = LEAFLETS.assign(category=["drinks", "drinks", "drinks", "drinks"])
    stated = stated[["campaign", "category", "item"]]
    tables = Tables(shop_with_leaflets(offers={"leaflets": Offers(stated)}))
    assert list(offer("", "", "").propose(tables)) == [
        offer("visits", "leaflets", "item", value="spend", through=["category"])
    ]


def test_a_campaign_without_offers(built, shop_with_leaflets):
    offers = {"leaflets": Offers(LEAFLETS[LEAFLETS["campaign"] == "spring"])}
    row = built(offer("visits", "leaflets", "item"), shop_with_leaflets(offers=offers))
    summer = row.loc[("ann", "summer")]
    assert summer["leaflets_item_offered_count"] == 0
    assert summer["leaflets_item_count"] == 0
    assert np.isnan(summer["leaflets_item_had_share"])


def test_groups_and_sources(shop_with_leaflets):
    builder = offer("visits", "leaflets", "item", value="spend", through=["category"])
    catalogue = FeatureSet(builder).build(shop_with_leaflets()).catalogue
    constant = catalogue.index.str.endswith("_offered_count")
    assert set(catalogue.loc[constant, "group"]) == {"campaign"}
    assert set(catalogue.loc[~constant, "group"]) == {"offer"}
    assert catalogue.loc["leaflets_item_had_share", "source"] == "visits, leaflets"
    assert catalogue.loc["leaflets_category_offered_count", "source"] == "leaflets, visits"


def test_unknown_tables_and_columns(built, shop_with_leaflets):
    data = shop_with_leaflets()
    with pytest.raises(ParameterError) as raised:
        built(offer("visits", "leaflet", "item"), data)
    assert str(raised.value) == (
        "`offers` must name a table of the data; got 'leaflet', there are ['leaflets']. "
        "Did you mean 'leaflets'?"
    )
    with pytest.raises(SchemaError) as raised:
        built(offer("visits", "leaflets", "items"), data)
    assert str(raised.value) == (
        "Table 'leaflets' has no column 'items'; got ['campaign', 'item']. Did you mean 'item'?"
    )
    with pytest.raises(SchemaError) as raised:
        built(offer("visits", "leaflets", "item", through=["categry"]), data)
    assert str(raised.value) == (
        "Table 'visits' has no column 'categry'; got "
        "['customer', 'time', 'spend', 'item', 'category']. Did you mean 'category'?"
    )
