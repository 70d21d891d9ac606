"""Clauses of a text: its paragraphs, and the points of its lists."""

from __future__ import annotations

import re

from workbench.texts.screening.visible import Visible

_PARAGRAPH = re.compile(r"[^\n]*[^\W_][^\n]*")


def clauses_in(seen: Visible) -> list[tuple[int, int]]:
    r"""Return where each clause is, by letters of the text as it is seen.

    A paragraph, heading or point of a list is a clause; one without a letter or digit is none.

    Examples
    --------
    >>> from workbench.texts.screening.visible import visible
    >>> seen = visible("We pay\nlate.\n\n***\n\n2. You pay first.")
    >>> [seen.text[start:end] for start, end in clauses_in(seen)]
    ['We pay late.', '2. You pay first.']
    """
    return [found.span() for found in _PARAGRAPH.finditer(seen.text)]
