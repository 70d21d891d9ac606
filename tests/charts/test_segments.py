"""The chart of segments: what responded, what was expected, and which are off."""

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.charts import style
from workbench.errors import DataError, SchemaError
from workbench.language import speaking


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "contacts": [1000.0, 800.0, 90.0],
            "positives": [50.0, 80.0, 12.0],
            "rate": [0.05, 0.1, 0.1333],
            "rate_low": [0.04, 0.08, 0.08],
            "rate_high": [0.065, 0.12, 0.22],
            "mean_propensity": [0.05, 0.07, 0.11],
            "off": [False, True, False],
        },
        index=pd.Index(["up to 30", "30 to 60", "above 60"], name="segment"),
    )


def test_rates_intervals_and_expectations_in_the_order_of_the_table(table, render):
    ax = charts.by_segment(table)
    assert [label.get_text() for label in ax.get_yticklabels()] == table.index.tolist()
    intervals, rates, expected = ax.collections
    ends = np.array(intervals.get_segments())[:, :, 0]
    assert ends.tolist() == table[["rate_low", "rate_high"]].to_numpy().tolist()
    assert rates.get_offsets().data.tolist() == [[0.05, 0], [0.1, 1], [0.1333, 2]]
    assert expected.get_offsets().data.tolist() == [[0.05, 0], [0.07, 1], [0.11, 2]]
    written = [text.get_text() for text in ax.texts]
    assert written == ["50 of 1,000 responded", "80 of 800 responded", "12 of 90 responded"]
    assert render(ax) == []


def test_what_is_off_stands_out_and_is_named(table):
    ax = charts.by_segment(table)
    from matplotlib.colors import to_hex

    assert [to_hex(one) for one in ax.collections[1].get_facecolor()] == [
        style.BLUE,
        style.VERMILION,
        style.BLUE,
    ]
    assert ax.get_title(loc="left") == "Segments off by more than chance: 1 of 3 (30 to 60)"
    fine = charts.by_segment(table.assign(off=False), most=2)
    assert fine.get_title(loc="left") == (
        "Segments off by more than chance: none of 3 (the first 2 shown)"
    )
    all_off = charts.by_segment(table.assign(off=True)).get_title(loc="left")
    assert all_off == ("Segments off by more than chance: 3 of 3 (up to 30, 30 to 60 and 1 more)")


def test_intervals_that_nothing_tells_leave_the_rest(table, render):
    table.loc["above 60", ["rate_low", "rate_high"]] = np.nan
    assert render(charts.by_segment(table)) == []


def test_what_is_no_such_table_is_refused(table):
    with pytest.raises(SchemaError, match="The table of segments has no column 'off'"):
        charts.by_segment(table.drop(columns="off"))
    with pytest.raises(DataError, match="The table of segments must have at least one row"):
        charts.by_segment(table.head(0))


def test_names_stand_as_they_are_given_in_any_language(table):
    """The level "new" is the data's own: what is to be translated comes so from `shown`."""
    table.index = pd.Index(["new", "high", "missing"], name="segment")
    with speaking("de"):
        ax = charts.by_segment(table)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["new", "high", "missing"]
    assert ax.get_title(loc="left").endswith("(high)")
