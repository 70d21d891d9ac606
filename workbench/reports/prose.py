"""Sentences that a notebook computes: shown as text, whatever the data put into them."""

from __future__ import annotations

import re
from html import escape

from workbench.errors import ParameterError
from workbench.governance import screen
from workbench.language import retold


class Prose:
    """Paragraphs of plain text.

    Unlike ``Markdown(...)`` it shows a name from the data as it is, stars, underscores
    and angle brackets included.

    Parameters
    ----------
    *paragraphs : str
        Empty ones are left out.

    Examples
    --------
    >>> Prose("Learned from <May>.", "")
    Learned from <May>.
    >>> Prose("Learned from <May>.")._repr_html_()
    '<p>Learned from &lt;May&gt;.</p>'
    """

    def __init__(self, *paragraphs: str) -> None:
        for text in paragraphs:
            if not isinstance(text, str):
                raise ParameterError(
                    f"Paragraphs must be text; got a {type(text).__name__}. Write str(…) around it."
                )
        self.paragraphs = [text for text in paragraphs if text]

    @property
    def shown(self) -> list[str]:
        """The paragraphs as they are read, without what stands for few people.

        See `workbench.governance.screen`.
        """
        return [retold(screen.said(text)) for text in self.paragraphs]

    def __repr__(self) -> str:
        return "\n\n".join(self.shown)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(text)}</p>" for text in self.shown)


class Notes(Prose):
    """A list of short notes, such as `FeatureFrame.notes`.

    Parameters
    ----------
    *paragraphs : str
        One a note.

    Examples
    --------
    >>> Notes("A column was empty.", "Two rows were dropped.")
    - A column was empty.
    - Two rows were dropped.
    """

    def __repr__(self) -> str:
        return "\n".join(f"- {text}" for text in self.shown)

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(text)}</li>" for text in self.shown)
        return f"<ul>{items}</ul>" if items else ""


def coded(text: str) -> str:
    """Write a sentence as HTML, with what stands in backticks as code.

    Examples
    --------
    >>> coded("Leave it out: `--drop 'a<b'`.")
    "Leave it out: <code>--drop 'a&lt;b'</code>."
    """
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))
