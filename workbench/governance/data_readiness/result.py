"""What came of all questions: a state, a line, a table, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from workbench.governance import screen
from workbench.governance.checked import STATES, Check, State, counts, is_open, worst
from workbench.language import later, say

_STATES = (
    *(later("pass"), later("not applicable"), later("needs a person")),
    *(later("needs repair"), later("blocked")),
)
_HEADS = {
    "question": later("Question"),
    "state": later("State"),
    "evidence": later("Evidence"),
    "next_step": later("Next step"),
}


@dataclass(frozen=True)
class Readiness:
    """Whether data are fit for a pilot, question by question.

    Parameters
    ----------
    checks : tuple of Check
        In the order in which they were asked.

    Examples
    --------
    >>> found = Readiness((Check("ids", "Are customers told apart?", "pass", "600 customers."),))
    >>> found.state, found.sentence()
    ('pass', 'The data are ready for a pilot (questions: 1, none open).')
    """

    checks: tuple[Check, ...]

    @property
    def state(self) -> State:
        """The worst state of all."""
        return worst(self.checks)

    @property
    def open(self) -> tuple[Check, ...]:
        """What is still to be done, the worst first."""
        found = [check for check in self.checks if is_open(check)]
        return tuple(sorted(found, key=lambda check: -STATES.index(check.state)))

    def __getitem__(self, name: str) -> Check:
        return {check.name: check for check in self.checks}[name]

    def table(self) -> pd.DataFrame:
        """Return a row a question: ``question, state, evidence, next_step``; open ones first."""
        closed = [check for check in self.checks if not is_open(check)]
        rows = [check.to_dict() for check in (*self.open, *closed)]
        return pd.DataFrame(rows, columns=["question", "state", "evidence", "next_step"])

    def sentence(self) -> str:
        """Say in one sentence whether a pilot can begin."""
        n, of = len(self.checks), counts(self.checks)
        repair, person = of.get("needs repair", 0), of.get("needs a person", 0)
        if self.state == "blocked":
            return say(
                "The data are not ready for a pilot (questions: {n}, blocked: {blocked}, to "
                "repair: {repair}).",
                n=n,
                blocked=of["blocked"],
                repair=repair,
            )
        if self.state == "needs repair":
            return say(
                "The data need repair before a pilot (questions: {n}, to repair: {repair}).",
                n=n,
                repair=repair,
            )
        if self.state == "needs a person":
            return say(
                "No defect was found in the data (questions: {n}, for somebody who knows: "
                "{person}).",
                n=n,
                person=person,
            )
        return say("The data are ready for a pilot (questions: {n}, none open).", n=n)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "state": self.state,
            "sentence": self.sentence(),
            "counts": dict(counts(self.checks)),
            "checks": [check.to_dict() for check in self.checks],
        }

    def __str__(self) -> str:
        return "\n".join([self.sentence(), *self._lines()])

    __repr__ = __str__

    def _lines(self) -> Iterator[str]:
        for check in self.open:
            yield f"\n{check.state.upper()}  {check.name}: {check.question}"
            yield f"  {check.evidence}"
            yield f"  → {check.next_step}"
        closed = [check for check in self.checks if not is_open(check)]
        if closed:
            yield ""
        for check in closed:
            yield f"{check.state}  {check.name}: {check.evidence}"

    def _repr_html_(self) -> str:
        shown, _ = screen.table(self.table())
        head = "".join(f'<th scope="col">{escape(say(words))}</th>' for words in _HEADS.values())
        rows = "".join(_row(row) for row in shown.to_dict("records"))
        return (
            f"<p>{escape(self.sentence())}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _row(row: Mapping[Any, Any]) -> str:
    cells = (row["question"], say(row["state"]), row["evidence"], row["next_step"])
    first, *rest = (escape(str(cell)) for cell in cells)
    body = "".join(f'<td style="text-align: left">{cell}</td>' for cell in rest)
    return f'<tr><th scope="row" style="text-align: left">{first}</th>{body}</tr>'
