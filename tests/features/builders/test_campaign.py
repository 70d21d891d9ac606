import re

import pytest

from workbench.errors import ParameterError, SchemaError
from workbench.features import FeatureSet, campaign


def test_numbers_stay_numbers_and_text_is_a_category(make_shop):
    frame = FeatureSet(campaign(["type", "discount"])).build(make_shop())
    assert frame.X["campaign_type"].tolist() == ["leaflet"] * 3
    assert frame.X["campaign_discount"].tolist() == [0.1, 0.1, 0.25]
    assert frame.catalogue["unit"].tolist() == ["category", "discount"]
    assert set(frame.catalogue["group"]) == {"campaign"}


def test_one_column_may_be_given_by_its_name():
    assert campaign("type") == campaign(["type"])


def test_no_column():
    wanted = "`columns` must name columns of the campaigns table; got none."
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        campaign([])


def test_unknown_column(built):
    with pytest.raises(SchemaError) as raised:
        built(campaign(["discont"]))
    assert str(raised.value) == (
        "Table 'campaigns' has no column 'discont'; got ['campaign', 'as_of', 'ends', 'type', "
        "'discount', 'matured_at']. Did you mean 'discount'?"
    )
