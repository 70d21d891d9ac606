"""What a card holds: checks and sections, and what of them is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workbench.errors import ParameterError
from workbench.governance.card.parts import Number, Row, Section
from workbench.governance.checked import Check, State, counts, is_open, worst
from workbench.language import later, say, say_count
from workbench.messages import did_you_mean, listed

STATE_WORDS: dict[str, str] = {
    "pass": later("pass"),
    "not applicable": later("not applicable"),
    "needs a person": later("needs a person"),
    "needs repair": later("needs repair"),
    "blocked": later("blocked"),
}
"""States as a page says them."""


@dataclass(frozen=True)
class CardContent:
    """What a card holds, before it is written in a form.

    Parameters
    ----------
    title : str
        The model's name.
    checks : sequence of Check
    sections : sequence of Section
    made : date
    dates : mapping
        When it is reviewed, and retired; and the date of the regulation table.
    owner : str
    language : str
        In which it is written.
    """

    title: str
    checks: Sequence[Check] = ()
    sections: Sequence[Section] = ()
    made: date = date.min
    dates: Mapping[str, date | None] = field(default_factory=dict)
    owner: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        object.__setattr__(self, "checks", tuple(self.checks))
        object.__setattr__(self, "sections", tuple(self.sections))

    @property
    def state(self) -> State:
        """The worst state of its checks."""
        return worst(self.checks)

    @property
    def open(self) -> list[Check]:
        """What is still to be done, the worst first."""
        order = list(counts(self.checks))
        return sorted(filter(is_open, self.checks), key=lambda check: order.index(check.state))

    def section(self, key: str) -> Section:
        """Return a section by its key.

        Raises
        ------
        ParameterError
            There is no such section.
        """
        found = {section.key: section for section in self.sections}
        if key not in found:
            raise ParameterError(
                f"`key` must be a section of the card; got {key!r}. It has "
                f"{listed(list(found), 20)}.{did_you_mean(key, list(found))}"
            )
        return found[key]

    def row(self, section: str, key: str) -> Row:
        """Return a row by its section and key.

        Raises
        ------
        ParameterError
            There is no such section or row.
        """
        rows = {row.key: row for row in self.section(section).rows}
        if key not in rows:
            raise ParameterError(
                f"`key` must be a row of section {section!r}; got {key!r}. It has "
                f"{listed(list(rows), 20)}.{did_you_mean(key, list(rows))}"
            )
        return rows[key]

    def numbers(self) -> list[Number]:
        """Return all numbers of the card, in their order."""
        return [piece for piece in self._pieces() if isinstance(piece, Number)]

    def _pieces(self) -> Iterator[Any]:
        for section in self.sections:
            for row in section.rows:
                yield from row.pieces
            for grid in section.grids:
                yield from (piece for line in grid.rows for cell in line for piece in cell)

    def sentence(self) -> str:
        """Say what is open, in a line."""
        found = counts(self.checks)
        if not self.open:
            passed = found.get("pass", 0)
            return say_count(
                "Nothing is open: {n} check passed.", "Nothing is open: {n} checks passed.", passed
            )
        told = ", ".join(f"{say(STATE_WORDS[state])} {number}" for state, number in found.items())
        return say_count(
            "{n} thing is open. All checks by state: {told}.",
            "{n} things are open. All checks by state: {told}.",
            len(self.open),
            told=told,
        )
