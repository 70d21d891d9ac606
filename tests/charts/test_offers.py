"""The chart of offers: who takes one of those to whom it would be made, and of all."""

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.errors import DataError, SchemaError
from workbench.language import speaking


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "made_to": [500, 300, "under 10"],
            "taken_rate": [0.11, 0.02, np.nan],
            "taken_rate_of_all": [0.06, 0.03, 0.01],
        },
        index=pd.Index(["coffee", "green tea", "Müsli & Co"], name="offer"),
    )


def test_rates_of_those_it_is_made_to_and_of_all_in_the_order_of_the_table(table, render):
    ax = charts.offers_made(table)
    assert [label.get_text() for label in ax.get_yticklabels()] == table.index.tolist()
    _, made, every = ax.collections
    assert made.get_offsets().data[:2].tolist() == [[0.11, 0], [0.02, 1]]
    assert every.get_offsets().data.tolist() == [[0.06, 0], [0.03, 1], [0.01, 2]]
    written = [text.get_text() for text in ax.texts]
    assert written == ["made to 500", "made to 300", "made to under 10"]
    assert ax.get_title(loc="left") == "More take an offer where it would be made: 1 of 2"
    assert render(ax) == []


def test_it_is_written_in_the_reader_s_language(table):
    with speaking("de"):
        ax = charts.offers_made(table)
    assert ax.get_title(loc="left") == "Wo ein Angebot gemacht würde, nehmen es mehr an: 1 von 2"
    assert ax.texts[2].get_text() == "gemacht an unter 10"


def test_nothing_told_is_drawn_without_marks(table, render):
    ax = charts.offers_made(table.assign(taken_rate=np.nan, taken_rate_of_all=np.nan))
    assert ax.get_xlim()[1] > 0
    assert render(ax) == []


def test_what_is_no_such_table_is_refused(table):
    with pytest.raises(SchemaError, match="taken_rate"):
        charts.offers_made(table.drop(columns="taken_rate"))
    with pytest.raises(DataError, match="empty"):
        charts.offers_made(table[:0])
