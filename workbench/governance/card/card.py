"""ModelCard: the state of a model's papers and evidence, its sections, and its three forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from workbench.errors import SchemaError
from workbench.governance.card.as_html import as_html
from workbench.governance.card.as_markdown import as_markdown
from workbench.governance.card.content import CardContent
from workbench.governance.card.parts import Section
from workbench.governance.card.protected import LEDGER, ledger_pieces
from workbench.governance.checked import Check
from workbench.language import speaking

MIME = "application/vnd.workbench.card+json"
"""Output type by which a run finds the card in an executed notebook."""
FORMAT = 1


@dataclass(frozen=True, repr=False)
class ModelCard(CardContent):
    """What is known of a model; `model_card` makes it.

    The last expression of a notebook cell: the run finds it there, and writes it beside the
    report, as JSON and as Markdown.

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

    Examples
    --------
    >>> card = ModelCard("Coupons", [Check("ids", "Are customers told apart?", "pass", "Yes.")])
    >>> card.state, card.sentence()
    ('pass', 'Nothing is open: 1 check passed.')
    >>> ModelCard.from_dict(card.to_dict()) == card
    True
    """

    def with_ledger(self, together: Any) -> ModelCard:
        """Say what has left the folder with this file and before, once it was exported.

        Parameters
        ----------
        together : Together or str
            From `workbench.governance.ledger`.

        Returns
        -------
        ModelCard
        """
        with speaking(self.language):
            said = ledger_pieces(together)
        sections = [
            replace(
                section,
                rows=tuple(
                    replace(row, pieces=said) if row.key == LEDGER else row for row in section.rows
                ),
            )
            for section in self.sections
        ]
        return replace(self, sections=tuple(sections))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; every number has its value, its text, and where it is from."""
        days = {name: one.isoformat() if one else None for name, one in self.dates.items()}
        return {
            "format": FORMAT,
            "title": self.title,
            "state": self.state,
            "made": self.made.isoformat(),
            "owner": self.owner,
            "language": self.language,
            "dates": days,
            "checks": [check.to_dict() for check in self.checks],
            "sections": [section.to_dict() for section in self.sections],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> ModelCard:
        """Make a card again from `to_dict`.

        Raises
        ------
        SchemaError
            It is of another format, or not as it was written.
        """
        if plain.get("format") != FORMAT:
            raise SchemaError(
                f"A card must have format {FORMAT}; got {plain.get('format')!r}. Make it again "
                "with this version."
            )
        try:
            days = {
                name: date.fromisoformat(day) if day else None
                for name, day in plain["dates"].items()
            }
            return cls(
                title=plain["title"],
                checks=tuple(Check(**check) for check in plain["checks"]),
                sections=tuple(Section.from_dict(section) for section in plain["sections"]),
                made=date.fromisoformat(plain["made"]),
                dates=days,
                owner=plain["owner"],
                language=plain["language"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SchemaError(
                f"A card must be as it was written; it is damaged or edited: {error}. Make it "
                "again."
            ) from None

    def to_markdown(self) -> str:
        """Return the card as Markdown: for people who read files."""
        with speaking(self.language):
            return as_markdown(self)

    def to_html(self) -> str:
        """Return the card as HTML, to stand within a page."""
        with speaking(self.language):
            return as_html(self)

    def __str__(self) -> str:
        lines = [f"  {check.state}: {check.question} {check.next_step}" for check in self.open]
        return "\n".join([f"{self.title}: {self.state}. {self.sentence()}", *lines])

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {"text/plain": str(self), "text/html": self.to_html(), MIME: self.to_dict()}
