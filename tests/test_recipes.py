"""The recipes of docs/howto/schedule.md, as far as they can be tried without a scheduler."""

import ast
import inspect
import re
import tomllib
from pathlib import Path

import pytest

import workbench
from workbench.cli import command_line
from workbench.cli.config import configured
from workbench.reports.parameters import parameters_of, read_notebook
from workbench.reports.signs import CONDITIONS, DEFAULT, conditions_in
from workbench.running import found_notebook

HOWTO = Path(__file__).resolve().parents[1] / "docs" / "howto"
PAGE = (HOWTO / "schedule.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_dag_is_python_and_calls_run_as_it_can_be_called():
    (source,) = blocks("python")
    tree = ast.parse(source)
    compile(tree, "dag.py", "exec")
    (call,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "workbench.run"
    ]
    named = {one.arg: ast.literal_eval(one.value) for one in call.keywords}
    notebook = found_notebook(ast.literal_eval(call.args[0]))
    known = parameters_of(read_notebook(notebook), name=notebook.name)
    assert set(named) <= {*inspect.signature(workbench.run).parameters, *known}
    assert conditions_in(named["fail_on"]) == ("leak", "perfect", "drift")


def test_the_file_of_options_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (source,) = blocks("toml")
    (tmp_path / "workbench.toml").write_text(source)
    options = configured(command_line(), ["run", "propensity"], {})
    said = tomllib.loads(source)["run"]
    assert options.file.values == said | said.pop("propensity")
    assert (options.fail_on, options.dated) == ("leak,perfect,drift", True)
    assert configured(command_line(), ["score"], {}).output == "scores.csv"


@pytest.mark.parametrize("line", [line for block in blocks("text") for line in block.splitlines()])
def test_the_commands_can_be_parsed(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "workbench.toml").write_text(blocks("toml")[0])
    for typed in re.findall(r"workbench ((?:run|score|history)[^&>#]*)", line):
        assert configured(command_line(), typed.split(), {}).act


def test_the_page_names_every_condition_and_the_default():
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(CONDITIONS)
    assert f"`{','.join(DEFAULT)}`" in PAGE
