"""Charts by group: kept against effective, and reliance."""

import pandas as pd

from workbench import charts


def table():
    return pd.DataFrame(
        {
            "group": ["offer", "rfm", "calendar"],
            "columns": [10, 6, 2],
            "kept": [10, 6, 0],
            "edf": [1.25, 4.5, 0.0],
            "score_share": [0.305, 0.72, -0.025],
        }
    )


def test_kept_behind_effective(render):
    ax = charts.edf_by_group(table())
    bars = [(bar.get_width(), bar.get_y() + bar.get_height() / 2) for bar in ax.patches]
    assert bars[:3] == [(6, 0), (10, 1), (0, 2)]
    assert bars[3:] == [(4.5, 0), (1.25, 1), (0, 2)]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["rfm", "offer", "calendar"]
    assert [text.get_text() for text in ax.texts] == [
        "6 of 6 kept, 4.5 effective",
        "10 of 10 kept, 1.2 effective",
        "0 of 2 kept, 0.0 effective",
    ]
    title = "16 of 18 columns kept, 5.8 effective: shrunk is not dropped"
    assert ax.get_title(loc="left") == title
    assert ax.get_xlabel() == "Columns kept (pale) and effective degrees of freedom (solid)"
    assert render(ax) == []


def test_reliance_adds_up_and_may_be_negative(render):
    ax = charts.reliance_by_group(table())
    assert [bar.get_width() for bar in ax.patches] == [0.72, 0.305, -0.025]
    assert [text.get_text() for text in ax.texts] == ["72.0%", "30.5%", "-2.5%"]
    assert ax.get_title(loc="left") == "rfm: 72% of the score's variance"
    assert ax.get_xlabel() == "Share of the score's variance (sums to 100%)"
    assert render(ax) == []


def test_one_group_is_enough(render):
    one = table().head(1)
    assert render(charts.edf_by_group(one)) == []
    assert render(charts.reliance_by_group(one)) == []
