"""`check_text`: a dated table of rules, asked of texts. It tells signs, and clears nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from workbench.errors import ParameterError
from workbench.messages import did_you_mean, listed
from workbench.texts.screening.asking import AUTO, Asked, ask, place_of
from workbench.texts.screening.clause_findings import Clauses
from workbench.texts.screening.kinds import KINDS, LANGUAGES
from workbench.texts.screening.rule import EU, MEMBERS, Rule
from workbench.texts.screening.rule_table import own_rules, shipped
from workbench.texts.screening.screening import Screening
from workbench.texts.screening.text_files import PLAIN, Text, seen_of, text_of_file

Given = str | os.PathLike[str]


def check_text(
    texts: Given | Sequence[Given] | Mapping[str, str],
    *,
    kind: str = AUTO,
    language: str = AUTO,
    as_of: date | str | None = None,
    jurisdiction: str | None = None,
    rules: Given | None = None,
    encoding: str = "",
    clauses: object = None,
    harmless: object = None,
) -> Screening:
    """Look for what the law asks of advertising texts, by patterns. It is no verdict.

    Each finding is a sign, with its place, its rule, and what to do. No finding is no clearance: a
    pattern finds wording, and no meaning. Not legal advice. The same text and day give the same
    findings; nothing is fetched or sent.

    Parameters
    ----------
    texts : text, path, list of these, or mapping of name to text
        A text is a str, a file is a `pathlib.Path` (``*.txt``, ``*.md``, ``*.html``).
    kind : str
        ``mailing``, ``chatbot``, ``privacy-notice``, ``briefing`` or ``clauses``. ``auto`` tells it
        by the words; where it cannot, rules that need it are not asked, and the result says so.
    language : str
        ``de`` or ``en``, of the texts. ``auto`` looks for words of both; that something is missing
        is said only of a text in German or English.
    as_of : date or str
        The day on which it is asked which rules apply; today by default. Those that apply later
        are told as such.
    jurisdiction : str, optional
        ``EU``, or a country such as ``DE``, where law of the EU holds too. By default every rule.
    rules : path, optional
        A table of rules of one's own, a CSV, asked as well.
    encoding : str
        Of files; by default it is found out.
    clauses : TextRouter or path, optional
        Fit to clauses of your own, with ``period=`` the document of each. Every clause with another
        label than `harmless` is a finding, and so is one for which a person should look.
    harmless : label, optional
        Of clauses that need no look; must be given with `clauses`.

    Returns
    -------
    Screening
        `table()` has one row a finding.

    Raises
    ------
    ParameterError
        An argument is not what it must be, or a str names a file.
    MissingDataError, DataError
        A file is not there, or no text.
    SchemaError
        The table of rules is not what it must be, or one of its patterns takes too long; the file
        of `clauses` is no router.

    Examples
    --------
    >>> found = check_text("Ends tonight! 20% off all shoes.", as_of="2026-12-01")
    >>> found.table()[["words", "rule", "article"]].values.tolist()
    [['Ends tonight', 'urgency', 'Annex I no. 7'], ['20% off', 'prior-price', 'Art. 6a']]
    """
    _check(kind, (AUTO, *KINDS), "kind")
    _check(language, (AUTO, *LANGUAGES), "language")
    day = _day(as_of)
    table = shipped()
    every = table.rules + (own_rules(rules).rules if rules is not None else ())
    _check_jurisdiction(jurisdiction, every)
    asked = tuple(rule for rule in every if rule.holds_in(jurisdiction))
    reading = _reading(clauses, harmless)
    found = []
    for text in given_texts(texts, encoding):
        one = ask(text, asked, day=day, kind=kind, language=language)
        found.append(one if reading is None else _with_clauses(one, text, reading))
    return Screening(tuple(found), day, jurisdiction, table.dated, table.stale(day))


def _reading(clauses: object, harmless: object) -> Clauses | None:
    if clauses is not None:
        return Clauses.of(clauses, harmless)
    if harmless is not None:
        raise ParameterError(
            "`harmless` is a label of `clauses`, which is not given. Give the router of clauses, "
            "or its file."
        )
    return None


def _with_clauses(asked: Asked, text: Text, reading: Clauses) -> Asked:
    found, told = reading.read(text)
    findings = tuple(sorted((*asked.findings, *found), key=place_of))
    return replace(asked, findings=findings, clauses=told)


def _check(value: object, options: tuple[str, ...], name: str) -> None:
    if value not in options:
        raise ParameterError(
            f"`{name}` must be one of {listed(options)}; got {value!r}."
            f"{did_you_mean(value, options)}"
        )


def _check_jurisdiction(jurisdiction: str | None, rules: tuple[Rule, ...]) -> None:
    known = sorted({EU, *MEMBERS, *(rule.jurisdiction for rule in rules if rule.jurisdiction)})
    if jurisdiction is not None and jurisdiction not in known:
        raise ParameterError(
            f"`jurisdiction` must be one that a rule is of, EU or a state of it; got "
            f"{jurisdiction!r}.{did_you_mean(jurisdiction, known)} Without it, every rule is asked."
        )


def _day(as_of: object) -> date:
    if as_of is None:
        return datetime.now().astimezone().date()
    if isinstance(as_of, date) and str(as_of) != "NaT":  # of pandas, a date by its class
        return as_of.date() if isinstance(as_of, datetime) else as_of
    try:
        return date.fromisoformat(str(as_of))
    except ValueError:
        raise ParameterError(f"`as_of` must be a day, as 2026-12-01; got {as_of!r}.") from None


def given_texts(texts: object, encoding: str) -> Iterator[Text]:
    """Yield texts, and those of files, with their names.

    Raises
    ------
    ParameterError
        They are none, or a str names a file.
    """
    if isinstance(texts, Mapping):
        for name, text in texts.items():
            if not isinstance(text, str):
                raise ParameterError(
                    f"`texts` must be texts by name; got a {type(text).__name__} for {name!r}."
                )
            yield Text(str(name), seen_of(text, _suffix(str(name))))
        return
    given = texts if isinstance(texts, list | tuple) else [texts]
    if not given:
        raise ParameterError("`texts` must have a text; got none.")
    for number, one in enumerate(given, start=1):
        if isinstance(one, str):
            _check_no_path(one)
            yield Text(f"text {number}", seen_of(one, ""))
        elif isinstance(one, os.PathLike):
            yield text_of_file(Path(os.fspath(one)), encoding=encoding)
        else:
            raise ParameterError(
                "`texts` must be a text, a pathlib.Path, a list of these, or texts by name; got a "
                f"{type(one).__name__}."
            )


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _check_no_path(text: str) -> None:
    """Refuse the name of a file: it would be looked at as a text of one line."""
    if len(text) > 250 or "\n" in text or "\0" in text or not text.strip():
        return
    if _suffix(text) in (*PLAIN, ".md", ".html", ".htm") or Path(text).is_file():
        raise ParameterError(
            f"`texts` must be a text, or a pathlib.Path for a file; got the str {text!r}, which "
            "looks like a file. Give Path(…)."
        )
