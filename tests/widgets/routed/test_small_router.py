"""A small router tells nothing of fewer than ten customers; its weights are scikit-learn's."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import softmax

from workbench.texts.routing.text_columns import TextColumns
from workbench.widgets.routed import small_router as home
from workbench.widgets.routed.small_router import small_router


def writers(table, gram, label, *, pieces):
    """The customers who wrote an n-gram in texts of a label, counted text by text."""
    columns = TextColumns([(1, 2, "words") if not pieces else (2, 4, "letters")], least=1)
    analyze = columns.fit([gram, "some words"]).vectorizer(pieces or "words").build_analyzer()
    there = zip(table.texts, table.labels, table.customer, strict=True)
    return {who for text, own, who in there if own == label and gram in analyze(text)}


def test_weights_are_told_of_ten_customers_alone(mailed, router, table):
    small, rng = mailed.small, np.random.default_rng(0)
    names = router.columns_.names
    told, untold = np.argwhere(small.told), np.argwhere(~small.told)
    assert len(told) > 300
    for j, k in told[rng.choice(len(told), 40, replace=False)]:
        block, gram = names[small.ngrams[j]].split(": ", 1)
        pieces = "letters" if block == "letters" else ""
        assert len(writers(table, gram, small.classes[k], pieces=pieces)) >= 10
    assert (small.hundredths[~small.told] == 0).all()
    for j in np.unique(untold[:, 0])[:25]:  # what all others wrote together is known together
        block, gram = names[small.ngrams[j]].split(": ", 1)
        pieces = "letters" if block == "letters" else ""
        others = small.classes[~small.told[j]]
        wrote = set().union(*(writers(table, gram, one, pieces=pieces) for one in others))
        assert len(wrote) == 0 or len(wrote) >= 10


def test_what_is_not_told_follows_from_what_is(mailed):
    small = mailed.small
    some = small.told.sum(axis=1) < len(small.classes)
    assert some.any()
    assert abs(small.coefficients[some].sum(axis=1)).max() < 1e-12
    for j in np.flatnonzero(some)[:50]:
        assert len({*small.coefficients[j, ~small.told[j]].tolist()}) == 1


def test_labels_and_words_of_few_are_not_in_it(mailed, router):
    assert "press" in router.classes_
    assert "press" not in mailed.small.classes
    grams = [router.columns_.names[j] for j in mailed.small.ngrams]
    assert not any("quetz" in one or "tlus" in one for one in grams)


def test_chances_are_those_of_scikit_learns_weights(mailed, router, table):
    scores = mailed.small.scores(router, 0.5)
    texts = [*table.texts.tolist()[:80], "", "zzz"]
    matrix = scores.columns.matrix(texts)
    expected = softmax(matrix @ scores.coefficients + scores.intercepts, axis=1)
    counted = mailed.counted.rows(np.arange(80))
    assert mailed.small.chances(counted) == pytest.approx(expected[:80], abs=1e-12)
    assert mailed.small.knows(counted).tolist() == (np.diff(matrix.indptr) > 0)[:80].tolist()
    assert scores.handed_over == ["out of scope"]


def test_a_file_with_too_little_room_keeps_the_strongest_and_is_fitted_again(
    mailed, router, monkeypatch
):
    monkeypatch.setattr(home, "MOST_NGRAMS", 50)
    few = small_router(mailed.counted, router)
    assert len(few.ngrams) == 50
    assert {*few.ngrams.tolist()} < {*mailed.small.ngrams.tolist()}
    whole = dict(zip(mailed.small.ngrams.tolist(), mailed.small.coefficients, strict=True))
    assert any(
        abs(whole[j] - own).max() > 0.02
        for j, own in zip(few.ngrams.tolist(), few.coefficients, strict=True)
    )


def test_where_nothing_is_of_ten_customers_there_is_none(mailed, router):
    nine = replace(mailed.counted, people=np.arange(300) % 9)
    assert small_router(nine, router) is None
    one_label = mailed.counted.rows(np.flatnonzero(mailed.counted.labels == "invoice"))
    assert small_router(one_label, router) is None
