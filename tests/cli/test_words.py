import inspect
import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame, cli
from workbench.cli.words import as_typed

OPTIONS = {"positive": "--positive", "groups": "--group"}


@pytest.mark.parametrize(
    ("message", "typed"),
    [
        ("`positive` must be a value.", "--positive must be a value."),
        ("Say `positive=2` or `positive=1.5`.", "Say --positive 2 or --positive 1.5."),
        ("`positive='no deal'`", "--positive 'no deal'"),
        ("`positive=True`", "--positive True"),
        ("Name it, `positive=…`.", "Name it, --positive VALUE."),
        ("Every pattern in `groups` must match.", "Every pattern in --group must match."),
        ("Give `alpha=0.1`, or `fit`.", "Give `alpha=0.1`, or `fit`."),
    ],
)
def test_arguments_become_options(message, typed):
    assert as_typed(message, OPTIONS) == typed


@pytest.mark.parametrize(
    ("message", "typed"),
    [
        ("`seed` must be a number.", "--set seed must be a number."),
        ("Say `seed=2`, or `positive=1`.", "Say --set seed=2, or --positive 1."),
        ("Say `seed='no deal'`.", "Say --set 'seed=no deal'."),
        ("Name it, `seed=…`.", "Name it, --set seed=VALUE."),
    ],
)
def test_what_was_set_by_name_is_named_so(message, typed):
    assert as_typed(message, {**OPTIONS, "seed": "--set seed"}) == typed


@settings(max_examples=200, deadline=None, derandomize=True)
@given(value=st.text(st.characters(exclude_characters="`", exclude_categories=["Cs"]), min_size=1))
def test_a_shell_reads_back_the_value_that_is_meant(value):
    typed = as_typed(f"Say `positive={value!r}`.", OPTIONS)
    assert shlex.split(typed.removeprefix("Say ").removesuffix(".")) == ["--positive", value]


def test_every_argument_that_the_command_line_passes_has_its_word():
    words = cli.command_line().parse_args(["run", "propensity"]).words
    passed = set(inspect.signature(FeatureFrame.from_table).parameters) - {"horizon_days", "said"}
    assert passed <= set(words)
    assert {name: words[name] for name in ("drop", "groups", "test_campaigns")} == {
        "drop": "--drop",
        "groups": "--group",
        "test_campaigns": "--test-campaigns",
    }
