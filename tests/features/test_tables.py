from decimal import Decimal

import pandas as pd
import pytest

from workbench.errors import DataError, ParameterError, SchemaError
from workbench.features import FeatureSet, Source, Tables, attributes, windows
from workbench.tables.campaign_data import Attributes, Offers

VISITS = pd.DataFrame(
    {
        "customer": ["ann", "ann", "bob"],
        "moment": pd.to_datetime(["2024-01-31", "2024-02-20", "2024-07-01"]),
    }
)


def test_columns_of_tables_and_of_queries(make_shop):
    tables = Tables(make_shop())
    assert list(tables.columns("visits")) == ["customer", "time", "spend", "channel", "item"]
    query = Source("late", "SELECT customer, time, spend * 2 AS double FROM visits")
    assert tables.columns(query) == {
        "customer": "VARCHAR",
        "time": "TIMESTAMP",
        "double": "DOUBLE",
    }


def test_what_the_data_hold(make_shop):
    leaflets = pd.DataFrame({"campaign": ["spring"], "item": ["tea"]})
    tables = Tables(make_shop(offers={"leaflets": Offers(leaflets)}))
    assert tables.event_tables == ["visits", "orders"]
    assert tables.offer_tables == ["leaflets"]
    assert tables.attribute_tables == []
    assert tables.outcome == "orders"
    assert tables.years == (2024, 2024)
    assert tables.value_columns("visits") == ("spend",)
    assert tables.shared_items("visits", "leaflets") == ["item"]
    assert tables.campaign_text_columns == ("type",)


def test_kind_columns_are_judged_before_the_first_decision(make_shop):
    assert Tables(make_shop()).kind_columns("visits") == ["channel", "item"]
    one_kind = pd.DataFrame(
        {
            "customer": "ann",
            "moment": pd.to_datetime(["2024-02-01", "2024-03-01"]),
            "channel": ["mail", "app"],
        }
    )
    assert Tables(make_shop(visits=one_kind)).kind_columns("visits") == []


def test_ties_among_frequent_levels_go_by_name(make_shop):
    visits = pd.DataFrame(
        {"customer": "ann", "moment": pd.Timestamp("2024-02-01"), "channel": ["c", "a", "b"]}
    )
    assert Tables(make_shop(visits=visits)).frequent_levels("visits", "channel", 2) == ("a", "b")


def test_levels_that_a_recipe_names_may_be_absent(make_shop):
    data = make_shop()
    Tables(data, known_levels=False).check_levels("visits", "channel", ["fax"])
    with pytest.raises(ParameterError, match="never holds"):
        Tables(data).check_levels("visits", "channel", ["fax"])


@pytest.mark.parametrize(
    ("value", "verdict"), [(float("nan"), None), (8e12, None), (1e13, DataError)]
)
def test_values_must_fit_millionths(make_shop, value, verdict):
    visits = pd.DataFrame(
        {"customer": ["ann"], "moment": [pd.Timestamp("2024-02-01")], "spend": [value]}
    )
    tables = Tables(make_shop(visits=visits))
    if verdict is None:
        tables.check_values("visits", ["spend"])
    else:
        with pytest.raises(verdict, match="at most 9e"):
            tables.check_values("visits", ["spend"])


def test_lookbacks_that_most_contacts_have_the_history_for(make_shop):
    tables = Tables(make_shop())  # visits begin 30 and 122 days before the two campaigns
    assert tables.fitting("visits", (7, 30, 31, 122)) == (7, 30)
    assert tables.share_without_history("visits", 31) == pytest.approx(2 / 3)
    assert tables.share_without_history("all_contacts", 1) == pytest.approx(2 / 3)


def test_what_is_typical_is_the_median_customer_before_the_first_decision(make_shop):
    visits = pd.DataFrame(
        {
            "customer": ["ann", "ann", "bob", "cem", "dan", "eve"],
            "moment": pd.to_datetime(["2024-02-20"] * 4 + ["2024-03-01", "2024-02-01"]),
            "spend": [1.0, 2.5, 8.0, -1.0, 100.0, 100.0],
        }
    )
    tables = Tables(make_shop(visits=visits))
    # ann 2, bob 1; cem has no contacts, and no say
    assert tables.typical_total("visits", None, 14) == 1.5
    assert tables.typical_total("visits", "spend", 14) == (3.5 + 8) / 2


def test_lines_of_text_are_told_from_labels(make_shop, full_shop):
    assert Tables(make_shop()).campaign_lines == ()
    assert Tables(full_shop).campaign_lines == ("subject",)
    assert Tables(full_shop).text_columns("campaigns") == ["type", "subject"]
    assert Tables(make_shop()).all_tables == [
        "visits",
        "orders",
        "contacts",
        "all_contacts",
        "campaigns",
    ]


def test_the_users_own_columns_of_contacts_stand_in_nobodys_way(make_shop):
    plain = Tables(make_shop())
    contacts = make_shop().contacts[["customer", "campaign"]].assign(first=1, time=2, total=3)
    own = Tables(make_shop(contacts=contacts))
    for days in (1, 40):
        assert own.share_without_history("visits", days) == plain.share_without_history(
            "visits", days
        )


@pytest.mark.parametrize("kind", ["uint8", "uint16", "uint32", "uint64", "int8", "float32"])
def test_numbers_of_every_size_are_numbers(make_shop, kind):
    ages = pd.DataFrame({"customer": ["ann", "bob"], "age": pd.Series([30, 40], dtype=kind)})
    visits = VISITS.assign(pieces=pd.Series([1, 2, 3], dtype=kind))
    data = make_shop(visits=visits, attributes={"people": Attributes(ages, never_changes=True)})
    assert Tables(data).is_numeric("people", "age")
    pieces = windows("visits", values=["pieces"], lookbacks_days=(91,))
    X = FeatureSet(attributes("people"), pieces).build(data).X
    assert X["people_age"].tolist() == [30.0, 40.0, 30.0]
    assert X["visits_91d_pieces_sum"].tolist() == [3.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("values", "held"),
    [
        (pd.to_datetime(["2024-01-01"] * 3), "TIMESTAMP"),
        ([Decimal("1.50"), Decimal("2.25"), Decimal("1.50")], "DECIMAL(3,2)"),
    ],
)
def test_kinds_are_text_numbers_or_flags(make_shop, values, held):
    data = make_shop(visits=VISITS.assign(sort=values))
    for kinds in ("sort", {"sort": [1.5]}):
        with pytest.raises(SchemaError) as raised:
            FeatureSet(windows("visits", kinds=kinds)).build(data)
        assert str(raised.value) == (
            "Column 'sort' of table 'visits' must hold text, whole numbers or flags to tell kinds "
            f"apart; it holds {held}. Make it text, or name another column."
        )
