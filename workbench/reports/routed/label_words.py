"""The words that speak for each label most: such as at least ten of its customers wrote."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.texts import TextRouter, TextTable
from workbench.texts.routing.writers import customers_of

MOST_WORDS = 8


def label_words(router: TextRouter, table: TextTable, *, most: int = MOST_WORDS) -> pd.DataFrame:
    """Return words and pairs of words that speak for each label, the strongest first.

    What an n-gram adds to the score of its label, against the average label, in the mean over
    the n texts of the label:

        m_jk = (β_jk − mean_l β_jl) · Σ_{i: y_i = k} x_ij / n_k .

    An n-gram is told where texts of that label by at least ten customers have it.

    Parameters
    ----------
    router : TextRouter
        Fitted to the texts of `table`.
    table : TextTable
    most : int
        N-grams a label.

    Returns
    -------
    DataFrame
        ``label, ngram, adds``; labels without any such n-gram have no row.
    """
    columns = router.columns_
    matrix, people = columns.matrix(table.texts.tolist()), table.people
    coefficients = router.model_.coef_.T
    against = coefficients - coefficients.mean(axis=1)[:, None]
    names, told = _words_of(columns)
    found = []
    for k, label in enumerate(router.classes_.tolist()):
        own = np.flatnonzero(table.labels.to_numpy() == label)
        adds = against[:, k] * np.asarray(matrix[own].sum(axis=0)).ravel() / max(len(own), 1)
        shown = told & (customers_of(matrix[own], people[own]) >= FEWEST_PEOPLE) & (adds > 0)
        best = sorted(np.flatnonzero(shown), key=lambda j: (-adds[j], names[j]))[:most]
        found += [(label, names[j], float(adds[j])) for j in best]
    return pd.DataFrame(found, columns=["label", "ngram", "adds"])


def _words_of(columns: Any) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Return what each column is called, and whether it is of words.

    Pieces of words are told where there are no words alone.
    """
    blocks = columns.said()["blocks"]
    kinds = {name: pieces for name, (_, _, pieces) in columns.named().items()}
    wanted = "words" if "words" in kinds.values() else "letters"
    names = [gram for grams in blocks.values() for gram in grams]
    told = [kinds[name] == wanted for name, grams in blocks.items() for _ in grams]
    return names, np.array(told, dtype=bool)


def one_line_each(words: pd.DataFrame) -> pd.DataFrame:
    """Return a row a label, with its words in a line.

    Examples
    --------
    >>> words = pd.DataFrame({"label": ["a", "a"], "ngram": ["x", "y z"], "adds": [2.0, 1.0]})
    >>> one_line_each(words)
      label words
    0     a  x · y z
    """
    lines = words.groupby("label", sort=False)["ngram"].agg(" · ".join)
    return lines.rename("words").reset_index()
