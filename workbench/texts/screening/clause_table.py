"""`clauses_of`: texts cut into clauses, as a table to be labelled."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

import pandas as pd

from workbench.texts.screening.checking import Given, given_texts
from workbench.texts.screening.cutting import clauses_in
from workbench.texts.screening.text_files import ends_of_lines


def clauses_of(
    texts: Given | Sequence[Given] | Mapping[str, str], *, encoding: str = ""
) -> pd.DataFrame:
    r"""Cut texts into clauses as `check_text` does, to be labelled by a person.

    A clause is a paragraph, a heading or a point of a list.

    Parameters
    ----------
    texts : text, path, list of these, or mapping of name to text
        As `check_text` takes them.
    encoding : str
        Of files; by default it is found out.

    Returns
    -------
    DataFrame
        One row a clause: ``file, line, start, end, clause``. Places are letters of the text as
        given, from 0, half-open; ``clause`` is what is seen of it.

    Raises
    ------
    ParameterError
        An argument is not what it must be, or a str names a file.
    MissingDataError, DataError
        A file is not there, or no text.

    Examples
    --------
    >>> clauses_of("We pay late.\n\nYou pay first.")[["start", "end", "clause"]].values.tolist()
    [[0, 12, 'We pay late.'], [14, 28, 'You pay first.']]
    """
    rows = []
    for text in given_texts(texts, encoding):
        lines = ends_of_lines(text.seen.given)
        for span in clauses_in(text.seen):
            start, end = text.seen.span(*span)
            line = bisect_right(lines, start) + 1
            rows.append((text.name, line, start, end, text.seen.text[slice(*span)]))
    return pd.DataFrame(rows, columns=["file", "line", "start", "end", "clause"])
