import json
from pathlib import Path

import pytest

from workbench.cli.outcome import print_run
from workbench.reports.headline import Figure, Headline
from workbench.reports.run import Run
from workbench.reports.signs import Sign, Signs

LEAK = Sign("leak", "May give it away.", "Leave it out: `drop='a b'`.")


def test_a_run_is_one_object(capsys):
    figures = [Figure("AUC", 0.8, previous=float("nan")), Figure("Lift", float("nan"))]
    headline = Headline("Who?", "Good – enough.", figures, {"Data": "shop.csv"}, about="a: b")
    run = Run(Path("r/s.html"), None, headline, 1.23456, Signs([LEAK]), (LEAK,))
    print_run(run, {"drop": "--drop"}, error="Stopped.", code=3)
    told = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert told["exit_code"] == 3
    assert told["error"] == "Stopped."
    assert (told["report"], told["model"], told["seconds"]) == ("r/s.html", None, 1.235)
    assert told["sentence"] == "Good – enough."
    assert [(f["name"], f["value"], f["previous"]) for f in told["figures"]] == [
        ("AUC", 0.8, None),
        ("Lift", None, None),
    ]
    assert told["facts"] == {"Data": "shop.csv"}
    assert told["signs"] == [
        {"name": "leak", "what": "May give it away.", "then": "Leave it out: --drop 'a b'."}
    ]
    assert told["stopped_by"] == ["leak"]
    assert told["looked_at"] == ["leak", "undated", "perfect", "drift", "readiness"]


def test_a_notebook_without_a_headline(capsys):
    print_run(Run(Path("s.html"), None, None, 1.0), {})
    told = json.loads(capsys.readouterr().out)
    assert (told["exit_code"], told["figures"], told["looked_at"]) == (0, None, [])
    assert "error" not in told


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "propensity", "--json", "--cost", "ten"], 2, "argument --cost: must be an amount"),
        (["run", "propensity", "--json", "--target", "y"], 2, "--target says something of a table"),
        (["run", "no.ipynb", "--json"], 2, "There is no notebook 'no.ipynb'."),
        (["--json"], 2, "the following arguments are required: COMMAND"),
    ],
)
def test_a_fault_is_one_object_too(arguments, code, said, here, run_main):
    done, out, err = run_main(*arguments)
    told = json.loads(out)
    assert (done, told["exit_code"], set(told)) == (code, code, {"exit_code", "error"})
    assert told["error"].startswith(said)
    assert err == f"workbench: {told['error']}\n"
