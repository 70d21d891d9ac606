import re

import pytest

from workbench.cli.parser import Parser, UsageError


@pytest.fixture
def parser():
    made = Parser(prog="sum")
    made.add_argument("what")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--drop", action="append")
    made.add_argument("--force", action="store_true")
    return made


def test_it_stores_what_is_given_and_else_the_default(parser):
    options = parser.parse_args(["all", "--drop", "a", "--drop", "b", "--force", "--force"])
    assert (options.what, options.seed, options.drop, options.force) == ("all", 0, ["a", "b"], True)
    assert parser.parse_args(["all", "--seed", "3"]).seed == 3
    assert parser.parse_args(["all", "--seed", "4"]).seed == 4, "each call begins anew"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a", "--seed", "1", "--seed", "1"], "argument --seed: given twice; keep one"),
        (["a", "--see", "1"], "unrecognized arguments: --see 1"),
        (["a", "--seed", "x"], "argument --seed: invalid int value: 'x'"),
        ([], "the following arguments are required: what"),
    ],
)
def test_what_is_wrong_is_one_sentence(parser, arguments, message):
    with pytest.raises(UsageError, match=f"^{re.escape(f'{message}; see `sum --help`.')}$"):
        parser.parse_args(arguments)
