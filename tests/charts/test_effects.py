"""Charts of a test: its effect look by look, and campaign by campaign."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from workbench import charts
from workbench.charts import style
from workbench.errors import DataError, ParameterError, SchemaError
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


def campaigns(n=3):
    effect = np.linspace(0.03, -0.01, n)
    return pd.DataFrame(
        {
            "campaign": [f"wave {k}" for k in range(n)],
            "effect": effect,
            "low": effect - 0.02,
            "high": effect + 0.02,
            "contacts": 1000.0,
            "contacts_against": 100.0,
        }
    )


MEAN = {"mean": 0.01, "low": -0.005, "high": 0.025}


def labels(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


# --- over time


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
    assert [text.get_text() for text in ax.texts] == ["planned bounds"]
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


# --- by campaign


def test_a_row_a_campaign_and_the_mean_below(render):
    ax = charts.effects_by_campaign(campaigns(), mean=MEAN)
    assert labels(ax) == ["wave 0", "wave 1", "wave 2", "Mean over campaigns"]
    intervals, dots = ax.collections
    assert np.array(intervals.get_segments())[:, :, 0] == pytest.approx(
        campaigns()[["low", "high"]].to_numpy()
    )
    assert dots.get_offsets().data == pytest.approx(np.array([[0.03, 0], [0.01, 1], [-0.01, 2]]))
    assert [to_hex(one) for one in dots.get_facecolor()] == [style.BLUE, "#ffffff", "#ffffff"]
    (diamond,) = ax.patches
    assert diamond.get_extents().height > 0
    assert diamond.get_xy()[:4].tolist() == [[-0.005, 3], [0.01, 2.7], [0.025, 3], [0.01, 3.3]]
    assert ax.get_title(loc="left") == "The interval leaves zero out in 1 of 3 campaigns"
    assert [text.get_text() for text in ax.texts[:3]] == ["1,000 against 100 contacts"] * 3
    assert ax.xaxis.get_major_formatter()(-0.01, 0) == "-1"
    assert render(ax) == []


def test_one_campaign_has_no_mean(render):
    none = dict.fromkeys(MEAN, np.nan)
    ax = charts.effects_by_campaign(campaigns(1), mean=pd.Series(none), kind="amount")
    assert labels(ax) == ["wave 0"]
    assert ax.get_title(loc="left") == "The interval leaves zero out in 1 of 1 campaign"
    assert ax.get_xlabel() == "Effect per contact, in units of the outcome"
    assert render(ax) == []


def test_of_many_campaigns_the_last_are_drawn(render):
    table = campaigns(60)
    table["campaign"] = [f"Spring mailing to customers of the north, wave {k}" for k in range(60)]
    ax = charts.effects_by_campaign(table, mean=MEAN)
    assert len(labels(ax)) == len(set(labels(ax))) == 41
    assert labels(ax)[-2].endswith("wave 59")
    assert ax.get_title(loc="left").endswith("of 60 campaigns (the last 40 shown)")
    assert render(ax) == []


def test_a_campaign_without_an_effect_says_so_and_a_tiny_one_does_not_fill_the_page(render):
    table = campaigns(4)
    table.loc[1, ["effect", "low", "high"]] = np.nan
    table.loc[2, ["low", "high"]] = [-5.0, 5.0]
    ax = charts.effects_by_campaign(table)
    assert "n/a" in [text.get_text() for text in ax.texts]
    assert ax.get_title(loc="left") == "The interval leaves zero out in 1 of 3 campaigns"
    assert ax.get_xlim()[1] < 0.1
    assert render(ax) == []


NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.just(np.nan), st.just(np.inf), st.just(0.0))


@settings(derandomize=True, max_examples=15, deadline=None)
@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=5))
def test_whatever_numbers_come_something_is_drawn(rows):
    table = pd.DataFrame(rows, columns=["effect", "low", "high"])
    table = table.assign(campaign="a", contacts=1 + np.arange(len(rows)), contacts_against=1)
    for ax in (charts.effect_over_time(table), charts.effects_by_campaign(table)):
        assert np.isfinite([*ax.get_xlim(), *ax.get_ylim()]).all()
        plt.close(ax.figure)


# --- what is refused


def test_what_is_no_such_table_is_refused(looks):
    with pytest.raises(SchemaError, match="The table of looks has no column 'low'"):
        charts.effect_over_time(looks.drop(columns="low"))
    with pytest.raises(SchemaError, match="The table of bounds has no column 'high'"):
        charts.effect_over_time(looks, bounds=looks[["contacts", "low"]])
    with pytest.raises(DataError, match="The table of campaigns must have at least one row"):
        charts.effects_by_campaign(campaigns().head(0))
    with pytest.raises(ParameterError, match=r"`by` must be one of \['contacts', 'at'\]"):
        charts.effect_over_time(looks, by="day")
    with pytest.raises(ParameterError, match="`kind` must be one of"):
        charts.effects_by_campaign(campaigns(), kind="share")


@pytest.mark.parametrize(
    ("mean", "got"), [({"mean": 0.1, "high": 0.2}, "['mean', 'high']"), ([0.1], "[0.1]")]
)
def test_a_mean_without_its_interval(mean, got):
    message = (
        f"`mean` must have ['mean', 'low', 'high']; got {got}. Give a row of the table that tells "
        "how campaigns differ."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        charts.effects_by_campaign(campaigns(), mean=mean)


def test_several_comparisons_are_not_drawn_as_one(looks):
    message = (
        "The table of looks must be of one arm against one other; 'arm' has ['app', 'mail']. "
        "Choose one: `table[table['arm'] == …]`."
    )
    both = pd.concat([looks, looks.assign(arm="app")])
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        charts.effect_over_time(both)


def test_in_german(looks):
    with speaking("de"):
        ax = charts.effect_over_time(looks)
        assert ax.get_title(loc="left") == "Belegt bei Auswertung 2 von 3, nach 1.200 Kontakten"
        assert ax.yaxis.get_major_formatter()(0.025, 0) == "2,5"
        by = charts.effects_by_campaign(campaigns(), mean=MEAN)
        assert labels(by)[-1] == "Mittel über Kampagnen"
