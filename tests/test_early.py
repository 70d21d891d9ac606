"""Ctrl-C while Python still imports, and room for what is imported."""

import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from workbench import _early

COMMANDS = (
    ("score", "--model", "no.json", "--output", "s.csv"),
    ("run", "no.ipynb"),
    ("new", "propensity", "no.txt"),
)


def interrupted_after(seconds, command):
    with subprocess.Popen(
        [sys.executable, "-m", "workbench", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        return *process.communicate(timeout=60), process.returncode


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs SIGINT")
def test_an_interrupt_in_the_first_second_is_a_sentence():
    """At twenty moments; before the first line of the project, and after the end, there is none."""
    caught = 0
    for turn, seconds in enumerate(np.random.default_rng(3).uniform(0.05, 1.1, 20)):
        out, err, code = interrupted_after(seconds, COMMANDS[turn % len(COMMANDS)])
        if code == 2:  # a quick machine was done by then
            assert re.fullmatch(r"workbench: [^\n]+\n", err)
        elif code == 130:
            caught += 1
            assert (out, err) == ("", "workbench: interrupted; nothing was overwritten.\n")
        else:  # Python itself was not there yet
            assert f"{os.sep}workbench{os.sep}" not in err
            assert (out, code) == ("", 1) or code == -signal.SIGINT
    assert caught >= 5


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


WHAT_IS_SET = """
import os, sys
sys.argv[:] = ["/usr/bin/workbench", *sys.argv[1:]]
import workbench
import pyarrow as pa
print(pa.default_memory_pool().backend_name, os.environ.get("OPENBLAS_NUM_THREADS"))
"""


@pytest.mark.parametrize(
    ("word", "own", "expected"),
    [
        ("score", {}, "system 1"),
        ("score", {"OPENBLAS_NUM_THREADS": "2"}, "system 2"),
        ("run", {"ARROW_DEFAULT_MEMORY_POOL": "system"}, "system None"),
    ],
)
def test_scoring_alone_takes_little_room_and_leaves_what_the_user_has_set(word, own, expected):
    kept = {name: text for name, text in os.environ.items() if name not in _early.LEAN}
    said = subprocess.run(
        [sys.executable, "-c", WHAT_IS_SET, word, "score"],
        env={**kept, "PYTHONPATH": os.pathsep.join(sys.path), **own},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == expected
