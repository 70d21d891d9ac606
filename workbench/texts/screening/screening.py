"""What texts were found to hold: a table of signs, and never a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from workbench.language import date_text, later, say, say_count
from workbench.texts.screening.asking import Asked
from workbench.texts.screening.finding import COLUMNS, Finding, printable

if TYPE_CHECKING:
    import pandas as pd

NO_CLEARANCE = later(
    "These are signs that a pattern can find. No finding is no clearance, and a finding is no "
    "verdict: a person must look."
)
_KINDS = {
    "mailing": later("a mailing"),
    "chatbot": later("a chatbot script"),
    "privacy-notice": later("a privacy notice"),
    "briefing": later("a briefing"),
    "clauses": later("clauses"),
}
_LANGUAGES = {"de": later("German"), "en": later("English")}
_SEVERITIES = {
    "serious": later("serious"),
    "moderate": later("moderate"),
    "minor": later("minor"),
}
_CONFIDENCES = {
    "high": later("high confidence"),
    "medium": later("medium confidence"),
    "low": later("low confidence"),
}
_LAWS = (later("UCPD"), later("Directive 98/6/EC"))
"""Those that other rooms do not name: a law is said as the reader's language calls it."""
_MOST_SHOWN = 60
_MOST_LETTERS = 100


@dataclass(frozen=True)
class Screening:
    """Findings of texts, with what each text was asked and what it was not.

    Parameters
    ----------
    asked : tuple of Asked
        One a text.
    as_of : date
        The day on which it is asked what applies.
    jurisdiction : str or None
        None for every one of the rules.
    dated : date or None
        When the rules of the package were last looked through.
    stale : bool
        Whether that is more than 180 days before `as_of`.

    Examples
    --------
    >>> from workbench.texts import check_text
    >>> found = check_text("Only today: a free pen!", as_of="2026-12-01")
    >>> found.table()[["start", "end", "words", "rule"]].values.tolist()
    [[0, 10, 'Only today', 'urgency'], [14, 18, 'free', 'free-claim']]
    """

    asked: tuple[Asked, ...]
    as_of: date
    jurisdiction: str | None
    dated: date | None
    stale: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, text by text, in the order of each text."""
        return tuple(one for text in self.asked for one in text.findings)

    def worst(self, severities: tuple[str, ...]) -> tuple[Finding, ...]:
        """Return findings of these severities whose rule applies on the day."""
        return tuple(f for f in self.findings if f.applies and f.rule.severity in severities)

    def table(self) -> pd.DataFrame:
        """Return the findings, one a row.

        Returns
        -------
        DataFrame
            ``file, line, start, end, words, rule, severity, confidence, applies, applies_from,
            jurisdiction, law, article, says, do, source, label, probability, because``. Places are
            letters from 0, half-open; they are missing where the finding is that something is not
            there. The last three are of clauses that a router read.
        """
        import pandas as pd

        rows = [finding.to_dict() for finding in self.findings]
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        places = dict.fromkeys(("line", "start", "end"), "Int64")
        days = pd.to_datetime(table["applies_from"], format="%Y-%m-%d")
        return table.astype({**places, "applies": "bool"}).assign(applies_from=days)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as lists, dicts, texts and numbers."""
        return {
            "as_of": self.as_of.isoformat(),
            "jurisdiction": self.jurisdiction,
            "rules_dated": None if self.dated is None else self.dated.isoformat(),
            "note": say(NO_CLEARANCE),
            "texts": [
                {
                    "file": one.name,
                    "kind": one.kind or None,
                    "languages": list(one.languages),
                    "letters": one.letters,
                    "asked": list(one.rules),
                    "not_asked": {reason: list(ids) for reason, ids in one.left_out.items()},
                    "remarks": list(_remarks(one)),
                }
                for one in self.asked
            ],
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def __str__(self) -> str:
        """Write what was found, text by text, and what that does not mean."""
        parts = ["\n".join(_lines(one)) for one in self.asked]
        return "\n\n".join([*parts, "\n".join(self._closing())])

    def _repr_html_(self) -> str:
        from html import escape

        shown = self.table().drop(columns=["source", "start", "end"])
        remarks = [f"{one.name}: {said}" for one in self.asked for said in _remarks(one)]
        told = "".join(f"<p>{escape(one)}</p>" for one in (*remarks, *self._closing()))
        return shown.to_html(border=0, index=False, na_rep="") + told

    def _closing(self) -> Iterator[str]:
        yield say(NO_CLEARANCE)
        if self.dated is not None and self.stale:
            yield say(
                "The rules were last looked through on {dated}; read them against their sources.",
                dated=date_text(self.dated),
            )


def _lines(asked: Asked) -> Iterator[str]:
    count = say_count("{n} finding", "{n} findings", len(asked.findings))
    rules = say_count("{n} rule asked", "{n} rules asked", len(asked.rules))
    yield f"{printable(asked.name)}: {count}, {rules}"
    for remark in _remarks(asked):
        yield f"  {remark}"
    for finding in asked.findings[:_MOST_SHOWN]:
        yield from _of_finding(finding)
    if more := len(asked.findings[_MOST_SHOWN:]):
        yield ""
        yield "  " + say("and {n:,.0f} more; the table has all of them.", n=more)


def _of_finding(finding: Finding) -> Iterator[str]:
    rule = finding.rule
    place = "" if finding.line is None else say("line {n}", n=finding.line)
    if finding.start is not None:
        place += f", {finding.start}-{finding.end}: {_shown(finding.words)}"
    yield ""
    yield f"  [{say(_SEVERITIES[rule.severity])}] {rule.id}" + (f" · {place}" if place else "")
    yield f"    {finding.wording.says}"
    if finding.wording.do:
        yield f"    {finding.wording.do}"
    yield f"    {_law(finding)}"


def _law(finding: Finding) -> str:
    rule = finding.rule
    parts = [f"{say(rule.law) if rule.law else ''} {rule.article}".strip()]
    if rule.applies_from is not None:
        told = {"day": date_text(rule.applies_from)}
        applies = say("applies from {day}", **told)
        parts.append(applies if finding.applies else say("applies only from {day}, later", **told))
    parts.append(say(_CONFIDENCES[rule.confidence]))
    return " · ".join(part for part in parts if part)


def _shown(words: str) -> str:
    plain = printable(" ".join(words.split()))
    return f"“{plain}”" if len(plain) <= _MOST_LETTERS else f"“{plain[:_MOST_LETTERS]}…”"


def _remarks(asked: Asked) -> Iterator[str]:
    if asked.note:
        yield asked.note
    if asked.clauses:
        yield asked.clauses
    if not asked.rules and not asked.letters:
        yield say("The text is empty: no rule was asked.")
        return
    if "kind" in asked.told and asked.kind:
        yield say(
            "Taken for {kind}, by its words; `kind` says otherwise.", kind=say(_KINDS[asked.kind])
        )
    if "language" in asked.told and asked.languages:
        languages = ", ".join(say(_LANGUAGES[one]) for one in asked.languages)
        yield say("Language, by its small words: {languages}.", languages=languages)
    yield from _of_left_out(asked.left_out)


def _of_left_out(left_out: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    if ids := left_out.get("kind"):
        yield say(
            "What kind of text it is cannot be told: say `kind`. Not asked: {ids}.",
            ids=", ".join(ids),
        )
    if ids := left_out.get("language"):
        yield say(
            "It is not told as German or English: say `language`. Not asked: {ids}.",
            ids=", ".join(ids),
        )
