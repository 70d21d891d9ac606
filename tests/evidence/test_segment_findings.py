"""Segments as pages call them: by the data's own levels, the reader's words, or translated."""

import numpy as np
import pandas as pd

from workbench import FeatureFrame, charts
from workbench.evidence import by_segment
from workbench.language import speaking
from workbench.reports import Table


def told_in_german(values, labels=None):
    """What a German page shows of segments: names in the table and the chart, and the sentence."""
    y = pd.Series(np.arange(len(values)) % 2 * 1.0)
    frame = FeatureFrame(pd.DataFrame({"stage": values}), y).labelled(labels)
    found = by_segment(frame, np.full(len(y), 0.2), by="stage")
    with speaking("de"):
        rows = Table(found.shown(), columns=["off"]).written().iloc[:, 0].tolist()
        ax = charts.by_segment(found.shown())
        said = found.sentence()
    assert [label.get_text() for label in ax.get_yticklabels()] == rows
    assert any(name in ax.get_title(loc="left") for name in rows)
    return rows, said


def test_levels_of_the_data_are_not_translated():
    values = np.repeat(["high", "low", "new", "missing", "up to 2,600"], 100)
    rows, said = told_in_german(values)
    assert set(rows) == set(values)
    assert "obere" not in said
    assert all(f"{name}: das 2,50-Fache" in said for name in ("high", "low", "new"))


def test_what_the_workbench_named_is_told_in_german():
    amounts, _ = told_in_german(np.arange(1, 1001) * 5.0)
    assert amounts == [
        "bis 1.000",
        "1.001 bis 2.000",
        "2.001 bis 3.000",
        "3.001 bis 4.000",
        "über 4.000",
    ]
    assert set(told_in_german(np.repeat([True, False], 100))[0]) == {"ja", "nein"}
    with_gaps = np.repeat(np.array(["new", None, "few", "rare"], dtype=object), [100, 100, 12, 12])
    assert set(told_in_german(with_gaps)[0]) == {"fehlend", "übrige Segmente"} | {"new"}


def test_segments_are_called_by_the_readers_words():
    labels = {"stage": "Lebensphase", "stage=new": "Neukunden", "stage=old": "late"}
    rows, said = told_in_german(np.repeat(["new", "late", "old"], 100), labels)
    assert set(rows) == {"Neukunden", "late", "late [old]"}
    assert said.startswith("Nach Lebensphase: 3 Segmente.")
    assert "Neukunden: das 2,50-Fache" in said


def test_gaps_have_no_words_of_a_level_that_is_called_missing():
    values = np.repeat(np.array(["missing", None, "new"], dtype=object), 100)
    rows, _ = told_in_german(values, {"stage=missing": "keine Angabe"})
    assert set(rows) == {"keine Angabe", "kein Wert", "new"}
