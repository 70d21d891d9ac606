"""One text, routed, with all that decided: what words and n-grams add, and the labels beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from workbench.numbers import Array
from workbench.texts.routing.deciding_words import DecidingWords, bare
from workbench.texts.routing.labelled_texts import texts_of
from workbench.texts.routing.text_columns import TextColumns

UNKNOWN, ALWAYS, UNSURE = "unknown", "always", "unsure"
"""Why a text goes to a person: no n-gram is known, its label always does, or it is not sure."""


@dataclass(frozen=True)
class OneText:
    """What a router says of a text.

    Parameters
    ----------
    answer : object or None
        The label; None where a person should look.
    why : str
        Why a person should: "unknown", "always" or "unsure"; else empty.
    labels : list of (object, float)
        Every label with its probability, the likeliest first.
    words, ngrams : list of (str, float)
        What each adds to the score of the likeliest label against the average label, the most
        first. Words stand in small letters, without signs around them. Of n-grams, pieces of words
        are written as `piece_text` has them.
    before : float
        The score before any word: ``before`` and what words add is the whole score, and so it is
        with what n-grams add.
    known, there : int
        How many of the text's n-grams the router knows, and how many there are, each as often as
        it comes.
    """

    answer: Any
    why: str
    labels: list[tuple[Any, float]]
    words: list[tuple[str, float]]
    ngrams: list[tuple[str, float]]
    before: float
    known: int
    there: int


@dataclass(frozen=True)
class TextScores:
    """What gives texts their scores, and the threshold at which they are answered.

    Parameters
    ----------
    columns : TextColumns
    coefficients : ndarray, shape (p, K)
    intercepts : ndarray, shape (K,)
    classes : ndarray of labels, shape (K,)
    threshold : float
    handed_over : sequence of labels

    Examples
    --------
    >>> import numpy as np
    >>> columns = TextColumns([(1, 1, "words")], least=1).fit(["lost card", "my invoice"])
    >>> weights = np.array([[1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [0.0, 0.0]])
    >>> scores = TextScores(columns, weights, np.zeros(2), np.array(["card", "bill"]), 0.8)
    >>> found = scores.of("A lost card!")
    >>> found.answer, found.words[0][0], round(found.words[0][1], 3), found.known, found.there
    ('card', 'lost', 0.707, 2, 3)
    """

    columns: TextColumns
    coefficients: Array
    intercepts: Array
    classes: npt.NDArray[Any]
    threshold: float
    handed_over: Sequence[Any] = ()

    @classmethod
    def from_router(cls, router: Any) -> Self:
        """Read them off a fitted `TextRouter`."""
        model = router.model_
        return cls(
            router.columns_,
            model.coef_.T,
            model.intercept_,
            router.classes_,
            router.threshold_,
            tuple(router.handed_over),
        )

    @cached_property
    def _against(self) -> Array:
        return np.asarray(self.coefficients - self.coefficients.mean(axis=1)[:, None])

    @cached_property
    def deciding(self) -> DecidingWords:
        """Tells what each word of a text adds."""
        return DecidingWords(self.columns, self._against)

    @cached_property
    def _vocabularies(self) -> list[tuple[Callable[[str], list[str]], dict[str, int]]]:
        made = [self.columns.vectorizer(name) for name in self.columns.blocks]
        return [(one.build_analyzer(), one.vocabulary_) for one in made]

    @cached_property
    def _names(self) -> list[str]:
        named = self.columns.named()
        found: list[str] = []
        for name, grams in self.columns.said()["blocks"].items():
            pieces = named[name][2] == "letters"
            found += map(piece_text, grams) if pieces else grams
        return found

    def chances(self, matrix: Any) -> Array:
        """Return the probability of each label (n, K), of weights of n-grams (n, p)."""
        return np.asarray(softmax(matrix @ self.coefficients + self.intercepts, axis=1))

    def of(self, text: str) -> OneText:
        """Route a text.

        Parameters
        ----------
        text : str
        """
        (text,) = texts_of([text])
        row = self.columns.matrix([text])
        chances = self.chances(row)[0]
        order = np.argsort(-chances, kind="stable")
        classes, k = self.classes.tolist(), int(order[0])
        label = classes[k]
        why = self._why(label, float(chances[k]), int(row.nnz))
        adds = np.zeros(row.shape[1])
        adds[row.indices] = row.data * self._against[row.indices, k]
        pieces = [(analyze(text), places) for analyze, places in self._vocabularies]
        return OneText(
            None if why else label,
            why,
            [(classes[j], float(chances[j])) for j in order],
            _strongest(_summed(self.deciding.of(text, adds))),
            _strongest((self._names[j], float(adds[j])) for j in np.sort(row.indices)),
            float(self.intercepts[k] - self.intercepts.mean()),
            sum(sum(one in places for one in grams) for grams, places in pieces),
            sum(len(grams) for grams, _ in pieces),
        )

    def _why(self, label: Any, chance: float, known: int) -> str:
        if not known:
            return UNKNOWN
        if label in self.handed_over:
            return ALWAYS
        return "" if chance >= self.threshold else UNSURE


def piece_text(piece: str) -> str:
    """Write a piece of a word: a dot where the word ends, and more dots where it goes on.

    Examples
    --------
    >>> piece_text(" car"), piece_text("ar"), piece_text("ard ")
    ('·car…', '…ar…', '…ard·')
    """
    before, behind = ("" if piece[at] == " " else "…" for at in (0, -1))
    return f"{before}{piece.replace(' ', '·')}{behind}"


def _summed(words: Any) -> list[tuple[str, float]]:
    found: dict[str, float] = {}
    for word, adds in words:
        found[bare(word)] = found.get(bare(word), 0.0) + adds
    return list(found.items())


def _strongest(adds: Any) -> list[tuple[str, float]]:
    return sorted(adds, key=lambda one: -abs(one[1]))
