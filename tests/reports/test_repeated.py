import shlex
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.cli import command_line
from workbench.cli.run import given_of
from workbench.files.shipped import notebook_path
from workbench.reports.parameters import parameters_of, read_notebook
from workbench.reports.repeated import command_of, is_template, report_name

PROPENSITY = notebook_path("propensity.ipynb")
KNOWN = parameters_of(read_notebook(PROPENSITY), name="propensity.ipynb")


def read_back(command, known=KNOWN):
    """What the command line itself makes of a command, after a shell has cut it."""
    program, *words = shlex.split(command)
    assert program == "workbench"
    options = command_line().parse_args(words)
    return given_of(options, known, name="the notebook"), options


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1)
NAMES = st.lists(TEXT, min_size=1, max_size=3)
TOLD = st.fixed_dictionaries(
    {"target": TEXT, "campaign": TEXT},
    optional={
        "customer": TEXT,
        "positive": TEXT,
        "drop": NAMES,
        "groups": st.dictionaries(TEXT, TEXT.filter(lambda v: "=" not in v), min_size=1),
        "kinds": st.dictionaries(TEXT, st.sampled_from(["category", "flag"]), min_size=1),
        "order": st.sampled_from(["first-seen"]) | st.lists(TEXT, min_size=2, max_size=3),
        "columns": st.lists(
            TEXT.filter(lambda v: v == v.strip() and "," not in v), min_size=2, max_size=3
        ),
        "cost": st.floats(0, 1e12),
        "seed": st.integers(0, 10**9),
        "segment": TEXT,
        "currency": TEXT,
        "author": TEXT,
    },
)  # fmt: skip


@given(TOLD)
@example({"target": "-x", "campaign": "it's $HOME `x` \"", "segment": "None", "drop": ["--a"]})
@example({"target": "a", "campaign": "b", "segment": "[1]", "author": "é 'x'"})
@settings(deadline=None, max_examples=150)
def test_the_command_gives_the_parameters_back(told):
    with_table = {"table": str(PROPENSITY.parents[1] / "data" / "contacts.csv"), **told}
    again, _ = read_back(command_of(PROPENSITY, with_table, output=Path("reports")))
    assert again == with_table


def test_where_and_how_it_ran_is_told():
    given = {"source": "complete-journey"}
    how = {"output": Path("my runs"), "fail_on": ("leak", "drift"), "dated": True}
    command = command_of(PROPENSITY, given, **how)
    assert command == (
        "workbench run propensity --data complete-journey --output 'my runs' "
        "--fail-on leak,drift --dated"
    )
    again, options = read_back(command)
    assert again == given
    assert (options.output, options.fail_on, options.dated) == ("my runs", ("leak", "drift"), True)
    assert command_of(PROPENSITY, {}, output=Path("reports"), fail_on=()).endswith("--fail-on none")


def test_a_notebook_of_ones_own_is_named_by_its_path(tmp_path):
    own = tmp_path / "propensity.ipynb"
    own.write_bytes(PROPENSITY.read_bytes())
    assert (is_template(PROPENSITY), is_template(own)) == (True, False)
    assert command_of(own, {}, output=Path("reports")) == f"workbench run {own}"
    assert not is_template(tmp_path / "mine.ipynb")


def test_what_has_no_option_is_set():
    given = {"most": None, "flag": True, "rows": {"a": [1, 2.5]}, "text": "a b", "empty": ""}
    assert shlex.split(command_of(Path("own.ipynb"), given, output=Path("reports")))[3:] == [
        *("--set", "most=None", "--set", "flag=true", "--set", 'rows={"a": [1, 2.5]}'),
        *("--set", "text=a b", "--set", 'empty=""'),
    ]


def test_no_password_is_told():
    given = {"source": "postgresql://ada:s3cret@db/shop", "db_password": "s3cret"}
    assert "s3cret" not in command_of(Path("own.ipynb"), given, output=Path("reports"))


def test_nobody_who_objected_is_told():
    command = command_of(Path("own.ipynb"), {"suppress": ["ada", 17]}, output=Path("reports"))
    assert "ada" not in command
    assert "17" not in command
    named = command_of(Path("own.ipynb"), {"suppress": "no.csv"}, output=Path("reports"))
    assert named.endswith("--suppress no.csv")


@pytest.mark.parametrize(
    "name", ["propensity", "propensity_from_files", "shift", "features", "experiment", "texts"]
)
def test_every_template_is_called_by_its_name(name):
    assert command_of(notebook_path(f"{name}.ipynb"), {}, output=Path("reports")) == (
        f"workbench run {name}"
    )


def test_contacts_in_files_are_called_as_in_memory():
    notebook, given = notebook_path("propensity_from_files.ipynb"), {"table": "contacts/"}
    said = command_of(notebook, {**given, "scratch": "/data/tmp"}, output=Path("reports"))
    assert said == ("workbench run propensity --stream --table contacts/ --set scratch=/data/tmp")
    assert report_name(notebook) == report_name(notebook_path("propensity.ipynb")) == "propensity"
    assert report_name(Path("propensity_from_files.ipynb")) == "propensity_from_files"  # a copy
