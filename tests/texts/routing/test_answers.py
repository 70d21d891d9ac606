"""Tables of answers by hand, and the calibration error by hand."""

import numpy as np
import pytest
from scipy.stats import beta

from workbench.texts.routing.answers import Answers, calibration_error
from workbench.texts.routing.bounds import lowest_share

LABEL = np.array(["a", "a", "a", "b", "b", "c", "c", "a"])
SAID = np.array(["a", "a", "b", "b", "c", "c", "b", "a"])
CHANCE = np.array([0.9, 0.4, 0.8, 0.7, 0.6, 0.95, 0.3, 0.0])
WEEK = np.array([1, 1, 2, 2, 1, 2, np.nan, 1])


@pytest.fixture
def answers():
    return Answers(LABEL, SAID, CHANCE, np.arange(8), np.arange(8), {"period": WEEK}, 0.9)


def test_all_of_them(answers):
    row = answers.whole(0.5).loc["all texts"]
    assert row[["texts", "answered", "answered rightly", "answers"]].tolist() == [
        8,
        5 / 8,
        3 / 8,
        5,
    ]
    assert row["precision"] == 3 / 5
    # texts alone in their cluster: 5 · 4 / 5 answers are worth 4, of which 3 in 5 are right
    assert row["precision_low"] == pytest.approx(beta.ppf(0.1, 2.4, 4 - 2.4 + 1))


def test_precision_is_of_what_was_answered_and_recall_of_what_it_is(answers):
    table = answers.by_class(0.5)
    assert table.index.tolist() == ["a", "b", "c"]  # the most texts first
    assert table["texts"].tolist() == [4, 2, 2]
    assert table["answered"].tolist() == [2 / 4, 2 / 2, 1 / 2]
    assert table["answered rightly"].tolist() == [1 / 4, 1 / 2, 1 / 2]
    assert table["answers"].tolist() == [1, 2, 2]
    assert table["precision"].tolist() == [1.0, 0.5, 0.5]


def test_a_label_that_is_never_answered_has_no_precision(answers):
    table = answers.by_class(0.94)
    assert table.loc["b", "answers"] == 0
    assert np.isnan(table.loc["b", "precision"])
    assert np.isnan(table.loc["b", "precision_low"])
    assert table.loc["b", "answered rightly"] == 0


def test_by_another_column_rows_without_a_value_are_left_aside(answers):
    table = answers.table(0.5, "period")
    assert table.index.tolist() == [1.0, 2.0]
    assert table["texts"].tolist() == [4, 3]
    assert table["precision"].tolist() == [0.5, 2 / 3]


def test_bounds_of_a_period_are_of_texts_of_it_and_of_others_of_clusters():
    week = np.repeat([1, 2], 40)
    right = np.tile([True, True, True, False], 20)
    said = np.where(right, "a", "b")
    answers = Answers(
        np.full(80, "a"), said, np.ones(80), week, np.arange(80), {"period": week, "by": week}, 0.9
    )
    texts = lowest_share(0.75 * 39, 39, 0.9)  # 40 · 39 / 40 texts of a week
    assert answers.table(0.5, "period")["precision_low"].tolist() == pytest.approx([texts, texts])
    week_alone = lowest_share(0.75, 1, 0.9)
    assert answers.table(0.5, "by")["precision_low"].tolist() == pytest.approx([week_alone] * 2)


def test_what_is_never_answered_is_not_answered_at_a_threshold_of_zero(answers):
    assert answers.whole(0.0).loc["all texts", "answers"] == 7


def test_with_no_threshold_nothing_is_answered(answers):
    row = answers.whole(np.inf).loc["all texts"]
    assert row["answers"] == 0
    assert np.isnan(row["precision"])


def test_the_curve_marks_what_is_at_work(answers):
    at = answers.threshold(0.3)
    curve = answers.curve(at)
    assert curve.loc[curve["chosen"], "threshold"].tolist() == [at]
    assert not answers.curve(np.inf)["chosen"].any()


def test_the_worst_pairs_first(answers):
    pairs = answers.confusions(2)
    assert pairs.to_numpy().tolist() == [["a", "b", 1], ["b", "c", 1]]
    assert len(answers.confusions(10)) == 3


def test_the_calibration_error_by_hand():
    chance = np.array([0.05, 0.15, 0.15, 0.95, 0.95, 1.0])
    right = np.array([False, True, False, True, True, False])
    # ten parts: |0.05 − 0| · 1, |0.30 − 1| → 2 · |0.15 − 0.5|, 3 · |2.9 / 3 − 2 / 3|
    wanted = (0.05 + 2 * 0.35 + 3 * (2.9 / 3 - 2 / 3)) / 6
    assert calibration_error(chance, right, parts=10) == pytest.approx(wanted)
    assert calibration_error(np.ones(3), np.ones(3, dtype=bool)) == 0


@pytest.mark.parametrize("unit", ["D", "s", "us", "ns"])
def test_moments_are_told_apart_in_every_unit(unit):
    days = np.array(["2024-01-01", "2024-01-01", "2024-01-08", "NaT"], dtype=f"M8[{unit}]")
    label, number = np.array(["a", "b", "a", "a"], dtype=object), np.arange(4)
    told = Answers(label, label, np.full(4, 0.9), number, number, {"period": days}, 0.95)
    table = told.table(0.5, "period")
    assert table["texts"].tolist() == [2, 1]
    assert table["precision"].tolist() == [1.0, 1.0]
