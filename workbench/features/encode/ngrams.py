"""Words and pieces of words of a text, sparse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_choice, check_columns
from workbench.errors import DataError, ParameterError
from workbench.features.encode.columns import ColumnEncoder, check_table
from workbench.messages import count_of

WORD = r"(?u)\b\w+\b"
"""A word: letters, digits and underscores, be it one alone, as in "plan B" or "3 days"."""


class TextNgrams(ColumnEncoder, auto_wrap_output_keys=None):  # type: ignore[call-arg]
    """N-grams of text columns: TF-IDF of those that training has, or hashed to a fixed width.

    A word is a run of letters, digits and underscores; one alone is a word, too, such as "B" of
    "plan B". A gap is a text without words. The result is a sparse matrix (CSR) of the n-grams
    alone; under ``set_output(transform="pandas")`` a DataFrame of sparse columns. To keep other
    columns beside it, put it into a ColumnTransformer.

    Parameters
    ----------
    columns : sequence of str, optional
        All columns of the table where it is left out.
    length : (int, int)
        Shortest and longest n-gram.
    pieces : {"words", "letters"}
        Letters are taken within words.
    least : int or float
        An n-gram of fewer texts (a number, or a share of them) is left out.
    hashed : int, optional
        Hash to so many columns: nothing is learned, and a column has no word to its name.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.features.encode import TextNgrams
    >>> X = pd.DataFrame({"subject": ["Free tea", "Free cups", None]})
    >>> TextNgrams(length=(1, 1)).set_output(transform="pandas").fit_transform(X).round(2)
       subject: cups  subject: free  subject: tea
    0            0.0           0.61           0.8
    1            0.8           0.61           0.0
    2            0.0            0.0           0.0
    """

    unit: ClassVar[str] = "weight"

    def __init__(
        self,
        columns: Sequence[str] | None = None,
        *,
        length: tuple[int, int] = (1, 2),
        pieces: str = "words",
        least: float = 1,
        hashed: int | None = None,
    ) -> None:
        self.columns = columns
        self.length = length
        self.pieces = pieces
        self.least = least
        self.hashed = hashed

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose "default" (a sparse matrix) or "pandas" (a DataFrame of sparse columns)."""
        if transform is not None:
            check_choice(transform, ["default", "pandas"], name="transform")
            # under scikit-learn's own name, which its `clone` copies
            self._sklearn_output_config = {"transform": transform}
        return self

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn which n-grams there are, and how many texts have each."""
        del y
        check_choice(self.pieces, ["words", "letters"], name="pieces")
        check_table(X)
        columns = [str(name) for name in X] if self.columns is None else list(self.columns)
        check_columns(X, columns, name="The table to encode")
        self._learn_columns(X[columns])
        self.vectorizers_ = {name: self._fitted(X[name]) for name in columns}
        named = [(f"{name}: {gram}", name) for name in columns for gram in self._grams(name)]
        self.parents_ = dict(named)
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Give the n-grams of new texts; those that training did not have are passed over."""
        check_is_fitted(self)
        X = self._same_columns(X)
        parts = [made.transform(_texts(X[name])) for name, made in self.vectorizers_.items()]
        matrix = sparse.hstack(parts, format="csr")
        if getattr(self, "_sklearn_output_config", {}).get("transform") == "pandas":
            table: Any = pd.DataFrame  # whose sparse accessor has no type
            return table.sparse.from_spmatrix(matrix, index=X.index, columns=list(self.parents_))
        return matrix

    def restored(self, column: str, grams: Sequence[str], weights: Any) -> Self:
        """Take n-grams of one column, and their weights, as a file kept them.

        Parameters
        ----------
        column : str
        grams : sequence of str
        weights : array, shape (p,)
            The inverse document frequency of each.
        """
        vectorizer = self._vectorizer().set_params(vocabulary=list(grams))
        vectorizer.idf_ = weights
        self._learn_columns(pd.DataFrame({column: pd.Series([], dtype=object)}))
        self.vectorizers_ = {column: vectorizer}
        self.parents_ = {f"{column}: {gram}": column for gram in self._grams(column)}
        return self

    def _fitted(self, column: pd.Series[Any]) -> TfidfVectorizer | HashingVectorizer:
        vectorizer = self._vectorizer()
        try:
            return vectorizer.fit(_texts(column))
        except ValueError as error:  # there is no word, or none is in enough texts
            raise DataError(
                f"Column {column.name!r} must hold n-grams of {self.length} {self.pieces}, each in "
                f"at least {count_of(self.least, 'text')}; scikit-learn says: "
                f"{str(error).rstrip('.')}. Take a smaller `least`, or encode it as a "
                "category."
            ) from None

    def _vectorizer(self) -> TfidfVectorizer | HashingVectorizer:
        kind: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": self.length}
        if self.pieces == "words":
            kind |= {"analyzer": "word", "token_pattern": WORD}
        if self.hashed is None:
            return TfidfVectorizer(min_df=self.least, **kind)
        if self.hashed < 1:
            raise ParameterError(
                f"`hashed` must be a number of columns above 0; got {self.hashed!r}. Give for "
                "example 1024."
            )
        return HashingVectorizer(n_features=self.hashed, **kind)

    def _grams(self, name: str) -> list[str]:
        if self.hashed is not None:
            return [str(number) for number in range(self.hashed)]
        return [str(gram) for gram in self.vectorizers_[name].get_feature_names_out()]

    def _text(self, parent: str) -> str:
        return f"Weight of an n-gram in {parent}."


def _texts(column: pd.Series[Any]) -> list[str]:
    return [
        "" if missing else str(text) for text, missing in zip(column, column.isna(), strict=True)
    ]
