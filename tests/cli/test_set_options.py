"""Parameters set by name: parsed, checked against options, listed, and there in the notebook."""

import json
import shlex

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import cli
from workbench.cli import run, words
from workbench.cli.parser import Parser
from workbench.cli.set_options import lines_of, pairs_of
from workbench.cli.typed_values import value_of
from workbench.files.shipped import notebook_path
from workbench.reports.parameters import parameters_in, parameters_of
from workbench.reports.run import run_notebook

TEMPLATES = ("features", "propensity", "propensity_from_files", "shift", "texts")


@pytest.fixture
def own(here):
    """Write a notebook of one's own with a parameters cell and cells that use it."""

    def write(parameters, *cells):
        made = [nbformat.v4.new_code_cell(one) for one in (parameters, *cells)]
        made[0].metadata["tags"] = ["parameters"]
        nbformat.write(nbformat.v4.new_notebook(cells=made), here / "own.ipynb")
        return "own.ipynb"

    return write


def test_a_value_may_hold_what_parts_it_from_the_name():
    assert pairs_of([" seed =7", "title=a=b", "empty="]) == {
        "seed": "7",
        "title": "a=b",
        "empty": "",
    }


def test_parameters_are_listed_with_defaults_options_and_comments(run_main, own):
    own('seed = 0\nweeks = [1,\n  2]  # that count\n# of the shop\ntown = "Bonn"')
    assert run_main("run", "own.ipynb", "--parameters", "--set", "seed=x") == (
        0,
        (
            "The parameters of own.ipynb, each set by --set NAME=VALUE, or by the option beside "
            "it:\n"
            "  seed = 0        --seed\n"
            "  weeks = [1, 2]          that count\n"
            '  town = "Bonn"           of the shop\n'
        ),
        "",
    )
    own("")
    assert run_main("run", "own.ipynb", "--parameters") == (
        0,
        "own.ipynb has no parameters: no code cell of it has the tag 'parameters'.\n",
        "",
    )


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_parameter_of_a_template_is_listed(run_main, template):
    code, out, err = run_main("run", template, "--parameters")
    notebook = nbformat.read(notebook_path(f"{template}.ipynb"), as_version=4)
    known = parameters_of(notebook, name=template)
    assert (code, err) == (0, "")
    written = [line.split(" = ")[0].strip() for line in out.splitlines()[1:]]
    assert written == list(known)
    assert all(one.comment in out for one in known.values())


def test_a_long_default_takes_no_other_lines_along():
    known = parameters_in(f"a = {list(range(40))}  # numbers\nb = 1  # one").values()
    first, second = lines_of(known, {}, name="x")[1:]
    assert first.endswith("numbers")
    assert second == f"  {'b = 1':28}    one"


CELL = """
flag = False
whole = 3
number = 1.5
text = "auto"
names = []
mapping = {}
nothing = None
"""
VALUES = {
    "flag": True,
    "whole": -7,
    "number": 2.25,
    "text": 'O\'Neil & "Sons" = {x} \\ ünï\nnew line',
    "names": ["a, b", 'c"', "d'e"],
    "mapping": {"mail_*": "mail"},
    "nothing": [1, None, {"a": [True]}],
}


def typed(value):
    return value if isinstance(value, str) else json.dumps(value)


def words_of(values, write):
    return [word for name, value in values.items() for word in ("--set", f"{name}={write(value)}")]


def written_out(names):
    """A cell that writes its parameters to a file."""
    made = f"made = {{name: globals()[name] for name in {list(names)}}}"
    return f"import json\n{made}\n_ = open('made.json', 'w').write(json.dumps(made))"


@pytest.mark.notebook
def test_every_kind_of_value_arrives_in_the_executed_notebook(own, here, run_main):
    own(CELL, written_out(VALUES))
    code, out, err = run_main("run", "own.ipynb", *words_of(VALUES, typed))
    assert (code, out.partition(" ")[0]) == (0, "reports/own.html")
    assert err == (
        "workbench: note: --set nothing is taken as [1, None, {'a': [True]}], and not as text; its "
        "default does not tell. For text, put quotes around it: "
        f"--set {shlex.quote('nothing=' + json.dumps(typed(VALUES['nothing'])))}.\n"
    )
    assert json.loads((here / "made.json").read_text()) == VALUES


SETTABLE = {
    "table": "shop.csv",
    "target": "bought",
    "campaign": "month",
    "time": "month",
    "customer": "customer",
    "orders_within": 30.5,
    "amount": "spend",
    "trials": "mail_open",
    "treatment": "city",
    "control": "none",
    "arm_probability": "spend",
    "positive": "yes",
    "drop": ["city", "spend"],
    "order": ["spring", "summer"],
    "periods": "week",
    "language": "de",
    "groups": {"mail_*": "mail"},
    "dates": "day-first",
    "decimal": ",",
    "encoding": "cp1252",
    "columns": ["a", "b"],
    "kinds": {"zip": "category"},
    "cost": 2.5,
    "margin": 30.0,
    "test_campaigns": 2,
    "release": "static",
    "seed": 3,
    "author": "A. B.",
    "scratch": "here",
    "model_path": "here.json",
    "previous_model": "there.json",
    "earlier": 4,
    "methods": ["lasso"],
    "hidden_units": 60,
    "hidden": "better",
    "kept": "fits",
    "source": "complete-journey",
    "currency": "EUR",
    "segment": "city",
    "labels": "labels.csv",
    "valid": "at_end",
    "shares": {"mail": 0.9, "control": 0.1},
    "arm": "mail",
    "allow": {"birth_year": "Offers to people over 60"},
    "suppress": "objections.csv",
    "governance": "governance.toml",
    "fairness_by": "city",
    "offer": "city",
    "no_offer": "none",
    "offer_margins": {"coffee": 2.5, "tea": 1.2},
    "offers_path": "offers.npz",
    "command": "workbench run propensity",
    "text": "city",
    "period": "month",
    "text_language": "city",
    "precision": 0.9,
    "confidence": 0.9,
    "handed_over": ["out of scope", "spam"],
    "least": 3,
    "mail_router": False,
    "router_path": "router.npz",
}
"""A value other than the default for each parameter of each template."""
WITH = {
    "orders_within": {"table": "shop.csv", "customer": "customer", "time": "month"},
    "amount": {
        "table": "shop.csv",
        "customer": "customer",
        "time": "month",
        "orders_within": 30.5,
    },
    "target": {"table": "shop.csv"},
    "control": {"table": "shop.csv", "target": "bought", "treatment": "city"},
    "arm_probability": {"table": "shop.csv", "target": "bought", "treatment": "city"},
    "source": {},
    "test_campaigns": {"table": "shop.csv", "target": "bought", "campaign": "month"},
    "order": {"table": "shop.csv", "target": "bought", "campaign": "month"},
    "periods": {"table": "shop.csv", "target": "bought", "campaign": "month"},
    "suppress": {"table": "shop.csv", "target": "bought", "customer": "customer"},
    "no_offer": {"table": "shop.csv", "target": "bought", "offer": "city"},
}
"""What else must be said."""
ALONE = ("cost", "margin", "release", "seed", "author", "model_path", "previous_model", "earlier")
ALONE += ("governance", "command")
ALONE += ("precision", "confidence", "handed_over", "least", "mail_router", "router_path")
ALONE += ("methods", "kept", "labels", "hidden_units", "hidden")


def known_of(template):
    notebook = nbformat.read(notebook_path(f"{template}.ipynb"), as_version=4)
    return notebook, parameters_of(notebook, name=template)


def given_to(template, values):
    """What the notebook is given by a command that sets these."""
    options = cli.command_line().parse_args(["run", template, *words_of(values, as_typed)])
    return cli.run.given_of(options, known_of(template)[1], name=template)


def as_typed(value):
    """A list as one types it; that of baselines as JSON, as its default tells no kind."""
    plain = isinstance(value, list) and value != SETTABLE["methods"]
    return ",".join(value) if plain else typed(value)


@pytest.mark.parametrize("template", TEMPLATES)
def test_any_parameter_of_any_template_can_be_set(template, shop):
    known = known_of(template)[1]
    assert set(known) <= set(SETTABLE), "give it a value, to see that it can be set"
    for name in known:
        besides = {} if name in ALONE else WITH.get(name, {"table": "shop.csv", "target": "bought"})
        wanted = {**besides, name: SETTABLE[name]}
        found = given_to(template, wanted)
        assert found == wanted, name
        assert type(found[name]) is type(SETTABLE[name])


@pytest.mark.notebook
@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_set_is_what_the_executed_template_has(template, shop, here):
    """The parameters cell of the template itself, run for real, with what the command gives."""
    notebook, known = known_of(template)
    (cell,) = [one for one in notebook.cells if "parameters" in one.metadata.get("tags", [])]
    at_once = (*ALONE, "table", "target", "campaign", "customer", "drop", "groups", "kinds")
    values = {name: SETTABLE[name] for name in known if name in at_once}
    notebook.cells = [cell, nbformat.v4.new_code_cell(written_out(values))]
    nbformat.write(notebook, here / "tiny.ipynb")
    run_notebook(here / "tiny.ipynb", output=here / "out", parameters=given_to(template, values))
    made = json.loads((here / "made.json").read_text())
    if values.pop("model_path", None):  # it is moved there when all is done
        assert made.pop("model_path").endswith("model.json")
    if values.pop("router_path", None):
        assert made.pop("router_path").endswith("router.npz")
    assert made == values


@settings(max_examples=100, deadline=None, derandomize=True)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_set_by_its_quotes(text):
    (known,) = parameters_in("title = ''").values()
    assert value_of(known, pairs_of([f"title={json.dumps(text)}"])["title"]) == text


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (["fairness_by=x"], "--set fairness_by"),
        (["segment=x"], "--set segment"),
        (["fairness_by=x", "segment=y"], "--set segment or --set fairness_by"),
    ],
)
def test_a_message_of_groups_names_what_was_typed(typed, named):
    parser = Parser()
    run.add_options(parser)
    options = parser.parse_args(["propensity", *(word for one in typed for word in ("--set", one))])
    run.given_of(options, known_of("propensity")[1], name="propensity")
    assert words.as_typed("`by` is unknown.", options.words) == f"{named} is unknown."


def test_a_message_names_a_parameter_as_it_would_be_set_though_nobody_set_it():
    parser = Parser()
    run.add_options(parser)
    options = parser.parse_args(["shift"])
    notebook = nbformat.read(notebook_path("shift.ipynb"), as_version=4)
    run.given_of(options, parameters_of(notebook, name="shift"), name="shift")
    told = words.as_typed(
        "Lower `earlier`, or say `test_campaigns`; `by` is unknown.", options.words
    )
    assert told == "Lower --set earlier, or say --test-campaigns; --set segment is unknown."
