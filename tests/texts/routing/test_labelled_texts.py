"""What is taken for texts and labels, and each refusal in full."""

import re
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from workbench.errors import DataError, DataWarning, FitError
from workbench.texts.routing.alike import alike
from workbench.texts.routing.labelled_texts import check_same_kind, kind_of, labelled, texts_of

TEXTS = ["my card", "my parcel", "hello"]


def taken(texts=TEXTS, labels=("a", "b", "a"), *, period=None, language=None, least=2):
    labels = list(labels) if isinstance(labels, tuple) else labels
    return labelled(
        texts, labels, period=period, language=language, taken="to a person", least=least
    )


@pytest.mark.parametrize(
    "of",
    [
        list,
        tuple,
        np.array,
        pd.Series,
        pl.Series,
        pa.array,
        lambda texts: pa.chunked_array([texts[:1], texts[1:]]),
        lambda texts: pd.Series(texts, dtype="string"),
        lambda texts: pd.Series(texts, dtype="category"),
        lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.string())),
    ],
)
def test_columns_of_any_library(of):
    assert texts_of(of(TEXTS)) == TEXTS
    data = taken(of(TEXTS), of(["a", "b", "a"]), period=of(["w1", "w2", "w1"]))
    assert data.texts == TEXTS
    assert data.labels.tolist() == ["a", "b", "a"]
    assert data.period.tolist() == ["w1", "w2", "w1"]


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA, pd.NaT])
def test_a_gap_is_a_text_without_a_word(gap):
    assert texts_of([gap, "hello"]) == ["", "hello"]


def test_halves_of_letters_are_joined_and_a_half_alone_is_replaced():
    assert texts_of(["\ud83d\ude42 hi", "hi \ud83d"]) == ["🙂 hi", "hi \ufffd"]


def test_labels_of_a_list_keep_what_numpy_would_cut():
    assert taken(labels=("a", "a\0", "a")).labels.tolist() == ["a", "a\0", "a"]


def test_texts_without_a_sign_are_passed_over_with_all_that_stands_beside():
    expected = "1 text has no word, and teach nothing: passed over."
    with pytest.warns(DataWarning) as caught:
        data = taken(["a b", " \n", "c d"], (1, 2, 3), period=[7, 8, 9], language=["x", "y", None])
    assert [str(one.message) for one in caught] == [expected.replace("teach", "teaches")]
    assert (data.texts, data.labels.tolist()) == (["a b", "c d"], [1, 3])
    assert (data.period.tolist(), data.language.tolist()) == ([7, 9], ["x", None])
    assert data.empty == 1
    assert data.facts(np.array([0, 0])) == {
        "texts": 2,
        "without_a_word": 1,
        "said_before": 1,
    }
    assert list(data.by) == ["period", "language"]


REFUSED = {
    "`texts` must be a column or list of texts; got one text. Give a column or list of texts, one "
    "a row.": lambda: texts_of("hello"),
    "`texts` must be a column or list; got DataFrame. Give a column or list of texts, one a row.": (
        lambda: texts_of(pd.DataFrame({"t": TEXTS}))
    ),
    "`texts` must be texts; got float 1.5 and 1 other. Give a column or list of texts, one a row, "
    "or make them text: `.astype(str)`.": lambda: texts_of(["a", 1.5, 2]),
    "`labels` must have one label a text; 1 text came without. Drop these, or label them.": (
        lambda: taken(labels=("a", None, "b"))
    ),
    "`labels` must have one value a text; got 2 for 3 texts. Give a column of the same table.": (
        lambda: taken(labels=("a", "b"))
    ),
    "A label is called 'to a person', which is what a router says of texts that it does not "
    "answer. Call it in another way.": lambda: taken(labels=("a", "to a person", "b")),
    "Labels must be text, whole numbers or flags; got float 1.5. Make them text.": (
        lambda: taken(labels=(1, 1.5, 2))
    ),
    "`period` must have one value a text; 1 text came without. Fill the gaps, or drop these "
    "texts.": lambda: taken(period=[1, None, 2]),
    "`period` must be of one kind, as it is put in an order; got text beside others. Make all of "
    "it text.": lambda: taken(period=[1, "a", 2]),
    "`language` must be of one kind, as it is put in an order; got text beside others. Make all "
    "of it text.": lambda: taken(language=["en", 1, None]),
    "There must be 2 texts with a word at least; got 0 of 3 texts. Look at the column of texts.": (
        lambda: taken([None, "", " "])
    ),
    "`labels` must have the index of `texts`, as both are of one table; it has another. Align "
    "them: `.loc[texts.index]`, or give lists.": (
        lambda: taken(pd.Series(TEXTS), pd.Series(["a", "b", "a"], index=[2, 1, 0]))
    ),
    "`period` must have the index of `texts`, as both are of one table; it has another. Align "
    "them: `.loc[texts.index]`, or give lists.": (
        lambda: taken(pd.Series(TEXTS), period=pd.Series([1, 2, 3], index=[2, 1, 0]))
    ),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_refused(message):
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        REFUSED[message]()


def test_periods_that_are_spelt_in_two_ways_are_named():
    expected = (
        "`period` has '2024-W01' and '2024-W1', which count as two; 2 pairs of the kind. Write "
        "them alike where they are one."
    )
    weeks = ["2024-W01", "2024-W1", "2024-W10", "2024-W02", "2024-w2"]
    with pytest.warns(DataWarning, match=f"^{re.escape(expected)}$"):
        taken(["a b"] * 5, ("x",) * 5, period=weeks)


def test_periods_that_are_apart_are_not_named():
    with warnings.catch_warnings(action="error"):
        taken(["a b"] * 5, ("x",) * 5, period=["W0", "W1", "W10", "W100", "10 W"])


def test_like_texts_under_several_labels_are_named_unless_their_digits_differ():
    texts = ["Error 404", "error 404!", "error 500", "lost " * 30, "LOST " * 30]
    data = taken(texts, ("b", "a", "c", "d", "e"))
    shown = ("lost " * 30)[:59] + "…"
    expected = (
        "2 texts of training came under several labels, such as 'Error 404' under 'a' and 'b'. No "
        "model can tell these; look at how they were labelled."
    )
    with pytest.warns(DataWarning, match=f"^{re.escape(expected)}$"):
        data.warn_of_contradictions()
    with pytest.warns(DataWarning, match=re.escape(shown)):
        taken(texts[3:], ("d", "e")).warn_of_contradictions()
    with warnings.catch_warnings(action="error"):
        taken(texts[1:3], ("a", "c")).warn_of_contradictions()


def test_some_label_must_have_two_texts_that_can_be_left_out():
    apart = taken(["call 1", "call 2", "pay me"], ("a", "a", "b"))
    with pytest.raises(FitError, match="Some label must have two texts"):
        apart.check_can_be_left_out(alike(apart.texts))
    once = taken(period=["w1", "w2", "w1"])
    with pytest.raises(FitError, match="Two periods must have a label in common"):
        once.check_can_be_left_out(once.period)
    taken(period=["w1", "w2", "w2"]).check_can_be_left_out(np.array(["w1", "w2", "w2"]))


def test_the_text_1_is_not_the_number_1():
    expected = (
        "`labels` must be of the kind that `fit` had, numbers, such as 1; got text, such as '1'. "
        "Make them numbers."
    )
    with pytest.raises(DataError, match=f"^{re.escape(expected)}$"):
        check_same_kind(np.array(["1", "2"]), np.array([1, 2]))
    check_same_kind(np.array([1.0, 2.0]), np.array([1, 2]))
    check_same_kind(np.array(["other"], dtype=object), np.array(["a", "b"]))


def test_kinds_of_labels():
    labels = ["a", np.str_("a"), True, np.bool_(False), 3, np.int64(3), 2.0]
    assert [kind_of(one) for one in labels] == [*["text"] * 2, *["flags"] * 2, *["numbers"] * 3]
