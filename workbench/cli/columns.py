"""`workbench columns`: what each column of a table is taken for, before anything is run."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.messages import show
from workbench.cli.options import READING, add_reading, add_roles, add_source, source_of
from workbench.cli.values import allowed_of, kinds_of, order_of
from workbench.cli.words import as_typed, options_of
from workbench.errors import ParameterError

if TYPE_CHECKING:
    from workbench.survey import ColumnReport

HELP = "show what each column of a table is taken for, before any run"
NEEDS = ("workbench.survey",)
ROLES = (
    *("target", "campaign", "time", "customer", "trials", "positive", "amount"),
    *("treatment", "control", "arm_probability", "orders_within", "periods", "drop"),
)
WIDEST = 120
"""Columns of a terminal beyond which lines are hard to follow."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what follows `workbench columns`."""
    add = parser.add_argument
    add_source(parser)
    add_roles(parser)
    add_reading(parser)
    add("--all", action="store_true", dest="every", help="print every column, however many")
    add("--output", metavar="FILE", help="write the table to a file, *.csv, too")
    add("--json", action="store_true", help="print it as JSON")
    parser.set_defaults(words=options_of(parser))


def act(options: argparse.Namespace) -> None:
    """Look at the columns, and print what was found."""
    from workbench.survey import columns

    source, table = source_of(options.source, options.table, options.words)
    if source is None and table is None:
        raise ParameterError("Name what to look at: a table's file, `table`, or data, `source`.")
    if options.output is not None and Path(options.output).suffix.lower() != ".csv":
        raise ParameterError(f"`output` must be a file *.csv; got {options.output!r}.")
    report = columns(table if source is None else source, **_said(options))
    if options.output is not None:
        _write(report, Path(options.output))
    show(_as_json(report, options) if options.json else _as_text(report, options))


def _said(options: argparse.Namespace) -> Any:
    found = {name: getattr(options, name) for name in (*ROLES, *READING)}
    found |= {"kinds": kinds_of(options.kinds), "order": order_of(options.order)}
    found |= {"allow": allowed_of(options.allow)}
    return {name: value for name, value in found.items() if value is not None}


def _as_text(report: ColumnReport, options: argparse.Namespace) -> str:
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    most = {"most": None} if options.every else {}
    text = report.text(width, said=lambda one: _typed(one, options.words), **most)
    return text if options.output is None else f"{text}\n\n{options.output}: every column."


def _as_json(report: ColumnReport, options: argparse.Namespace) -> str:
    found = report.to_dict()
    for name in ("faults", "notes"):
        found[name] = [_typed(one, options.words) for one in found[name]]
    return json.dumps(found, ensure_ascii=False, indent=2)


def _typed(sentence: str, words: Mapping[str, str]) -> str:
    """Write a sentence for the command line; notes of a run name both, `order` and --order."""
    return re.sub(r"(--[a-z-]+)(?:, \1\b| \(\1\))", r"\1", as_typed(sentence, words))


def _write(report: ColumnReport, path: Path) -> None:
    """Write the whole table for its owner alone: it holds what customers have."""
    from workbench.files.whole_file import whole_file
    from workbench.reports.spreadsheet_text import as_text_only

    with whole_file(path, private=True) as unfinished:
        report.table().apply(as_text_only).to_csv(unfinished, index=False)
