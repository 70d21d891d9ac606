"""The waterfall: each bar from where the last one ended, on an axis of propensities."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from workbench import charts
from workbench.charts import style
from workbench.charts.waterfall import ONE_CONTACT
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.language import speaking


@pytest.fixture
def steps():
    return pd.DataFrame(
        {
            "group": ["web", "who", ""],
            "value": ["7", "Ulm", ""],
            "contribution": [0.8, -0.3, 0.1],
            "start": [-2.0, -1.2, -1.5],
            "end": [-1.2, -1.5, -1.4],
        },
        index=["visits", "town", "12 more features"],
    )


def test_bars_lead_from_the_average_contact_to_this_one(steps, render):
    ax = charts.waterfall(steps)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == [
        "average contact",
        "visits = 7",
        "town = Ulm",
        "12 more features",
        "this contact",
    ]
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert np.array(spans) == pytest.approx(steps[["start", "end"]].to_numpy())
    assert [bar.get_y() + bar.get_height() / 2 for bar in ax.patches] == pytest.approx([1, 2, 3])
    assert ax.collections[0].get_offsets().data.tolist() == [[-2.0, 0], [-1.4, 4]]
    assert [text.get_text() for text in ax.texts if text.get_text()] == ["+0.80", "-0.30", "+0.10"]
    assert ax.get_title(loc="left") == "Propensity 19.8%, of the average contact 11.9%"
    assert ax.get_gid() == ONE_CONTACT
    assert render(ax) == []


def test_the_rest_is_named_in_german_and_no_name_of_the_data(steps):
    own = steps.assign(value=["", "Ulm", ""]).rename(index={"visits": "new"})
    with speaking("de"):
        ticks = charts.waterfall(own).get_yticklabels()
    names = [label.get_text() for label in ticks[1:-1]]
    assert names == ["new", "town = Ulm", "12 weitere Merkmale"]


def test_up_and_down_differ_in_colour(steps):
    from matplotlib.colors import to_hex

    colours = [to_hex(bar.get_facecolor()) for bar in charts.waterfall(steps).patches]
    assert colours == [style.BLUE, style.VERMILION, style.BLUE]


def test_a_tick_stands_where_its_propensity_is(steps):
    ax = charts.waterfall(steps)
    ticks = dict(zip((t.get_text() for t in ax.get_xticklabels()), ax.get_xticks(), strict=True))
    assert ticks["20%"] == pytest.approx(logit(0.2))


@pytest.mark.parametrize(
    ("foretells", "title", "axis"),
    [
        ("amount", "Expected amount -1.4, of the average contact -2", "Expected amount"),
        ("count", "Expected count 0.2466, of the average contact 0.1353", "Expected count"),
    ],
)
def test_amounts_and_counts(steps, foretells, title, axis):
    ax = charts.waterfall(steps, foretells=foretells)
    assert ax.get_title(loc="left") == title
    assert ax.get_xlabel().startswith(axis)


def test_what_is_no_such_table_is_refused(steps):
    with pytest.raises(SchemaError, match="The table of steps has no column 'start'"):
        charts.waterfall(steps.drop(columns="start"))
    with pytest.raises(DataError, match="The table of steps must have at least one row"):
        charts.waterfall(steps.head(0))
    with pytest.raises(ParameterError, match="`foretells` must be one of"):
        charts.waterfall(steps, foretells="odds")
