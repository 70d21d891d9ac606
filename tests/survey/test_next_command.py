import shlex
from pathlib import Path

import pytest

from workbench.cli import command_line
from workbench.survey.next_command import next_command
from workbench.survey.role_guesses import Guess

ALL = {role: Guess(role, "its name") for role in ("target", "campaign", "time", "customer")}


@pytest.mark.parametrize(
    ("said", "guesses", "dated", "typed"),
    [
        ({}, ALL, True, "--target target --campaign campaign --customer customer"),
        ({}, ALL, False, "--target target --campaign campaign --time time --customer customer"),
        ({"target": "a b"}, {}, False, "--target 'a b'"),
        ({}, {}, False, "--target COLUMN"),
        (
            {"target": "y", "control": "No E-Mail", "arm_probability": "p"},
            {"treatment": Guess("segment", "its name")},
            False,
            "--target y --treatment segment --control 'No E-Mail' --arm-probability p",
        ),
        (
            {"customer": "who", "time": "day"},
            {},
            False,
            "--time day --customer who --orders-within 30",
        ),
        (
            {"target": "y", "drop": ["a", "b"], "kinds": {"z": "category"}, "order": ["x", "y"]},
            {},
            False,
            "--target y --drop a --drop b --order x,y --as z=category",
        ),
    ],
)
def test_the_line_is_one_that_the_command_line_takes(said, guesses, dated, typed):
    line = next_command(Path("my shop.csv"), said, guesses, dated=dated)
    assert line == f"workbench run propensity --table 'my shop.csv' {typed}"
    assert command_line().parse_args(shlex.split(line)[1:]).table == "my shop.csv"


def test_reasons_are_typed_as_pairs():
    said = {"target": "y", "allow": {"konf": "agreed = yes"}}
    typed = next_command("a.csv", said, {}, dated=False)
    assert typed.endswith("--target y --allow 'konf=agreed = yes'")
