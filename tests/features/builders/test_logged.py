import re

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ParameterError
from workbench.features import FeatureSet, cadence, logged, rfm, windows


def test_amounts_are_logged_and_the_rest_is_not(make_shop):
    builder = windows("visits", values=["spend"], kinds={"channel": ["app"]}, lookbacks_days=(28,))
    plain = FeatureSet(builder).build(make_shop()).X
    frame = FeatureSet(logged(builder)).build(make_shop())
    np.testing.assert_allclose(frame.X["visits_28d_spend_sum_log"], np.log1p([25.5, 0, 0]))
    pd.testing.assert_series_equal(frame.X["visits_28d_app_share"], plain["visits_28d_app_share"])
    row = frame.catalogue.loc["visits_28d_spend_sum_log"]
    assert row[["group", "builder", "source", "lookback_days", "unit"]].tolist() == [
        "windows",
        "logged",
        "visits",
        28.0,
        "ln(1 + spend)",
    ]
    assert row["description"] == (
        "Sum of spend over visits in the 28 days before, on a logarithmic scale."
    )


def test_a_negative_amount_keeps_its_sign(built, make_shop):
    visits = pd.DataFrame(
        {"customer": ["ann"], "moment": [pd.Timestamp("2024-02-01")], "spend": [-3.0]}
    )
    row = built(logged(rfm("visits", value="spend")), make_shop(visits=visits))
    assert row.loc[("ann", "spring"), "visits_monetary_sum_log"] == pytest.approx(-np.log(4))


def test_what_the_builders_inside_learn_is_in_the_recipe(make_shop):
    frame = FeatureSet(logged(windows("visits", kinds="channel"))).build(make_shop())
    inside = frame.recipe["features"][0]["builders"][0]
    assert inside["kinds"] == {"channel": ["mail", "app"]}
    again = FeatureSet.from_dict(frame.recipe).build(make_shop())
    pd.testing.assert_frame_equal(again.X, frame.X)


@pytest.mark.parametrize(("given", "shown"), [((), "none"), ((cadence(), 7), "[7]")])
def test_what_is_no_builder(given, shown):
    wanted = f"`logged` takes builders such as rfm('transactions'); got {shown}."
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        logged(*given)
