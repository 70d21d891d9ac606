"""Texts as columns of n-grams, in blocks: words, pieces of words."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from workbench.checks import is_whole
from workbench.errors import DataError, DataWarning, ParameterError
from workbench.features.encode.ngrams import TextNgrams
from workbench.messages import count_of, listed

PIECES = ("words", "letters")
_LONGEST = 10


class TextColumns:
    """N-grams of texts, weighted by TF-IDF; a block of columns for each entry of ``ngrams``.

    Parameters
    ----------
    ngrams : sequence of (int, int, "words" or "letters")
        Shortest and longest n-gram.
    least : int
        An n-gram of fewer texts is left out.
    """

    def __init__(self, ngrams: Iterable[tuple[int, int, str]], *, least: int) -> None:
        self.ngrams, self.least = checked_ngrams(ngrams), least

    def fit(self, texts: Sequence[str]) -> Self:
        """Learn which n-grams there are.

        Raises
        ------
        DataError
            No text has any.

        Warns
        -----
        DataWarning
            A block has none, and is left out.
        """
        self.blocks: dict[str, TextNgrams] = {}
        for name, (shortest, longest, pieces) in self.named().items():
            block = TextNgrams([name], length=(shortest, longest), pieces=pieces, least=self.least)
            try:
                self.blocks[name] = block.fit(_table(name, texts))
            except DataError:
                continue
        if not self.blocks:
            raise DataError(
                f"Texts must have n-grams that are in {count_of(self.least, 'text')} at least; "
                f"none of {count_of(len(texts), 'text')} has. Give texts of some words, or a "
                "smaller `least`."
            )
        if gone := [name for name in self.named() if name not in self.blocks]:
            warnings.warn(
                f"These texts have no n-gram for {listed(gone)}, which is left out.",
                DataWarning,
                stacklevel=4,
            )
        return self

    def named(self) -> dict[str, tuple[int, int, str]]:
        """Return the blocks by name: their kind, and their lengths where two are of a kind."""
        kinds = [pieces for _, _, pieces in self.ngrams]
        return {
            pieces if kinds.count(pieces) == 1 else f"{pieces} {low} to {high}": (low, high, pieces)
            for low, high, pieces in self.ngrams
        }

    def matrix(self, texts: Sequence[str]) -> csr_array:
        """Return the weights of each text's n-grams (n, p)."""
        if not texts:  # scikit-learn wants one
            return csr_array((0, len(self.names)))
        parts = [block.transform(_table(name, texts)) for name, block in self.blocks.items()]
        return csr_array(hstack(parts, format="csr"))

    @property
    def sizes(self) -> dict[str, int]:
        """How many columns each block has."""
        return {name: len(block.parents_) for name, block in self.blocks.items()}

    @property
    def names(self) -> list[str]:
        """The columns, such as "words: lost card"."""
        return [name for block in self.blocks.values() for name in block.parents_]

    def vectorizer(self, name: str) -> TfidfVectorizer:
        """Return what makes the weights of a block."""
        return self.blocks[name].vectorizers_[name]

    def said(self) -> dict[str, Any]:
        """Return all but the weights, as a model file keeps it."""
        return {
            "ngrams": [list(one) for one in self.ngrams],
            "least": self.least,
            "blocks": {
                name: self.vectorizer(name).get_feature_names_out().tolist() for name in self.blocks
            },
        }

    def weights(self) -> dict[str, Any]:
        """Return the inverse document frequencies of each block."""
        return {name: np.asarray(self.vectorizer(name).idf_) for name in self.blocks}

    @classmethod
    def restored(cls, said: dict[str, Any], weights: dict[str, Any]) -> Self:
        """Take what `said` and `weights` returned."""
        self = cls([tuple(one) for one in said["ngrams"]], least=said["least"])
        self.blocks = {}
        for name, grams in said["blocks"].items():
            low, high, pieces = self.named()[name]
            block = TextNgrams([name], length=(low, high), pieces=pieces, least=self.least)
            self.blocks[name] = block.restored(name, grams, weights[name])
        return self


def _table(name: str, texts: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(list(texts), dtype=object)})


def checked_ngrams(ngrams: Iterable[Any]) -> tuple[tuple[int, int, str], ...]:
    """Return the blocks that were asked for; ParameterError where one is none."""
    wanted = (
        '`ngrams` must be a list of blocks, each (shortest, longest, "words" or "letters"); got '
        '{!r}. Give for example ((1, 2, "words"), (2, 5, "letters")).'
    )
    found = []
    given = list(ngrams) if isinstance(ngrams, Iterable) and not isinstance(ngrams, str) else []
    for one in given:
        parts = tuple(one) if isinstance(one, Sequence) and not isinstance(one, str) else ()
        if len(parts) != 3 or parts[2] not in PIECES:
            raise ParameterError(wanted.format(ngrams))
        low, high, pieces = parts
        if not (is_whole(low, least=1) and is_whole(high, least=1) and low <= high <= _LONGEST):
            raise ParameterError(wanted.format(ngrams))
        found.append((int(low), int(high), str(pieces)))
    if not found or len(set(found)) < len(found):
        raise ParameterError(wanted.format(ngrams))
    return tuple(found)
