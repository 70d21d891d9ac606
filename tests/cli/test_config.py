"""A file in place of options: what is typed comes first, and nothing in it is passed over."""

import json

import pytest

from workbench.cli import command_line
from workbench.cli.config import configured, says_json
from workbench.cli.run import given_of
from workbench.errors import ParameterError, WorkbenchError
from workbench.reports.parameters import parameters_in

SHARED = """
[run]
table = "shop.csv"
target = "bought"
campaign = "month"
drop = ["call_seconds"]
groups = {"mail_*" = "mail"}
cost = "0,8"
test_campaigns = 2
output = "out"
fail_on = ["leak", "drift"]
dated = true
[run.propensity]
margin = 12.5
release = "static"
[score]
output = "scores.csv"
"""
KNOWN = parameters_in(
    "table = None; target = None; campaign = None; drop = []; groups = {}; cost = 1.0; "
    "margin = 10.0; test_campaigns = None; release = 'private'; dates = None; "
    "source = 'complete-journey'"
)


@pytest.fixture
def read(shop):
    """Write a file, and return the parameters and the options of a command beside it."""

    def read(text, *typed, known=KNOWN):
        (shop.parent / "workbench.toml").write_text(text)
        words = {}
        options = configured(command_line(), ["run", "propensity", *typed], words)
        given = given_of(options, known, name="propensity.ipynb")
        return given, options, words

    return read


def test_it_says_what_options_would(read, capsys):
    given, options, words = read(SHARED)
    assert given == {
        "table": "shop.csv",
        "target": "bought",
        "campaign": "month",
        "drop": ["call_seconds"],
        "groups": {"mail_*": "mail"},
        "cost": 0.8,
        "margin": 12.5,
        "test_campaigns": 2,
        "release": "static",
    }
    assert (options.output, options.fail_on, options.dated) == ("out", ("leak", "drift"), True)
    assert words["target"] == "`target` in workbench.toml"
    assert capsys.readouterr().err == (
        "workbench: workbench.toml says table, target, campaign, drop, groups, cost, "
        "test_campaigns, output, fail_on, dated, margin, release.\n"
    )


def test_what_is_typed_comes_first(read):
    typed = ["--data", "shop.csv", "--cost", "2", "--set", "margin=3", "--fail-on", "none"]
    given, options, words = read(SHARED, *typed)
    assert (given["cost"], given["margin"], options.fail_on) == (2.0, 3.0, ())
    assert given["table"] == "shop.csv"
    assert words["cost"] == "--cost"


def test_a_notebook_without_a_shared_parameter_is_told_of(read, capsys):
    known = {name: one for name, one in KNOWN.items() if name not in ("cost", "release")}
    assert (
        "cost" not in read('[run]\ncost = 2\ntable = "shop.csv"\ntarget = "bought"', known=known)[0]
    )
    assert "note: workbench.toml: propensity.ipynb has no 'cost'." in capsys.readouterr().err


def test_what_an_option_must_have_may_stand_in_it(here):
    (here / "workbench.toml").write_text(SHARED)
    assert configured(command_line(), ["score"], {}).output == "scores.csv"
    (here / "workbench.toml").rename(here / "other.toml")
    assert configured(command_line(), ["score", "--config=other.toml"], {}).output == "scores.csv"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[run", "workbench.toml must be TOML in UTF-8; it is not: "),
        (
            "[rum]\ncost = 1",
            (
                "workbench.toml must have the sections ['[run]', '[score]'], and in them what is "
                "said; got 'rum'. Did you mean 'run'?"
            ),
        ),
        (
            "[run]\nmargn = 1",
            "workbench.toml names unknown 'margn' in [run]. Did you mean 'margin'?",
        ),
        (
            "[run]\ndata = 'shop.csv'",
            "workbench.toml names unknown 'data' in [run]. What --data sets is called 'source' h",
        ),
        (
            "[run.propensity]\nmargn = 1",
            (
                "workbench.toml names unknown parameter 'margn' of propensity.ipynb. Did you mean "
                "'margin'?"
            ),
        ),
        ("[run]\ncost = -1", "`cost` must be an amount of money, as in 1.50; got '-1'."),
        ("[run]\ntest_campaigns = 2.5", "`test_campaigns` must be a whole number, as in 3; got"),
        ("[run]\ndated = 'yes'", "`dated` must be true or false; got 'yes'."),
        (
            "[run]\ndates = 'dayfirst'",
            (
                "`dates` must be one of ['day-first', 'month-first']; got 'dayfirst'. Did you mean "
                "'day-first'?"
            ),
        ),
        ("[run]\ntarget = true", "`target` must be text or a number; got True."),
    ],
)
def test_what_cannot_be_is_refused(read, text, said):
    with pytest.raises(WorkbenchError) as raised:
        read(text)
    assert str(raised.value).startswith(said)


def test_a_message_says_where_a_value_came_from(here, run_main):
    (here / "workbench.toml").write_text("[run]\ncost = -1\ntarget = 'bought'")
    code, out, err = run_main("run", "propensity")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == (
        "workbench: `cost` in workbench.toml must be an amount of money, as in 1.50; got '-1'."
    )
    (here / "workbench.toml").write_text("[run]\ntarget = 'bought'")
    assert run_main("run", "propensity")[2].splitlines()[-1] == (
        "workbench: `target` in workbench.toml says something of a table: name the table too, "
        "--table."
    )


def test_help_does_not_read_it(here, run_main):
    (here / "workbench.toml").write_text("[rum]")
    assert run_main("run", "--help")[0] == 0


def test_other_commands_have_none(here, run_main):
    (here / "workbench.toml").write_text("[rum]")
    assert "rum" not in run_main("history")[2]
    with pytest.raises(ParameterError):
        configured(command_line(), ["score", "--output", "s.csv"], {})


@pytest.mark.parametrize(
    ("text", "typed", "told"),
    [
        ("[run]\njson = true", ["run", "propensity"], True),
        ("[run.propensity]\njson = true", ["run", "--cost", "1", "propensity"], True),
        ("[run]\njson = true\n[run.propensity]\njson = false", ["run", "propensity"], False),
        ("[run]\njson = true", ["score"], False),
        ("[run]\njson = false", ["run", "propensity", "--json"], True),
        ("[run]\njson = true\ncots = 3", ["run", "propensity", "--nonsense"], True),
        ("[run\njson = true", ["run", "propensity"], False),
        ("run = 3", ["run", "propensity"], False),
        ("[run]\njson = true", ["run", "propensity", "--config", "nowhere.toml"], False),
        ("[run]\njson = true", [], False),
    ],
)
def test_json_is_asked_for_whatever_else_is_wrong(here, text, typed, told):
    (here / "workbench.toml").write_text(text)
    assert says_json(command_line(), typed) is told


def test_an_error_is_an_object_where_the_file_asks_for_it(here, run_main):
    (here / "workbench.toml").write_text("[run]\njson = true\n")
    code, out, err = run_main("run", "propensity", "--table", "nowhere.csv", "--target", "y")
    said = "There is no file 'nowhere.csv'. Check the path after --table."
    assert (code, json.loads(out)) == (2, {"exit_code": 2, "error": said})
    assert err.splitlines()[-1] == f"workbench: {said}"
