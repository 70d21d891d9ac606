import re

import numpy as np
import pytest

from workbench.datasets import planted
from workbench.errors import ParameterError
from workbench.evidence import over_campaigns
from workbench.ridge import RidgePropensity
from workbench.ridge.tune.co_data import slopes_by_fold


@pytest.fixture(scope="module")
def frame():
    return planted(train_campaigns=6, new_campaigns=1, rows=400).frame


@pytest.fixture(scope="module")
def model(frame):
    return RidgePropensity(0.1).fit(
        frame.without(*[f for f in frame.X if frame.X[f].nunique() < 2])
    )


def test_places_and_effects_are_those_of_each_campaign_alone(frame, model):
    names = ["stable_00", "stable_01"] if "stable_00" in frame.X else ["stable_01", "stable_02"]
    table = over_campaigns(frame, model, columns=names)
    slope, variance = slopes_by_fold(model.workspace_.stats)
    used = model.columns_.index[~model.columns_["dropped"]]
    for name, rows in table.groupby("column"):
        assert rows["campaign"].tolist() == frame.known().campaigns
        by_campaign = frame.known().X[name].groupby(frame.known().campaign)
        np.testing.assert_allclose(rows["mean"], by_campaign.mean(), rtol=1e-9)
        np.testing.assert_array_equal(rows["contacts"], by_campaign.size())
        place = used.get_loc(name)
        np.testing.assert_allclose(rows["effect"], slope[:, place], rtol=1e-7)
        half = 1.959963984540054 * np.sqrt(variance[:, place])
        np.testing.assert_allclose(rows["effect_high"] - rows["effect"], half, rtol=1e-7)
        np.testing.assert_allclose(rows["effect"] - rows["effect_low"], half, rtol=1e-7)


def test_active_is_what_is_away_from_the_usual_value(frame, model):
    name = next(f for f in model.columns_.index if f.startswith("spiky"))
    rows = over_campaigns(frame, model, columns=[name])
    assert set(rows["usual"]) == {0.0}
    expected = (frame.known().X[name] != 0).groupby(frame.known().campaign).mean()
    np.testing.assert_allclose(rows["active_share"], expected)
    assert rows["effect"].isna().equals(rows["active_share"] == 0)


def test_an_unknown_column_is_named_beside_the_closest(frame, model):
    known = list(model.columns_.index)
    listed = ", ".join(repr(name) for name in known[:8])
    message = (
        f"`columns` names unknown column 'stable'; got [{listed}, … {len(known) - 8} more]. "
        f"Did you mean {known[0]!r}?"
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        over_campaigns(frame, model, columns=["stable"])
