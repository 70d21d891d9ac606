"""Counts and weights of texts: those of scikit-learn, and rounded where they may be told."""

import numpy as np
import pytest

from workbench.widgets.routed.counted_texts import rarity_of


def test_weights_are_those_of_the_router(mailed, router, table):
    counted = mailed.counted
    known = np.concatenate(list(router.columns_.weights().values()))
    assert counted.rarity() == pytest.approx(known, rel=1e-12)
    weights = counted.weights(known)
    assert abs(weights - router.columns_.matrix(table.texts.tolist())).max() < 1e-12
    some = counted.rows(np.arange(9)).ngrams(np.flatnonzero(counted.block == 0))
    squares = np.asarray(some.weights(known[counted.block == 0]).power(2).sum(axis=1)).ravel()
    assert {*squares.round(9).tolist()} <= {0.0, 1.0}


def test_what_is_told_is_rounded_to_five(mailed):
    texts, seen = mailed.counted.seen()
    exact = np.asarray((mailed.counted.counts > 0).sum(axis=0)).ravel()
    assert texts == 300
    assert (seen % 5 == 0).all()
    assert abs(seen - exact).max() <= 2.5


def test_an_ngram_of_all_texts_is_no_rarer_than_that():
    assert rarity_of(10, np.array([15])).tolist() == [1.0]
