"""A small router that may be mailed: it stands on n-grams that ten customers wrote under a label.

It is a router of its own, and not a part of the whole one. N-grams that are left out of a file
would change the length of a text's row, and so every weight in it. Here rows have the length
of the n-grams that are kept, in the fit as in the page.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array
from scipy.special import softmax

from workbench.errors import FitError, WorkbenchWarning
from workbench.governance.disclosure import FEWEST_PEOPLE, few
from workbench.numbers import Array
from workbench.ridge import RidgeMultinomial
from workbench.ridge.design.table import SparseTable
from workbench.texts import TextRouter
from workbench.texts.routing.one_text import TextScores
from workbench.texts.routing.text_columns import TextColumns
from workbench.texts.routing.writers import written_by
from workbench.widgets.routed.counted_texts import CountedTexts, rarity_of

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
MOST_NGRAMS = 20_000
MOST_CELLS = 80_000
"""N-grams, and pairs of n-gram and label, that a file holds: about a megabyte."""
STEPS = 100
"""Weights are told in hundredths."""


@dataclass(frozen=True)
class SmallRouter:
    """What a file holds of a router.

    Parameters
    ----------
    ngrams : ndarray of int, shape (p,)
        Which of the whole router's it has.
    told : ndarray of bool, shape (p, K)
        Whether the weight of the label is told: ten customers wrote the n-gram in its texts. All
        other labels of an n-gram have one weight, with which the mean over labels is 0. Nobody,
        or ten customers at least, wrote it in their texts.
    hundredths : ndarray of int, shape (p, K)
        The weights that are told; 0 elsewhere.
    intercepts : ndarray, shape (K,)
        In hundredths, too.
    classes : ndarray, shape (K,)
        Labels of ten customers.
    texts : int
        It was fitted to, rounded to five.
    seen : ndarray of int, shape (p,)
        Texts with each n-gram, rounded to five.
    """

    ngrams: Numbers
    told: Flags
    hundredths: Numbers
    intercepts: Numbers
    classes: npt.NDArray[Any]
    texts: int
    seen: Numbers

    @property
    def coefficients(self) -> Array:
        """The weights (p, K), those that are not told filled in."""
        told = self.hundredths / STEPS
        others = (~self.told).sum(axis=1)
        rest = np.divide(-told.sum(axis=1), others, out=np.zeros(len(told)), where=others > 0)
        return np.asarray(np.where(self.told, told, rest[:, None]))

    @property
    def rarity(self) -> Array:
        """The inverse document frequency of each n-gram (p,)."""
        return rarity_of(self.texts, self.seen)

    def chances(self, texts: CountedTexts) -> Array:
        """Return the probability of each label (n, K) of texts counted by the whole router."""
        weights = texts.ngrams(self.ngrams).weights(self.rarity)
        return np.asarray(softmax(weights @ self.coefficients + self.intercepts / STEPS, axis=1))

    def knows(self, texts: CountedTexts) -> Flags:
        """Say which texts have any n-gram that it has."""
        return np.asarray(texts.ngrams(self.ngrams).counts.sum(axis=1)).ravel() > 0

    def scores(self, router: TextRouter, threshold: float) -> TextScores:
        """Return it as scikit-learn's words and letters would have it."""
        said = router.columns_.said()
        grams = [gram for own in said["blocks"].values() for gram in own]
        block = np.repeat(np.arange(len(said["blocks"])), list(router.columns_.sizes.values()))
        at = {
            name: np.flatnonzero(block[self.ngrams] == k) for k, name in enumerate(said["blocks"])
        }
        at = {name: own for name, own in at.items() if len(own)}
        kept = {name: [grams[self.ngrams[j]] for j in own] for name, own in at.items()}
        weights = {name: self.rarity[own] for name, own in at.items()}
        columns = TextColumns.restored(said | {"blocks": kept}, weights)
        never = [one for one in router.handed_over if one in self.classes.tolist()]
        return TextScores(
            columns, self.coefficients, self.intercepts / STEPS, self.classes, threshold, never
        )


def small_router(texts: CountedTexts, router: TextRouter) -> SmallRouter | None:
    """Fit one, with the penalties of the whole router.

    Parameters
    ----------
    texts : CountedTexts
        By the n-grams of the router.
    router : TextRouter

    Returns
    -------
    SmallRouter or None
        None where fewer than two labels, or no n-gram, are of ten customers.
    """
    classes, told = _told(texts)
    if len(classes) < 2 or not told.any():
        return None
    texts = texts.rows(np.flatnonzero(np.isin(texts.labels, classes)))
    ngrams = np.flatnonzero(told.any(axis=1))
    found = _fitted(texts, router, classes, told[ngrams], ngrams)
    if found is None:
        return None
    strongest = _strongest(found, texts)
    if len(strongest) < len(ngrams):  # rows are of another length then: fitted again
        ngrams = ngrams[strongest]
        found = _fitted(texts, router, classes, told[ngrams], ngrams)
    return found


def _told(texts: CountedTexts) -> tuple[npt.NDArray[Any], Flags]:
    """Return the labels of ten customers, and which n-grams ten wrote under each (p, K).

    Weights add up to 0, so that those of the other labels are known together. Where one to nine
    customers wrote the n-gram under these, the weight of one label more is not told.
    """
    every = np.unique(texts.labels)
    customer = np.unique(texts.people, return_inverse=True)[1]
    own = [np.flatnonzero(texts.labels == label) for label in every]
    enough = np.array([len(np.unique(customer[at])) >= FEWEST_PEOPLE for at in own])
    size = int(customer.max(initial=-1)) + 1
    wrote = [
        written_by(customer[at], texts.counts[at], customers=size)
        for at, many in zip(own, enough, strict=True)
        if many
    ]
    if not wrote:
        return every[enough], np.zeros((texts.counts.shape[1], 0), dtype=bool)
    cells = np.array([one.sum(axis=0) for one in wrote]).T
    told = cells >= FEWEST_PEOPLE
    others = sum(one @ diags_array((~told[:, k]).astype(float)) for k, one in enumerate(wrote))
    exposed = few((csr_array(others) > 0).sum(axis=0)) & told.any(axis=1)
    least = np.where(told, cells, np.iinfo(np.int64).max).argmin(axis=1)
    told[exposed, least[exposed]] = False
    return every[enough], told


def _fitted(
    texts: CountedTexts,
    router: TextRouter,
    classes: npt.NDArray[Any],
    told: Flags,
    ngrams: Numbers,
) -> SmallRouter | None:
    kept = texts.ngrams(ngrams)
    count, seen = kept.seen()
    names = [f"{j}" for j in ngrams]
    blocks = {name: kept.names[k] for name, k in zip(names, kept.block, strict=True)}
    model = RidgeMultinomial(
        1.0,
        _penalties(router, set(blocks.values())),
        class_factors=_factors(router, classes),
        standardise=False,
        extrapolate=True,
        tolerance=1e-6,  # weights are told in hundredths
    )
    matrix = kept.weights(rarity_of(count, seen))
    try:
        with warnings.catch_warnings(action="ignore", category=WorkbenchWarning):
            model.fit(SparseTable.of(matrix, names), texts.labels, groups=blocks)
    except FitError:
        return None
    weights = model.coef_.T - model.coef_.T.mean(axis=1)[:, None]
    hundredths = np.where(told, np.round(STEPS * weights), 0.0).astype(np.int64)
    centred = model.intercept_ - model.intercept_.mean()
    intercepts = np.round(STEPS * centred).astype(np.int64)
    used = np.isin(
        kept.block, kept.block[hundredths.any(axis=1)]
    )  # a block of no weight says nothing
    return SmallRouter(
        ngrams[used], told[used], hundredths[used], intercepts, classes, count, seen[used]
    )


def _penalties(router: TextRouter, blocks: set[str]) -> dict[str, float]:
    """Return the penalty of each block, as the whole router has it."""
    columns = router.model_.columns_
    each = columns.loc[~columns["dropped"]].groupby("group")["penalty"].first()
    return {name: float(each.get(name, np.inf)) for name in blocks}


def _factors(router: TextRouter, classes: npt.NDArray[Any]) -> dict[Any, float] | None:
    given = router.class_factors or {}
    return {label: given[label] for label in classes.tolist() if label in given} or None


def _strongest(found: SmallRouter, texts: CountedTexts) -> Numbers:
    """Return the n-grams that a file has room for: those that move scores most, in all texts."""
    weight = np.asarray(texts.ngrams(found.ngrams).weights(found.rarity).sum(axis=0)).ravel()
    moves = np.abs(found.coefficients).sum(axis=1) * weight
    order = np.argsort(-moves, kind="stable")
    cells = np.cumsum(found.told.sum(axis=1)[order])
    return np.sort(order[(cells <= MOST_CELLS) & (np.arange(len(order)) < MOST_NGRAMS)])
