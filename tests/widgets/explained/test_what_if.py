"""What is entered is read as a value of its column; what training never had is told."""

import math
import re
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity
from workbench.errors import ParameterError
from workbench.language import speaking
from workbench.ridge.explain.units import Unit, units_of
from workbench.widgets.explained.what_if import WRONG_NUMBER, WhatIf

DAYS = Unit("days", logged=True)


@pytest.fixture(scope="module")
def what_if(shop, of_shop):
    return WhatIf(of_shop, shop.rows([4]).X, units_of(shop.catalogue))


def test_in_german_the_number_is_marked_and_its_unit_is_not(of_shop, shop):
    what_if = WhatIf(of_shop, shop.rows([4]).X, {"spend": Unit("U.S.$"), "since_log": DAYS})
    with speaking("de"):
        told = what_if.told("spend", 1e6)
        assert what_if.field("since_log")["unit"] == "Tage"
    number = r"(\d+,\d+|\d{1,3}(\.\d{3})*)"
    assert re.search(rf"{number} U\.S\.\$: zählt als {number} U\.S\.\$$", told), told


def test_each_kind_of_column_has_its_field(what_if, shop):
    kinds = {name: what_if.field(name)["kind"] for name in what_if.columns}
    assert kinds == {
        "visits": "number",
        "since_log": "number",
        "town": "level",
        "age": "number",
        "member": "flag",
        "spend": "number",
    }
    assert what_if.field("town")["options"] == ["Bonn", "Köln", "Ulm"]
    assert what_if.field("town")["entered"] == shop.X["town"][4]
    assert what_if.field("member")["entered"] == str(int(shop.X["member"][4]))
    since = what_if.field("since_log")
    assert since["unit"] == "days"
    assert float(since["entered"]) == pytest.approx(np.expm1(shop.X["since_log"][4]), rel=1e-5)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("visits", "7", 7.0),
        ("visits", " −2.5 ", -2.5),
        ("visits", "1e3", 1000.0),
        ("since_log", "30", math.log1p(30)),
        ("town", "Ulm", "Ulm"),
        ("member", "1", 1.0),
        ("age", "", None),
        ("town", None, None),
    ],
)
def test_what_is_entered_is_read(what_if, name, text, value):
    assert what_if.read(name, text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("visits", text) for text in ("1,5", "many", "1_000", "0x10", "nan", "inf", "1e200")),
        ("since_log", "-1"),
        ("since_log", "-7"),
    ],
)
def test_what_is_no_number_is_refused(what_if, name, text):
    with pytest.raises(ParameterError) as raised:
        what_if.read(name, text)
    assert str(raised.value) == WRONG_NUMBER


def test_a_changed_cell_keeps_the_type_of_its_column(what_if, shop):
    changed = what_if.changed({"visits": 2.5, "spend": 3.3, "town": "Ulm", "age": None})
    assert changed["spend"].dtype == np.float32
    assert changed["visits"].iloc[0] == 2.5
    assert changed["age"].isna().all()
    pd.testing.assert_series_equal(changed["member"], what_if.row["member"])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("visits", 3.0, ""),
        ("age", None, ""),
        ("town", "Bonn", ""),
        ("town", "Trier", "no level of training: counts as none of them"),
        ("town", None, "never missing in training: counts as no level"),
        ("member", 1.0, ""),
    ],
)
def test_what_training_never_had_is_told(what_if, name, value, said):
    assert what_if.told(name, value) == said


def test_a_number_out_of_range_is_told_in_its_unit(what_if, shop):
    most = shop.X["visits"].max()
    assert what_if.told("visits", 99.0) == f"training had 0 to {most}: counts as {most}"
    said = what_if.told("since_log", math.log1p(400))
    assert said == "training had 0 to 89 days: counts as 89 days"
    mean = f"{shop.X['spend'].astype(float).mean():.4g}"
    assert (
        what_if.told("spend", None) == f"never missing in training: counts as the mean, {mean} EUR"
    )


def test_slopes_that_go_on_and_columns_without_effect(shop):
    X = shop.X[["visits"]].assign(same=1.0)
    with warnings.catch_warnings(action="ignore"):
        model = RidgePropensity(alpha=0.01, extrapolate=True).fit(X, shop.y)
    what_if = WhatIf(model, X[:1], {})
    assert what_if.told("visits", 99.0).endswith(": its slope goes on")
    assert what_if.told("same", 5.0) == "constant in training: no effect"


def test_of_many_levels_the_rare_ones_have_no_column(shop):
    X = pd.DataFrame({"shop": [f"s{k % 40}" for k in range(len(shop))]})
    model = RidgePropensity(alpha=0.01, most_levels=30).fit(X, shop.y)
    rare = next(f"s{k}" for k in range(40) if f"shop=s{k}" not in model.columns_.index)
    said = WhatIf(model, X[:1], {}).told("shop", rare)
    assert said == "not among the levels that have a column: counts as none of them"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"visit": 1}, r"reads no column 'visit'; it reads \['visits'.* Did you mean 'visits'\?"),
        ({"visits": "3"}, "'visits' must be a number; got '3'. Give one, or None"),
        ({"age": math.inf}, "'age' must be finite, below 1e100; got inf"),
        ({"age": 10**400}, "'age' must be finite"),
        ({"age": []}, r"'age' must be a number; got \[\]"),
        ({"town": ["Bonn"]}, "'town' must be a level, such as a text"),
    ],
)
def test_changes_that_are_none_are_refused(what_if, changes, message):
    with pytest.raises(ParameterError, match=message):
        what_if.changed(changes)
