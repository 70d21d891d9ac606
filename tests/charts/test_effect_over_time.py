"""The chart of a test that is read as it goes on."""

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.errors import ParameterError, SchemaError
from workbench.language import speaking


@pytest.fixture
def looks():
    """The second look is the first that leaves zero out; rows are not in their order."""
    table = pd.DataFrame(
        {
            "arm": "mail",
            "against": "none",
            "at": pd.to_datetime(["2024-03-01", "2024-03-08", "2024-03-15"]),
            "contacts": [500, 1000, 1500],
            "contacts_against": [100, 200, 300],
            "effect": [0.03, 0.025, 0.02],
            "low": [-0.02, 0.001, -0.001],
            "high": [0.08, 0.049, 0.041],
        }
    )
    return table.iloc[[2, 0, 1]]


@pytest.fixture
def bounds():
    return pd.DataFrame(
        {"contacts": [900.0, 1800.0], "low": [-0.05, -0.02], "high": [0.05, 0.02], "z": [3.0, 2.0]}
    )


def test_effects_and_intervals_stand_at_the_contacts_of_both_arms(looks, render):
    ax = charts.effect_over_time(looks)
    zero, effects = ax.lines
    assert zero.get_ydata() == [0.0, 0.0]
    assert effects.get_xydata().tolist() == [[600, 0.03], [1200, 0.025], [1800, 0.02]]
    band, each = ax.collections
    ends = np.array(each.get_segments())
    assert ends[:, :, 1].tolist() == [[-0.02, 0.08], [0.001, 0.049], [-0.001, 0.041]]
    assert band.get_datalim(ax.transData).extents.tolist() == [600, -0.02, 1800, 0.08]
    assert ax.get_title(loc="left") == "Proven at look 2 of 3, after 1,200 contacts"
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        "Contacts so far",
        "Effect on the response rate, in points",
    )
    assert ax.yaxis.get_major_formatter()(0.025, 0) == "2.5"
    assert ax.xaxis.get_major_formatter()(20_000, 0) == "20,000"
    assert render(ax) == []


def test_planned_bounds_are_drawn_beside(looks, bounds, render):
    ax = charts.effect_over_time(looks, bounds=bounds)
    low, high = ax.lines[2:]
    assert low.get_xydata().tolist() == [[900, -0.05], [1800, -0.02]]
    assert high.get_ydata().tolist() == [0.05, 0.02]
    (said,) = ax.texts
    assert (said.get_text(), said.xy) == ("planned bounds", (1800, -0.02))  # away from the effects
    down = looks.assign(effect=-looks["effect"], low=-looks["high"], high=-looks["low"])
    assert charts.effect_over_time(down, bounds=bounds).texts[0].xy == (1800, 0.02)
    bottom, top = ax.get_ylim()
    assert bottom < -0.05 < 0.08 < top
    assert render(ax) == []


def test_a_bound_that_nothing_reaches_leaves_the_rest(looks, bounds, render):
    bounds.loc[0, ["low", "high", "z"]] = [-np.inf, np.inf, np.inf]
    ax = charts.effect_over_time(looks, bounds=bounds)
    assert np.isnan(ax.lines[2].get_ydata()[0])
    assert render(ax) == []


def test_a_first_interval_does_not_fill_the_page(looks):
    wide = looks.assign(low=looks["low"].where(looks["contacts"] > 500, -5.0))
    bottom, _ = charts.effect_over_time(wide).get_ylim()
    assert -0.2 < bottom < -0.001


def test_over_time_and_in_units_of_the_outcome(looks, bounds, render):
    ax = charts.effect_over_time(looks, by="at", kind="amount", bounds=bounds)
    assert len(ax.lines) == 2  # bounds stand at contacts
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        "Time of the look",
        "Effect per contact, in units of the outcome",
    )
    assert render(ax) == []
    without = charts.effect_over_time(looks.drop(columns=["contacts", "contacts_against"]), by="at")
    assert without.get_title(loc="left") == "Proven at look 2 of 3"


def test_what_is_not_proven_and_what_cannot_be(looks, render):
    early = looks[looks["contacts"] == 500]
    ax = charts.effect_over_time(early)
    assert ax.get_title(loc="left") == "Not proven at one look: the interval holds zero"
    assert render(ax) == []
    low = looks.assign(low=-0.01)
    assert charts.effect_over_time(low).get_title(loc="left") == (
        "Not proven at any of 3 looks: the interval holds zero"
    )
    naive = looks.assign(valid="at_end")
    assert charts.effect_over_time(naive).get_title(loc="left") == (
        "Each interval is for one look alone: of 3 looks, none proves"
    )
    one = naive[naive["contacts"] == 1000]
    assert charts.effect_over_time(one).get_title(loc="left").startswith("Proven at look 1 of 1")


def test_many_looks_have_a_band_alone(render):
    n = np.arange(1, 41)
    table = pd.DataFrame({"contacts": n * 100, "effect": 0.01, "low": -1 / n, "high": 1 / n})
    ax = charts.effect_over_time(table)
    assert len(ax.collections) == 1
    assert render(ax) == []


def test_what_is_no_such_table_is_refused(looks):
    with pytest.raises(SchemaError, match="The table of looks has no column 'low'"):
        charts.effect_over_time(looks.drop(columns="low"))
    with pytest.raises(SchemaError, match="The table of bounds has no column 'high'"):
        charts.effect_over_time(looks, bounds=looks[["contacts", "low"]])
    with pytest.raises(ParameterError, match=r"`by` must be one of \['contacts', 'at'\]"):
        charts.effect_over_time(looks, by="day")


def test_in_german(looks):
    with speaking("de"):
        ax = charts.effect_over_time(looks)
        assert ax.get_title(loc="left") == "Belegt bei Auswertung 2 von 3, nach 1.200 Kontakten"
        assert ax.yaxis.get_major_formatter()(0.025, 0) == "2,5"
