"""Checks of a governance file: what is missing, who approves, which date is past."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.governance.checked import Check
from workbench.governance.papers.asked import missing_answers
from workbench.governance.papers.questions import KPI_KINDS
from workbench.governance.papers.said import says_nothing
from workbench.language import later, say

_KINDS = {"time": later("time"), "cost": later("cost"), "conversion": later("conversion")}
_USES = {"credit": later("credit"), "insurance": later("insurance"), "work": later("work")}


def checks_of_papers(
    said: Mapping[str, Any], path: str | Path | None, today: dt.date
) -> list[Check]:
    """Return what was asked of a governance file, and what was found.

    Parameters
    ----------
    said : mapping
        Sections, as `Governance.to_dict` gives them.
    path : path or None
        The file.
    today : date

    Examples
    --------
    >>> import datetime
    >>> past = {"dates": {"review": "2026-01-31", "retention": "2030-01-01"}}
    >>> found = checks_of_papers(past, None, datetime.date(2026, 2, 1))
    >>> {one.name: one.state for one in found}["review-date"]
    'blocked'
    """
    place = None if path is None else Path(path)
    file = "governance.toml" if place is None else place.name
    return [
        *_unanswered(said, file),
        *_four_eyes(said.get("people") or {}, file),
        *_dates(said.get("dates") or {}, today, file),
        *_kpis(said.get("kpis") or [], today, file),
        _listed_uses(said.get("uses") or {}),
        _objections(said.get("suppression") or {}, place, file),
    ]


def _unanswered(said: Mapping[str, Any], file: str) -> Iterator[Check]:
    missing = missing_answers(said)
    for key, question in missing.items():
        yield Check(
            f"paper {key}",
            question,
            "needs repair",
            say("{file} does not say it.", file=file),
            say("Answer `{key}` in {file}.", key=key, file=file),
        )
    if not missing:
        yield Check(
            "papers",
            say("Is every question about the model answered?"),
            "pass",
            say("{file} answers all of them.", file=file),
        )


def _four_eyes(people: Mapping[str, str], file: str) -> Iterator[Check]:
    author, approver = people.get("author") or "", people.get("approver") or ""
    if not (author and approver):
        return  # asked for already
    question = say("Does somebody else approve the model than who made it?")
    if plainly(author) == plainly(approver):
        yield Check(
            "four-eyes",
            question,
            "blocked",
            say("{name} is author and approver.", name=author),
            say("Name somebody else as `people.approver` in {file}.", file=file),
        )
    else:
        made = say("{author} made it, {approver} approves it.", author=author, approver=approver)
        yield Check("four-eyes", question, "pass", made)


def plainly(name: str) -> str:
    """Return a name as people compare names: without case, ways of typing accents, and blanks.

    Examples
    --------
    >>> plainly(" Rene\u0301  Noir") == plainly("ren\u00e9 noir")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


REVIEW = later("Is the model's review still to come?")
RETENTION = later("May the model and its data still be kept?")


def _dates(dates: Mapping[str, str | None], today: dt.date, file: str) -> Iterator[Check]:
    review, retention = dates.get("review"), dates.get("retention")
    if review:
        yield _date_check(
            "review-date",
            say(REVIEW),
            dt.date.fromisoformat(review),
            today,
            say(
                "Review the model, and write the next date as `dates.review` in {file}.", file=file
            ),
        )
    if retention:
        yield _date_check(
            "retention-date",
            say(RETENTION),
            dt.date.fromisoformat(retention),
            today,
            say(
                "Delete the model and its data, or say in {file} why they are kept longer, with a "
                "new `dates.retention`.",
                file=file,
            ),
        )


def _date_check(name: str, question: str, day: dt.date, today: dt.date, next_step: str) -> Check:
    if day < today:
        return Check(name, question, "blocked", say("The date {day} is past.", day=day), next_step)
    return Check(name, question, "pass", say("The date is {day}.", day=day))


def _kpis(kpis: list[Mapping[str, Any]], today: dt.date, file: str) -> Iterator[Check]:
    for kpi in kpis:
        if kpi.get("name"):
            yield from _kpi(kpi, today, file)
    kinds = {kpi.get("kind") for kpi in kpis} - {"", None}
    lacking = [say(_KINDS[kind]) for kind in KPI_KINDS if kind not in kinds]
    if kinds and lacking:
        yield Check(
            "kpi-kinds",
            say("Are time, cost and conversion measured?"),
            "needs a person",
            say("No measure of {kinds}.", kinds=", ".join(lacking)),
            say("Add one to {file}, or decide that it does not matter here.", file=file),
        )


def _kpi(kpi: Mapping[str, Any], today: dt.date, file: str) -> Iterator[Check]:
    name, date = kpi["name"], kpi.get("date")
    baseline, target = kpi.get("baseline"), kpi.get("target")
    if baseline is not None and baseline == target:
        yield Check(
            f"kpi-target {name}",
            say("Does the measure {name} have a target other than its baseline?", name=name),
            "needs repair",
            say("Both are {number:g}.", number=baseline),
            say("Mend `kpis.{name}.target` in {file}.", name=name, file=file),
        )
    if date:
        question = say("Is the date of the measure {name} still to come?", name=name)
        day = dt.date.fromisoformat(date)
        if day < today:
            yield Check(
                f"kpi-date {name}",
                question,
                "needs repair",
                say("The date {day} is past.", day=day),
                say("Write down what was reached, and a new date in {file}.", file=file),
            )
        else:
            yield Check(f"kpi-date {name}", question, "pass", say("The date is {day}.", day=day))


def _listed_uses(uses: Mapping[str, bool | None]) -> Check:
    question = say("Is the use one that Annex III of the AI Act lists as high-risk?")
    named = [say(_USES.get(use, use)) for use, answer in uses.items() if answer]
    if named:
        return Check(
            "annex-iii",
            question,
            "needs a person",
            say("Said of the use: {uses}.", uses=", ".join(named)),
            say("Let a lawyer say which duties of AI Act Art. 9 to 15, 26 and 27 apply."),
        )
    if any(answer is None for answer in uses.values()) or not uses:
        return Check("annex-iii", question, "not applicable", say("Not all uses are answered yet."))
    return Check("annex-iii", question, "pass", say("No credit, no insurance, no work."))


def _objections(suppression: Mapping[str, Any], path: Path | None, file: str) -> Check:
    question = say("Are customers who objected left out (GDPR Art. 21(2)-(3))?")
    named = suppression.get("file")
    if says_nothing(named):
        return Check(
            "objections",
            question,
            "needs a person",
            say("{file} names no list of them.", file=file),
            say(
                "Name it as `suppression.file` in {file}, or make sure that nobody objected.",
                file=file,
            ),
        )
    there = (Path() if path is None else path.parent) / str(named)
    if not there.is_file():
        return Check(
            "objections",
            question,
            "blocked",
            say("Their list, {list}, is not there.", list=there.name),
            say("Put it there, or mend `suppression.file` in {file}.", file=file),
        )
    return Check("objections", question, "pass", say("Their list is {list}.", list=there.name))
