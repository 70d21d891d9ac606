"""Patterns of users, matched in a process of their own, which is ended when its time is over."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from workbench.errors import RunError, SchemaError
from workbench.texts.screening import matching

SECONDS = 10.0
"""For all patterns of a table on one text. A good one takes milliseconds on a long text."""


def matches_apart(
    text: str, jobs: Sequence[tuple[str, str]], names: Sequence[str], *, seconds: float = SECONDS
) -> list[list[tuple[int, int]]]:
    """Return where patterns match, as `matching.matches` does, within a time.

    Parameters
    ----------
    text : str
    jobs : sequence of (pattern, unless)
    names : sequence of str
        What each job is called in a message.
    seconds : float
        For all of them.

    Raises
    ------
    SchemaError
        One of them takes longer.

    Examples
    --------
    >>> matches_apart("one two", [("two", "")], ["of numbers"])
    [[(4, 7)]]
    """
    if not jobs:
        return []
    told = json.dumps({"text": text, "jobs": [list(job) for job in jobs]})
    command = [sys.executable, "-I", "-S", "-X", "utf8", matching.__file__]
    with subprocess.Popen(  # noqa: S603 - Python itself, on a file of the package
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            out, err = process.communicate(told.encode("ascii"), timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
            slow = names[max(len(out.split(b"\n")) // 2 - 1, 0)]
            raise SchemaError(
                f"A rule of one's own must be quick: {slow} took more than {seconds:g} seconds on "
                f"a text of {len(text):,} letters. A repeat within a repeat, such as (a+)+, does "
                "that; write it without."
            ) from None
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise RunError(f"Rules of one's own could not be asked: {err.decode()[-300:].strip()}.")
    answers = [json.loads(line) for line in out.splitlines()[1::2]]
    return [[(start, end) for start, end in spans] for spans in answers]
