"""Labelled texts as counts of n-grams, with whose they are: what a small router learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array, hstack
from sklearn.feature_extraction.text import CountVectorizer

from workbench.governance.disclosure import rounded
from workbench.numbers import Array
from workbench.texts.routing.text_columns import TextColumns

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CountedTexts:
    """How often each text has each n-gram, its label, and who wrote it.

    Parameters
    ----------
    counts : csr_array, shape (n, p)
    block : ndarray of int, shape (p,)
        The block of each n-gram, by number.
    names : tuple of str
        Of the blocks.
    labels : ndarray, shape (n,)
    people : ndarray of int, shape (n,)
    """

    counts: csr_array
    block: Numbers
    names: tuple[str, ...]
    labels: npt.NDArray[Any]
    people: Numbers

    @classmethod
    def of(
        cls, columns: TextColumns, texts: Sequence[str], labels: npt.NDArray[Any], people: Numbers
    ) -> Self:
        """Count the n-grams that `columns` know."""
        parts = [
            CountVectorizer.transform(columns.vectorizer(name), texts) for name in columns.blocks
        ]
        block = np.repeat(np.arange(len(parts)), [one.shape[1] for one in parts])
        counts = csr_array(hstack(parts, format="csr"), dtype=np.float64)
        return cls(counts, block, tuple(columns.blocks), labels, people)

    def rows(self, at: npt.NDArray[Any]) -> Self:
        """Return some of the texts."""
        return type(self)(self.counts[at], self.block, self.names, self.labels[at], self.people[at])

    def ngrams(self, at: Numbers) -> Self:
        """Return some of the n-grams."""
        return type(self)(self.counts[:, at], self.block[at], self.names, self.labels, self.people)

    def weights(self, rarity: Array) -> csr_array:
        """Return TF-IDF weights (n, p): counts times `rarity` (p,), of length 1 in each block."""
        weighed = csr_array(self.counts @ diags_array(rarity))
        of_block = np.eye(len(self.names))[self.block]
        length = np.sqrt(weighed.power(2) @ of_block)
        row = np.repeat(np.arange(weighed.shape[0]), np.diff(weighed.indptr))
        weighed.data /= length[row, self.block[weighed.indices]]
        return weighed

    def rarity(self) -> Array:
        """Return the inverse document frequency of each n-gram in these texts, as it is."""
        each = np.asarray((self.counts > 0).sum(axis=0), dtype=np.int64).ravel()
        return rarity_of(self.counts.shape[0], each)

    def seen(self) -> tuple[int, Numbers]:
        """Count the texts, and those with each n-gram, both rounded to five, as may be told."""
        texts, each = self.counts.shape[0], (self.counts > 0).sum(axis=0)
        told = [int(rounded(count)) for count in (texts, *np.asarray(each).ravel())]
        return told[0], np.array(told[1:], dtype=np.int64)


def rarity_of(texts: int, seen: Numbers) -> Array:
    """Return the inverse document frequency of n-grams, as scikit-learn has it.

    ln((1 + n) / (1 + n_j)) + 1, of n texts of which n_j have the n-gram.

    Examples
    --------
    >>> rarity_of(100, np.array([100, 20])).round(3).tolist()
    [1.0, 2.571]
    """
    return np.asarray(np.log((1.0 + texts) / (1.0 + np.minimum(seen, texts))) + 1.0)
