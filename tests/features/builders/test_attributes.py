import pandas as pd
import pytest

from workbench.errors import LeakageError, SchemaError
from workbench.features import FeatureSet, attributes
from workbench.tables.campaign_data import Attributes

SEGMENTS = pd.DataFrame(
    [
        ("ann", "2023-01-01", "2024-02-01", "new", 1.0),
        ("ann", "2024-02-01", "2024-03-01", "loyal", 2.0),
        ("ann", "2024-03-01", None, "gold", 3.0),  # from the moment of spring on
        ("bob", "2024-03-02", None, "new", 4.0),  # after it
    ],
    columns=["customer", "since", "until", "segment", "children"],
).astype({"since": "datetime64[us]", "until": "datetime64[us]"})


def shop_with(make_shop, table, **settings):
    return make_shop(attributes={"segments": Attributes(table, **settings)})


def test_worked_by_hand(built, make_shop):
    data = shop_with(make_shop, SEGMENTS, valid_from="since", valid_until="until")
    table = built(attributes("segments"), data)
    # a value valid from the very moment of the decision was not known before it
    assert table.loc[("ann", "spring")].tolist() == ["loyal", 2.0]
    assert table.loc[("ann", "summer")].tolist() == ["gold", 3.0]
    assert table.loc[("bob", "spring")].isna().all()


def test_a_row_that_ended_before_is_not_valid(built, make_shop):
    data = shop_with(make_shop, SEGMENTS.head(1), valid_from="since", valid_until="until")
    assert built(attributes("segments"), data).isna().all(axis=None)


def test_without_an_end_the_latest_row_is_valid(built, make_shop):
    data = shop_with(make_shop, SEGMENTS.drop(columns="until"), valid_from="since")
    table = built(attributes("segments", columns=["segment"]), data)
    assert table["segments_segment"].tolist()[:1] == ["loyal"]
    assert table.columns.tolist() == ["segments_segment"]


def test_what_never_changes_needs_no_date(built, make_shop):
    table = SEGMENTS.loc[[0, 3], ["customer", "segment"]]
    frame = FeatureSet(attributes("segments")).build(
        shop_with(make_shop, table, never_changes=True)
    )
    assert frame.X["segments_segment"].tolist() == ["new", "new", "new"]
    assert frame.groups == {"segments_segment": "segments"}


def test_unknown_column(built, make_shop):
    data = shop_with(make_shop, SEGMENTS, valid_from="since", valid_until="until")
    with pytest.raises(SchemaError) as raised:
        built(attributes("segments", columns=["segmnt"]), data)
    assert str(raised.value) == (
        "Table 'segments' has no column 'segmnt'; got ['customer', 'valid_from', 'valid_until', "
        "'segment', 'children']. Did you mean 'segment'?"
    )


def test_values_of_today_are_refused(built, make_shop):
    data = shop_with(make_shop, SEGMENTS.drop(columns=["since", "until"]))
    with pytest.raises(LeakageError) as raised:
        built(attributes("segments"), data)
    assert str(raised.value) == (
        "Table 'segments' must say from when its rows are valid, since values of today were not "
        "known at as_of; it has no valid_from. Give Attributes(…, valid_from=COLUMN), or "
        'never_changes=True where that is so; in campaigns.toml `valid_from = "COLUMN"`, or '
        "`never_changes = true`."
    )
