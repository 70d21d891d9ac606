"""Small multiples of columns and their effects over campaigns."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from workbench import charts
from workbench.charts import style
from workbench.errors import DataError, SchemaError

NAN = float("nan")


def scores():
    table = {
        "spiky": [True, True, False, False],
        "same_as": ["", "", "", "once"],
        "effect": [0.2, NAN, 0.4, NAN],
        "remark": ["90% of it in 1 of 3 campaigns (c2)", "a remark " * 40, "", ""],
    }
    return pd.DataFrame(table, index=["$once$", "season", "steady", "again"])


def followed():
    table = {
        "column": np.repeat(["$once$", "season", "steady"], 3),
        "campaign": ["c1", "c2", "c3"] * 3,
        "usual": 0.0,
        "active_share": [0.0, 0.5, 0.1, 0.0, 1.0, 0.0, 1.0, 1.0, 0.98],
        "mean": [0.0, 0.5, 0.1, 0.0, 7.0, 0.0, 3.0, 3.1, 2.9],
        "effect": [NAN, 0.3, -0.2, NAN, NAN, NAN, 0.4, 0.5, 0.3],
    }
    table = pd.DataFrame(table)
    return table.assign(effect_low=table["effect"] - 0.1, effect_high=table["effect"] + 0.1)


def drawn(ax):
    """The dots of a panel, and their colours."""
    dots = ax.collections[-1]
    return dots.get_offsets().tolist(), [tuple(colour) for colour in dots.get_facecolor()]


def test_places_at_the_left_and_effects_at_the_right(render):
    axes = charts.spikes(scores(), followed())
    assert axes.shape == (3, 2)
    assert [bar.get_height() for bar in axes[0, 0].patches] == [0.0, 0.5, 0.1]
    places, colours = drawn(axes[0, 1])
    assert places == [[1.0, 0.3], [2.0, -0.2]]
    # the third campaign says the opposite of what all say together
    assert colours == [to_rgba(style.BLUE), to_rgba(style.VERMILION)]
    ends = [segment[:, 1].tolist() for segment in axes[0, 1].collections[0].get_segments()]
    assert ends == [pytest.approx([0.2, 0.4]), pytest.approx([-0.3, -0.1])]
    assert axes[2, 0].lines[0].get_ydata().tolist() == [3.0, 3.1, 2.9]
    assert [text.get_text() for text in axes[1, 1].texts] == ["no campaign shows its effect"]
    assert render(axes[0, 0]) == []


def test_the_finding_counts_what_is_distinct():
    axes = charts.spikes(scores(), followed(), most=2)
    figure = axes[0, 0].figure
    assert figure.get_suptitle() == "2 of 3 columns are spiky; 2 of them below"
    assert [ax.get_title(loc="left") for ax in axes[:, 0]] == ["$once$", "season"]
    calm = scores().assign(spiky=False)
    axes = charts.spikes(calm, followed())
    assert axes[0, 0].figure.get_suptitle() == ("None of 3 columns is spiky; 3 of them below")
    one = scores().assign(spiky=[True, False, False, False])
    axes = charts.spikes(one, followed())
    assert axes[0, 0].figure.get_suptitle() == "1 of 3 columns is spiky; 1 of them below"


def test_long_names_and_many_campaigns_stay_on_the_page(render):
    many = pd.concat(
        [followed().iloc[[1]].assign(campaign=f"a campaign of a long name {k}") for k in range(90)]
    )
    wide = many.assign(column="a name that is much too long " * 5)
    table = scores().iloc[[1]].set_axis([wide["column"].iloc[0]])
    axes = charts.spikes(table, wide)
    assert len(axes[0, 0].get_xticks()) == 30
    assert render(axes[0, 0]) == []


def test_tables_of_another_kind():
    with pytest.raises(SchemaError, match=r"^The table over campaigns has no column 'effect_low'"):
        charts.spikes(scores(), followed().drop(columns="effect_low"))
    with pytest.raises(DataError, match=r"^The table over campaigns must have at least one row"):
        charts.spikes(scores(), followed().iloc[:0])
