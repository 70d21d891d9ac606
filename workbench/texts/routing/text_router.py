"""TextRouter: answers texts where it is sure enough, and hands the others to a person."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_whole
from workbench.errors import DataError, DataWarning, ParameterError
from workbench.messages import count_of, listed
from workbench.numbers import Array
from workbench.ridge.design.table import SparseTable
from workbench.ridge.multinomial.ridge_multinomial import RidgeMultinomial
from workbench.ridge.tune.folds import hashes_of_rows
from workbench.texts.routing import router_npz
from workbench.texts.routing.alike import alike, first_of_like, in_time
from workbench.texts.routing.covering import PERSON, Covering
from workbench.texts.routing.labelled_texts import LabelledTexts, labelled, texts_of
from workbench.texts.routing.one_text import TextScores
from workbench.texts.routing.text_columns import TextColumns, checked_ngrams
from workbench.texts.routing.threshold import fewest

DEFAULT_NGRAMS = ((1, 2, "words"), (2, 5, "letters"))


class TextRouter(Covering, BaseEstimator):  # type: ignore[misc]
    """Routes texts to labels, and hands over to a person what it is not sure of.

    A `RidgeMultinomial` of n-grams gives each label a probability. A text is answered where that
    of the likeliest label is at least ``threshold_``. It is the least one at which answers to
    texts left out were as precise as ``precision`` asks, with the ``confidence``. Those answers
    come from the fits that tune the penalties, so that no text is kept aside.

    Parameters
    ----------
    ngrams : sequence of (int, int, "words" or "letters")
        Blocks of n-grams, from the shortest to the longest; each has a penalty of its own.
    precision : float
        Share of answers that must be right, between 0 and 1.
    confidence : float
        With which that must hold, one-sided, between 0.5 and 1.
    handed_over : sequence of labels
        Labels whose texts always go to a person, such as "out of scope".
    least : int
        An n-gram of fewer texts is left out.
    alpha, penalty_factors, class_factors
        As of `RidgeMultinomial`; the names of blocks, such as "words", name groups.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
    model_ : RidgeMultinomial
    threshold_ : float
        Infinite where no threshold is as precise as asked for: then every text goes to a person.
    answers_ : Answers or None
        What was said of each text of a label, by the fit without it; None after `load`.
    measured_ : dict of str to DataFrame
        `coverage` by "all" and by "class", which a file keeps.
    facts_ : dict
        Counts of texts, of those without a word, of like ones, of periods, and of texts that
        are the only one of their label, which do not tell the threshold.

    Notes
    -----
    The promise is of texts such as those left out: of periods like these, with the same labels.
    A topic that no label stands for is not among them, and may be answered, wrongly, with a high
    probability. Label some texts of everything else, and name that label in ``handed_over``.

    References
    ----------
    Geifman & El-Yaniv (2017), Selective Classification for Deep Neural Networks, NeurIPS.
    Clopper & Pearson (1934), Biometrika 26.

    Examples
    --------
    >>> import numpy as np
    >>> from workbench.texts import TextRouter
    >>> rng = np.random.default_rng(0)
    >>> words = {"billing": ["invoice", "refund"], "login": ["password", "locked"]}
    >>> labels = rng.choice(list(words), 300)
    >>> names = ["".join(rng.choice(list("abcdefgh"), 6)) for _ in labels]
    >>> texts = [f"{rng.choice(words[k])} {k} {name}" for k, name in zip(labels, names)]
    >>> router = TextRouter(precision=0.9).fit(texts, labels)
    >>> router.route(["A refund of my invoice, please", "Bonjour"])["answer"].tolist()
    ['billing', 'to a person']
    """

    def __init__(
        self,
        ngrams: Iterable[tuple[int, int, str]] = DEFAULT_NGRAMS,
        *,
        precision: float = 0.98,
        confidence: float = 0.95,
        handed_over: Sequence[Any] = (),
        least: int = 1,
        alpha: float | str = "tuned",
        penalty_factors: Mapping[str, float | str] | None = None,
        class_factors: Mapping[Any, float] | None = None,
    ) -> None:
        self.ngrams = ngrams
        self.precision = precision
        self.confidence = confidence
        self.handed_over = handed_over
        self.least = least
        self.alpha = alpha
        self.penalty_factors = penalty_factors
        self.class_factors = class_factors

    def fit(
        self,
        texts: Any,
        labels: Any,
        *,
        period: Any = None,
        language: Any = None,
    ) -> Self:
        """Learn from texts whose labels are known.

        Parameters
        ----------
        texts : column or list of str, shape (n,)
            Texts without a word teach nothing, and are passed over.
        labels : column or list of labels, shape (n,)
        period : column or list, shape (n,), optional
            The week or document of each text, which is left out whole; of more than ten, neighbours
            are left out together. Texts that say the same count as of the first of their
            periods. Without it, random fifths are left out.
        language : column or list, shape (n,), optional
            To tell apart by in `coverage`.

        Raises
        ------
        DataError
            Texts are none, or not one label, period or language a text; one period only.
        FitError
            There is one label only, or no label of two texts that can be left out.
        ParameterError
            A parameter is not what it must be.

        Warns
        -----
        DataWarning
            Texts without a word, like texts under several labels, labels of one text, periods
            that are spelt in two ways, no threshold that holds.
        """
        self._check()
        fresh = copy(self)
        data = labelled(texts, labels, period=period, language=language, taken=PERSON)
        same = alike(data.texts)
        data.warn_of_contradictions()
        cluster = same
        if data.period is not None:
            _check_several(data.period)
            cluster = first_of_like(in_time(data.period), same)
        columns = TextColumns(self.ngrams, least=self.least).fit(data.texts)
        matrix = columns.matrix(data.texts)
        data.check_can_be_left_out(
            cluster if data.period is not None else hashes_of_rows(matrix, whole=same)
        )
        blocks = {name: block for block, made in columns.blocks.items() for name in made.parents_}
        fresh.model_ = RidgeMultinomial(
            self.alpha,
            self.penalty_factors,
            class_factors=self.class_factors,
            left_out="as new",
            standardise=False,
            extrapolate=True,  # TF-IDF is at most 1
        ).fit(
            SparseTable.of(matrix, columns.names),
            data.labels,
            campaign=None if data.period is None else cluster,
            customer=same,
            groups=blocks,
        )
        fresh.columns_, fresh.classes_ = columns, fresh.model_.classes_
        _check_known(self.handed_over, fresh.classes_)
        fresh.facts_ = data.facts(same)
        fresh.facts_["periods"] = 0 if data.period is None else len(np.unique(cluster))
        has_some = np.diff(matrix.indptr) > 0
        fresh._find_threshold(data, cluster, same, has_some)  # noqa: SLF001 - its own kind
        self.__dict__ = fresh.__dict__
        return self

    def _check(self) -> None:
        checked_ngrams(self.ngrams)
        check_whole(self.least, least=1, name="least", hint=" Give 1 for every n-gram.")
        for name, low in (("precision", 0.0), ("confidence", 0.5)):
            value = getattr(self, name)
            number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
            if not (number and low < value < 1):
                raise ParameterError(
                    f"`{name}` must be a number between {low:g} and 1; got {value!r}. Give for "
                    "example 0.95."
                )

    def _find_threshold(
        self,
        data: LabelledTexts,
        cluster: npt.NDArray[np.int64],
        same: npt.NDArray[np.int64],
        has_some: npt.NDArray[np.bool_],
    ) -> None:
        left_out = self.model_.left_out_proba_
        judged = np.flatnonzero(~np.isnan(left_out[:, 0]))
        self.answers_ = self._answers(
            left_out[judged],
            data.labels[judged],
            cluster[judged],
            same[judged],
            {name: values[judged] for name, values in data.by.items()},
        )
        self.answers_.chance[~has_some[judged]] = 0.0  # as `route` does
        self.threshold_ = self.answers_.threshold(self.precision)
        self.measured_ = {
            "all": self.answers_.whole(self.threshold_),
            "class": self.answers_.by_class(self.threshold_),
        }
        self.facts_["not_judged"] = len(left_out) - len(judged)
        if self.facts_["not_judged"]:
            _warn_of_single(self.facts_["not_judged"], len(left_out))
        if not np.isfinite(self.threshold_):
            periods = None if data.period is None else len(np.unique(cluster[judged]))
            self._warn_of_none(len(judged), periods)

    def _warn_of_none(self, judged: int, periods: int | None) -> None:
        needed = fewest(self.precision, self.confidence, clusters=periods)
        told, of, more = count_of(judged, "text"), "", "more texts"
        if periods is not None:
            told += f" of {count_of(periods, 'period')}"
            of, more = " of so many periods", "more texts, more periods"
        warnings.warn(
            f"Answers to texts left out should be right in {self.precision:.4g} of cases, with a "
            f"confidence of {self.confidence:.4g}. No threshold is, with {told}; at least "
            f"{needed:,} answers{of}, all right, would be. Every text goes to a person. Give "
            f"{more}, or a lower `precision`.",
            DataWarning,
            stacklevel=5,
        )

    def predict_proba(self, texts: Any) -> Array:
        """Return the probability of each label (n, K).

        Parameters
        ----------
        texts : column or list of str, shape (n,)
        """
        check_is_fitted(self, "model_")
        return self._chances(self.columns_.matrix(texts_of(texts)))

    def predict(self, texts: Any) -> npt.NDArray[Any]:
        """Return the likeliest label of each text (n,), however sure it is.

        Parameters
        ----------
        texts : column or list of str, shape (n,)
        """
        return np.asarray(self.classes_[self.predict_proba(texts).argmax(axis=1)])

    def _chances(self, matrix: Any) -> Array:
        # not by the model, which would remark on weights that are larger than any before
        return TextScores.from_router(self).chances(matrix)

    def route(self, texts: Any, *, most: int = 3) -> pd.DataFrame:
        """Answer texts, or hand them over.

        Parameters
        ----------
        texts : column or list of str, shape (n,)
        most : int
            Words named as reasons, from 1.

        Returns
        -------
        DataFrame, shape (n, 4)
            ``answer``, a label or "to a person"; the ``likeliest`` label and its ``probability``.
            ``because`` are the words that speak for that label most, and what each adds to its
            score against the average label. A text without any n-gram of training goes to a person.

        Raises
        ------
        DataError
            Texts are no texts.
        ParameterError
            `most` is not a whole number from 1.
        """
        check_is_fitted(self, "model_")
        check_whole(most, least=1, name="most", hint=" Give for example 3.")
        given = texts_of(texts)
        matrix = self.columns_.matrix(given)
        scores = TextScores.from_router(self)
        chances = scores.chances(matrix)
        likeliest = chances.argmax(axis=1)
        labels = self.classes_[likeliest]
        sure = chances.max(axis=1)
        answered = (sure >= self.threshold_) & ~np.isin(labels, self._never())
        answered &= np.diff(matrix.indptr) > 0
        answer = np.where(answered, labels.astype(object), PERSON)
        table = {
            "answer": answer,
            "likeliest": labels,
            "probability": sure,
            "because": scores.deciding.because(given, matrix, likeliest, most=most),
        }
        index = texts.index if isinstance(texts, pd.Series) else None
        return pd.DataFrame(table, index=index)

    def save(self, path: str | Path) -> Path:
        """Write the router as a file of arrays and text; whole or not at all, for its owner alone.

        It holds every n-gram of the training texts, names among them: it stays inside. What was
        said of texts left out is in it as `coverage` by "all" and by "class", not text by text.

        Parameters
        ----------
        path : path
            ``*.npz``.

        Raises
        ------
        ParameterError
            The file cannot be written, or the name has another ending.
        """
        check_is_fitted(self, "model_")
        return router_npz.save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a router that `save` wrote; nothing in the file is executed.

        Parameters
        ----------
        path : path

        Raises
        ------
        MissingDataError
            There is no such file.
        SchemaError
            The file is no router, or not as it was saved.
        """
        return router_npz.load(cls, Path(path))


def _check_several(period: npt.NDArray[Any]) -> None:
    names = pd.Series(period).unique()
    if len(names) < 2:
        raise DataError(
            f"`period` must have two values at least, as each is left out whole; got {names[0]!r} "
            "alone. Give texts of more periods, or leave `period` out: random fifths are left out "
            "then."
        )


def _warn_of_single(single: int, texts: int) -> None:
    warnings.warn(
        f"{count_of(single, 'text')} of {texts:,} cannot be left out, as no other has the same "
        "label, or as they say the same as such a text. New texts of such labels are answered "
        "wrongly more often than `precision` says. "
        "Join these labels with others, or label more of their texts.",
        DataWarning,
        stacklevel=5,
    )


def _check_known(handed_over: Sequence[Any], classes: npt.NDArray[Any]) -> None:
    known = classes.tolist()
    if isinstance(handed_over, str) or any(label not in known for label in handed_over):
        raise ParameterError(
            f"`handed_over` must be a list of labels that texts have, {listed(known)}; got "
            f"{handed_over!r}. Leave it out where there are none."
        )
    if len(known) == len(set(handed_over)):
        raise DataError("`handed_over` names all labels; a router needs one to answer with.")
