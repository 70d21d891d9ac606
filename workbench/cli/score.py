"""`workbench score`: score new contacts with a saved model."""

from __future__ import annotations

import argparse

from workbench.cli.config import add_config
from workbench.cli.messages import note
from workbench.cli.options import READING, add_reading, add_source, source_of
from workbench.cli.values import kinds_of
from workbench.cli.words import options_of
from workbench.messages import count_of

HELP = "score new contacts with a saved model"
NEEDS = ("workbench.ridge", "workbench.reports.score", "workbench.scoring")


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
        "--rank-within",
        choices=("campaign", "all"),
        default="campaign",
        help="all: rank all contacts together, too, and write the best of all first",
    )
    add_config(parser)
    parser.set_defaults(words=options_of(parser))


def act(options: argparse.Namespace) -> None:
    """Make the features as the model's own were made, and write who is ranked where."""
    from workbench.scoring import score

    source, table = source_of(options.source, options.table, options.words)
    done = score(
        model=options.model,
        output=options.output,
        table=table,
        source=source,
        only_open=options.only_open,
        rank_within=options.rank_within,
        excel=options.excel,
        kinds=kinds_of(options.kinds),
        **{name: getattr(options, name) for name in READING},
    )
    for said in done.notes:
        note(said, options.words)
    campaigns = f" in {count_of(done.campaigns, 'campaign')}" if done.campaigns else ""
    scored = count_of(done.contacts, done.unit)
    first = "largest uplift" if done.by == "uplift" else "best"
    print(f"{done.path}: {scored}{campaigns}, {first} first, with reasons{done.beyond}.")
