"""`workbench compare`: two runs side by side, and which differences mean anything."""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench.cli.outcome import JSON, print_plain
from workbench.cli.words import options_of
from workbench.errors import ParameterError

HELP = "put two runs side by side"
NEEDS: tuple[str, ...] = ("workbench.reports.side_by_side",)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what follows `workbench compare`."""
    run = "an output folder of `workbench run`, a folder of a day, a report or a model.json"
    parser.add_argument("old", metavar="OLD", help=run)
    parser.add_argument("new", metavar="NEW", help="the same, of the later run")
    parser.add_argument("--output", metavar="FILE.html", help="write a page, too")
    parser.add_argument(JSON, action="store_true", help="print one JSON object")
    parser.set_defaults(words=options_of(parser, old="OLD", new="NEW"))


def act(options: argparse.Namespace) -> None:
    """Print the comparison, and write its page."""
    from workbench.reports.side_by_side import compare

    if options.output is not None and Path(options.output).suffix.lower() != ".html":
        raise ParameterError(f"`output` must be a page, *.html; got {options.output!r}.")
    found = compare(options.old, options.new)
    page = None if options.output is None else found.save(options.output)
    if options.json:
        print_plain({"exit_code": 0, "page": page and str(page), **found.to_dict()})
        return
    print(found)
    if page is not None:
        print(f"\n{page}: the same as a page, for readers inside.")
