"""Every message has its translation, with the same fields, and no translation is left over."""

import ast
import json
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import workbench
from workbench.errors import MissingPackageError
from workbench.language import LANGUAGES
from workbench.language.catalogues import catalogue
from workbench.widgets.front.spoken import asked
from workbench.widgets.views import VIEWS

PACKAGE = Path(workbench.__file__).parent
NOTEBOOKS = PACKAGE.parent / "notebooks"
CATALOGUES = sorted({how.catalogue for how in LANGUAGES.values() if how.catalogue})
MESSAGES_OF = {"say": 1, "later": 1, "say_count": 2}


def calls(path):
    """The calls that take messages, in a file that imports them from the language room."""
    tree = ast.parse(path.read_text("utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("workbench.language")
        for alias in node.names
    }
    for node in ast.walk(tree):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if named and node.func.id in imported & set(MESSAGES_OF):
            yield node


def said_in(path):
    """The messages that stand in a file, as they are written."""
    for call in calls(path):
        for argument in call.args[: MESSAGES_OF[call.func.id]]:
            if isinstance(argument, ast.Constant):
                yield argument.value


def paragraphs(path):
    """The Markdown cells of a notebook."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            yield "".join(cell["source"]).strip()


def messages():
    """Message -> the room that says it; `several` where several do."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for message in said_in(path):
            found[message] = room if found.get(message, room) == room else "several"
    for message in asked(*VIEWS):  # by the front end of views, in JavaScript
        found[message] = "widgets" if found.get(message, "widgets") == "widgets" else "several"
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        found |= dict.fromkeys(paragraphs(path), "notebooks")
    return found


def entries(name):
    """(file, message, translation) of a catalogue."""
    for path in sorted((PACKAGE / "language" / name).glob("*.po")):
        with path.open(encoding="utf-8") as lines:
            for each in read_po(lines, locale=name, abort_invalid=True):
                if each.id:
                    yield path.stem, each.id, each.string


def as_entry(message):
    """A message as a .po file takes it, to be pasted and filled in."""
    return f'msgid {json.dumps(message, ensure_ascii=False)}\nmsgstr ""\n'


def fields(message):
    """The fields of a message, with how each is converted and formatted."""
    return sorted(
        (name, spec, conversion)
        for _, name, spec, conversion in string.Formatter().parse(message)
        if name is not None
    )


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_message_is_translated(name):
    there = {message for _, message, translation in entries(name) if translation.strip()}
    missing = {}
    for message, room in messages().items():
        if message not in there:
            missing.setdefault(room, []).append(as_entry(message))
    printed = [f"# into {room}.po\n\n" + "\n".join(lines) for room, lines in missing.items()]
    assert printed == [], "\n\n" + "\n".join(printed)


@pytest.mark.parametrize("name", CATALOGUES)
def test_no_translation_is_left_over_or_there_twice(name):
    known, seen, wrong = set(messages()), set(), []
    for file, message, _ in entries(name):
        if message not in known or message in seen:
            wrong.append((file, message))
        seen.add(message)
    assert wrong == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_translation_has_the_fields_of_its_message(name):
    for file, message, translation in entries(name):
        if file != "notebooks" and "{" in message:
            assert fields(translation) == fields(message), (file, message)


def test_messages_are_written_where_they_are_said():
    """A message that is put together cannot be found; a name must stand for a marked one."""
    for path in PACKAGE.rglob("*.py"):
        for call in calls(path):
            for argument in call.args[: MESSAGES_OF[call.func.id]]:
                allowed = ast.Constant | ast.Name | ast.Subscript | ast.Attribute | ast.IfExp
                assert isinstance(argument, allowed), (path, call.lineno)


def test_the_walk_finds_messages_in_every_form(tmp_path):
    path = tmp_path / "said.py"
    path.write_text(
        "from workbench.language import say, say_count, later\n"
        "A = later('a')\nsay('b' ' c', n=1)\nf\"{say('d')}\"\nsay_count('e', 'f', 3)\nsay(A)\n"
    )
    assert sorted(said_in(path)) == ["a", "b c", "d", "e", "f"]
    path.write_text("from workbench.cli.messages import say\nsay('not of a page')\n")
    assert list(said_in(path)) == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_is_read_is_what_stands_in_the_files(name):
    assert catalogue(name) == {message: translation for _, message, translation in entries(name)}


def test_without_babel_the_extra_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "babel.messages.pofile", None)
    catalogue.cache_clear()
    said = r"^Reports in other languages need the extra `lab`, of which babel is not installed: "
    with pytest.raises(MissingPackageError, match=said):
        catalogue("de")
    catalogue.cache_clear()
