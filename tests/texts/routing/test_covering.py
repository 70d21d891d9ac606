"""Tables of what is answered: of texts left out against what was said of them, and of others."""

import re

import numpy as np
import pandas as pd
import pytest

from tests.texts.routing.problems import WORDS, routed, tickets
from workbench.errors import DataError, ParameterError
from workbench.texts import TextRouter


def test_tables_of_texts_left_out_count_what_was_said_of_them():
    router = routed()
    said = router.answers_
    answered = said.chance >= router.threshold_
    right = said.likeliest == said.label
    row = router.coverage("all").loc["all texts"]
    assert row["texts"] == 240
    assert row["answers"] == answered.sum()
    assert row["precision"] == right[answered].mean()
    assert row["precision_low"] >= router.precision
    by_class = router.coverage("class")
    for label in router.classes_:
        told = answered & (said.likeliest == label)
        assert by_class.loc[label, "precision"] == right[told].mean()
        recalled = (answered & right)[said.label == label].mean()
        assert by_class.loc[label, "answered rightly"] == recalled
    for by, values in said.by.items():
        table = router.coverage(by)
        assert table["texts"].sum() == 240
        for name in table.index:
            assert table.loc[name, "answered"] == answered[values == name].mean()


def test_the_curve_holds_the_threshold_at_work():
    curve = routed().coverage()
    assert curve.loc[curve["chosen"], "threshold"].tolist() == [routed().threshold_]
    assert curve.columns.tolist() == [
        *("threshold", "answered", "share", "precision", "precision_low", "chosen")
    ]


def test_new_texts_are_counted_as_route_answers_them():
    router = routed()
    texts, labels, weeks = tickets(80, seed=9)
    texts[:3] = ["🙂", "???", "zzzz qqqq"]
    table = router.coverage("all", texts=texts, labels=labels)
    told = router.route(texts)
    answered = (told["answer"] != "to a person").to_numpy()
    right = (told["answer"] == labels).to_numpy()
    assert table.loc["all texts", "answers"] == answered.sum()
    assert table.loc["all texts", "precision"] == right[answered].mean()
    by_week = router.coverage("period", texts=texts, labels=labels, period=weeks)
    assert by_week["texts"].to_dict() == pd.Series(weeks).value_counts().to_dict()


def test_a_label_that_training_did_not_have_is_never_answered_rightly():
    texts, labels, _ = tickets(60, wrong=0, seed=3)
    new = np.where(labels == "login", "complaint", labels)
    table = routed().coverage("class", texts=texts, labels=new)
    assert table.loc["complaint", "answered rightly"] == 0
    assert table.loc["login", "texts"] == 0


def test_texts_that_are_handed_over_are_no_answers():
    texts, labels, _ = tickets()
    router = TextRouter(WORDS, precision=0.6, handed_over=["login"]).fit(texts, labels)
    assert router.coverage("class").loc["login", "answers"] == 0
    assert router.coverage("all").loc["all texts", "answered"] < 1


def test_the_pairs_that_are_taken_for_each_other():
    said = routed().answers_
    pairs = routed().confusions(2)
    counts = pd.crosstab(said.label, said.likeliest)
    for row in pairs.itertuples(index=False):
        assert row[2] == counts.loc[row[0], row[1]]
    wrong = counts.to_numpy().copy()
    np.fill_diagonal(wrong, 0)
    assert pairs["texts"].tolist() == sorted(wrong.ravel().tolist(), reverse=True)[:2]


REFUSED = {
    "`texts` come without `labels`. Give the label of each text.": {"texts": ["a b"]},
    "`labels` comes without `texts`. Give both, or neither for the texts that `fit` left out.": {
        "labels": ["login"]
    },
    "`by='language'` needs the language of each text; there is none. Give `language` to `fit`, or "
    "beside `texts`.": {"by": "language", "texts": ["a b"], "labels": ["login"]},
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_told(message):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        routed().coverage(**REFUSED[message])


def test_a_table_that_is_none():
    with pytest.raises(ParameterError, match="`by` must be one of"):
        routed().coverage("week")
    with pytest.raises(ParameterError, match="`most` must be"):
        routed().confusions(0)


def test_labels_of_another_kind_are_not_counted_as_wrong():
    with pytest.raises(DataError, match="must be of the kind that `fit` had, text"):
        routed().coverage("all", texts=["my parcel"], labels=[1])
