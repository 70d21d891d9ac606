"""What a report of shift says first: what the penalties buy when campaigns change."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from workbench.evidence.baselines import OURS
from workbench.evidence.shift import ShiftReport
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import say
from workbench.reports.first_page import contacts_text
from workbench.reports.headline import Figure, Headline, in_both


def shift_headline(
    report: ShiftReport, *, frame: FeatureFrame, data: str, target: str, author: str = ""
) -> Headline:
    """Say it on top of the report, in English and in the reader's language.

    Parameters
    ----------
    report : ShiftReport
    frame : FeatureFrame
        All contacts.
    data, target : str
        What was modelled.
    author : str

    Returns
    -------
    Headline

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> from workbench.evidence import shift_report
    >>> frame = planted(train_campaigns=8, new_campaigns=0, rows=100, stable=2, spiky=2).frame
    >>> report = shift_report(frame, methods=["base rate"], earlier=6)
    >>> told = shift_headline(report, frame=frame, data="planted", target="response")
    >>> [figure.name for figure in told.figures[:2]]
    ['Gain on later campaigns, %', 'Campaigns won']
    """

    def said() -> Headline:
        facts = {say("Author"): author, say("Data"): data, say("Contacts"): contacts_text(frame)}
        title = say("Does it hold up when campaigns change?")
        about = f"{data}: {target}, shift"
        return Headline(title, report.sentence(), _figures(report, frame), facts, about=about)

    return in_both(said)


def _figures(report: ShiftReport, frame: FeatureFrame) -> list[Figure]:
    """Return the gain, the campaigns won, the loss, and the worst campaign's gain."""
    ours: pd.Series[Any] = report.table.loc[[OURS]].iloc[0]
    interval = _interval(ours)
    later = say("Gain on later campaigns, %")
    other = say("Gain on other campaigns, %")
    won = say("of {n:,}", n=len(report.campaigns))
    figures = [
        Figure(
            other if frame.in_order_of == "file" else later,
            ours["gain_pct"],
            digits=1,
            note=interval if ours["proven"] else say("unproven; {interval}", interval=interval),
            better="higher",
        ),
        Figure(say("Campaigns won"), ours["wins"], kind="count", note=won),
    ]
    if len(report.methods):
        loss = float(report.methods["log_loss"][OURS])
        note = say("as in the propensity report")
        figures.append(Figure(say("Log loss"), loss, note=note, better="lower"))
    if ours["worst"] is not None:
        note = say("campaign {name}", name=ours["worst"])
        worst = say("Worst campaign's gain, %")
        figures.append(Figure(worst, ours["worst_gain_pct"], digits=1, note=note))
    return figures


def _interval(ours: pd.Series[Any]) -> str:
    if not math.isfinite(ours["high"] - ours["low"]):
        return say("one campaign tells no interval")
    low, high = ours["low"] / 100, ours["high"] / 100
    return say("95% interval {low:+.1%} to {high:+.1%}", low=low, high=high)
