"""What a run was asked, and of what, in words: a line of each under the other's."""

from __future__ import annotations

from collections.abc import Callable

from workbench.messages import count_of
from workbench.reports.side_by_side.one_run import OneRun


def _fact(one: OneRun, name: str) -> str:
    return "" if one.headline is None else str(one.headline.facts.get(name, ""))


def _judged(one: OneRun, name: str) -> str:
    value = one.judged.get(name)
    if value is None or value == []:
        return ""
    if isinstance(value, float):
        return f"{value:,.10g}"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _trained(one: OneRun) -> str:
    facts = one.model.get("training")
    if not facts:
        return ""
    of = f" of {count_of(facts['campaigns'], 'campaign')}" if facts["campaigns"] else ""
    return f"{count_of(facts['contacts'], 'contact')}{of}"


def _moment(one: OneRun) -> str:
    if one.moment is None:
        return ""
    return f"{one.moment.to_pydatetime().astimezone():%Y-%m-%d %H:%M}"


ASKED: tuple[tuple[str, Callable[[OneRun], str]], ...] = (
    ("Run", _moment),
    ("Model", lambda one: str(one.model.get("model", ""))),
    ("Outcome", lambda one: one.target),
    ("Data", lambda one: _fact(one, "Data")),
    ("Span", lambda one: _fact(one, "Span")),
    ("Contacts", lambda one: _fact(one, "Contacts")),
    ("Model learned from", _trained),
    ("Judged", lambda one: _judged(one, "kind")),
    ("Judged on contacts", lambda one: _judged(one, "contacts")),
    ("with responses", lambda one: _judged(one, "responses")),
    ("of campaigns", lambda one: _judged(one, "campaigns")),
    ("Cost", lambda one: _judged(one, "cost")),
    ("Margin", lambda one: _judged(one, "margin")),
    ("Currency", lambda one: _judged(one, "currency")),
    ("Release", lambda one: _judged(one, "release")),
    ("Contacts waiting", lambda one: _judged(one, "waiting")),
    ("of them worth their cost", lambda one: _judged(one, "chosen")),
)
"""What is told of a run, under its name in the table."""
