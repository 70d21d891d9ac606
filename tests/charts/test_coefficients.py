"""The coefficient chart: the largest first, coloured by group."""

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from workbench import charts
from workbench.charts import style


def coefficients(index=None):
    return pd.DataFrame(
        {
            "feature": ["visits", "channel", "recency_days"],
            "group": ["rfm", "channel", "rfm"],
            "coef_standardised": [0.1, -0.5, 0.3],
            "std_error": [0.1, 0.2, 0.05],
        },
        index=index,
    )


def names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_largest_first_with_intervals(render):
    ax = charts.coefficients(coefficients(["visits", "channel = mail", "recency_days"]))
    assert names(ax) == ["channel = mail", "recency_days", "visits"]
    assert ax.collections[1].get_offsets().data.tolist() == [[-0.5, 0], [0.3, 1], [0.1, 2]]
    segments = np.array(ax.collections[0].get_segments())
    half = 1.96 * np.array([0.2, 0.05, 0.1])
    np.testing.assert_allclose(segments[:, 0, 0], np.array([-0.5, 0.3, 0.1]) - half)
    np.testing.assert_allclose(segments[:, 1, 0], np.array([-0.5, 0.3, 0.1]) + half)
    assert ax.get_title(loc="left") == "All 3 coefficients, the largest first"
    label = "Coefficient: log-odds per standard deviation of the column (95% interval)"
    assert ax.get_xlabel() == label
    assert render(ax) == []


def test_groups_have_their_colour_and_name():
    ax = charts.coefficients(coefficients())
    colours = [to_hex(face) for face in ax.collections[1].get_facecolors()]
    assert colours == [style.PALETTE[0], style.PALETTE[1], style.PALETTE[1]]
    assert [text.get_text() for text in ax.texts] == ["channel", "rfm", "rfm"]


def test_rows_are_named_by_feature_where_the_index_is_only_numbers():
    assert names(charts.coefficients(coefficients())) == ["channel", "recency_days", "visits"]
    numbered = coefficients().drop(columns="feature")
    assert names(charts.coefficients(numbered)) == ["1", "2", "0"]


def test_only_the_largest_are_drawn():
    ax = charts.coefficients(coefficients(), most=2)
    assert names(ax) == ["channel", "recency_days"]
    assert ax.get_title(loc="left") == "The 2 largest of 3 coefficients"
    ax = charts.coefficients(coefficients().iloc[:2], of=3)
    assert ax.get_title(loc="left") == "2 of 3 coefficients, the largest that may be shown"


def test_a_name_that_stands_twice_is_drawn_twice(render):
    ax = charts.coefficients(coefficients(["a", "a", "b"]))
    assert names(ax) == ["a", "b", "a"]
    assert render(ax) == []
