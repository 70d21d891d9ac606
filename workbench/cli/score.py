"""`workbench score`: score new contacts with a saved model."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.config import add_config
from workbench.cli.messages import note
from workbench.cli.options import READING, add_reading, add_source, source_of
from workbench.cli.values import kinds_of
from workbench.cli.words import options_of
from workbench.errors import DataError, ParameterError
from workbench.messages import count_of

if TYPE_CHECKING:
    from workbench.frame.feature_frame import FeatureFrame

HELP = "score new contacts with a saved model"
NEEDS = ("workbench.ridge", "workbench.reports.score")


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
    from workbench.reports.pairing import mismatch
    from workbench.reports.score import check_scores_file, score_blocks
    from workbench.ridge import RidgePropensity

    _, table = source_of(options.source, options.table, options.words)
    check_scores_file(options.output, options.excel)
    model = RidgePropensity.load(options.model)
    if (fault := mismatch(Path(options.model))) is not None:
        note(fault, options.words)
    done = score_blocks(
        model,
        _frames(options, table, model.recipe_),
        options.output,
        rank_within=options.rank_within,
        excel=options.excel,
    )
    campaigns = f" in {count_of(done.campaigns, 'campaign')}" if done.campaigns else ""
    scored = count_of(done.contacts, "cell" if model.recipe_.get("trials") else "contact")
    print(f"{done.path}: {scored}{campaigns}, best first, with reasons{done.beyond}.")


def _frames(options: argparse.Namespace, table: str | None, recipe: Any) -> Iterable[Any]:
    """Make the features in blocks, where they can be.

    Every row of a flat table is scored unless only open ones are asked for; of campaign tables
    and of a log of orders all that is scored is open.
    """
    if recipe.get("kind") == "table":
        from workbench.frame.scoring_blocks import frames_to_score, open_frames_to_score

        if table is None:
            raise ParameterError("This model was made from a table: name the new one, `table`.")
        read = open_frames_to_score if options.only_open else frames_to_score
        return read(table, recipe, **_said(options))
    if recipe.get("kind") == "orders":
        return [_orders(options, table, recipe)]
    if table is not None or options.source is None:
        raise ParameterError(
            "This model was made from campaign tables, not from one flat table: name the "
            "campaigns.toml that says what they are, or a data set, `source`."
        )
    for name in (*READING, "kinds"):
        if getattr(options, name):
            raise ParameterError(
                f"`{name}` says how a table's file is read; campaign tables say that of each of "
                "their own. Leave it out."
            )
    return [_of_campaigns(options.source, recipe, options.words)]


def _of_campaigns(source: str, recipe: Any, words: dict[str, str]) -> FeatureFrame:
    from workbench.features import FeatureSet
    from workbench.loading import load

    data: Any = load(source, say=False)
    if data.contacts["outcome"].notna().all():
        raise DataError(
            f"No contact of {source} is waiting: all {len(data.contacts):,} have an outcome that "
            f"was known by {data.observed_until:%Y-%m-%d}. Add the contacts to come, or mend "
            "`observed_until` in the declaration."
        )
    for said in data.notes:
        note(said, words)
    return FeatureSet.from_dict(recipe).build(data).unknown()


def _orders(options: argparse.Namespace, table: str | None, recipe: Any) -> FeatureFrame:
    from workbench.features import orders_to_score

    if table is None:
        raise ParameterError("This model was made from a log of orders: name it, `table`.")
    frame = orders_to_score(table, recipe, **_said(options))
    note(frame.notes[0], options.words)
    return frame


def _said(options: argparse.Namespace) -> Any:
    return {name: getattr(options, name) for name in READING} | {"kinds": kinds_of(options.kinds)}
