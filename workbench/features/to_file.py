"""Features written to a file, some customers at a time: memory does not grow with the contacts.

A part is computed as all contacts would be, from the events of its customers, and kept on disk;
then rows are put in the order of the contacts. What is learned of the data as a whole, such as
frequent kinds, is settled before the first part.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.features.measures import Expression, Feature, Formula, leaves
from workbench.features.parts_written import PartsWritten
from workbench.features.plans.execute import ROWS_AT_ONCE, bar_of, is_text, said_plainly
from workbench.features.prepared import Prepared
from workbench.files.whole_file import whole_file
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.frame.streamed.row_keys import MOST, RowKeys
from workbench.messages import listed

SUFFIX = ".parquet"
PART_BYTES = 1 << 27
FEWEST_ROWS = 1 << 10
_WINDOW = re.compile(r"\bover\b", re.IGNORECASE)
_LITERAL = re.compile(r"'[^']*'")


def target_of(to: str | os.PathLike[str], cache: object) -> Path:
    """Return the file to write.

    Parameters
    ----------
    to : path
    cache : object
        What was asked for beside it.

    Raises
    ------
    ParameterError
        It is no path, a folder, or of another ending; or a cache is asked for.

    Examples
    --------
    >>> target_of("features.parquet", None).name
    'features.parquet'
    """
    if not isinstance(to, str | os.PathLike):
        raise ParameterError(
            f"`to` must be the path of a Parquet file; got a {type(to).__name__}. Give for example "
            "'features.parquet'."
        )
    path = Path(os.fsdecode(to))
    if path.suffix.lower() != SUFFIX or path.is_dir():
        came = "a folder" if path.is_dir() else f"which does not end in {SUFFIX!r}"
        raise ParameterError(
            f"`to` must be a Parquet file; got {str(path)!r}, {came}. Name a file, such as "
            "'features.parquet'."
        )
    if cache is not None and cache is not False:
        raise ParameterError(
            f"`to` writes the features to one file, and keeps them nowhere else; got "
            f"`cache={cache!r}` beside it. Leave one of them out."
        )
    return path


def build_to_file(
    ready: Prepared, target: Path, *, progress: bool, rows: int | None = None
) -> ParquetRows:
    """Write the features of all contacts.

    Parameters
    ----------
    ready : Prepared
    target : path
    progress : bool
        Show a bar where it takes more than a second.
    rows : int, optional
        Contacts of a part; by default so many as take some 130 MB.

    Raises
    ------
    DataError, ParameterError
        As `FeatureSet.build` says.
    """
    check_row_by_row(ready.features)
    check_keys(ready.contacts)
    parts = PartsWritten.of(ready, rows or rows_of_a_part(ready.features))
    with (
        bar_of(progress=progress) as bar,
        said_plainly(),
        whole_file(target, name="`to`", private=True) as unfinished,
    ):
        parts.write(unfinished, bar.update)
    return ParquetRows(target)


def check_row_by_row(features: Sequence[Feature]) -> None:
    """Raise where a formula looks at other rows: those of its part would not be all.

    Parameters
    ----------
    features : sequence of Feature

    Raises
    ------
    ParameterError

    Examples
    --------
    >>> rank = Feature("rank", Formula("rank() OVER (ORDER BY c.as_of)"), "ranks", "", "")
    >>> check_row_by_row([rank])
    Traceback (most recent call last):
    ...
    workbench.errors.ParameterError: With `to`, a formula must be of one row; that of ['rank'] ...
    """
    odd = [f.name for f in features if any(map(_looks_around, _formulas(f.value)))]
    if odd:
        raise ParameterError(
            f"With `to`, a formula must be of one row; that of {listed(odd)} has a window (OVER), "
            "which would see some contacts alone. Put it into the SQL of a `Source`, which reads "
            "all of them, or leave `to` out."
        )


def _formulas(value: Expression | float) -> Iterator[Formula]:
    if isinstance(value, Formula):
        yield value
        for operand in value.operands:
            yield from _formulas(operand)


def _looks_around(formula: Formula) -> bool:
    return _WINDOW.search(_LITERAL.sub("", formula.template)) is not None


def check_keys(contacts: pd.DataFrame) -> None:
    """Raise where there are more moments than a fit of rows in blocks keeps in mind.

    Parameters
    ----------
    contacts : DataFrame

    Raises
    ------
    DataError
    """
    keys = RowKeys({"campaign": "campaign", "time": "as_of", "target": "outcome"})
    try:
        for low in range(0, len(contacts), ROWS_AT_ONCE):
            some = contacts.iloc[low : low + ROWS_AT_ONCE]
            keys.add(some, np.ones(len(some)))
    except DataError:
        raise DataError(
            f"With `to`, contacts may have {MOST:,} different campaigns, hours of `as_of` and "
            "outcomes, taken together; they have more. Give each campaign one `as_of`, or leave "
            "`to` out."
        ) from None


def rows_of_a_part(features: Sequence[Feature]) -> int:
    """Return how many contacts are computed together: as many as take some 130 MB."""
    texts = sum(is_text(f.value) for f in features)
    beside = {leaf for f in features for leaf in leaves(f.value)} - {f.value for f in features}
    width = 8 * (len(features) - texts + len(beside)) + 64 * texts
    return max(FEWEST_ROWS, min(ROWS_AT_ONCE, PART_BYTES // width))
