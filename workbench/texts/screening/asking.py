"""Rules asked of one text: which are asked, where they match, and what was not asked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from workbench.language import language as spoken
from workbench.texts.screening.apart import matches_apart
from workbench.texts.screening.finding import Finding
from workbench.texts.screening.kinds import LANGUAGES, kind_of, languages_of
from workbench.texts.screening.matching import matches
from workbench.texts.screening.personal_spans import personal_spans
from workbench.texts.screening.rule import SEVERITIES, Rule
from workbench.texts.screening.rule_table import PERSONAL
from workbench.texts.screening.text_files import Text, ends_of_lines

AUTO = "auto"
Span = tuple[int, int]
_NOWHERE = (0, 0)


@dataclass(frozen=True)
class Asked:
    """What one text was asked.

    Parameters
    ----------
    name, note : str
        Of the text, and of how it was read.
    kind : str
        "" where it was not said and could not be told.
    languages : tuple of str
        Of German and English; empty where it could not be told.
    told : frozenset of str
        Out of ``kind`` and ``language``: what was told by the text, and not said.
    letters : int
    rules : tuple of str
        Ids of rules that were asked.
    left_out : dict of str to tuple of str
        Ids of rules that were not, by the reason: ``kind`` or ``language``.
    findings : tuple of Finding
        In the order of the text; those of what is not there come last.
    clauses : str
        What is to be known of clauses that a router read; "" where none did.
    """

    name: str
    note: str
    kind: str
    languages: tuple[str, ...]
    told: frozenset[str]
    letters: int
    rules: tuple[str, ...]
    left_out: dict[str, tuple[str, ...]]
    findings: tuple[Finding, ...]
    clauses: str = ""


def ask(
    text: Text, rules: Sequence[Rule], *, day: date, kind: str = AUTO, language: str = AUTO
) -> Asked:
    """Ask rules of a text.

    Words that are a finding are looked for in every language that may be meant. That something
    is not there is said only where the text is of a language in which it was looked for.

    Parameters
    ----------
    text : Text
    rules : sequence of Rule
    day : date
        On which it is asked what applies.
    kind, language : str
        ``auto`` tells them by the text; what it cannot tell is "" or no language.

    Returns
    -------
    Asked
    """
    seen = text.seen.text
    found_kind = kind_of(seen) if kind == AUTO else kind
    languages = languages_of(seen) if language == AUTO else (language,)
    looked = LANGUAGES if language == AUTO else (language,)
    fitting, left_out = _fitting(rules, found_kind, languages)
    asked = fitting if seen else []
    spans = _spans(seen, asked, looked)
    line_ends = ends_of_lines(text.seen.given)
    told = (_findings(text, rule, spans[rule.id], day, line_ends) for rule in asked)
    findings = sorted((one for some in told for one in some), key=place_of)
    return Asked(
        name=text.name,
        note=text.note,
        kind=found_kind,
        languages=languages,
        told=frozenset(n for n, one in (("kind", kind), ("language", language)) if one == AUTO),
        letters=len(text.seen.given),
        rules=tuple(rule.id for rule in asked),
        left_out=left_out,
        findings=tuple(findings),
    )


def _fitting(
    rules: Sequence[Rule], kind: str, languages: tuple[str, ...]
) -> tuple[list[Rule], dict[str, tuple[str, ...]]]:
    """Return the rules to ask, and those that need to know what the text does not tell."""
    fitting: list[Rule] = []
    left_out: dict[str, list[str]] = {"kind": [], "language": []}
    for rule in rules:
        if rule.kinds and not kind:
            left_out["kind"].append(rule.id)
        elif rule.kinds and kind not in rule.kinds:
            continue
        elif _needs_language(rule) and not {*languages, ""} & {*rule.wordings}:
            left_out["language"].append(rule.id)
        else:
            fitting.append(rule)
    return fitting, {reason: tuple(ids) for reason, ids in left_out.items() if ids}


def _needs_language(rule: Rule) -> bool:
    """Whether silence means something only in a language in which the rule has words."""
    return rule.of_absence and not all(one.when for one in rule.wordings.values())


def _spans(text: str, rules: Sequence[Rule], looked: tuple[str, ...]) -> dict[str, set[Span]]:
    """Return the spans of each rule; `_NOWHERE` where something is not there."""
    personal = personal_spans(text) if any(_personal(rule) for rule in rules) else {}
    jobs = [(rule, *job) for rule in rules for job in _jobs(rule, looked)]
    own = [job for job in jobs if job[0].own and job[2] not in PERSONAL]
    apart = iter(
        matches_apart(
            text, [(p, u) for *_, p, u in own], [f"the rule {rule.id!r}" for rule, *_ in own]
        )
    )
    found: dict[tuple[str, str], set[Span]] = {}
    for rule, part, pattern, unless in jobs:
        if pattern in PERSONAL and part == "pattern":
            spans = personal[pattern]
        else:
            spans = next(apart) if rule.own else matches(text, pattern, unless)
        found.setdefault((rule.id, part), set()).update(spans)
    return {rule.id: _of_rule(rule, found) for rule in rules}


def _personal(rule: Rule) -> bool:
    return any(wording.pattern in PERSONAL for wording in rule.wordings.values())


def _jobs(rule: Rule, looked: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield what is looked for: the part of a rule, its pattern, and what makes a match none.

    What must be there counts in any language: a German mailing may say "unsubscribe".
    """
    for language, wording in rule.wordings.items():
        if wording.must:
            yield "must", wording.must, "" if wording.when else wording.unless
        if language and language not in looked:
            continue
        for part in ("pattern", "when"):
            if pattern := getattr(wording, part):
                unless = "" if pattern in PERSONAL else wording.unless
                yield part, pattern, unless


def _of_rule(rule: Rule, found: dict[tuple[str, str], set[Span]]) -> set[Span]:
    if not rule.of_absence:
        return found.get((rule.id, "pattern"), set())
    if found.get((rule.id, "must")):
        return set()
    if any(wording.when for wording in rule.wordings.values()):
        return found.get((rule.id, "when"), set())
    return {_NOWHERE}


def _findings(
    text: Text, rule: Rule, spans: set[Span], day: date, line_ends: list[int]
) -> Iterator[Finding]:
    wording, applies = rule.told("de" if spoken().startswith("de") else "en"), rule.applies(day)
    for span in sorted(spans):
        if span == _NOWHERE:
            yield Finding(text.name, None, None, None, "", rule, wording, applies)
            continue
        start, end = text.seen.span(*span)
        words, line = text.seen.given[start:end], bisect_right(line_ends, start) + 1
        yield Finding(text.name, start, end, line, words, rule, wording, applies)


def place_of(one: Finding) -> tuple[bool, int, int, str]:
    """Return by what findings of a text are put in order."""
    return one.start is None, one.start or 0, SEVERITIES.index(one.rule.severity), one.rule.id
