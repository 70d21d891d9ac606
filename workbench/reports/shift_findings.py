"""What a report of shift says first: what the penalties buy when campaigns change."""

from __future__ import annotations

from workbench.evidence.baselines import OURS
from workbench.evidence.shift import ShiftReport
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance import disclosure
from workbench.language import number_text, say
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
    """

    def said() -> Headline:
        contacts = number_text(disclosure.rounded(frame.weights.sum()), ",.0f")
        facts = {say("Author"): author, say("Data"): data, say("Contacts"): contacts}
        title = say("Does it hold up when campaigns change?")
        about = f"{data}: {target}, shift"
        return Headline(title, report.sentence(), shift_figures(report, frame), facts, about=about)

    return in_both(said)


def shift_figures(report: ShiftReport, frame: FeatureFrame) -> list[Figure]:
    """Return the gain, the campaigns won, the loss, and the worst campaign's gain."""
    ours = report.table.loc[OURS]
    interval = say(
        "95% interval {low:+.1%} to {high:+.1%}", low=ours["low"] / 100, high=ours["high"] / 100
    )
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
        loss, note = report.methods.loc[OURS, "log_loss"], say("as in the propensity report")
        figures.append(Figure(say("Log loss"), loss, note=note, better="lower"))
    if ours["worst"] is not None:
        note = say("campaign {name}", name=ours["worst"])
        worst = say("Worst campaign's gain, %")
        figures.append(Figure(worst, ours["worst_gain_pct"], digits=1, note=note))
    return figures
