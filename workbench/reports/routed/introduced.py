"""What a report says first of its texts: how many there are, and what was passed over."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.frame.feature_frame import FeatureFrame
from workbench.governance import screen
from workbench.governance.counts_in_text import told_count
from workbench.language import say, say_count
from workbench.reports.prose import Notes, Prose
from workbench.texts import TextTable
from workbench.texts.routing.alike import alike
from workbench.texts.routing.labelled_texts import spelled_twice


def introduce_texts(table: TextTable) -> None:
    """Show how many texts there are, of whom, and what was passed over.

    Where `workbench.governance.screen.watch` was called before, the texts are watched first: no
    label, period or language of fewer than ten customers is named.

    Parameters
    ----------
    table : TextTable

    Examples
    --------
    >>> from workbench.texts import load_texts
    >>> introduce_texts(load_texts())
    600 texts of 440 customers, with 6 labels; 12 periods; 2 languages.
    """
    from IPython.display import display

    if screen.is_watching():
        screen.watch(_frame(table))
    display(Prose(_counts(table)))
    notes = table.noted(told_count)
    if several := _several_labels(table):
        notes.append(
            say(
                "Texts that came under several labels: {count}. No router can tell these; look at "
                "how they were labelled.",
                count=told_count(several),
            )
        )
    if table.period is not None and (twice := spelled_twice(table.period.to_numpy())):
        notes.append(
            say_count(
                "{n:,.0f} period differs from another in zeros, capitals or spaces alone; it "
                "counts as one of its own. Write them alike where they are one.",
                "{n:,.0f} periods differ from others in zeros, capitals or spaces alone; each "
                "counts as one of its own. Write them alike where they are one.",
                len(twice),
            )
        )
    if notes:
        display(Notes(*notes))


def _counts(table: TextTable) -> str:
    people = told_count(len(np.unique(table.people)))
    values = {"texts": told_count(len(table)), "labels": table.labels.nunique()}
    said = (
        say("{texts} texts with {labels:,} labels", **values)
        if table.customer is None
        else say(
            "{texts} texts of {people} customers, with {labels:,} labels", people=people, **values
        )
    )
    if table.period is not None:
        said += say("; {n:,} periods", n=table.period.nunique())
    if table.language is not None:
        said += say("; {n:,} languages", n=table.language.nunique())
    return f"{said}."


def _several_labels(table: TextTable) -> int:
    """Count the different texts that came under more than one label."""
    same = alike(table.texts.tolist(), whatever_digits=False)
    pairs = pd.DataFrame({"text": same, "label": table.labels.to_numpy()})
    return int((pairs.drop_duplicates()["text"].value_counts() > 1).sum())


def _frame(table: TextTable) -> FeatureFrame:
    """Return what is known of the texts as contacts: labels, periods, languages, and whose."""
    known = {"label": table.labels, "period": table.period, "language": table.language}
    columns = {name: one.astype("str") for name, one in known.items() if one is not None}
    n = len(table)
    frame = pd.DataFrame(columns).reset_index(drop=True)
    customer = pd.Series(table.people.astype(str), name="customer")
    return FeatureFrame(frame, pd.Series(np.full(n, np.nan)), customer=customer)
