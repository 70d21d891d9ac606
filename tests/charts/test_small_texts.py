import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from workbench.charts import small_texts
from workbench.errors import DataError

TABLE = pd.DataFrame(
    {
        "share": [0.1, 0.5, 0.8, 0.9],
        "precision": [1.0, 0.99, 0.97, 0.93],
        "precision_low": [0.9, 0.97, 0.952, 0.92],
        "chosen": [False, False, True, False],
    }
)
LABELS = pd.DataFrame({"answered_share": np.linspace(0.1, 0.8, 8)}, index=[*"abcdefgh"])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_the_curve_is_that_of_the_large_chart():
    ax = small_texts.answered(TABLE, target=0.95)
    drawn = [line.get_xydata().tolist() for line in ax.get_lines()]
    assert TABLE[["share", "precision"]].to_numpy().tolist() in drawn
    assert [[0.8, 0.97]] in drawn


@pytest.mark.parametrize(("last", "names"), [(False, "abcdef"), (True, "cdefgh")])
def test_a_bar_a_row_the_first_or_the_last(last, names):
    ax = small_texts.answered_by(LABELS, title="Answered", last=last)
    assert [label.get_text() for label in ax.get_yticklabels()] == [*names]
    assert [bar.get_width() for bar in ax.patches] == LABELS.loc[
        [*names], "answered_share"
    ].tolist()
    assert ax.figure.get_suptitle() == "Answered (6 of 8)"


def test_a_share_that_is_not_told_has_a_dash_and_no_bar_and_none_answered_a_bar_of_none():
    table = LABELS[:4].assign(answered_share=[0.4, np.nan, 0.0, 0.2])
    ax = small_texts.answered_by(table, title="Answered")
    bars = {round(bar.get_y() + bar.get_height() / 2): bar.get_width() for bar in ax.patches}
    assert bars == {0: 0.4, 2: 0.0, 3: 0.2}
    assert [(text.get_text(), text.get_position()[1]) for text in ax.texts] == [("–", 1)]
    assert [label.get_text() for label in ax.get_yticklabels()] == [*"abcd"]


def test_where_no_share_is_told_there_is_no_bar(render):
    ax = small_texts.answered_by(LABELS.assign(answered_share=np.nan), title="Answered")
    assert len(ax.patches) == 0
    assert len(ax.texts) == 6
    assert render(ax) == []


def test_a_table_without_rows_is_refused():
    with pytest.raises(DataError, match="at least one row"):
        small_texts.answered_by(LABELS[:0], title="Answered")
