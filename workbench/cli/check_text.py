"""`workbench check-text`: signs in texts of what the law asks, by a dated table of rules."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.messages import show
from workbench.cli.outcome import JSON, print_plain
from workbench.cli.words import as_typed, options_of
from workbench.errors import ParameterError

if TYPE_CHECKING:
    from workbench.texts.screening.screening import Screening

HELP = "look through texts for signs of what the law asks; no verdict"
NEEDS = ("workbench.texts.screening.checking",)
STOPPED = 3
KINDS = ("auto", "mailing", "chatbot", "privacy-notice", "briefing", "clauses")
SEVERITIES = ("serious", "moderate", "minor")
TOLD_IN = ("en", "de", "de-AT", "de-CH")
SUFFIXES = (".csv", ".xlsx")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what follows `workbench check-text`."""
    add = parser.add_argument
    add("files", metavar="FILE", nargs="+", help="*.txt, *.md or *.html; - for stdin")
    add("--kind", choices=KINDS, default="auto", help="what the texts are; default: by their words")
    add("--language", choices=("auto", "de", "en"), default="auto", help="of the texts")
    add("--as-of", metavar="DAY", help="ask what applies on it, as 2026-12-01; default: today")
    add("--jurisdiction", metavar="CODE", help="EU, or a country such as DE; default: every rule")
    add("--rules", metavar="FILE", help="a table of rules of your own, *.csv, asked as well")
    add("--clauses", metavar="FILE", help="a router of clauses, *.npz, that reads each paragraph")
    add("--harmless", metavar="LABEL", help="of clauses that need no look; with --clauses")
    add("--encoding", metavar="NAME", help="of the files, such as cp1252; default: found out")
    add("--report-language", choices=TOLD_IN, default="en", help="in which findings are told")
    add(
        "--fail-on",
        choices=(*SEVERITIES, "none"),
        default="serious",
        help="end with exit code 3 where a finding that applies is as severe; default: serious",
    )
    add("--output", metavar="FILE", help="write the findings to a file, *.csv or *.xlsx, too")
    add(JSON, action="store_true", help="print it as JSON")
    parser.set_defaults(words=options_of(parser))


def act(options: argparse.Namespace) -> int:
    """Look through the texts, print what was found, and return the exit code."""
    from workbench.language import speaking
    from workbench.texts.screening.checking import check_text

    _check_output(options.output)
    if len(set(options.files)) < len(options.files):
        raise ParameterError("Name every file once; one stands twice.")
    with speaking(options.report_language):
        found = check_text(
            [Path(name) for name in options.files],
            kind=options.kind,
            language=options.language,
            as_of=options.as_of,
            jurisdiction=options.jurisdiction,
            rules=options.rules,
            encoding=options.encoding or "",
            clauses=options.clauses,
            harmless=options.harmless,
        )
        code = _code(found, options.fail_on)
        if options.output is not None:
            _write(found, Path(options.output))
        if options.json:
            print_plain({"exit_code": code, **_typed(found.to_dict(), options.words)})
        else:
            show(as_typed(str(found), options.words))
    return code


def _code(found: Screening, fail_on: str) -> int:
    """Return 3 where a finding is as severe as is said; those that apply later do not count."""
    least = SEVERITIES.index(fail_on) + 1 if fail_on in SEVERITIES else 0
    return STOPPED if found.worst(SEVERITIES[:least]) else 0


def _typed(told: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    for text in told["texts"]:
        text["remarks"] = [as_typed(one, words) for one in text["remarks"]]
    return told


def _check_output(output: str | None) -> None:
    if output is None:
        return
    suffix = Path(output).suffix.lower()
    if suffix not in SUFFIXES:
        raise ParameterError(f"`output` must be a file *.csv or *.xlsx; got {output!r}.")
    if suffix == ".xlsx":
        from workbench.reports.excel_book import check_excel

        check_excel()


def _write(found: Screening, path: Path) -> None:
    """Write the table for its owner alone: it may hold what texts say of people."""
    from workbench.files.whole_file import whole_file
    from workbench.reports.spreadsheet_text import as_text_only

    table = found.table()
    with whole_file(path, private=True) as unfinished:
        if path.suffix.lower() == ".csv":
            table.apply(as_text_only).to_csv(unfinished, index=False)
        else:
            _write_book(table, unfinished)


def _write_book(table: Any, path: Path) -> None:
    import pandas as pd

    as_text = {"strings_to_formulas": False, "strings_to_urls": False}
    days = table["applies_from"].dt.strftime("%Y-%m-%d")
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": as_text}) as book:
        table.assign(applies_from=days).to_excel(book, sheet_name="findings", index=False)
