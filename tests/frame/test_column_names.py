"""Pieces of names: letters, digits and underscores alone, and never nothing."""

import pandas as pd
import pytest

from workbench.errors import DataWarning
from workbench.frame.column_names import GAP_FLAG, feature_and_level, slug
from workbench.frame.feature_frame import FeatureFrame
from workbench.ridge import RidgePropensity


@pytest.mark.parametrize("text", ["", " ", "-", "€", "__", "&&"])
def test_what_has_no_letter_is_called_blank(text):
    assert slug(text) == "blank"


@pytest.mark.parametrize("text", ["A-B", "  Größe (cm) ", "x__y", 7, 1.5, "ÄÖ/ü"])
def test_a_piece_is_a_name_and_stays_as_it_is(text):
    assert slug(text).isidentifier() or slug(text)[0].isdigit()
    assert slug(slug(text)) == slug(text)


@pytest.mark.parametrize(
    ("name", "count"), [("a", 0), ("=b", 0), ("a=b", 1), ("a==b", 2), ("a=", 1)]
)
def test_a_name_is_taken_apart_at_each_sign_of_equality(name, count):
    pairs = list(feature_and_level(name))
    assert ["=".join(pair) for pair in pairs] == [name] * count
    assert all(feature for feature, _ in pairs)


def test_design_columns_are_named_so():
    levels = pd.DataFrame(
        {"town=a": ["x=1", "y", "x=1", "y"] * 5, "age": [1.0, None, 3.0, 4.0] * 5}
    )
    frame = FeatureFrame(levels, pd.Series([0.0, 1.0, 1.0, 0.0] * 5))
    with pytest.warns(DataWarning, match="Missing values in 'age'"):
        named = RidgePropensity(alpha=1.0).fit(frame).columns_
    assert ("town=a", "x=1") in list(feature_and_level("town=a=x=1"))
    assert named.loc["town=a=x=1", "feature"] == "town=a"
    assert named.loc[f"age{GAP_FLAG}", "feature"] == "age"
