"""What a report says first of its contacts: how many, what was assumed, how a file was read."""

from __future__ import annotations

from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.governance import screen
from workbench.language import say
from workbench.reading import how_read
from workbench.reports.prose import Notes, Prose
from workbench.reports.table import Table

MOST_COLUMNS = 10


def introduce(frame: FeatureFrame | ParquetRows) -> None:
    """Show how many contacts there are, the notes, and how columns were read.

    Where `workbench.governance.screen.watch` was called before, they are watched first: nothing
    is shown of fewer than ten of their customers.

    Parameters
    ----------
    frame : FeatureFrame or ParquetRows

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame
    >>> table = pd.DataFrame({"visits": [3, 0], "bought": ["yes", "no"]})
    >>> introduce(FeatureFrame.from_table(table, target="bought"))
    2 contacts × 1 feature in 1 group; no campaigns; 1 of 2 known outcomes positive.
    - Groups by pattern, shared prefix or kind: numeric (1).
    """
    from IPython.display import display

    if screen.is_watching():
        screen.watch(frame)
    display(Prose(f"{frame}.".removeprefix(f"{type(frame).__name__}: ")))
    if frame.notes:
        display(Notes(*frame.notes))
    if len(read := how_read(frame.recipe)):
        display(
            Table(read, say("How the columns were read, where it is not plain"), most=MOST_COLUMNS)
        )
