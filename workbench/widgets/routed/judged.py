"""How well a small router does, and how often it agrees with the whole one: on texts left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.governance.people import People
from workbench.ridge.tune.folds import campaign_folds
from workbench.texts import TextRouter, TextTable
from workbench.texts.routing.alike import alike, first_of_like, in_time
from workbench.texts.routing.answers import Answers
from workbench.texts.routing.left_out_answers import left_out_answers
from workbench.widgets.routed.counted_texts import CountedTexts
from workbench.widgets.routed.small_router import SmallRouter, small_router

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
PARTS = 5
"""Parts of the texts that are left out, one after the other."""


@dataclass(frozen=True)
class Judged:
    """What a small router said of texts left out, at the threshold that they tell.

    Parameters
    ----------
    answers : Answers
        Of the texts that the whole router left out, by small routers made without them.
    threshold : float
        The least at which these are as precise as the whole router was asked to be; infinite
        where none is.
    whole : ndarray of bool, shape (n,)
        Which of these the whole router answers.
    same : ndarray of bool, shape (n,)
        Of which both say the same: the same label, or that a person should look.
    people : ndarray of int, shape (n,)
        Whose the texts are.
    """

    answers: Answers
    threshold: float
    whole: Flags
    same: Flags
    people: Numbers

    @property
    def answered(self) -> Flags:
        """Which texts the small router answers."""
        return _answered(self.answers, self.threshold)

    @property
    def enough(self) -> bool:
        """Whether ten customers or more wrote the texts that it answers."""
        return People.each(self.people).count(self.answered) >= FEWEST_PEOPLE


def judged(texts: CountedTexts, router: TextRouter, table: TextTable) -> Judged:
    """Leave a fifth of the texts out at a time, and route it by a small router of the others.

    All of it is made anew without them: which n-grams and labels there are, their weights, and how
    rare they are. Texts of neighbouring periods are left out together where the router was fitted
    by period, and so are texts that say the same.

    Parameters
    ----------
    texts : CountedTexts
        Of the table.
    router : TextRouter
        Fitted to the texts of `table`, in their order.
    table : TextTable
    """
    whole, rows = left_out_answers(router, texts.labels)
    part = _parts(router, table)
    likeliest = np.full(len(texts.labels), router.classes_[0], dtype=router.classes_.dtype)
    chance = np.zeros(len(texts.labels))
    never = list(router.handed_over)
    for k in range(int(part.max()) + 1):
        own = np.flatnonzero(part == k)
        small = small_router(texts.rows(np.flatnonzero(part != k)), router)
        if small is not None:
            likeliest[own], chance[own] = _said(small, texts.rows(own), never)
    answers = replace(whole, likeliest=likeliest[rows], chance=chance[rows])
    threshold = answers.threshold(router.precision)
    by_whole, by_small = _answered(whole, router.threshold_), _answered(answers, threshold)
    same = (by_whole == by_small) & (~by_whole | (whole.likeliest == answers.likeliest))
    return Judged(answers, threshold, by_whole, same, table.people[rows])


def _said(
    small: SmallRouter, texts: CountedTexts, never: list[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.float64]]:
    chances = small.chances(texts)
    likeliest = small.classes[chances.argmax(axis=1)]
    silent = np.isin(likeliest, never) | ~small.knows(texts)
    return likeliest, np.where(silent, 0.0, chances.max(axis=1))


def _answered(answers: Answers, threshold: float) -> Flags:
    return np.asarray((answers.chance >= threshold) & (answers.chance > 0))


def _parts(router: TextRouter, table: TextTable) -> Numbers:
    """Deal the texts: neighbouring periods together, or at random; like texts always."""
    same = alike(table.texts.tolist())
    if router.facts_["periods"] and table.period is not None:
        period = first_of_like(in_time(table.period.to_numpy()), same)
        return campaign_folds(pd.Series(period), sorted(set(period.tolist())), most=PARTS)[0]
    dealt = np.random.default_rng(0).permutation(int(same.max()) + 1) % PARTS
    return np.asarray(dealt[same])
