import matplotlib.pyplot as plt
import pandas as pd
import pytest

from workbench import charts
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.language import speaking

TABLE = pd.DataFrame(
    {
        "share": [0.1, 0.5, 0.8, 0.9],
        "precision": [1.0, 0.99, 0.97, 0.93],
        "precision_low": [0.9, 0.97, 0.952, 0.92],
        "chosen": [False, False, True, False],
    }
)
WANTED = {"target": 0.95, "confidence": 0.9}


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_both_lines_the_target_and_the_chosen_threshold_are_drawn():
    ax = charts.answered_curve(TABLE, **WANTED)
    drawn = [line.get_xydata().tolist() for line in ax.get_lines()]
    assert TABLE[["share", "precision"]].to_numpy().tolist() in drawn
    assert TABLE[["share", "precision_low"]].to_numpy().tolist() in drawn
    assert [[0.8, 0.97]] in drawn
    assert [[0.0, 0.95], [1.0, 0.95]] in drawn
    assert ax.get_title(loc="left") == "80.0% of texts are answered, 97.0% of these rightly"
    said = {text.get_text() for text in ax.texts}
    assert said == {"asked for: 95.0%", "right answers", "at least (90% confidence)"}
    bottom, top = ax.get_ylim()
    assert bottom < 0.92
    assert top >= 1.0


def test_where_nothing_is_chosen_the_title_says_so():
    ax = charts.answered_curve(TABLE.assign(chosen=False), **WANTED)
    assert ax.get_title(loc="left") == "No threshold is as precise as was asked for"


def test_without_a_target_there_is_no_line_of_it():
    ax = charts.answered_curve(TABLE)
    assert {text.get_text() for text in ax.texts} == {"right answers", "at least"}
    assert [[0.0, 0.95], [1.0, 0.95]] not in [line.get_xydata().tolist() for line in ax.get_lines()]


def test_a_bound_far_below_does_not_stretch_the_axis_and_keeps_its_name_inside():
    ax = charts.answered_curve(TABLE.assign(precision_low=[0.9, 0.97, 0.952, 0.2]), **WANTED)
    bottom = ax.get_ylim()[0]
    assert bottom > 0.7
    (name,) = [text for text in ax.texts if text.get_text().startswith("at least")]
    assert name.xy[1] > bottom


def test_it_is_lettered_in_german():
    with speaking("de"):
        ax = charts.answered_curve(TABLE, **WANTED)
    assert (
        ax.get_title(loc="left")
        == "80,0\xa0% der Texte werden beantwortet, 97,0\xa0% davon richtig"
    )


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(SchemaError, match="'chosen'"):
        charts.answered_curve(TABLE.drop(columns="chosen"), **WANTED)
    with pytest.raises(DataError, match="at least one row"):
        charts.answered_curve(TABLE[:0], **WANTED)
    with pytest.raises(ParameterError, match="`target` must be a number between 0 and 1; got 95"):
        charts.answered_curve(TABLE, target=95, confidence=0.9)
