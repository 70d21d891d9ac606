"""The small router of a mailed file, with what the page says of it; or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from workbench.digits import given_share_text, share_text
from workbench.errors import DataError
from workbench.governance.disclosure import rounded
from workbench.governance.shares_in_steps import share_in_steps
from workbench.language import later, number_text, say
from workbench.texts import TextRouter, TextTable
from workbench.texts.routing.left_out_answers import left_out_answers
from workbench.widgets.routed.counted_texts import CountedTexts
from workbench.widgets.routed.file_state import file_state
from workbench.widgets.routed.judged import Judged, judged
from workbench.widgets.routed.small_router import SmallRouter, small_router

_TOO_FEW = later(
    "Texts can be typed in the notebook alone: too few n-grams are such as ten customers wrote in "
    "texts of one label."
)
_NONE_HOLDS = later(
    "Texts can be typed in the notebook alone: with n-grams of ten customers no threshold is right "
    "in {target} of answers."
)
_NO_NOISE = later(
    "Weights are told in hundredths and counts in fives, without noise: who holds two files of "
    "nearly the same customers can subtract them."
)
_TYPED = later("What is typed stays in this page: it is neither stored nor sent.")


@dataclass(frozen=True)
class Mailed:
    """What a report may hold of a router.

    Parameters
    ----------
    router : TextRouter
    table : TextTable
        The texts that it was fitted to.
    counted : CountedTexts
        The n-grams of these.
    """

    router: TextRouter
    table: TextTable
    counted: CountedTexts

    @classmethod
    def of(cls, router: TextRouter, table: TextTable) -> Self:
        """Count the texts' n-grams.

        Raises
        ------
        DataError
            The router comes from a file, or was fitted to other texts.
        """
        labels = table.labels.to_numpy()
        left_out_answers(router, labels)  # which checks the labels
        counted = CountedTexts.of(router.columns_, table.texts.tolist(), labels, table.people)
        known = np.concatenate(list(router.columns_.weights().values()))
        if not np.allclose(counted.rarity(), known, rtol=1e-9):
            raise DataError(
                "The router must be fitted to the texts of this table, in their order; their "
                "n-grams are others. Fit it to `table.texts` and `table.labels`."
            )
        return cls(router, table, counted)

    @cached_property
    def small(self) -> SmallRouter | None:
        """The small router; None where nothing is of ten customers."""
        return small_router(self.counted, self.router)

    @cached_property
    def judged(self) -> Judged:
        """How it does on texts left out."""
        return judged(self.counted, self.router, self.table)

    def state(self) -> dict[str, Any]:
        """Return the state of a live view; a ``reason`` alone where there can be none."""
        if self.small is None:
            return {"reason": say(_TOO_FEW)}
        if not (np.isfinite(self.judged.threshold) and self.judged.enough):
            return {"reason": say(_NONE_HOLDS, target=given_share_text(self.router.precision))}
        held = file_state(self.small, self.router, self.judged.threshold)
        return {**held, "notes": self.notes(self.small)}

    def notes(self, small: SmallRouter) -> list[str]:
        """Say what the small router is, and how it does beside the whole one."""
        found = [self._what_it_is(small), self._how_it_does()]
        if len(small.classes) < len(self.router.classes_):
            found.append(
                say(
                    "Labels of fewer than ten customers are unknown to it: their texts go to a "
                    "person, or get another label."
                )
            )
        return [*found, say(_TYPED), say(_NO_NOISE)]

    def _what_it_is(self, small: SmallRouter) -> str:
        ngrams = number_text(len(small.ngrams), ",.0f")
        if self.table.customer is None:
            return say(
                "This file has a small router of its own, of the {ngrams} n-grams that stand in at "
                "least ten texts of one label. What it says is not what the whole router says, "
                "which stays in the notebook.",
                ngrams=ngrams,
            )
        return say(
            "This file has a small router of its own, of the {ngrams} n-grams that at least ten "
            "customers wrote in texts of one label. What it says is not what the whole router "
            "says, which stays in the notebook.",
            ngrams=ngrams,
        )

    def _how_it_does(self) -> str:
        one = self.judged
        exact = one.answers.whole(one.threshold).iloc[0]
        texts = len(one.same)
        share = {
            "same": share_in_steps(one.same.sum(), texts),
            "small": share_in_steps(one.answered.sum(), texts),
            "whole": share_in_steps(one.whole.sum(), texts),
            "right": exact["precision"],
            "lowest": exact["precision_low"],
        }
        return say(
            "For {same} of {texts} texts, each left out of the fit once, both say the same: one "
            "label, or that a person should look. The small one answers {small} by itself, {right} "
            "of these rightly (at least {lowest}, with a confidence of {confidence}); the whole "
            "one answers {whole}.",
            texts=number_text(rounded(texts), ",.0f"),
            confidence=given_share_text(self.router.confidence, 0),
            **{name: share_text(value) for name, value in share.items()},
        )
