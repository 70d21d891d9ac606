"""`workbench run`: execute a notebook, and say what its report says first."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.config import add_config, fill_parameters
from workbench.cli.messages import note, say
from workbench.cli.options import (
    DECLARED,
    READING,
    add_governance,
    add_reading,
    add_roles,
    add_source,
    add_suppress,
    source_of,
)
from workbench.cli.outcome import print_run
from workbench.cli.parser import Parser
from workbench.cli.schedule_options import add_schedule
from workbench.cli.set_options import (
    add_set,
    check_once,
    lines_of,
    pairs_of,
    set_words,
    values_of,
)
from workbench.cli.templates import templates_listed
from workbench.cli.typed_values import NOTHING, is_utf8, literal_of
from workbench.cli.values import (
    allowed_of,
    amount_of,
    groups_of,
    kinds_of,
    order_of,
    whole_of,
)
from workbench.cli.words import SET, as_typed, options_of
from workbench.errors import ParameterError, StoppedError

if TYPE_CHECKING:
    from workbench.reports.parameters import Parameter
    from workbench.reports.run import Run

HELP = "execute a notebook and write its offline report"
NEEDS = ("workbench.loading", "workbench.reports.run", "workbench.running")
STOPPED = 3
TEXTS = "texts"
"""The template whose table is of texts, and not of contacts."""
FROM_FILES = "propensity_from_files"
"""The template that reads its contacts in blocks."""
OF_FILES = "scratch"
"""A parameter of notebooks that read their contacts in blocks: copies of this template, too."""
BY = ("segment", "fairness_by")
"""Parameters that name a column whose groups are told apart."""
ROLES = (
    *("target", "campaign", "time", "customer", "trials", "positive"),
    *("treatment", "control", "arm_probability"),
)
OF_TABLES = (
    *(*ROLES, *READING, "orders_within", "amount", "drop", "groups", "order", "periods"),
    *("kinds", "text", "period"),
)
PASSED_ON = (
    *("source", "table", *OF_TABLES, "allow", "suppress", "governance", "labels"),
    *("cost", "margin", "currency", "test_campaigns", "seed", "language", "author"),
)


def add_options(parser: Parser) -> None:
    """Add what follows `workbench run`."""
    add = parser.add_argument
    add("notebook", help="a template, such as propensity, or a notebook of your own")
    add_source(parser)
    add_roles(parser)
    add("--text", metavar="COL", help="of a table of texts: the texts, whose labels are --target")
    add(
        "--period", metavar="COL", help="the week or document of each text, which is left out whole"
    )
    add(
        "--group",
        metavar="PATTERN=NAME",
        action="append",
        dest="groups",
        help="group features: 'mail_*=mail'",
    )
    add_reading(parser)
    add_suppress(parser)
    add_governance(parser)
    add(
        "--labels",
        metavar="FILE",
        help="your words for features: CSV, Excel or TOML of two columns, name and words",
    )
    add("--cost", type=amount_of, help="of one contact")
    add("--margin", type=amount_of, help="of one response, before the cost of contact")
    add("--currency", metavar="CODE", help="of both, such as EUR: written behind every amount")
    add("--test-campaigns", metavar="N", type=whole_of, help="judge on the last N campaigns")
    add("--language", metavar="TAG", help="of the report: en, de, de-AT or de-CH; default: en")
    add("--seed", type=whole_of, help="of what is drawn at random")
    add("--author", help="named in the report; default: who is logged in")
    add_set(parser)
    add(
        "--stream",
        action=argparse.BooleanOptionalAction,
        help="of propensity: read Parquet, a file or a folder, in blocks, features never all in "
        "memory; default: of a file above 1 GiB",
    )
    add("--output", metavar="FOLDER", default="reports", help="default: %(default)s")
    add_schedule(parser)
    add_config(parser)
    parser.after = templates_listed
    own = {one.dest: one for one in parser._actions if one.dest in PASSED_ON}  # noqa: SLF001 - argparse lists them nowhere else
    set_alone = {name: f"{SET} {name}" for name in ("offer", "no_offer")}
    words = options_of(parser, name="the notebook", by=f"{SET} segment", **set_alone)
    parser.set_defaults(words=words, settable=own)


def act(options: argparse.Namespace) -> int:
    """Check what can be checked at once, run the notebook, and print its headline."""
    from workbench.reports.from_files import NOT_IN_BLOCKS, choose, like_in_files
    from workbench.running import found_notebook

    notebook = found_notebook(options.notebook)
    asked = like_in_files(notebook) if options.stream else notebook
    known = _known(asked)
    if options.parameters:
        own = {name: options.words.get(name, "") for name in options.settable}
        print("\n".join(lines_of(known.values(), own, name=asked.name)))
        return 0
    given = given_of(options, _known(notebook) | known, name=notebook.name)
    notebook, given, said = choose(notebook, given, stream=options.stream)
    if said:
        note(said.replace(NOT_IN_BLOCKS, "--no-stream"), options.words)
    if not options.notebook.endswith(".ipynb"):
        _check_early(notebook.stem, given)
    return _run(notebook, options, given)


def _run(notebook: Path, options: argparse.Namespace, given: Mapping[str, Any]) -> int:
    """Run the notebook, print what it left, and return the exit code."""
    import workbench

    settings = {name: getattr(options, name) for name in ("output", "fail_on", "dated")}
    settings["stream"] = False if options.stream is None else options.stream  # it is chosen by now
    try:
        finished = workbench.run(notebook, **settings, **given)
    except StoppedError as error:
        said = [as_typed(line, options.words) for line in str(error).splitlines()]
        _print_run(error.run, options, error=" ".join(said))  # type: ignore[arg-type]
        for line in said:
            say(line)
        return STOPPED
    _print_run(finished, options)
    return 0


def _check_early(template: str, given: Mapping[str, Any]) -> None:
    """Raise what a template would raise later: before anything slow is imported."""
    from workbench.cli.early_values import check_values

    check_values(given)
    if template == TEXTS:
        from workbench.cli.early_texts import check_texts

        check_texts(given)
    elif template == FROM_FILES:
        from workbench.cli.early_files import check_files

        check_files(given)
    elif "table" in given:
        from workbench.cli.early_table import check_table

        check_table(template, given)
    elif given.get("source", "").casefold().endswith(DECLARED):
        from workbench.cli.early_table import check_campaigns

        check_campaigns(template, given["source"])


def given_of(
    options: argparse.Namespace, known: Mapping[str, Parameter], *, name: str
) -> dict[str, Any]:
    """Return the values of the parameters that options give and set.

    Parameters
    ----------
    options : Namespace
        What was typed; its words are changed to name what is set.
    known : mapping of name to Parameter
        Those of the notebook.
    name : str
        Of the notebook.

    Raises
    ------
    ParameterError
        A parameter is not in the notebook, is given twice, cannot be what was typed, or does
        not go with another.
    MissingDataError
        There is no such table.
    """
    from workbench.reports.parameters import check_known
    from workbench.reports.signs import conditions_in

    texts, values = fill_parameters(options, known, name=name)
    given, typed = _by_options(options), pairs_of(options.set)
    options.fail_on = None if options.fail_on is None else conditions_in(options.fail_on)
    check_once(typed, given, options.words)
    options.words |= set_words(typed) | set_words(set(known) - set(options.words))
    check_known(given | typed, known, name=name)
    given |= values_of(texts | typed, known, options.settable, options.words) | values
    _check_utf8(given)
    if {"table", "target"} <= set(known):  # it means by them what the templates mean
        given = _with_source(given, options.words, folders=OF_FILES in known)
        _check_table(given, known)
    if groups := [f"{SET} {name}" for name in BY if given.get(name) is not None]:
        options.words["by"] = " or ".join(groups)
    return given


def _by_options(options: argparse.Namespace) -> dict[str, Any]:
    found = {each: getattr(options, each) for each in PASSED_ON}
    found |= {"groups": groups_of(options.groups), "kinds": kinds_of(options.kinds)}
    found |= {"order": order_of(options.order), "allow": allowed_of(options.allow)}
    return {each: value for each, value in found.items() if value not in (None, "", {})}


def _check_utf8(given: Mapping[str, Any]) -> None:
    """Raise ParameterError where a text cannot be written into a notebook."""
    for name, value in given.items():
        if isinstance(value, str) and not is_utf8(value):
            raise ParameterError(
                f"`{name}` must be text in UTF-8; got {value!r}, with bytes that are none. Type it "
                "in a terminal that writes UTF-8; a file must be renamed."
            )


def _with_source(
    given: Mapping[str, Any], words: dict[str, str], *, folders: bool
) -> dict[str, Any]:
    """Return what is given with a file after --data as a table, and the order as a list."""
    name, table = source_of(given.get("source"), given.get("table"), words, folders=folders)
    found = {**given, "source": name, "table": table}
    if isinstance(given.get("order"), str):  # set by name
        found["order"] = order_of(given["order"])
    return {each: value for each, value in found.items() if value is not None}


def _check_table(given: Mapping[str, Any], known: Mapping[str, Parameter]) -> None:
    """Raise ParameterError where what is said of a table, here and in the notebook, cannot be."""
    from workbench.loading import Description, check_description, what_is_said

    of_table = [name for name in OF_TABLES if given.get(name) is not None]
    written = {name: literal_of(one.default) for name, one in known.items()}
    told = {name: value for name, value in (written | dict(given)).items() if value is not NOTHING}
    if of_table and told.get("table") is None:
        raise ParameterError(
            f"`{of_table[0]}` says something of a table: name the table too, `table`."
        )
    if "text" in known or not (of_table or "table" in given):
        return  # what a table of texts needs, its own reader says
    said = what_is_said({name: told[name] for name in Description.__annotations__ if name in told})
    check_description(said)
    if "test_campaigns" in given and not {"campaign", "time"} & set(said):
        raise ParameterError(
            "`test_campaigns` needs `campaign`, the column to tell them by, or `time`."
        )


def _known(notebook: Path) -> dict[str, Parameter]:
    from workbench.reports.parameters import parameters_of, read_notebook

    return parameters_of(read_notebook(notebook), name=notebook.name)


def _print_run(finished: Run, options: argparse.Namespace, *, error: str = "") -> None:
    if options.json:
        print_run(finished, options.words, error=error, code=STOPPED if error else 0)
        return
    if finished.headline is not None:
        print(finished.headline)
    size = finished.report.stat().st_size / 1e6
    print(f"{finished.report} ({size:.1f} MB, {finished.seconds:.0f} s)")
    if finished.model is not None:
        print(f"{finished.model}: score new contacts with `workbench score`.")
    if finished.offers is not None:
        print(f"{finished.offers}: the best offer for each of them, with `--offers`.")
