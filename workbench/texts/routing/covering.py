"""How much of some texts a router answers, and how well: a part of TextRouter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_choice, check_whole
from workbench.errors import ParameterError
from workbench.numbers import Array
from workbench.texts.routing.alike import alike
from workbench.texts.routing.answers import Answers
from workbench.texts.routing.labelled_texts import check_same_kind, labelled
from workbench.texts.routing.text_columns import TextColumns

PERSON = "to a person"
"""The answer of a text that a person should look at."""
_TABLES = ("threshold", "all", "class", "period", "language")


class Covering:
    """Tables of what was answered: of texts left out, or of others."""

    classes_: npt.NDArray[Any]
    columns_: TextColumns
    threshold_: float
    answers_: Answers | None
    measured_: dict[str, pd.DataFrame]
    confidence: float
    handed_over: Sequence[Any]

    def _chances(self, matrix: Any) -> Array:
        raise NotImplementedError

    def coverage(
        self,
        by: str = "threshold",
        *,
        texts: Any = None,
        labels: Any = None,
        period: Any = None,
        language: Any = None,
    ) -> pd.DataFrame:
        """Say how much is answered, and how precisely: of texts left out, or of others.

        Parameters
        ----------
        by : {"threshold", "all", "class", "period", "language"}
        texts, labels, period, language : column or list, shape (n,), optional
            Texts that were not given to `fit`, with what is known of them. Texts of one ``period``
            alone tell next to nothing of others: their bound is close to 0.

        Returns
        -------
        DataFrame
            By threshold: ``threshold, answered, share, precision, precision_low, chosen``. Else,
            at the threshold that was chosen, ``texts``, and the shares of them that are
            ``answered`` and ``answered rightly`` (the recall of a label). Then ``answers`` that
            were given, their ``precision``, and its lower bound at `confidence`.

        Raises
        ------
        DataError
            Labels are of another kind than those of `fit`, or not one a text.
        ParameterError
            There is no such table, or texts came without labels, or these without texts.
        """
        check_is_fitted(self, "threshold_")
        check_choice(by, _TABLES, name="by")
        if texts is None:
            beside = {"labels": labels, "period": period, "language": language}
            if given := [name for name, value in beside.items() if value is not None]:
                raise ParameterError(
                    f"`{given[0]}` comes without `texts`. Give both, or neither for the texts that "
                    "`fit` left out."
                )
            if by in self.measured_:  # a file keeps these
                return self.measured_[by].copy()
            answers = self._of_training()
        else:
            answers = self._judged(texts, labels, period, language)
        if by == "threshold":
            return answers.curve(self.threshold_)
        if by == "all":
            return answers.whole(self.threshold_)
        if by == "class":
            return answers.by_class(self.threshold_)
        if by not in answers.by:
            raise ParameterError(
                f"`by={by!r}` needs the {by} of each text; there is none. Give `{by}` to `fit`, or "
                "beside `texts`."
            )
        return answers.table(self.threshold_, by)

    def _of_training(self) -> Answers:
        if self.answers_ is None:
            raise ParameterError(
                "A file keeps what was measured of texts left out for all of them and by class "
                "alone. Give `texts` and `labels`, or fit again."
            )
        return self.answers_

    def _judged(self, texts: Any, labels: Any, period: Any, language: Any) -> Answers:
        if labels is None:
            raise ParameterError("`texts` come without `labels`. Give the label of each text.")
        data = labelled(texts, labels, period=period, language=language, taken=PERSON, least=1)
        check_same_kind(data.labels, self.classes_)
        same = alike(data.texts)
        cluster = same if data.period is None else data.period
        matrix = self.columns_.matrix(data.texts)
        answers = self._answers(self._chances(matrix), data.labels, cluster, same, data.by)
        answers.chance[np.diff(matrix.indptr) == 0] = 0.0
        return answers

    def confusions(self, most: int = 10) -> pd.DataFrame:
        """Return the pairs of labels that are taken for each other most, among texts left out.

        Parameters
        ----------
        most : int
            Pairs, from 1.

        Returns
        -------
        DataFrame
            ``label, taken for, texts``, the most texts first, answered or not.

        Raises
        ------
        ParameterError
            `most` is not a whole number from 1, or the router comes from a file.
        """
        check_is_fitted(self, "threshold_")
        check_whole(most, least=1, name="most", hint=" Give for example 10.")
        return self._of_training().confusions(int(most))

    def _answers(
        self,
        chances: Array,
        labels: npt.NDArray[Any],
        cluster: npt.NDArray[Any],
        same: npt.NDArray[np.int64],
        by: dict[str, npt.NDArray[Any]],
    ) -> Answers:
        likeliest = self.classes_[chances.argmax(axis=1)]
        chance = np.where(np.isin(likeliest, self._never()), 0.0, chances.max(axis=1))
        numbered = np.unique(cluster, return_inverse=True)[1]
        return Answers(labels, likeliest, chance, numbered, same, by, self.confidence)

    def _never(self) -> npt.NDArray[Any]:
        return np.asarray(list(self.handed_over), dtype=self.classes_.dtype)
