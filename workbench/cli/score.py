"""`workbench score`: score new contacts with a saved model."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.cli.config import add_config
from workbench.cli.messages import note
from workbench.cli.options import (
    READING,
    add_governance,
    add_reading,
    add_source,
    add_suppress,
    source_of,
)
from workbench.cli.values import kinds_of
from workbench.cli.words import options_of
from workbench.errors import ParameterError
from workbench.messages import count_of

if TYPE_CHECKING:
    from workbench.governance.papers.of_list import Papers

HELP = "score new contacts with a saved model"
NEEDS = ("workbench.ridge", "workbench.reports.score_blocks", "workbench.scoring")
HOW = ("only_open", "offers", "rank_within", "excel", "stream")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what follows `workbench score`."""
    add = parser.add_argument
    add("--model", metavar="FILE", default="reports/model.json", help="default: %(default)s")
    add_source(parser)
    add_reading(parser)
    add("--output", metavar="FILE", required=True, help="*.csv, *.xlsx (Excel) or *.parquet")
    add(
        "--excel",
        choices=("de", "en"),
        help="a CSV that Excel in German (semicolons, decimal commas) or English opens by a double "
        "click",
    )
    add("--only-open", action="store_true", help="only contacts whose outcome is not known yet")
    add(
        "--offers",
        metavar="FILE",
        help="the offers.npz of the same run: adds the best offer for each contact",
    )
    add(
        "--rank-within",
        choices=("campaign", "all"),
        default="campaign",
        help="all: rank all contacts together, too, and write the best of all first",
    )
    add(
        "--stream",
        action=argparse.BooleanOptionalAction,
        help="read a flat table in blocks and sort the list on disk, in memory that does not grow; "
        "default: of Parquet from a million rows on",
    )
    add_suppress(parser)
    add_governance(parser)
    add(
        "--without-governance",
        action="store_true",
        help="write the list though nobody is known to answer for it; the file beside it says so",
    )
    add_config(parser)
    parser.set_defaults(words=options_of(parser))


def act(options: argparse.Namespace) -> None:
    """Make the features as the model's own were made, and write who is ranked where."""
    from workbench.cli.early_lists import check_lists
    from workbench.scoring import score_under

    source, table = source_of(options.source, options.table, options.words, folders=True)
    check_lists(suppress=options.suppress, governance=options.governance)
    named = {"table": table, "source": source, "kinds": kinds_of(options.kinds)}
    done = score_under(
        _rule(options),
        named | {name: getattr(options, name) for name in READING},
        model=options.model,
        output=options.output,
        how={name: getattr(options, name) for name in HOW},
        suppress=options.suppress,
        governance=options.governance,
        without_governance=options.without_governance,
    )
    for said in done.notes:
        note(said, options.words)
    campaigns = f" in {count_of(done.campaigns, 'campaign')}" if done.campaigns else ""
    scored = count_of(done.contacts, done.unit)
    first = "largest uplift" if done.by == "uplift" else "best"
    print(f"{done.path}: {scored}{campaigns}, {first} first, with reasons{done.beyond}.")


def _rule(options: argparse.Namespace) -> Callable[[Papers], None]:
    """Refuse a list for which nobody is known to answer, or with customers who objected."""

    def check(papers: Papers) -> None:
        if not options.without_governance:
            papers.check()
        if fault := papers.fault_of_lists(options.suppress):
            raise ParameterError(fault)

    return check
