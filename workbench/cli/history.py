"""`workbench history`: what came of each run of a folder, as a table and as a page."""

from __future__ import annotations

import argparse
from pathlib import Path

from workbench.cli.words import options_of

HELP = "show the runs of a folder, and write a page of their figures"
NEEDS: tuple[str, ...] = ("workbench.reports.trend",)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what follows `workbench history`."""
    parser.add_argument(
        "folder",
        metavar="OUTPUT",
        nargs="?",
        default="reports",
        help="the folder that `workbench run --output` named; default: %(default)s",
    )
    parser.set_defaults(words=options_of(parser))


def act(options: argparse.Namespace) -> None:
    """Print the table, and write the page beside it."""
    from workbench.reports.history import read_history
    from workbench.reports.trend import lines_of, write_page

    runs = read_history(options.folder)
    print("\n".join(lines_of(runs)))
    page = write_page(runs, Path(options.folder))
    print(f"{page}: the figures, run by run.")
