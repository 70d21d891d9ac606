"""Options that several commands have: where the data are, and how a file is read."""

from __future__ import annotations

import argparse
import os

from workbench.cli.values import DATES, KINDS, MARKS, ORDERS, days_of, names_of
from workbench.errors import MissingDataError, ParameterError
from workbench.messages import did_you_mean, listed

DATA_SETS = ("complete-journey", "sample-test")
DECLARED = ".toml"
PERIODS = ("auto", "none", "hour", "day", "week", "month", "quarter", "year")
READING = ("dates", "decimal", "encoding", "columns")


def add_source(parser: argparse.ArgumentParser) -> None:
    """Add where the data are."""
    source = parser.add_mutually_exclusive_group()
    sets = ", ".join(DATA_SETS)
    add = source.add_argument
    add(
        "--data",
        metavar="NAME",
        dest="source",
        help=f"campaign tables: a campaigns.toml, or a data set: {sets}; or a table's file",
    )
    add("--table", metavar="FILE", help="a flat table: CSV, Excel, Parquet")


def add_roles(parser: argparse.ArgumentParser) -> None:
    """Add what the columns of a table are for."""
    add = parser.add_argument
    add(
        *("--target", "--outcome"),
        metavar="COL",
        help="the outcome: 0/1, no/yes, …; a count with --trials",
    )
    add("--campaign", metavar="COL", help="the campaign of each row; a month will do")
    add(
        "--time",
        metavar="COL",
        help="the moment of the decision to contact; without --campaign, "
        "its months, weeks or quarters are the campaigns",
    )
    add("--customer", metavar="COL")
    add(
        "--orders-within",
        metavar="DAYS",
        type=days_of,
        help="the table is a log, one row an order of --customer at --time: who orders within so "
        "many days of the beginning of each month (--periods), is the question",
    )
    add("--amount", metavar="COL", help="the value of an order, with --orders-within")
    add(
        "--order",
        metavar="ORDER",
        help=f"of campaigns: {', '.join(ORDERS)}, or every campaign, "
        "the earliest first, with commas between; default: as --time or their labels tell",
    )
    add(
        "--periods",
        choices=PERIODS,
        metavar="LENGTH",
        help=f"of time: {', '.join(PERIODS)}; default: so that they can be judged",
    )
    add("--trials", metavar="COL", help="contacts that a row stands for, where rows are aggregated")
    add("--treatment", metavar="COL", help="the arm of a test that each row was in; no feature")
    add("--control", metavar="ARM", help="the arm not contacted, where its name does not tell")
    add(
        "--arm-probability",
        metavar="COL",
        help="the chance that a row had of its arm, where rows differ in it",
    )
    add("--positive", metavar="VALUE", help="the target's positive value; all others are negative")
    add("--drop", metavar="COL", action="append", help="leave a column out; may be repeated")
    add(
        "--allow",
        metavar="COL=REASON",
        action="append",
        help="let a column with personal data be a feature, and say why; may be repeated",
    )


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add what can be said of a file where it leaves something open."""
    add = parser.add_argument
    add("--dates", choices=DATES, help="how 05/03/2023 is read where the column does not show it")
    add("--decimal", choices=MARKS, help="how 1.234 is read where the column does not show it")
    add("--encoding", metavar="NAME", help="of the file, such as cp1251, if it is found wrongly")
    add(
        "--columns",
        metavar="NAMES",
        type=names_of,
        help="of a file without a header line: all names, with commas between",
    )
    kinds = ", ".join(KINDS)
    add("--as", metavar="COL=KIND", action="append", dest="kinds", help=f"read a column as {kinds}")


def add_suppress(parser: argparse.ArgumentParser) -> None:
    """Add which customers must not be used."""
    parser.add_argument(
        "--suppress",
        metavar="FILE",
        help="customers who objected, or must not be used: CSV, Excel or Parquet with their ids",
    )


def add_governance(parser: argparse.ArgumentParser) -> None:
    """Add who answers for a model."""
    parser.add_argument(
        "--governance",
        metavar="FILE",
        help="who answers for the model, what for, until when: `workbench new governance.toml` "
        "writes one to fill in",
    )


def source_of(
    name: str | None, table: str | None, words: dict[str, str], *, folders: bool = False
) -> tuple[str | None, str | None]:
    """Return the data set or declaration, and the table's file; a file's name makes a table.

    Parameters
    ----------
    name, table : str, optional
        What follows --data and --table.
    words : mapping
        How messages name them; changed where a file follows --data.
    folders : bool
        Whether a table may be a folder of files.

    Raises
    ------
    ParameterError
        Both are named, or the data set is none.
    MissingDataError
        There is no such file.
    """
    if name is not None and table is not None:
        raise ParameterError("`source` and `table` both say where the data are. Keep one of them.")
    if name is not None and name.casefold().endswith(DECLARED) and is_file(name):
        return name, None
    if name is not None and name not in DATA_SETS and is_file(name):
        words["table"] = words["source"]
        return None, name
    if name is not None and name not in DATA_SETS:
        raise ParameterError(
            f"`source` must be one of {listed(DATA_SETS)}, or a file; got {name!r}, and "
            f"there is no such file.{did_you_mean(name, DATA_SETS)}"
        )
    is_there = table is None or is_file(table) or (folders and _is_folder(table))
    if not is_there:
        raise MissingDataError(f"There is no file {table!r}. Check the path after `table`.")
    return name, table


def is_file(path: str) -> bool:
    """Whether there is such a file; a path may be too long to ask for, or hold a zero byte."""
    try:
        return os.path.isfile(path)  # noqa: PTH113 - pathlib raises for a path that is too long
    except ValueError:
        return False


def _is_folder(path: str) -> bool:
    try:
        return os.path.isdir(path)  # noqa: PTH112 - the same
    except ValueError:
        return False
