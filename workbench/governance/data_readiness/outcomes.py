"""The outcomes: defined, of both kinds, ripe, and enough of them in enough campaigns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from workbench.frame.periods import FEWEST_OF_CLASS
from workbench.governance.checked import Check
from workbench.governance.data_readiness.material import CHANCE, Material, contacts_text, names_of
from workbench.language import say, say_count

ENOUGH_CAMPAIGNS = 6
"""From here on, campaigns drawn again tell what the next one may bring."""
FEWEST_RESPONSES = 10
"""Below it nothing can be learned of who responds."""
FEW_RESPONSES = 100
_BROKEN = re.compile("\ufffd|\u00c3[\u0080-\u00bf\u0152-\u0178\u02c6\u2013-\u203a\u20ac\u2122]")
"""Letters of UTF-8 that were read as those of Windows, such as Ã¼ for ü, or lost altogether."""


def target(m: Material) -> Check:
    """Ask whether the target is defined, with both outcomes."""
    question = say("Is the target defined, with both outcomes?")
    name = "target"
    if fault := m.refusals.get("target"):
        step = say("Name the outcome, and its positive value where that is not plain.")
        return Check(name, question, "blocked", fault, step)
    if not m.has("outcome"):
        step = say("Name the column that holds the outcome, or the events that are responses.")
        return Check(name, question, "blocked", say("No outcome is named."), step)
    n, positive = _counts(m)
    if not n:
        return Check(name, question, "not applicable", say("No outcome is known yet."))
    if positive in (0, n):
        said = say("All {n:,.0f} known outcomes are the same.", n=n)
        step = say("Check the column: a blank may mean no, and then must say so.")
        return Check(name, question, "blocked", said, step)
    said = say(
        "{positive:,.0f} of {n:,.0f} known outcomes are positive ({share:.1%}).",
        positive=positive,
        n=n,
        share=positive / n,
    )
    return Check(name, question, "pass", said)


def _counts(m: Material) -> tuple[float, float]:
    y = m.contacts["outcome"].to_numpy(dtype="float64")
    return float(m.weight[m.known].sum()), float((m.weight[m.known] * y[m.known]).sum())


def horizon(m: Material) -> Check:
    """Ask within how many days a response counts."""
    question = say("Is it defined until when a response counts?")
    if m.has("matured_at", "as_of") and m.contacts["matured_at"].notna().any():
        days = (m.contacts["matured_at"] - m.contacts["as_of"]).dt.total_seconds().median() / 86400
        said = say("{days:,.0f} days after the decision, in the median.", days=days)
        return Check("horizon", question, "pass", said)
    step = say("Name the moment of the decision, and say the days: `time`, `horizon_days`.")
    return Check("horizon", question, "needs a person", say("The data do not say it."), step)


def matured(m: Material) -> Check:
    """Ask whether the outcomes that are there were final when they were counted."""
    question = say("Have the outcomes matured?")
    name = "outcomes-matured"
    if not m.has("outcome"):
        return Check(name, question, "not applicable", say("No outcome is named."))
    known = m.weight[m.known].sum()
    if not known:
        step = say("Wait until the first windows have ended, then load the outcomes again.")
        return Check(name, question, "blocked", say("No outcome is known yet."), step)
    if early := _counted_early(m):
        said = say(
            "{n:,.0f} contacts have an outcome although their window has not ended.", n=early
        )
        step = say("Leave those outcomes empty until the window has ended.")
        return Check(name, question, "needs repair", said, step)
    waiting = m.weight.sum() - known
    said = say("{known:,.0f} are known, {open:,.0f} still open.", known=known, open=waiting)
    if old := _long_open(m):
        more = say("{n:,.0f} of them are of campaigns before the last known one.", n=old)
        step = say("Say what an empty outcome of an old campaign means: no, or not recorded?")
        return Check(name, question, "needs a person", f"{said} {more}", step)
    return Check(name, question, "pass", said)


def _counted_early(m: Material) -> float:
    if not m.has("matured_at"):
        return 0.0
    early = m.known & (m.contacts["matured_at"] > m.now).to_numpy()
    return float(m.weight[early].sum())


def _long_open(m: Material) -> float:
    """Count contacts without an outcome in campaigns older than the last that has outcomes."""
    if not m.in_order or len(m.by_campaign) == 0:
        return 0.0
    labels = list(m.rows_of)
    old = labels[: labels.index(m.by_campaign.index[-1])]
    waiting = np.concatenate([m.rows_of[label] for label in old] or [np.array([], dtype=int)])
    waiting = waiting[~m.known[waiting]]
    if m.has("matured_at"):
        last = m.contacts["matured_at"][m.known].max()
        waiting = waiting[(m.contacts["matured_at"].iloc[waiting] <= last).to_numpy()]
    return float(m.weight[waiting].sum())


def campaigns(m: Material) -> Check:
    """Ask whether there are campaigns enough to foretell the next."""
    question = say("Are there six campaigns or more, in the order of time?")
    name = "campaigns"
    if not m.has("campaign"):
        step = say("Name the campaign, or the moment: a month will do.")
        return Check(name, question, "needs a person", say("No campaigns are named."), step)
    n = len(m.by_campaign)
    said = say_count("{n:,.0f} campaign has outcomes.", "{n:,.0f} campaigns have outcomes.", n)
    if n < ENOUGH_CAMPAIGNS:
        step = say(
            "Decide whether to wait: of fewer than six, nobody knows how the next one may differ."
        )
        return Check(name, question, "needs a person", said, step)
    if not m.in_order:
        said = f"{said} {say('Their order in time is not known.')}"
        step = say("Name the moment of the decision, or give the order of the campaigns.")
        return Check(name, question, "needs a person", said, step)
    return Check(name, question, "pass", said)


def responses(m: Material) -> Check:
    """Ask whether each campaign has responses enough to be judged."""
    question = say("Are there responses enough, in each campaign?")
    name = "responses"
    if not m.known.any():
        return Check(name, question, "not applicable", say("No outcome is known yet."))
    n, positive = _counts(m)
    rarer = min(positive, n - positive)
    if rarer < FEWEST_RESPONSES:
        said = say("Of the rarer outcome there are {n:,.0f} contacts in all.", n=rarer)
        step = say("Collect more outcomes: of fewer than ten nothing can be learned.")
        return Check(name, question, "blocked", said, step)
    if silent := _one_sided(m.by_campaign):
        said = say("All outcomes are the same in {names}, beyond chance.", names=names_of(silent))
        step = say("Find out whether the responses of these campaigns were recorded.")
        return Check(name, question, "needs repair", said, step)
    table = (
        m.by_campaign
        if len(m.by_campaign)
        else pd.DataFrame({"known": [n], "positives": [positive]})
    )
    least = np.minimum(table["positives"], table["known"] - table["positives"])
    said = say(
        "{positive:,.0f} responses; half of the campaigns have {median:,.0f} or more.",
        positive=positive,
        median=float(np.median(least)),
    )
    if np.median(least) < FEWEST_OF_CLASS or rarer < FEW_RESPONSES:
        step = say("Put campaigns together, or take intervals seriously: they will be wide.")
        return Check(name, question, "needs a person", said, step)
    return Check(name, question, "pass", said)


def _one_sided(table: pd.DataFrame) -> list[Any]:
    """Name campaigns of one outcome alone where the others' rate makes that no chance."""
    found = []
    for label, (n, positive) in table.iterrows():
        others = table.drop(index=label).sum()
        if positive not in (0, n) or others["known"] == 0:
            continue
        rate = others["positives"] / others["known"]
        # a campaign may do half as well as all others, and still not be silent
        share = rate / 2 if positive == 0 else (1 - rate) / 2
        if n * np.log1p(-min(share, 0.999)) < np.log(CHANCE):
            found.append(label)
    return found


def readable(m: Material) -> Check:
    """Ask whether a run can read the data, every column in one way."""
    question = say("Can a run read the data in one way only?")
    name = "readable"
    others = {role: fault for role, fault in m.refusals.items() if role != "target"}
    if others:
        step = say("Mend what the sentence names; the other questions were asked without it.")
        return Check(name, question, "blocked", " ".join(others.values()), step)
    if found := [*_doubtful(m)]:
        step = say("Mend these columns at their source, or say how they are to be read.")
        return Check(name, question, "needs repair", " ".join(found), step)
    return Check(name, question, "pass", contacts_text(m.weight.sum()) + ".")


def _doubtful(m: Material) -> Iterator[str]:
    marks = [column for column, one in m.readings.items() if one.is_open]
    if marks:
        yield say("Decimal marks are open to two readings in {names}.", names=names_of(marks))
    mixed = [column for column, one in m.readings.items() if one.note.startswith("Numbers with")]
    if mixed:
        yield say("Words stand among the numbers of {names}.", names=names_of(mixed))
    broken = [str(column) for column in m.columns if _is_broken(m.columns[column])]
    if broken:
        yield say("Letters were read in the wrong encoding in {names}.", names=names_of(broken))


def _is_broken(column: pd.Series[Any]) -> bool:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return False
    return bool(pd.Series(column.dropna().unique()).astype("str").str.contains(_BROKEN).any())
