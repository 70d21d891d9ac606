import argparse
import datetime as dt

import pytest

from workbench.cli.option_values import value_for
from workbench.cli.parser import Parser
from workbench.cli.values import amount_of, names_of, order_of, whole_of
from workbench.errors import ParameterError


@pytest.fixture
def actions():
    parser = Parser()
    made = {
        "flag": parser.add_argument("--flag", action="store_true"),
        "drop": parser.add_argument("--drop", action="append"),
        "cost": parser.add_argument("--cost", type=amount_of),
        "seed": parser.add_argument("--seed", type=whole_of),
        "columns": parser.add_argument("--columns", type=names_of),
        "order": parser.add_argument("--order"),
        "old": parser.add_argument("--old", type=int),
    }
    assert all(isinstance(action, argparse.Action) for action in made.values())
    return made


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("flag", True, True),
        ("drop", ["a", 1], ["a", "1"]),
        ("drop", {"mail_*": "mail"}, ["mail_*=mail"]),
        ("cost", 1, 1.0),
        ("seed", 7, 7),
        ("columns", ["id", "day"], ["id", "day"]),
        ("order", dt.date(2024, 1, 2), "2024-01-02"),
    ],
)
def test_a_value_is_what_would_have_been_typed(actions, name, value, read):
    assert value_for(actions[name], value) == read


def test_a_list_of_one_is_typed_as_that_one(actions):
    assert value_for(actions["cost"], [1.5]) == value_for(actions["cost"], 1.5)


def test_a_list_of_names_with_commas_stays_a_list(actions):
    names = ["spring, early", "summer"]
    assert order_of(value_for(actions["order"], names)) == names


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("flag", 1, "`flag` must be true or false; got 1."),
        ("cost", "ten", "`cost` must be an amount of money, as in 1.50; got 'ten'."),
        ("old", "x", "`old` must be a whole number; got 'x'."),
        ("order", {"a": 1}, "`order` must be text or a number; got {'a': 1}."),
    ],
)
def test_what_cannot_be_is_refused(actions, name, value, said):
    with pytest.raises(ParameterError) as raised:
        value_for(actions[name], value)
    assert str(raised.value) == said
