"""The chart of methods side by side."""

import re

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from workbench import charts
from workbench.charts import style
from workbench.errors import DataError, ParameterError, SchemaError


def table():
    return pd.DataFrame(
        {
            "log_loss": [0.32, 0.30, 0.29, 0.31],
            "low": [0.28, 0.27, 0.26, 0.27],
            "high": [0.36, 0.33, 0.32, 0.35],
            "loss_more": [0.02, 0.0, -0.01, 0.01],
            "more_low": [0.01, 0.0, -0.02, -0.01],
            "more_high": [0.03, 0.0, -0.005, 0.03],
            "proven": [True, False, True, False],
        },
        index=["no penalty", "this model", "$boosting$", "a lasso of a very long name, tuned"],
    )


def test_the_least_loss_is_on_top_and_colour_is_not_alone(render):
    axes = charts.methods(table())
    names = [label.get_text() for label in axes[0].get_yticklabels()]
    assert names[0] == "$boosting$"
    assert not axes[0].get_yticklabels()[0].get_parse_math(), "a name is no formula"
    assert names[1] == "this model"
    assert names[3] == "no penalty"
    dots = axes[1].collections[1:]
    assert [dot.get_offsets()[0].tolist() for dot in dots] == [
        [-0.01, 0.0],
        [0.0, 1.0],
        [0.01, 2.0],
        [0.02, 3.0],
    ]
    faces = [to_hex(dot.get_facecolor()[0]) for dot in dots]
    assert faces == ["#009e73", style.BLUE, "#ffffff", style.VERMILION]
    shapes = [len(dot.get_paths()[0].vertices) for dot in dots]
    assert shapes[0] != shapes[1], "told apart without colours, too"
    ends = [line[:, 0].tolist() for line in axes[0].collections[0].get_segments()]
    assert ends == [[0.26, 0.32], [0.27, 0.33], [0.27, 0.35], [0.28, 0.36]]
    assert axes[0].figure.get_suptitle() == (
        "Of 3 other methods, 1 loses more beyond chance, 1 less; 1 unproven"
    )
    assert render(axes[0]) == []
    assert render(axes[1]) == []


def test_tables_of_another_kind():
    with pytest.raises(SchemaError, match=r"^The table of methods has no column 'more_low'"):
        charts.methods(table().drop(columns="more_low"))
    with pytest.raises(DataError, match=r"^The table of methods must have at least one row"):
        charts.methods(table().iloc[:0])
    message = "`ours` must be a method of the table; got 'this', and the table has ['no penalty', "
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}"):
        charts.methods(table(), ours="this")
