"""Tables of rules: that of the package with its date, and those of users, checked row by row."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from workbench.errors import MissingDataError, SchemaError
from workbench.messages import did_you_mean, listed
from workbench.texts.screening.kinds import KINDS, LANGUAGES
from workbench.texts.screening.matching import compiled
from workbench.texts.screening.rule import CONFIDENCES, SEVERITIES, Rule, Wording

FILE = Path(__file__).with_name("rules.csv")
FRESH_DAYS = 180
"""Days after which the table must be read again: laws, and the dates they apply from, move."""
PERSONAL = ("@email", "@phone", "@iban", "@card", "@birth")
"""Patterns that stand for a kind of personal data, of which digits are checked."""
NEEDED = ("id", "severity", "says")
OF_RULE = (
    *("kinds", "jurisdiction", "law", "article", "applies_from"),
    *("severity", "confidence", "source"),
)
COLUMNS = (
    *("id", "language", "kinds", "jurisdiction", "law", "article", "applies_from"),
    *("severity", "confidence", "when", "pattern", "must", "unless", "says", "do", "source"),
)
_PATTERNS = ("when", "pattern", "must", "unless")
_DATED = re.compile(r"# Dated (\d{4}-\d\d-\d\d)\s*")
_MOST_LETTERS = 10_000  # of a pattern


@dataclass(frozen=True)
class RuleTable:
    """Rules, and the day on which they were last read against their sources.

    Parameters
    ----------
    rules : tuple of Rule
    dated : date or None
        None where a table of one's own does not say.
    """

    rules: tuple[Rule, ...]
    dated: date | None

    def stale(self, today: date) -> bool:
        """Whether the table is older than 180 days."""
        return self.dated is not None and (today - self.dated).days > FRESH_DAYS


@cache
def shipped() -> RuleTable:
    """Return the rules of the package.

    Examples
    --------
    >>> rules = {rule.id: rule for rule in shipped().rules}
    >>> rules["ai-disclosure"].article, rules["ai-disclosure"].applies_from.isoformat()
    ('Art. 50(1)', '2026-08-02')
    """
    return _read(FILE, own=False)


def own_rules(path: str | os.PathLike[str]) -> RuleTable:
    """Read a table of one's own, a CSV of the columns of that of the package.

    Parameters
    ----------
    path : path
        Its columns are ``id``, ``severity``, ``says``, and ``pattern`` or ``must``; the others may
        be missing. Its first line may be its date, as ``# Dated 2026-11-30``.

    Raises
    ------
    MissingDataError, SchemaError
        The file, or a row of it, is not what it must be.
    """
    file = Path(path)
    try:
        there = file.is_file()
    except OSError:  # no name of a file, such as one of thousands of letters
        there = False
    if not there:
        raise MissingDataError(
            f"`rules` must name a table of rules, a CSV; there is no {str(file)!r}."
        )
    table = _read(file, own=True)
    taken = {rule.id for rule in shipped().rules} & {rule.id for rule in table.rules}
    if taken:
        raise SchemaError(
            f"`id` must be new in {str(file)!r}; the package has rules {listed(sorted(taken))}. "
            "Choose other ids."
        )
    return table


def _read(file: Path, *, own: bool) -> RuleTable:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SchemaError(f"{str(file)!r} must be a CSV in UTF-8; it is not. Save it so.") from None
    dated, text, before = _dated(text, file)
    try:
        lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = list(lines.fieldnames or ())
        _check_names(names, file)
        rows = [(lines.line_num + before, row) for row in lines]
    except csv.Error as error:
        raise SchemaError(f"{str(file)!r} must be a CSV; {error}.") from None
    if not rows:
        raise SchemaError(f"{str(file)!r} must have a row for each rule; it has none.")
    return RuleTable(_together(rows, file, own=own), dated)


def _dated(text: str, file: Path) -> tuple[date | None, str, int]:
    first, mark, rest = text.partition("\n")
    if not first.startswith("#"):
        return None, text, 0
    found = _DATED.fullmatch(first)
    day = _day(found[1]) if found else None
    if day is None:
        raise SchemaError(
            f"A first line with # must be the date of {str(file)!r}, as `# Dated 2026-11-30`; it "
            f"is {first[:60]!r}."
        )
    return day, rest if mark else "", 1


def _check_names(names: list[str], file: Path) -> None:
    for needed in NEEDED:
        if needed not in names:
            raise SchemaError(
                f"{str(file)!r} must have a column {needed!r}; got {listed(names)}."
                f"{did_you_mean(needed, names)}"
            )
    for name in names:
        if name not in COLUMNS:
            raise SchemaError(
                f"{str(file)!r} has a column {name!r}, which no rule has."
                f"{did_you_mean(name, COLUMNS)} Columns are {listed(COLUMNS, most=20)}."
            )
    if len(set(names)) < len(names):
        raise SchemaError(
            f"{str(file)!r} must have every column once; got {listed(names, most=20)}."
        )


def _together(
    rows: Iterable[tuple[int, Mapping[str, str]]], file: Path, *, own: bool
) -> tuple[Rule, ...]:
    """Make one rule of the rows of an id, which must agree in all but language and wording."""
    rules: dict[str, Rule] = {}
    first: dict[str, tuple[int, dict[str, str]]] = {}
    for line, row in rows:
        where = f"Line {line} of {str(file)!r}"
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if None in row or None in row.values():
            raise SchemaError(f"{where} must have as many cells as the first line has columns.")
        _check_row(cells, where)
        name, language = cells["id"], cells["language"]
        if name not in rules:
            rules[name], first[name] = _rule(cells, own=own), (line, cells)
        _check_same(cells, first[name], rules[name], where)
        rules[name].wordings[language] = Wording(
            says=cells["says"], do=cells["do"], **{one: cells[one] for one in _PATTERNS}
        )
    return tuple(rules.values())


def _rule(cells: Mapping[str, str], *, own: bool) -> Rule:
    return Rule(
        id=cells["id"],
        kinds=tuple(cells["kinds"].split()),
        jurisdiction=cells["jurisdiction"],
        law=cells["law"],
        article=cells["article"],
        source=cells["source"],
        applies_from=_day(cells["applies_from"]),
        severity=cells["severity"],
        confidence=cells["confidence"] or "low",
        own=own,
    )


def _check_same(
    cells: Mapping[str, str], first: tuple[int, Mapping[str, str]], rule: Rule, where: str
) -> None:
    line, before = first
    for name in OF_RULE:
        if cells[name] != before[name]:
            raise SchemaError(
                f"{where}: `{name}` of the rule {rule.id!r} must be that of line {line}, "
                f"{before[name]!r}; got {cells[name]!r}."
            )
    if bool(cells["must"]) != bool(before["must"]):
        raise SchemaError(
            f"{where}: the rule {rule.id!r} must have `must` in every language, or in none."
        )
    if cells["language"] in rule.wordings:
        raise SchemaError(
            f"{where}: the rule {rule.id!r} must have one row for a language; "
            f"{cells['language']!r} stands twice."
        )


def _check_row(cells: Mapping[str, str], where: str) -> None:
    for name in NEEDED:
        if not cells[name]:
            raise SchemaError(f"{where}: `{name}` must not be empty.")
    _check_one_of(cells, "severity", SEVERITIES, where)
    _check_one_of(cells, "confidence", ("", *CONFIDENCES), where)
    _check_one_of(cells, "language", ("", *LANGUAGES), where)
    for kind in cells["kinds"].split():
        _check_one_of({"kinds": kind}, "kinds", KINDS, where)
    if cells["applies_from"] and _day(cells["applies_from"]) is None:
        raise SchemaError(
            f"{where}: `applies_from` must be a day such as 2026-08-02; got "
            f"{cells['applies_from']!r}."
        )
    if bool(cells["pattern"]) == bool(cells["must"]):
        raise SchemaError(
            f"{where}: a rule must have `pattern`, words that are a finding, or `must`, words that "
            "have to be there, and not both."
        )
    if cells["pattern"] and cells["when"]:
        raise SchemaError(f"{where}: `when` goes with `must`, and not with `pattern`.")
    for name in _PATTERNS:
        _check_pattern(cells[name], name, where)


def _check_one_of(
    cells: Mapping[str, str], name: str, options: tuple[str, ...], where: str
) -> None:
    if cells[name] not in options:
        shown = [one for one in options if one]
        raise SchemaError(
            f"{where}: `{name}` must be one of {listed(shown)}; got {cells[name]!r}."
            f"{did_you_mean(cells[name], shown)}"
        )


def _check_pattern(pattern: str, name: str, where: str) -> None:
    if not pattern or (name == "pattern" and pattern in PERSONAL):
        return
    if pattern.startswith("@"):
        raise SchemaError(
            f"{where}: `{name}` must be a regular expression, or `pattern` one of "
            f"{listed(PERSONAL)}; got {pattern!r}. Write \\@ for the letter."
        )
    if len(pattern) > _MOST_LETTERS:
        raise SchemaError(f"{where}: `{name}` must have at most {_MOST_LETTERS:,} letters.")
    try:
        found = compiled(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise SchemaError(
            f"{where}: `{name}` must be a regular expression as Python's `re` takes it; "
            f"{pattern[:60]!r} is none: {error}."
        ) from None
    if found.fullmatch(""):
        raise SchemaError(
            f"{where}: `{name}` must not match an empty text, as {pattern[:60]!r} does: it would "
            "be found everywhere."
        )


def _day(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
