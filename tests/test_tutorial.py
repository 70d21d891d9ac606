"""The tutorial, line by line: its files, its commands, what they print, its code."""

import contextlib
import doctest
import io
import re
import runpy
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
FILES = ROOT / "docs" / "tutorial"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHECKER = doctest.OutputChecker()
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def compared(expected, came, of):
    """Raise where what came is not what the page shows; `...` stands for anything."""
    example = doctest.Example(of, expected)
    if not CHECKER.check_output(expected, came, FLAGS):
        pytest.fail(f"{of}\n{CHECKER.output_difference(example, came, FLAGS)}")


def typed(line, folder):
    """What a command prints, notes included, as a terminal shows it."""
    program, *arguments = line.split()
    assert program == "workbench", f"the tutorial types no {program}"
    ran = subprocess.run(
        [sys.executable, "-m", "workbench", *arguments],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, f"{line}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def answered(declaration, part):
    """Put a part of the page in the place of the one under the same heading."""
    heading = part.splitlines()[0]
    pattern = re.compile(rf"^{re.escape(heading)}\n(?:[^\n\[].*\n)+", re.MULTILINE)
    text, found = pattern.subn(part, declaration.read_text(encoding="utf-8"))
    assert found == 1, f"{heading} stands once in what is proposed"
    declaration.write_text(text, encoding="utf-8")


def run_code(source, names):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a notebook shows them; they are no part of the output
        exec(compile(source, "tutorial.md", "exec"), names)
    return printed.getvalue()


@pytest.mark.slow
def test_every_line_of_the_tutorial(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TQDM_DISABLE", "1")
    (tmp_path / "exports").mkdir()
    for file in re.findall(r"\{download\}`(\S+) <tutorial/\1>`", PAGE):
        shutil.copy(FILES / file, tmp_path / "exports")
    names, printed, seen = {}, "", []
    for language, block in BLOCK.findall(PAGE):
        seen.append(language)
        if language == "console":
            first, expected = block.split("\n", 1)
            compared(expected, typed(first.removeprefix("$ "), tmp_path), first)
        elif language == "toml":
            answered(tmp_path / "campaigns.toml", block)
        elif language == "python":
            printed = run_code(block, names)
        else:
            compared(block, printed, "what the code above prints")
    assert set(seen) == {"console", "toml", "python", "text"}
    look_at_what_is_left(tmp_path)


def look_at_what_is_left(folder):
    """What the text says of the files that stay behind."""
    report = (folder / "reports" / "propensity.html").read_text(encoding="utf-8")
    assert 'data-verdict="with care"' in report
    scores = pd.read_excel(folder / "scores.xlsx", engine="calamine", dtype=str)
    assert len(scores) == 400
    assert "customer 001007 keeps the zeros" in PAGE
    assert "001007" in set(scores["customer"])
    assert {"propensity", "rank", "reason_1", "reason_2", "reason_3"} <= {*scores}
    assert "280 of the 400" in " ".join(PAGE.split())


def test_three_files_are_named_and_they_are_those_that_the_script_makes():
    made = runpy.run_path(str(FILES / "make_files.py"))
    tables = made["draw"](np.random.default_rng(made["SEED"]))
    named = re.findall(r"\{download\}`(\S+) <tutorial/\1>`", PAGE)
    assert sorted(named) == sorted(f"{name}.csv" for name in tables)
    for name, table in tables.items():
        there = (FILES / f"{name}.csv").read_text(encoding="utf-8")
        assert there == table.to_csv(index=False, lineterminator="\n")
