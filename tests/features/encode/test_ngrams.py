import re

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer

from workbench.errors import DataError, ParameterError
from workbench.features.encode import TextNgrams

TEXTS = ["Free tea today", "Free cups", "Tea and cups"]
X = pd.DataFrame({"subject": TEXTS, "visits": [1, 2, 3]})


def test_tf_idf_is_scikit_learns_and_sparse():
    found = TextNgrams(["subject"]).fit_transform(X)
    assert sparse.issparse(found)
    wanted = TfidfVectorizer(ngram_range=(1, 2)).fit_transform(TEXTS)
    np.testing.assert_allclose(found.toarray(), wanted.toarray())


def test_names_groups_and_catalogue():
    grams = TextNgrams(["subject"], length=(1, 1)).fit(X)
    names = grams.get_feature_names_out().tolist()
    assert names == [f"subject: {word}" for word in ("and", "cups", "free", "tea", "today")]
    catalogue = pd.DataFrame(
        {
            "group": ["text"],
            "builder": "text",
            "source": "campaigns",
            "lookback_days": 0.0,
            "unit": "category",
            "description": "The subject.",
        },
        index=["subject"],
    )
    row = grams.catalogue_out(catalogue).loc["subject: tea"]
    assert row[["group", "builder", "source", "unit", "description"]].tolist() == [
        "text",
        "TextNgrams",
        "campaigns",
        "weight",
        "Weight of an n-gram in subject.",
    ]


def test_hashed_to_a_fixed_width():
    grams = TextNgrams(["subject"], hashed=16, pieces="letters", length=(3, 3))
    found = grams.fit_transform(X)
    wanted = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 3), n_features=16)
    np.testing.assert_allclose(found.toarray(), wanted.transform(TEXTS).toarray())
    assert grams.get_feature_names_out()[-1] == "subject: 15"


def test_words_that_training_did_not_have_are_passed_over():
    grams = TextNgrams(["subject"]).fit(X)
    new = pd.DataFrame({"subject": ["Quite new", None, "tea"]})
    assert np.diff(grams.transform(new).indptr).tolist() == [0, 0, 1]


def test_beside_other_columns_with_pandas_output():
    within = ColumnTransformer(
        [("text", TextNgrams(length=(1, 1)), ["subject"])],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    table = within.fit_transform(X)
    assert table.columns.tolist()[-2:] == ["subject: today", "visits"]
    assert isinstance(table["subject: tea"].dtype, pd.SparseDtype)


def test_two_columns_have_words_of_their_own():
    table = pd.DataFrame({"subject": ["tea", "cup"], "preview": ["cup", "cup"]})
    grams = TextNgrams().fit(table)
    assert grams.get_feature_names_out().tolist() == [
        "subject: cup",
        "subject: tea",
        "preview: cup",
    ]
    assert grams.transform(table).toarray().tolist() == [[0, 1, 1], [1, 0, 1]]


def test_a_width_that_is_none():
    with pytest.raises(ParameterError) as raised:
        TextNgrams(hashed=0).fit(X[["subject"]])
    assert str(raised.value) == (
        "`hashed` must be a number of columns above 0; got 0. Give for example 1024."
    )


def test_one_letter_is_a_word():
    sizes = pd.DataFrame({"size": ["plan B", "3 days", "B"]})
    grams = TextNgrams(length=(1, 1)).fit(sizes).get_feature_names_out()
    assert grams.tolist() == ["size: 3", "size: b", "size: days", "size: plan"]
    hashed = TextNgrams(length=(1, 1), hashed=64).fit_transform(sizes)
    assert np.diff(hashed.indptr).tolist() == [2, 2, 1]


def test_signs_alone_have_no_words():
    expected = (
        "Column 'stars' must hold n-grams of (1, 2) words, each in at least 1 text; scikit-learn "
        "says: empty vocabulary; perhaps the documents only contain stop words. Take a smaller "
        "`least`, or encode it as a category."
    )
    stars = pd.DataFrame({"stars": ["*", "**", "***"]})
    with pytest.raises(DataError, match=f"^{re.escape(expected)}$"):
        TextNgrams().fit(stars)
    assert TextNgrams(length=(1, 1), pieces="letters").fit_transform(stars).shape[1] == 2


@pytest.mark.parametrize("pieces", ["words", "letters"])
def test_n_grams_that_a_file_kept_give_the_same_columns(pieces):
    grams = TextNgrams(["subject"], pieces=pieces, length=(1, 3)).fit(X)
    made = grams.vectorizers_["subject"]
    kept = made.get_feature_names_out().tolist(), np.array(made.idf_)
    again = TextNgrams(["subject"], pieces=pieces, length=(1, 3)).restored("subject", *kept)
    new = pd.DataFrame({"subject": ["Tea, today: 🙂", None, "cups and cups", "new"]})
    assert (again.transform(new) != grams.transform(new)).nnz == 0
    assert again.get_feature_names_out().tolist() == grams.get_feature_names_out().tolist()
    assert again.parents_ == grams.parents_


def test_weights_that_are_not_one_an_n_gram_are_no_columns():
    with pytest.raises(ValueError, match="idf length"):
        TextNgrams(["subject"]).restored("subject", ["free", "tea"], np.ones(3))
