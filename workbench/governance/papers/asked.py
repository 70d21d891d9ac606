"""What a governance file leaves open: the questions that nobody has answered yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.governance.papers.questions import (
    CHANNEL,
    KPI,
    PILOT,
    SINGLE,
    SUPPRESSION,
    Question,
)
from workbench.governance.papers.said import says_nothing
from workbench.language import later, say

NO_CHANNEL = later("By which channels are customers contacted?")
NO_KPI = later("Which measure should the model improve, from which number to which?")
NO_REASON = later("Why may the column {column} be a feature?")


def missing_answers(said: Mapping[str, Any]) -> dict[str, str]:
    """Return the open questions by the dotted names of their keys, in the order of the file.

    Parameters
    ----------
    said : mapping
        Sections, as `Governance.to_dict` gives them.

    Examples
    --------
    >>> said = {"channels": [{"name": "e-mail", "consent": "opt-in"}]}
    >>> missing_answers(said)["channels.e-mail.basis"]
    'On which legal basis is this channel used?'
    """
    return dict(_missing(said))


def _missing(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for section in ("model", "people", "legal"):
        yield from _open(section, SINGLE[section], said.get(section) or {})
    yield from _many("channels", CHANNEL, said, NO_CHANNEL)
    yield from _many("kpis", KPI, said, NO_KPI)
    for section in ("dates", "uses"):
        yield from _open(section, SINGLE[section], said.get(section) or {})
    if said.get("pilot") is not None:
        yield from _open("pilot", PILOT, said["pilot"])
    for column, reason in (said.get("allowed") or {}).items():
        if says_nothing(reason):
            yield f"allowed.{column}", say(NO_REASON, column=repr(column))
    if said.get("suppression") is not None:
        yield from _open("suppression", {"file": SUPPRESSION["file"]}, said["suppression"])


def _open(
    where: str, questions: Mapping[str, Question], said: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for key, question in questions.items():
        if says_nothing(said.get(key)):
            yield f"{where}.{key}", say(question.asks)


def _many(
    section: str, questions: Mapping[str, Question], said: Mapping[str, Any], none: str
) -> Iterator[tuple[str, str]]:
    """Ask for what entries lack, each by its name, or by its place; entries all empty are none."""
    entries = said.get(section) or []
    begun = [
        (place, entry)
        for place, entry in enumerate(entries, 1)
        if not all(map(says_nothing, entry.values()))
    ]
    if not begun:
        yield section, say(none)
    for place, entry in begun:
        yield from _open(f"{section}.{entry.get('name') or place}", questions, entry)
