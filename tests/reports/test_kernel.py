import asyncio
import json
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


def test_a_kernel_that_an_interrupt_left_running_is_ended_and_no_other(tmp_path):
    async def started_and_left():
        managers = [this_python(tmp_path / name)(kernel_name="python3") for name in "ab"]
        for manager in managers:
            Path(manager.connection_file).parent.mkdir()
            await manager.start_kernel()
        stop_kernels(tmp_path / "a")
        alive = [await manager.is_alive() for manager in managers]
        await managers[1].shutdown_kernel(now=True)
        return alive

    assert asyncio.run(started_and_left()) == [False, True]
