"""`workbench check`: whether data are fit for a pilot, and finished runs still as they were."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from workbench.cli.messages import show
from workbench.cli.options import (
    READING,
    add_governance,
    add_reading,
    add_roles,
    add_source,
    source_of,
)
from workbench.cli.outcome import JSON, print_plain
from workbench.cli.values import days_of, kinds_of, order_of
from workbench.cli.words import as_typed, options_of
from workbench.errors import ParameterError

if TYPE_CHECKING:
    from workbench.governance import Readiness

HELP = "ask whether data are fit for a pilot, or whether a finished run is still as it was"
NEEDS: tuple[str, ...] = ("workbench.loading",)
BLOCKED = 2
ROLES = (
    *("target", "campaign", "time", "customer", "trials", "positive", "amount"),
    *("treatment", "control", "arm_probability", "orders_within", "periods", "drop"),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what follows `workbench check`."""
    add = parser.add_argument
    add(
        "folder",
        metavar="OUTPUT",
        nargs="?",
        help="look again at what finished runs left in this folder; else name data",
    )
    add_source(parser)
    add_roles(parser)
    add(
        "--horizon-days",
        metavar="DAYS",
        type=days_of,
        help="a response counts within so many days of --time",
    )
    add_reading(parser)
    add_governance(parser)
    add(JSON, action="store_true", help="print it as JSON")
    parser.set_defaults(words=options_of(parser))


def act(options: argparse.Namespace) -> int:
    """Ask of data or of a folder, print what was found, and return the exit code."""
    if options.folder is not None:
        return _act_on_folder(options)
    found = _readiness(options)
    code = BLOCKED if found.state == "blocked" else 0
    if options.json:
        print_plain({"exit_code": code, **_typed(found.to_dict(), options.words)})
    else:
        show(as_typed(str(found), options.words))
    return code


def _act_on_folder(options: argparse.Namespace) -> int:
    if options.source is not None or options.table is not None:
        raise ParameterError(
            "`source` and `table` name data, and a folder is named too: ask one after the other."
        )
    from workbench.cli import check_reports

    return check_reports.act(options)


def _readiness(options: argparse.Namespace) -> Readiness:
    from workbench.governance import Governance, readiness

    source, table = source_of(options.source, options.table, options.words)
    papers = None if options.governance is None else Governance.read(options.governance)
    if source is None and table is None:
        raise ParameterError(
            "Name what to ask about: a table's file, `table`, data, `source`, or the folder of "
            "finished runs."
        )
    said = _said(options)
    if source is not None:
        return _of_source(source, said, papers)
    frame = _of_log(table, said) if "orders_within" in said else None
    return readiness(table, frame=frame, governance=papers, **said)


def _said(options: argparse.Namespace) -> dict[str, Any]:
    found = {name: getattr(options, name) for name in (*ROLES, *READING, "horizon_days")}
    found |= {"kinds": kinds_of(options.kinds), "order": order_of(options.order)}
    return {name: value for name, value in found.items() if value not in (None, {}, [])}


def _of_source(source: str, said: dict[str, Any], papers: Any) -> Readiness:
    """Ask of campaign tables with the features that a run would build from them."""
    from workbench.features import FeatureSet
    from workbench.frame.feature_frame import FeatureFrame
    from workbench.governance import readiness
    from workbench.loading import load
    from workbench.tables.campaign_data import CampaignData

    data: CampaignData | FeatureFrame = load(source, **said)  # refuses what is said of a table
    if isinstance(data, FeatureFrame):
        return readiness(data, governance=papers)
    return readiness(data, frame=FeatureSet.declared(data).build(data), governance=papers)


def _of_log(table: str | None, said: dict[str, Any]) -> Any:
    from workbench.loading import load

    return load(table, say=False, **{k: v for k, v in said.items() if k != "horizon_days"})


def _typed(told: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    checks = [{name: as_typed(text, words) for name, text in one.items()} for one in told["checks"]]
    return {**told, "checks": checks}
