"""The one text that notebooks and files get: whole, valid, and safe inside HTML."""

import re
import subprocess

import pytest

from workbench.widgets.front.module import FRONT, SHARED, module_of, page_module
from workbench.widgets.views import NEVER_MAILED, TUNER, VIEWS


def test_every_file_is_in_it_and_nothing_is_imported():
    there = {path.relative_to(FRONT.parent).as_posix() for path in FRONT.parent.rglob("*.js")}
    shared = {f"front/{name}" for name in (*SHARED, "static_host.js")}
    own = {name for view in (*VIEWS, *NEVER_MAILED) for name in (*view.parts, view.script)}
    assert there == shared | own
    text = module_of(TUNER)
    assert not re.search(r"^import\b", text, re.MULTILINE)
    assert re.findall(r"^export .*$", text, re.MULTILINE) == ["export default { render };"]
    for word in (
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "eval(",
        "innerHTML",
        "http://",
        "https://",
    ):
        assert word not in page_module().replace("http://www.w3.org/2000/svg", "")


def test_names_are_unique_across_files():
    for text in (page_module(), *map(module_of, NEVER_MAILED)):
        names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", text, re.MULTILINE)
        assert len(names) > 60
        assert sorted(names) == sorted(set(names))


def test_it_can_stand_inside_a_script_element():
    text = page_module()
    assert "</script" not in text.lower()
    assert "<!--" not in text


@pytest.mark.parametrize("view", [*VIEWS, *NEVER_MAILED], ids=lambda view: view.name)
def test_a_view_exports_what_draws_it_and_a_page_nothing(view):
    exports = re.findall(r"^export .*$", module_of(view), re.MULTILINE)
    drawn_by = "render" if view.render == "render" else f"render: {view.render}"
    assert exports == [f"export default {{ {drawn_by} }};"]
    assert f"function {view.render}(" in module_of(view)
    assert not re.search(r"^(import|export)\b", page_module(), re.MULTILINE)


def test_a_page_knows_what_draws_each_view():
    (line,) = re.findall(r"^return \{.*$", page_module(), re.MULTILINE)
    drawn = ["tuner: render", "targeting: renderTargeting", "shift: renderShift"]
    assert line == f"return {{ {', '.join([*drawn, 'routed: renderRouted'])} }};"


def test_node_reads_it_as_a_module(node):
    done = subprocess.run(
        ["node", "--input-type=module", "--check"],
        input=page_module(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
