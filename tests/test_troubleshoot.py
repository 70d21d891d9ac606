"""The page of messages: each is what the program says, by running it, or as its code has it."""

import ast
import doctest
import re
import shutil
from pathlib import Path

import pytest

from workbench.cli import main

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "howto" / "troubleshoot.md").read_text(encoding="utf-8")
TYPED = dict(re.findall(r"^```console\n\$ workbench (.+)\n((?:.+\n)+)```$", PAGE, re.MULTILINE))
QUOTED = re.findall(r"^> (.+)$", PAGE, re.MULTILINE)
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS

CONTACTS = """id,month,visits,price,bought
1,2024-01,1,2.50,0
2,2024-01,2,2.50,1
3,2024-01,3,2.75,0
1,2024-02,4,2.50,1
2,2024-02,1,2.75,0
3,2024-02,2,2.50,0
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """What the page's commands find where they are typed."""
    files = ROOT / "docs" / "tutorial"
    for name, tables in {"exports": ("contacts", "orders"), "orders": ("orders",)}.items():
        (tmp_path / name).mkdir()
        for table in tables:
            shutil.copy(files / f"{table}.csv", tmp_path / name)
    (tmp_path / "contacts.csv").write_text(CONTACTS)
    (tmp_path / "open.csv").write_text(re.sub(r"1$", "0", CONTACTS, flags=re.MULTILINE))
    (tmp_path / "torn.csv").write_text("id;bought\n1;0;3\n2;1\n")
    (tmp_path / "contacts.toml").write_text("# mine\n")
    (tmp_path / "wrong.toml").write_text('[run]\ntabel = "contacts.csv"\n')
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("line", TYPED)
def test_a_command_of_the_page_says_what_stands_there(line, capsys):
    assert main(line.split()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    example = doctest.Example(line, TYPED[line])
    checker = doctest.OutputChecker()
    assert checker.check_output(TYPED[line], said.err, FLAGS), checker.output_difference(
        example, said.err, FLAGS
    )


def sentences_of_the_code():
    """Every text of the package as one line, fields of f-strings as …."""
    for path in sorted((ROOT / "workbench").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    part.value if isinstance(part, ast.Constant) else "…" for part in node.values
                ]
                yield "".join(parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@pytest.mark.parametrize("quoted", QUOTED)
def test_a_message_that_is_quoted_stands_in_the_code(quoted):
    pattern = re.compile(".+?".join(re.escape(part.strip()) for part in quoted.split("…") if part))
    assert any(pattern.search(text) for text in sentences_of_the_code())


def test_the_page_has_messages_of_both_kinds():
    assert len(TYPED) >= 12
    assert len(QUOTED) >= 4
    assert PAGE.count("```console") == len(TYPED)
