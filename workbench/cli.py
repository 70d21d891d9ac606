"""The command line: parses, calls, prints.

Exit codes: 0 done, 1 a run that failed, 2 a wrong option or unusable data, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from workbench import __version__, _early, errors
from workbench._command_values import (
    ORDERS,
    amount_of,
    days_of,
    groups_of,
    kinds_of,
    names_of,
    order_of,
)
from workbench._command_words import as_typed, options_of
from workbench.errors import MissingDataError, ParameterError, RunError, WorkbenchError
from workbench.files.shipped import notebook_path
from workbench.messages import count_of, did_you_mean, listed

if TYPE_CHECKING:
    from workbench.frame.feature_frame import FeatureFrame
    from workbench.reports.run import Run

_PERIODS = ("auto", "none", "hour", "day", "week", "month", "quarter", "year")
_PURPOSE = "Whom to contact next, and still trust it when campaigns change."
DATA_SETS = ("complete-journey",)
_ROLES = ("target", "campaign", "time", "customer", "trials", "positive")
_OPTION = {"kinds": "as"}
_READING = ("dates", "decimal", "encoding", "columns")
_OF_ORDERS = ("orders_within", "amount")
_PASSED_ON = (
    *(
        *_ROLES,
        *_READING,
        *_OF_ORDERS,
        "table",
        "drop",
        "periods",
        "cost",
        "margin",
        "test_campaigns",
    ),
    *("seed", "author"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `workbench` command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Default: what the process was called with.

    Returns
    -------
    int
        The exit code.
    """
    words: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: _note(message, words)
        try:
            _early.let_interrupts_pass()
            options = _parser().parse_args(arguments)
            words = options.words
            act: Callable[[argparse.Namespace], None] = options.act
            act(options)
        except (WorkbenchError, _UsageError) as error:
            return _report(error, words)
        except MemoryError:
            _say("there is not enough memory for this; nothing was overwritten. Score fewer rows.")
            return 1
        except OSError as error:
            said = f"{error.filename}: " if error.filename else ""
            _say(f"{said}{error.strerror or error}; nothing was overwritten.")
            return 2
        except KeyboardInterrupt:
            _say("interrupted; nothing was overwritten.")
            return 130
    return 0


def run(options: argparse.Namespace) -> None:
    """Execute a notebook and print its headline and where the report is."""
    _check_source(options)
    notebook = _notebook(options.notebook)
    parameters = {name: getattr(options, name) for name in _PASSED_ON}
    parameters |= {"groups": groups_of(options.group), "order": order_of(options.order)}
    parameters |= {"kinds": kinds_of(options.kinds)}
    parameters |= {"source": options.data or ("table" if options.table else None)}
    given = {name: value for name, value in parameters.items() if value not in (None, "", {})}
    if options.table is not None and not options.notebook.endswith(".ipynb"):
        from workbench._early_table import check_table

        check_table(options.notebook, given)  # before anything slow is imported
    from workbench.reports.run import run_notebook

    _print_run(run_notebook(notebook, output=options.output, parameters=given))


def new(options: argparse.Namespace) -> None:
    """Copy a template to a notebook of one's own."""
    from workbench.files.whole_file import whole_file

    copy = Path(options.copy)
    if copy.suffix != ".ipynb":
        raise ParameterError(f"The copy must be a notebook, *.ipynb; got {options.copy!r}.")
    if copy.exists() and not options.force:
        raise ParameterError(
            f"{copy} is there already, and is not overwritten. Choose another name, or --force."
        )
    template = _template(options.template)
    with whole_file(copy) as unfinished:
        unfinished.write_bytes(template.read_bytes())
    print(f"{copy}: open it with `jupyter lab {copy}`, run it with `workbench run {copy}`.")


def score(options: argparse.Namespace) -> None:
    """Score new contacts with a saved model."""
    from workbench.reports.pairing import mismatch
    from workbench.reports.score import check_scores_file, score_blocks
    from workbench.ridge import RidgePropensity

    _check_data(options.data)
    check_scores_file(options.output)
    model = RidgePropensity.load(options.model)
    if (fault := mismatch(Path(options.model))) is not None:
        _note(fault, options.words)
    done = score_blocks(model, _frames_to_score(options, model.recipe_), options.output)
    campaigns = f" in {count_of(done.campaigns, 'campaign')}" if done.campaigns else ""
    scored = count_of(done.contacts, "cell" if model.recipe_.get("trials") else "contact")
    print(f"{done.path}: {scored}{campaigns}, best first, with reasons{done.beyond}.")


def _frames_to_score(options: argparse.Namespace, recipe: Any) -> Iterable[FeatureFrame]:
    """Make the features as the model's own were made, in blocks; outcomes must be open."""
    if recipe.get("kind") == "table":
        from workbench.frame.scoring_blocks import frames_to_score

        if options.table is None:
            raise ParameterError("This model was made from a table: name the new one, --table.")
        return frames_to_score(_existing(options.table), recipe, **_said(options))
    from workbench import datasets
    from workbench.features import FeatureSet, orders_to_score

    if recipe.get("kind") == "orders":
        if options.table is None:
            raise ParameterError("This model was made from a log of orders: name it, --table.")
        frame = orders_to_score(_existing(options.table), recipe, **_said(options))
        _note(frame.notes[0], options.words)
        return [frame]

    if options.table is not None:
        raise ParameterError(
            "This model was made from campaign tables, not from one flat table: use --data, or "
            "build the features in Python with FeatureSet.from_dict(model.recipe_)."
        )
    return [FeatureSet.from_dict(recipe).build(datasets.complete_journey()).unknown()]


def _said(options: argparse.Namespace) -> Any:
    return {name: getattr(options, name) for name in _READING} | {"kinds": kinds_of(options.kinds)}


def _parser() -> _Parser:
    parser = _Parser(prog="workbench", description=_PURPOSE)
    parser.add_argument("--version", action="version", version=f"workbench {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    _add_run(commands.add_parser("run", help="execute a notebook and write its offline report"))
    _add_new(commands.add_parser("new", help="copy a template, to edit"))
    _add_score(commands.add_parser("score", help="score new contacts with a saved model"))
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(act=run)
    add = parser.add_argument
    add("notebook", help="a template, such as propensity, or a notebook of your own")
    _add_source(parser)
    add("--target", metavar="COL", help="the outcome: 0/1, no/yes, …; a count with --trials")
    add("--campaign", metavar="COL", help="the campaign of each row; a month will do")
    add(
        "--time",
        metavar="COL",
        help="the moment of the decision to contact; without --campaign, "
        "its months, weeks or quarters are the campaigns",
    )
    add(
        "--order",
        metavar="ORDER",
        help=f"of campaigns: {', '.join(ORDERS)}, or every campaign, "
        "the earliest first, with commas between; default: as --time or their labels tell",
    )
    add(
        "--periods",
        choices=_PERIODS,
        metavar="LENGTH",
        help=f"of time: {', '.join(_PERIODS)}; default: so that they can be judged",
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
    add("--trials", metavar="COL", help="contacts that a row stands for, where rows are aggregated")
    add("--positive", metavar="VALUE", help="the target's positive value; all others are negative")
    add("--drop", metavar="COL", action="append", help="leave a column out; may be repeated")
    add("--group", metavar="PATTERN=NAME", action="append", help="group features: 'mail_*=mail'")
    _add_reading(parser)
    add("--cost", type=amount_of, help="of one contact")
    add("--margin", type=amount_of, help="of one response, before the cost of contact")
    add("--test-campaigns", metavar="N", type=int, help="judge on the last N campaigns")
    add("--seed", type=int)
    add("--author", help="named in the report; default: who is logged in")
    add("--output", metavar="FOLDER", default="reports", help="default: %(default)s")
    parser.set_defaults(words=options_of(parser, name="the notebook"))


def _add_new(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(act=new)
    parser.add_argument("template", help="such as propensity")
    parser.add_argument("copy", metavar="NOTEBOOK", help="such as mine.ipynb")
    parser.add_argument("--force", action="store_true", help="overwrite a file of that name")
    parser.set_defaults(words=options_of(parser, name="the template"))


def _add_score(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(act=score)
    add = parser.add_argument
    add("--model", metavar="FILE", default="reports/model.json", help="default: %(default)s")
    _add_source(parser)
    _add_reading(parser)
    add("--output", metavar="FILE", required=True, help="*.csv or *.parquet")
    parser.set_defaults(words=options_of(parser))


def _add_source(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--data", metavar="NAME", help=f"a data set: {', '.join(DATA_SETS)}")
    source.add_argument("--table", metavar="FILE", help="a flat table: CSV, Excel, Parquet")


def _add_reading(parser: argparse.ArgumentParser) -> None:
    """Add what can be said of a file where it leaves something open."""
    from workbench.reading.told import MARKS, ORDERS, SAID_OF_COLUMNS

    add = parser.add_argument
    add("--dates", choices=ORDERS, help="how 05/03/2023 is read where the column does not show it")
    add("--decimal", choices=MARKS, help="how 1.234 is read where the column does not show it")
    add("--encoding", metavar="NAME", help="of the file, such as cp1251, if it is found wrongly")
    add(
        "--columns",
        metavar="NAMES",
        type=names_of,
        help="of a file without a header line: all names, with commas between",
    )
    kinds = ", ".join(SAID_OF_COLUMNS)
    add("--as", metavar="COL=KIND", action="append", dest="kinds", help=f"read a column as {kinds}")


def _check_data(name: str | None) -> None:
    if name is not None and name not in DATA_SETS:
        raise ParameterError(
            f"--data must be one of {listed(DATA_SETS)}; got {name!r}."
            f"{did_you_mean(name, DATA_SETS)}"
        )


def _check_source(options: argparse.Namespace) -> None:
    _check_data(options.data)
    if options.table is not None:
        _existing(options.table)
        if options.orders_within is not None:
            _check_orders(options)
            return
        if options.amount is not None:
            raise ParameterError(
                "--amount is of a log of orders: say --orders-within too, or leave it out."
            )
        if options.target is None:
            raise ParameterError(
                "--table needs --target, the column that holds the outcome; of a log of orders "
                "say --orders-within."
            )
        if options.trials is not None and options.positive is not None:
            raise ParameterError(
                "--positive names a value of the target; with --trials the target is a count. "
                "Leave one of them out."
            )
        _check_campaigns(options)
        return
    for role in (*_ROLES, *_READING, *_OF_ORDERS, "drop", "group", "order", "periods", "kinds"):
        if getattr(options, role):
            option = _OPTION.get(role, role).replace("_", "-")
            raise ParameterError(
                f"--{option} says something of a table: name the table too, --table."
            )


def _check_orders(options: argparse.Namespace) -> None:
    """Raise ParameterError where options do not go with a log of orders."""
    for role, what in (("customer", "who ordered"), ("time", "when")):
        if getattr(options, role) is None:
            raise ParameterError(f"--orders-within needs --{role}, the column that holds {what}.")
    for role in ("target", "campaign", "trials", "positive", "drop", "group", "order"):
        if getattr(options, role):
            raise ParameterError(
                f"--{role} is of a table with one row a contact; with --orders-within contacts "
                "and their outcomes are made. Leave one of the two out."
            )


def _check_campaigns(options: argparse.Namespace) -> None:
    """Raise ParameterError where an option speaks of campaigns, and there can be none."""
    if options.campaign is None:
        if options.order is not None:
            raise ParameterError("--order needs --campaign, the column whose campaigns it orders.")
        for option in ("test_campaigns", "periods"):
            if getattr(options, option) is not None and options.time is None:
                raise ParameterError(
                    f"--{option.replace('_', '-')} needs --campaign, the column to tell them by, "
                    "or --time."
                )
    elif options.order is not None and options.time is not None:
        raise ParameterError("--time gives the order of campaigns already: leave --order out.")


def _existing(table: str) -> str:
    if not os.path.isfile(table):  # noqa: PTH113 - a path may be too long to ask for
        raise MissingDataError(f"There is no file {table!r}. Check the path after --table.")
    return table


def _notebook(name: str) -> Path:
    return Path(name) if name.endswith(".ipynb") else _template(name)


def _template(name: str) -> Path:
    return notebook_path(f"{name}.ipynb")


def _print_run(finished: Run) -> None:
    if finished.headline is not None:
        print(finished.headline)
    size = finished.report.stat().st_size / 1e6
    print(f"{finished.report} ({size:.1f} MB, {finished.seconds:.0f} s)")
    if finished.model is not None:
        print(f"{finished.model}: score new contacts with `workbench score`.")


class _UsageError(Exception):
    """What argparse has to say against the arguments."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the whole usage before it."""

    def __init__(self, **settings: Any) -> None:
        # an abbreviation that works today may be ambiguous with the next option
        super().__init__(**settings, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise _UsageError(f"{message}; see `{self.prog} --help`.")


def _report(error: Exception, words: Mapping[str, str]) -> int:
    """Print the error in words of the command; tell the user's fault (2) from a failed run (1)."""
    in_cell = getattr(error, "error", "")  # of a CellError, whose module is slow to import
    kind = getattr(errors, in_cell, None) if isinstance(in_cell, str) else None
    if isinstance(error, RunError) and kind is not None and kind is not RunError:
        said, partial = getattr(error, "said", ""), getattr(error, "partial", "")
        _say(f"{as_typed(said, words)}\n(The notebook up to there: {partial})")
        return 2
    _say(as_typed(str(error), words))
    return 1 if isinstance(error, RunError) else 2


def _note(message: Warning | str, words: Mapping[str, str]) -> None:
    _say(f"note: {as_typed(str(message), words)}")


def _say(text: str) -> None:
    print(f"workbench: {text}", file=sys.stderr)
