"""The chart of effects, a row a campaign."""

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
from workbench.errors import DataError, ParameterError
from workbench.language import speaking


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


def test_what_is_no_such_table_is_refused():
    with pytest.raises(DataError, match="The table of campaigns must have at least one row"):
        charts.effects_by_campaign(campaigns().head(0))
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


def test_in_german():
    with speaking("de"):
        ax = charts.effects_by_campaign(campaigns(), mean=MEAN)
        assert labels(ax)[-1] == "Mittel über Kampagnen"
