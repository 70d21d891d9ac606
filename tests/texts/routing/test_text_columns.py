"""Columns of n-grams against scikit-learn's FeatureUnion, and blocks that are none."""

import re

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from tests.texts.routing.problems import tickets
from workbench.errors import DataError, DataWarning, ParameterError
from workbench.texts.routing.text_columns import TextColumns, checked_ngrams

BOTH = ((1, 2, "words"), (2, 5, "letters"))
HOSTILE = ["Top-up\nfailed!!", "🙂 🙂", "карта утеряна", "卡丢了", "", "a\u200bb naïve", "\x00x"]


def test_they_are_those_of_scikit_learn():
    texts, _, _ = tickets(60)
    texts += HOSTILE
    columns = TextColumns(BOTH, least=2).fit(texts)
    peer = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), min_df=2)),
            ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2)),
        ]
    ).fit(texts)
    new = ["parcel again, again", *HOSTILE]
    found, wanted = columns.matrix(new), peer.transform(new)
    assert (found != wanted).nnz == 0
    names = [name.replace("__", ": ", 1) for name in peer.get_feature_names_out()]
    assert columns.names == names
    assert columns.sizes == {"words": 0, "letters": 0} | {
        kind: sum(name.startswith(kind) for name in names) for kind in ("words", "letters")
    }


def test_two_blocks_of_a_kind_are_told_apart_by_their_lengths():
    columns = TextColumns(((2, 3, "letters"), (4, 5, "letters")), least=1).fit(["my card"])
    assert list(columns.blocks) == ["letters 2 to 3", "letters 4 to 5"]
    assert "letters 4 to 5: card" in columns.names


def test_no_texts_have_no_rows():
    columns = TextColumns(BOTH, least=1).fit(["my card"])
    assert columns.matrix([]).shape == (0, len(columns.names))


def test_they_are_the_same_after_a_file():
    texts, _, _ = tickets(30)
    columns = TextColumns(BOTH, least=1).fit(texts)
    again = TextColumns.restored(columns.said(), columns.weights())
    new = ["parcel today", *HOSTILE]
    assert (again.matrix(new) != columns.matrix(new)).nnz == 0
    assert again.names == columns.names


def test_a_block_without_n_grams_is_left_out_and_said():
    expected = "These texts have no n-gram for ['words'], which is left out."
    with pytest.warns(DataWarning, match=f"^{re.escape(expected)}$"):
        columns = TextColumns(BOTH, least=1).fit(["🙂🙂", "🙁🙁"])
    assert list(columns.blocks) == ["letters"]
    assert columns.matrix(["🙂🙂"]).nnz > 0


def test_texts_without_any_n_gram():
    expected = (
        "Texts must have n-grams that are in 9 texts at least; none of 2 texts has. Give texts of "
        "some words, or a smaller `least`."
    )
    with pytest.raises(DataError, match=f"^{re.escape(expected)}$"):
        TextColumns(BOTH, least=9).fit(["my card", "my card"])


@pytest.mark.parametrize(
    "ngrams",
    [
        "words",
        [],
        [(1, 2)],
        [(2, 1, "words")],
        [(0, 1, "words")],
        [(1, 2, "sounds")],
        [(1, 11, "letters")],
        [(1, 2.5, "words")],
        [(1, 2, "words"), (1, 2, "words")],
        None,
        ["1 words"],
    ],
)
def test_blocks_that_are_none(ngrams):
    expected = (
        '`ngrams` must be a list of blocks, each (shortest, longest, "words" or "letters"); got '
        f'{ngrams!r}. Give for example ((1, 2, "words"), (2, 5, "letters")).'
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        checked_ngrams(ngrams)


def test_blocks_of_any_whole_numbers_and_lists():
    assert checked_ngrams([[np.int64(1), 2, "words"]]) == ((1, 2, "words"),)
