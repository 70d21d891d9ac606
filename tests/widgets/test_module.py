"""The one text that notebooks and files get: whole, valid, and safe inside HTML."""

import re
import subprocess
from pathlib import Path

from workbench.widgets.module import (
    SHARED,
    VIEWS,
    page_module,
    shift_module,
    targeting_module,
    tuner_module,
)

FOLDER = Path(__file__).resolve().parents[2] / "workbench" / "widgets"


def test_every_file_is_in_it_and_nothing_is_imported():
    there = {path.name for path in FOLDER.glob("*.js")}
    assert there == {*SHARED, *VIEWS, "static_host.js"}
    text = tuner_module()
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
    names = re.findall(
        r"^(?:async )?(?:function|const|let|class) (\w+)", page_module(), re.MULTILINE
    )
    assert len(names) > 60
    assert sorted(names) == sorted(set(names))


def test_it_can_stand_inside_a_script_element():
    text = page_module() + (FOLDER / "static_host.js").read_text("utf-8")
    assert "</script" not in text.lower()
    assert "<!--" not in text


def test_a_view_exports_itself_and_a_page_nothing():
    for module, name in ((targeting_module, "renderTargeting"), (shift_module, "renderShift")):
        exports = re.findall(r"^export .*$", module(), re.MULTILINE)
        assert exports == [f"export default {{ render: {name} }};"]
    assert not re.search(r"^(import|export)\b", page_module(), re.MULTILINE)


def test_node_reads_it_as_a_module(node):
    done = subprocess.run(
        ["node", "--input-type=module", "--check"],
        input=page_module(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
