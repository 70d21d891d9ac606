import pytest

from workbench.cli.templates import templates_listed
from workbench.files.shipped import notebook_path


def test_every_template_has_a_line_with_its_title():
    lines = templates_listed().splitlines()
    there = sorted(path.stem for path in notebook_path("propensity.ipynb").parent.glob("*.ipynb"))
    assert [line.split()[0] for line in lines] == ["templates:", *there]
    assert "  propensity  Who responds to the next campaign?" in lines


@pytest.mark.parametrize("command", [[], ["run"]])
def test_help_lists_them(run_main, command):
    code, out, _ = run_main(*command, "--help")
    assert code == 0
    assert out.endswith(templates_listed() + "\n")
