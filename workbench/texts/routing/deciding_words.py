"""Which words of a text decided: what its n-grams add to a score, told by the words they are in.

A letter n-gram belongs to the word that it is a piece of, or in equal parts to all words that
have it; a pair of words to both. What the words add, and the intercept, is the whole score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.numbers import Array
from workbench.texts.routing.text_columns import TextColumns

Spread = Callable[[list[str], Array], list[float]]
"""Gives each of some words its part of what n-grams add."""


class DecidingWords:
    """Tells what each word of a text adds to a score.

    Parameters
    ----------
    columns : TextColumns
    against : ndarray, shape (p, K)
        Coefficients of each class, against the average class.
    """

    def __init__(self, columns: TextColumns, against: Array) -> None:
        self._blocks, self._against = list(self._read(columns)), against

    @staticmethod
    def _read(columns: TextColumns) -> Iterator[Spread]:
        start = 0
        for name in columns.blocks:
            vectorizer = columns.vectorizer(name)
            places = {gram: start + place for gram, place in vectorizer.vocabulary_.items()}
            start += len(places)
            low, high, pieces = columns.named()[name]
            if pieces == "letters":
                yield _letters(places, vectorizer.build_analyzer())
            else:
                yield _words(places, vectorizer.build_tokenizer(), low, high)

    def because(
        self, texts: Sequence[str], matrix: Any, classes: npt.NDArray[np.int64], *, most: int
    ) -> list[str]:
        """Write, for each text, the words that speak for one class most.

        Parameters
        ----------
        texts : sequence of str, length n
        matrix : csr_array, shape (n, p)
            Of the texts.
        classes : ndarray of int, shape (n,)
            The class of each text, by number.
        most : int
            Words.
        """
        adds, found = np.zeros(matrix.shape[1]), []
        places = zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
        for text, k, (start, end) in zip(texts, classes, places, strict=True):
            there = matrix.indices[start:end]
            adds[there] = matrix.data[start:end] * self._against[there, k]
            found.append(strongest_words(self.of(text, adds), most))
            adds[there] = 0.0
        return found

    def of(self, text: str, adds: Array) -> list[tuple[str, float]]:
        """Return the words of a text in its order, and what each adds.

        Parameters
        ----------
        text : str
        adds : ndarray, shape (p,)
            What each column adds for this text: its weight times its coefficient.
        """
        words = text.split()
        lowered = [word.lower() for word in words]
        found = np.zeros(len(words))
        for spread in self._blocks:
            found += spread(lowered, adds)
        return list(zip(words, found.tolist(), strict=True))


def _letters(places: dict[str, int], analyze: Callable[[str], list[str]]) -> Spread:
    def spread(words: list[str], adds: Array) -> list[float]:
        counts = Counter(words)  # a long text says the same words again and again
        pieces = {
            word: Counter(places[gram] for gram in analyze(word) if gram in places)
            for word in counts
        }
        times: Counter[int] = Counter()
        for word, count in counts.items():
            for place, there in pieces[word].items():
                times[place] += count * there
        each = {
            word: sum(float(adds[place]) * there / times[place] for place, there in own.items())
            for word, own in pieces.items()
        }
        return [each[word] for word in words]

    return spread


def _words(
    places: dict[str, int], tokenize: Callable[[str], list[str]], low: int, high: int
) -> Spread:
    def spread(words: list[str], adds: Array) -> list[float]:
        tokens_of = {word: tokenize(word) for word in set(words)}
        tokens = [token for word in words for token in tokens_of[word]]
        owners = [k for k, word in enumerate(words) for _ in tokens_of[word]]
        grams = (
            (places.get(" ".join(tokens[i : i + n])), i, n)
            for n in range(low, high + 1)
            for i in range(len(tokens) - n + 1)
        )
        there = [(place, i, n) for place, i, n in grams if place is not None]
        times = Counter(place for place, _, _ in there)
        found = [0.0] * len(words)
        for place, i, n in there:
            each = float(adds[place]) / times[place] / n
            for k in owners[i : i + n]:  # twice the same one for a pair within it, as of top-up
                found[k] += each
        return found

    return spread


def strongest_words(words: list[tuple[str, float]], most: int) -> str:
    """Write the words that speak for an answer most, the strongest first.

    Examples
    --------
    >>> strongest_words([("my", -0.1), ("card,", 1.24), ("lost", 2.0)], 2)
    'lost (+2.00), card (+1.24)'
    """
    added: dict[str, Any] = {}
    for word, adds in words:
        name = bare(word)
        added[name] = added.get(name, 0.0) + adds
    speaking = sorted(((adds, name) for name, adds in added.items() if adds >= 0.005), reverse=True)
    return ", ".join(f"{name} ({adds:+.2f})" for adds, name in speaking[:most])


def bare(word: str) -> str:
    """Return a word in small letters, without signs around it; one of signs alone as it is.

    Examples
    --------
    >>> bare("(Card!)"), bare("?!")
    ('card', '?!')
    """
    kept = [k for k, letter in enumerate(word) if letter.isalnum()]
    return word[kept[0] : kept[-1] + 1].lower() if kept else word
