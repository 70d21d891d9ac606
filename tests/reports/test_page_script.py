"""The script of a page: its parts in order, none of which could end the tag that it stands in."""

import shutil
import subprocess

import pytest

from workbench.reports.page_script import PARTS, page_script


def test_it_holds_every_part_and_cannot_leave_its_tag():
    script = page_script()
    starts = [line for line in script.splitlines() if line.startswith("// ")]
    assert len(starts) == len(PARTS)
    assert "</" not in script
    assert "<!--" not in script


def test_it_is_javascript(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine")
    (tmp_path / "page.js").write_text(page_script(), encoding="utf-8")
    done = subprocess.run([node, "--check", tmp_path / "page.js"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
