import json
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.reports.kernel import stop_kernels, this_python


@pytest.fixture
def spec(tmp_path):
    return this_python(tmp_path)(kernel_name="python3").kernel_spec


def test_the_kernel_is_this_python(spec):
    assert spec.argv[0] == sys.executable


def test_a_kernel_of_the_same_name_elsewhere_is_not_asked(tmp_path, monkeypatch):
    other = tmp_path / "kernels" / "python3"
    other.mkdir(parents=True)
    (other / "kernel.json").write_text(json.dumps({"argv": ["/no/python"], "display_name": "x"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    manager = this_python(tmp_path)(kernel_name="python3")
    assert manager.kernel_spec_manager.get_kernel_spec("python3").argv == ["/no/python"]
    assert manager.kernel_spec.argv[0] == sys.executable


def test_profile_and_history_stay_in_the_scratch_folder(spec, tmp_path):
    assert spec.env["IPYTHONDIR"] == str(tmp_path / "ipython")


def test_its_ports_and_key_stay_there_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    manager = this_python(Path("scratch"))(kernel_name="python3")
    assert manager.connection_file == str(tmp_path / "scratch" / "kernel.json")


def test_the_path_that_the_user_set_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/mine")
    path = this_python(tmp_path)(kernel_name="python3").kernel_spec.env["PYTHONPATH"]
    assert path.startswith("/mine:")


def test_a_kernel_that_an_interrupt_left_running_is_ended_and_no_other(spec, tmp_path):
    running = []
    for name in "ab":
        file = str(tmp_path / name / "kernel.json")
        command = [file if word == "{connection_file}" else word for word in spec.argv]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running.append(subprocess.Popen(command, **quiet))
    left, other = running
    stop_kernels(tmp_path / "a")
    assert left.poll() is not None
    assert other.poll() is None
    stop_kernels(tmp_path / "b")
    assert other.poll() is not None
