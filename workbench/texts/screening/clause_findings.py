"""Clauses that a router knows, and clauses that a person should look at, as findings."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.digits import share_text
from workbench.errors import ParameterError
from workbench.language import say, say_count
from workbench.messages import did_you_mean, listed
from workbench.texts.screening.cutting import clauses_in
from workbench.texts.screening.finding import Clause, Finding, printable
from workbench.texts.screening.rule import Rule, Wording
from workbench.texts.screening.text_files import Text, ends_of_lines

if TYPE_CHECKING:  # a router needs pandas and scikit-learn, which rules alone do not
    import pandas as pd

    from workbench.texts.routing.text_router import TextRouter

_KNOWN = Rule("clause: ", (), "", "", "", "", None, "moderate", "medium")
_SUREST = 0.999
_UNSURE = Rule("clause", (), "", "", "", "", None, "minor", "low")


@dataclass(frozen=True)
class Clauses:
    """A router of clauses, and the label of those that nobody needs to look at.

    Parameters
    ----------
    router : TextRouter
        Fit with whole documents left out.
    harmless : label
    """

    router: TextRouter
    harmless: Any

    @classmethod
    def of(cls, clauses: object, harmless: object) -> Clauses:
        """Take a router, or the file of one, and a label as it is, or as it is typed.

        Raises
        ------
        ParameterError
            It is no router of documents, or has no such label.
        """
        from workbench.texts.routing.text_router import TextRouter

        if isinstance(clauses, str | os.PathLike):
            clauses = TextRouter.load(Path(os.fspath(clauses)))
        if not isinstance(clauses, TextRouter) or not hasattr(clauses, "classes_"):
            unfitted = " that is not fitted" if isinstance(clauses, TextRouter) else ""
            raise ParameterError(
                "`clauses` must be a fitted TextRouter, or its file; got a "
                f"{type(clauses).__name__}{unfitted}."
            )
        if not clauses.facts_["periods"]:
            raise ParameterError(
                "`clauses` must be a router that was fit with whole documents left out: clauses of "
                "one contract resemble each other. Fit it with `period`, the document of each "
                "clause."
            )
        known = {str(label): label for label in clauses.classes_.tolist()}
        if harmless is None or str(harmless) not in known:
            got = "none" if harmless is None else repr(harmless)
            raise ParameterError(
                f"`harmless` must be the label of clauses that need no look, one of "
                f"{listed(list(known))}; got {got}.{did_you_mean(str(harmless), list(known))}"
            )
        return cls(clauses, known[str(harmless)])

    def read(self, text: Text) -> tuple[list[Finding], str]:
        """Return the findings of a text, and what is to be known of them.

        A clause that is answered as harmless is none; one that is not answered is for a person.
        """
        spans = clauses_in(text.seen)
        if not spans:
            return [], ""
        told = self.router.route([text.seen.text[start:end] for start, end in spans])
        lines = ends_of_lines(text.seen.given)
        measured = self.router.coverage("class").reindex(self.router.classes_)
        found = []
        for span, row in zip(spans, told.to_numpy(dtype=object).tolist(), strict=True):
            answer, likeliest, probability, because = row
            label = likeliest if answer == likeliest else None
            if label == self.harmless:
                continue
            clause = Clause(label, probability, because)
            if label is None:
                rule, wording = _UNSURE, self._unsure(likeliest, probability)
            else:
                name = printable(f"clause: {label}")
                rule, wording = replace(_KNOWN, id=name), _known(clause, measured.loc[label])
            low, high = text.seen.span(*span)
            words, line = text.seen.given[low:high], bisect_right(lines, low) + 1
            told_of = (rule, wording, True, clause)
            found.append(Finding(text.name, low, high, line, words, *told_of))
        return found, " ".join(self._remarks(len(spans), found, measured))

    def _unsure(self, likeliest: object, probability: float) -> Wording:
        says = say(
            "Not clear: {label} is likeliest, at {p}.",
            label=printable(str(likeliest)),
            p=share_text(probability),
        )
        at = self.router.threshold_
        if at > 1:
            says += " " + say(
                "No probability is enough: clauses left out were too few, or too often wrong."
            )
        elif probability < at:  # else its label is always for a person, or no word is known
            says += " " + say("To be told it takes {at}.", at=share_text(at))
        return Wording(says, say("A person should look."))

    def _remarks(self, clauses: int, found: list[Finding], measured: pd.DataFrame) -> Iterator[str]:
        unsure = sum(one.clause is not None and one.clause.label is None for one in found)
        yield say_count("{n} clause was read.", "{n} clauses were read.", clauses)
        yield say(
            "By label: {known:,.0f} to look at, {unsure:,.0f} for a person, {harmless:,.0f} taken "
            "for {label}.",
            known=len(found) - unsure,
            unsure=unsure,
            harmless=clauses - len(found),
            label=printable(str(self.harmless)),
        )
        row = measured.loc[self.harmless]
        if row["answers"] > 0:
            yield say(
                "Of {n:,.0f} that were taken for it in documents left out, {right} were of it.",
                n=row["answers"],
                right=share_text(row["precision"]),
            )


def _known(clause: Clause, measured: pd.Series[Any]) -> Wording:
    says = say(
        "Like clauses of the label {label}, with a probability of {p}, by: {words}.",
        label=printable(str(clause.label)),
        p=_chance(clause.probability),
        words=printable(clause.because) or "–",
    )
    return Wording(f"{says} {_measured(measured)}", say("Read the clause."))


def _chance(probability: float) -> str:
    """Write a probability; a model is never as sure as its last digits say."""
    if probability <= _SUREST:
        return share_text(probability)
    return say("over {p}", p=share_text(_SUREST))


def _measured(row: pd.Series[Any]) -> str:
    if not row["answers"] > 0:  # a label of one text alone was never left out
        return say("In documents left out it was never the answer: how often it is right is open.")
    return say(
        "In documents left out, {right} of {n:,.0f} such answers were right (at least "
        "{low}), and {found} of {of:,.0f} clauses of the label were found.",
        right=share_text(row["precision"]),
        n=row["answers"],
        low=share_text(row["precision_low"]),
        found=share_text(row["answered rightly"]),
        of=row["texts"],
    )
