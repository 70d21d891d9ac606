"""The governance file as a newcomer gets it: every key, with what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.governance.papers.questions import (
    CHANNEL,
    KPI,
    KPI_KINDS,
    PILOT,
    SINGLE,
    SUPPRESSION,
    Question,
)

_HEAD = """\
# Who answers for a model, what it is for, on which basis, and until when.
#
# Write each answer between the quotes; dates, numbers, true and false stand without quotes.
# What is left "" is asked for by name when it is needed. The articles say what an answer is good
# for; they are no legal advice. Several files may share one text: copy this one for each model.
"""
_ABOUT = {
    "model": "What the model is for, and what not.",
    "people": "Who does what. Author and approver are two people.",
    "legal": "Why the data may be used.",
    "dates": "Until when this holds. A list of scores is refused after either date.",
    "uses": "Uses that the AI Act lists as high-risk.",
    "channels": "One block for each channel; copy it.",
    "kpis": "What should become better. One block for each measure; delete those you do not want.",
    "pilot": "The pilot. Delete this section if there is none.",
    "allowed": "Columns with personal data that may be features all the same, each with a reason.",
    "suppression": "Customers who objected: no training, no score, no list. Delete if nobody did.",
}


def template() -> str:
    """Return a governance file to fill in.

    Returns
    -------
    str
        TOML: every key, empty, below a line that says what it answers.

    Examples
    --------
    >>> print(template().splitlines()[0])
    # Who answers for a model, what it is for, on which basis, and until when.
    """
    return "\n".join([_HEAD, *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    for section in ("model", "people", "legal"):
        yield from _section(section, f"[{section}]", SINGLE[section])
    yield from _section("channels", "[[channels]]", CHANNEL)
    for place, kind in enumerate(KPI_KINDS):
        yield from _section("kpis" if not place else "", "[[kpis]]", KPI, {"kind": f'"{kind}"'})
    for section in ("dates", "uses"):
        yield from _section(section, f"[{section}]", SINGLE[section])
    yield from _section("pilot", "[pilot]", PILOT)
    yield f"# {_ABOUT['allowed']}"
    yield "[allowed]"
    yield '# "date_of_birth" = "age bands only, agreed with works council on 2027-01-04"'
    yield ""
    yield from _section("suppression", "[suppression]", SUPPRESSION)


def _section(
    about: str,
    head: str,
    questions: Mapping[str, Question],
    filled: Mapping[str, str] | None = None,
) -> Iterator[str]:
    if about:
        yield f"# {_ABOUT[about]}"
    yield head
    for key, question in questions.items():
        if about or head != "[[kpis]]":
            yield _comment(question)
        yield f"{key} = {(filled or {}).get(key, _EMPTY)}"
    yield ""


_EMPTY = '""'


def _comment(question: Question) -> str:
    said = f"# {question.asks}"
    if question.hint:
        said += f" {question.hint[0].upper()}{question.hint[1:]}."
    return f"{said} ({question.article})" if question.article else said
