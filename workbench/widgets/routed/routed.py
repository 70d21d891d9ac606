"""Routed: texts that are typed in are routed at once, with the words and n-grams that decided."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import anywidget
import numpy as np
import traitlets

from workbench.errors import ParameterError, WorkbenchError
from workbench.language import language, later, say, speaking
from workbench.texts import TextRouter, TextTable
from workbench.texts.routing.one_text import OneText, TextScores
from workbench.widgets.front.module import module_of
from workbench.widgets.front.picture import words
from workbench.widgets.front.saved import SavedView
from workbench.widgets.front.spoken import spoken
from workbench.widgets.routed.mailed import Mailed
from workbench.widgets.views import ROUTED

SHOWN_LABELS = 4
SHOWN_STEPS = 10
_NOT_KEPT = later(
    "What is typed goes to the kernel alone: neither the notebook nor a report keeps any of it."
)
_WITHOUT_TABLE = later(
    "A report has a sentence in place of this view; with the table of texts it gets a small router."
)
_STAYS = later("Texts can be typed in the notebook alone: no small router was to be mailed.")


class Routed(SavedView, anywidget.AnyWidget):
    """Texts that are typed in are routed at once: by whom, how surely, and because of what.

    In the notebook a text gets what ``router.route([text])`` gives it. Beside it stand the next
    labels, and what each word or n-gram adds to the score of the likeliest label, against the
    average label. All of it adds up to that score.

    A mailed report has no kernel, and must hold nothing of fewer than ten customers. So it gets
    a small router of its own, and the page says that it is one. It is fitted to n-grams that ten
    customers wrote in texts of one label. Its threshold comes from texts that were left out, and
    the page tells for how many of these both routers say the same.

    What is typed is neither stored nor sent: not in the notebook, its saved state, or a report.

    Parameters
    ----------
    router : TextRouter
        Fitted.
    table : TextTable, optional
        The texts that it was fitted to, in their order, with whose they are: from `load_texts`.
        Without it a report holds a sentence in place of the view. Without a column of customers
        each text counts as a customer.

    Raises
    ------
    ParameterError
        `router` is no fitted TextRouter, or `table` is no TextTable.
    DataError
        The router was fitted to other texts, or comes from a file.

    Examples
    --------
    >>> from workbench.texts import TextRouter, load_texts
    >>> from workbench.widgets import Routed
    >>> table = load_texts()
    >>> router = TextRouter(((1, 2, "words"),), precision=0.9, least=3)
    >>> router = router.fit(table.texts, table.labels, period=table.period)
    >>> view = Routed(router, table)
    >>> found = view.of("My password is locked")
    >>> found.answer, found.words[0][0]
    ('account', 'locked')
    >>> row = router.route(["My password is locked"]).iloc[0]
    >>> bool(abs(found.labels[0][1] - row["probability"]) < 1e-9)
    True
    """

    view = ROUTED
    _esm = module_of(ROUTED)
    spoken = traitlets.Dict().tag(sync=True)
    notes = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, router: TextRouter, table: TextTable | None = None) -> None:
        if isinstance(router, type) or not isinstance(router, TextRouter):
            raise ParameterError(
                f"`router` must be a fitted TextRouter; got {type(router).__name__}. Write "
                "Routed(router), or Routed(router, table) for a report."
            )
        if not hasattr(router, "model_"):
            raise ParameterError(
                "`router` must be a fitted TextRouter; got one that is not. Fit it first: "
                "`router.fit(texts, labels)`."
            )
        if table is not None and not isinstance(table, TextTable):
            raise ParameterError(
                f"`table` must be a TextTable, as of `load_texts`; got {type(table).__name__}. "
                "Leave it out where no report is mailed."
            )
        self._language = language()
        self._scores = TextScores.from_router(router)
        self._mailed = None if table is None else Mailed.of(router, table)
        notes = [say(_NOT_KEPT)] + ([] if table is not None else [say(_WITHOUT_TABLE)])
        super().__init__(spoken=spoken(ROUTED), notes=notes)
        self.on_msg(self._heard)

    def of(self, text: str) -> OneText:
        """Route a text, as the view does.

        Parameters
        ----------
        text : str

        Returns
        -------
        OneText
            ``answer`` (None where a person should look), ``why`` a person should, all ``labels``
            with their probabilities, and what ``words`` and ``ngrams`` add.

        Raises
        ------
        ParameterError
            It is no text.
        """
        if not isinstance(text, str):
            raise ParameterError(
                f"`text` must be one text; got {type(text).__name__}. Several go to "
                "`router.route(texts)`."
            )
        return self._scores.of(text)

    def exported(self) -> dict[str, Any]:
        """Return what a mailed file holds: its small router, or the ``reason`` why it has none.

        Returns
        -------
        dict
        """
        with speaking(self._language):
            if self._mailed is None:
                return {"reason": say(_STAYS)}
            return self._exported

    @cached_property
    def _exported(self) -> dict[str, Any]:
        said = {"spoken": self.spoken} if self.spoken else {}
        return {**self._mailed.state(), **said} if self._mailed is not None else {}

    def _heard(self, _: Any, content: Mapping[str, Any], __: Any) -> None:
        """Answer a view; what it asked stands in no answer."""
        if content.get("asked") != "route" or not isinstance(content.get("text"), str):
            return
        whose = {name: content.get(name) for name in ("asker", "number")}
        with speaking(self._language):
            try:
                self.send({**whose, **self._answered(content["text"])})
            except WorkbenchError as error:
                self.send({**whose, "refused": str(error)})

    def _answered(self, text: str) -> dict[str, Any]:
        one, bar = self._scores.of(text), self._scores.threshold
        return {
            "answer": None if one.why else str(one.answer),
            "why": one.why,
            "labels": [[str(label), chance] for label, chance in one.labels[:SHOWN_LABELS]],
            "steps": {"word": _shown(one.words), "ngram": _shown(one.ngrams)},
            "before": one.before,
            "known": one.known,
            "there": one.there,
            "bar": bar if np.isfinite(bar) else None,
        }

    def _beside(self) -> dict[str, Any]:
        """Return a sentence, and the small router for an exported report."""
        with speaking(self._language):
            picture = words(say("Texts that are typed in are routed here."))
        return {"image/png": picture, ROUTED.mime: self.exported()}


def _shown(steps: list[tuple[str, float]]) -> dict[str, Any]:
    """Keep the steps that are shown; of the others how many there are, and their sum."""
    others = steps[SHOWN_STEPS:]
    return {
        "shown": [[name, adds] for name, adds in steps[:SHOWN_STEPS]],
        "others": len(others),
        "rest": sum(adds for _, adds in others),
    }
