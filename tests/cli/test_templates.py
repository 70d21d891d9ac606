import pytest

from workbench.cli.templates import parameter_names, template_files, templates_listed
from workbench.files.shipped import notebook_path
from workbench.reports.parameters import parameters_of, read_notebook


def test_every_template_has_a_line_with_its_title():
    lines = templates_listed().splitlines()
    there = sorted(path.stem for path in notebook_path("propensity.ipynb").parent.glob("*.ipynb"))
    assert [line.split()[0] for line in lines] == ["templates:", *there]
    assert f"  {'propensity':21}  Who responds to the next campaign?" in lines


@pytest.mark.parametrize("command", [[], ["run"]])
def test_help_lists_them(run_main, command):
    code, out, _ = run_main(*command, "--help")
    assert code == 0
    assert out.endswith(templates_listed() + "\n")


def test_parameters_are_those_that_a_run_reads():
    read = (parameters_of(read_notebook(path), name=path.name) for path in template_files())
    assert parameter_names() == list(dict.fromkeys(name for known in read for name in known))
