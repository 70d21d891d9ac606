"""Options for a run that nobody watches: when it stops, how it is told, and where it is kept."""

from __future__ import annotations

import argparse

from workbench.cli.outcome import JSON
from workbench.cli.values import CONDITIONS


def add_schedule(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    add = parser.add_argument
    add(
        "--fail-on",
        metavar="WORDS",
        help="write no model, and end with exit code 3, where one of these holds: "
        f"{', '.join(CONDITIONS)}, with commas between; or none. Default: leak,perfect",
    )
    add("--dated", action="store_true", help="keep report and model in a folder of the day, too")
    add(JSON, action="store_true", help="print one JSON object, also where the run fails")
