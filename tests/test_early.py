"""Ctrl-C while Python still imports."""

import os
import signal
import subprocess
import sys
import time

import pytest

from workbench import _early


def interrupted_after(seconds):
    with subprocess.Popen(
        [sys.executable, "-m", "workbench", "score", "--model", "no.json", "--output", "s.csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        return *process.communicate(timeout=60), process.returncode


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.25, 0.4, 0.6, 0.8])
def test_an_interrupt_in_the_first_second_is_a_sentence(seconds):
    out, err, code = interrupted_after(seconds)
    if code == 2:  # a quick machine was done by then
        assert "There is no model file" in err
        return
    assert (out, err, code) == ("", "workbench: interrupted; nothing was overwritten.\n", 130)


def test_other_programs_keep_their_own_way_with_interrupts(monkeypatch):
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(sys, "argv", ["pytest"])
    _early.catch_interrupts()
    assert signal.getsignal(signal.SIGINT) is before


def test_the_command_takes_them_and_gives_them_back(monkeypatch):
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(sys, "argv", ["/usr/bin/workbench"])
    try:
        _early.catch_interrupts()
        assert signal.getsignal(signal.SIGINT) is not before
        _early.let_interrupts_pass()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
