"""The promise holds for new texts with words of their own: they are as sure as those left out."""

import warnings

import numpy as np
import pytest

from workbench.errors import DataWarning
from workbench.texts import TextRouter

LABELS, RIGHT, OWN = 4, 0.75, 8
LETTERS = list("abcdefghijklmnoprstuv")


def word(rng):
    return "".join(rng.choice(LETTERS, 5))


WORDS = np.random.default_rng(5)
TELLING = [[word(WORDS) for _ in range(12)] for _ in range(LABELS)]
COMMON = [word(WORDS) for _ in range(30)]


def drawn(n, seed):
    """Texts of two telling words, two common ones, and words that no other text has."""
    rng = np.random.default_rng(seed)
    labels, texts = rng.integers(LABELS, size=n), []
    for label in labels:
        told = [label if rng.random() < RIGHT else rng.integers(LABELS) for _ in range(2)]
        words = [rng.choice(TELLING[k]) for k in told] + list(rng.choice(COMMON, 2))
        texts.append(" ".join(words + [word(rng) for _ in range(rng.integers(0, OWN + 1))]))
    return texts, labels.astype(str)


@pytest.mark.slow
def test_new_texts_are_as_sure_as_those_left_out():
    more = []
    for seed in range(4):
        router = TextRouter([(1, 1, "words")], precision=0.9)
        with warnings.catch_warnings(action="ignore", category=DataWarning):
            router.fit(*drawn(600, seed))
        left_out = router.coverage("all").iloc[0]
        texts, labels = drawn(2000, 100 + seed)
        new = router.coverage("all", texts=texts, labels=labels).iloc[0]
        assert new["precision"] >= 0.9
        more.append(new["answered"] - left_out["answered"])
    assert np.mean(more) < 0.04  # of weights that knew the texts left out, it was 0.15
