"""What a report of work on a cluster says first: what was fitted, and whether scores agree."""

from __future__ import annotations

from typing import Any

from workbench.frame.streamed.streamed_table import StreamedTable
from workbench.governance import disclosure
from workbench.language import number_text, say
from workbench.reports.headline import Figure, Headline, in_both


def cluster_headline(
    model: Any, rows: StreamedTable, *, difference: float, checked: int, data: str, author: str = ""
) -> Headline:
    """Say it on top of the report, in English and in the reader's language.

    Parameters
    ----------
    model : RidgePropensity
        Fitted to `rows`.
    rows : SparkRows or ParquetRows
    difference : float
        The largest absolute difference between the propensities of the cluster and of Python.
    checked : int
        Contacts that were compared.
    data : str
        What was modelled.
    author : str

    Returns
    -------
    Headline

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from workbench import RidgePropensity
    >>> from workbench.datasets import sample
    >>> from workbench.features import FeatureSet, windows
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "features.parquet"
    >>> rows = FeatureSet(windows("visits", lookbacks_days=[28])).build(sample(), to=file)
    >>> model = RidgePropensity(alpha=0.01).fit(rows)
    >>> told = cluster_headline(model, rows, difference=2e-16, checked=2000, data="a shop")
    >>> told.sentence
    'The cluster fitted the model and scores as Python does: of 2,000 contacts none differs by ...'
    """

    def said() -> Headline:
        sentence = say(
            "The cluster fitted the model and scores as Python does: of {checked:,} contacts none "
            "differs by more than {difference:.0e}.",
            checked=checked,
            difference=difference,
        )
        count = number_text(disclosure.rounded(float(len(rows))), ",.0f")
        facts = {say("Author"): author, say("Data"): data, say("Contacts"): count}
        title = say("From tables to scores on a cluster")
        about = f"{data}: cluster"
        return Headline(title, sentence, _figures(model, rows), facts, about=about)

    return in_both(said)


def _figures(model: Any, rows: StreamedTable) -> list[Figure]:
    """Return the loss on campaigns left out, and what was counted."""
    figures = [
        Figure(say("Features"), len(rows.groups), "count"),
        Figure(say("Groups"), len(set(rows.groups.values())), "count"),
        Figure(say("Campaigns"), len(rows.campaigns), "count"),
    ]
    if len(rows.campaigns) > 1:
        by_fold = model.workspace_.left_out()
        loss = float((by_fold["loss"] * by_fold["contacts"]).sum() / by_fold["contacts"].sum())
        note = say("on campaigns left out, one at a time")
        figures.insert(0, Figure(say("Log loss"), loss, note=note, better="lower"))
    return figures
