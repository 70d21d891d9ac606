"""Every message has its translation, with the same fields, and no translation is left over."""

import ast
import itertools
import json
import re
import string
import sys
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import workbench
from workbench.errors import MissingPackageError
from workbench.governance.regulation import regulation
from workbench.language.catalogues import catalogue, entries_of
from workbench.language.current import LANGUAGES
from workbench.widgets.front.spoken import asked
from workbench.widgets.views import NEVER_MAILED, VIEWS

PACKAGE = Path(workbench.__file__).parent
NOTEBOOKS = PACKAGE.parent / "notebooks"
CATALOGUES = sorted({how.catalogue for how in LANGUAGES.values() if how.catalogue})
MESSAGES_OF = {"say": 1, "later": 1, "say_count": 2}
RETOLD = "retold"


def imported_from_language(tree):
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("workbench.language")
        for alias in node.names
    }


def calls(source):
    """The calls that take messages, in a module that imports them from the language room."""
    tree = ast.parse(source)
    known = imported_from_language(tree) & set(MESSAGES_OF)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in known:
            yield node


def literals(node):
    """The texts that an argument may be."""
    if isinstance(node, ast.Constant):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (text for value in node.values for text in literals(value))


def said_in(source):
    """The messages that stand in a module, as they are written."""
    for call in calls(source):
        for argument in call.args[: MESSAGES_OF[call.func.id]]:
            yield from literals(argument)


def cells(path, kind):
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == kind and "notebook-only" not in cell["metadata"].get("tags", []):
            yield "".join(cell["source"]).strip()


def code_of(path):
    """The code of a notebook as one module."""
    return "\n".join(cells(path, "code"))


def captions_in(source):
    """What a notebook gives its tables as caption: `Table` looks it up."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Table":
            yield from (text for one in node.args[1:2] for text in literals(one))
            given = [one.value for one in node.keywords if one.arg == "caption"]
            yield from (text for one in given for text in literals(one))
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "caption":
            yield from literals(node.value)


def spoken_by_templates(path):
    """What a page's own template says."""
    return re.findall(r'"([^"]+)" \| said', path.read_text("utf-8"))


def said_by_regulations():
    """What the dated table of regulations says on a page."""
    table = regulation().table
    return [*table["law"], *table["asks"]]


@cache
def messages():
    """Message -> the room that says it; `several` where more than one does."""
    found = {}

    def add(message, room):
        found[message] = room if found.get(message, room) == room else "several"

    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for message in said_in(path.read_text("utf-8")):
            add(message, room)
    for path in PACKAGE.rglob("*.j2"):
        for message in spoken_by_templates(path):
            add(message, "reports")
    for message in said_by_regulations():
        add(message, "governance")
    for message in asked(*VIEWS, *NEVER_MAILED):  # by the front end of views, in JavaScript
        add(message, "widgets")
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        code = code_of(path)
        for message in (*cells(path, "markdown"), *said_in(code), *captions_in(code)):
            add(message, "notebooks")
    return found


def bare(message):
    """A message with every field as {}."""
    parts = string.Formatter().parse(message)
    return "".join(text + ("" if name is None else "{}") for text, name, _, _ in parts)


@cache
def texts_of_the_package():
    """Every text in the code of package and templates, with fields as {}; f-strings included."""
    found = set()
    sources = [path.read_text("utf-8") for path in PACKAGE.rglob("*.py")]
    for source in [*sources, *map(code_of, NOTEBOOKS.glob("*.ipynb"))]:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
                ]
                found.add("".join(parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return "\n".join(found)


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
        (name, spec, conversion or "")
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
def test_no_translation_is_left_over_or_there_in_two_ways(name):
    seen, wrong = {}, []
    for file, message, translation in entries(name):
        unlike = seen.setdefault(message, translation) != translation
        if unlike or (not file.startswith(RETOLD) and message not in messages()):
            wrong.append((file, message, translation))
    assert wrong == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_is_told_again_is_what_the_package_writes(name):
    """Most pairs of words of a message stand in the code, which may put it together of parts."""
    code = texts_of_the_package().lower()
    told = {message for file, message, _ in entries(name) if file.startswith(RETOLD)}
    assert [message for message in told if share_in(code, message) < 0.3] == []


def share_in(code, message):
    """The share of a message's pairs of words that stand in the code; few words count by one."""
    parts = [re.findall(r"[\w-]+", piece.lower()) for piece in bare(message).split("{}")]
    words = [word for part in parts for word in part]
    pairs = [" ".join(pair) for part in parts for pair in itertools.pairwise(part)]
    looked_for = pairs if len(words) > 3 else words
    there = [one in code or one.replace(" ", "_") in code for one in looked_for]
    return sum(there) / len(there) if there else 1.0


def test_a_message_that_nobody_writes_is_found():
    code = "days until {}, at most {}.\nmissing_share"
    assert share_in(code, "Days until {day}, at most {n:d}.") == 1
    assert share_in(code, "missing share") == 1
    assert share_in(code, "Weeks since the last {event}") == 0


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_translation_has_the_fields_of_its_message(name):
    for file, message, translation in entries(name):
        if file != "notebooks" or "{" in bare(message):
            assert fields(translation) == fields(message), (file, message)


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_translation_begins_and_ends_as_its_message(name):
    """Parts of sentences are put together: a space, or a full stop, belongs to both or none."""
    for file, message, translation in entries(name):
        for ends in (str.lstrip, str.rstrip):
            spaces = [len(one) - len(ends(one)) for one in (message, translation)]
            assert spaces[0] == spaces[1], (file, message)
        if message.endswith("."):
            assert translation.endswith("."), (file, message)


def test_messages_are_written_where_they_are_said():
    """A message that is put together cannot be found; a name must stand for a marked one."""
    for path in PACKAGE.rglob("*.py"):
        for call in calls(path.read_text("utf-8")):
            for argument in call.args[: MESSAGES_OF[call.func.id]]:
                put_together = isinstance(argument, ast.JoinedStr | ast.BinOp)
                assert not put_together, (path, call.lineno)


def test_the_walk_finds_messages_in_every_form():
    source = (
        "from workbench.language import say, say_count, later\n"
        "A = later('a')\nsay('b' ' c', n=1)\nf\"{say('d')}\"\nsay_count('e', 'f', 3)\nsay(A)\n"
        "say('g' if A else 'h')\nsay(A or 'i')\n"
    )
    assert sorted(said_in(source)) == ["a", "b c", "d", "e", "f", "g", "h", "i"]
    assert list(said_in("from workbench.cli.messages import say\nsay('not of a page')\n")) == []
    source = "Table(x, 'a')\nTable(x, caption='b')\ncaption = 'c'\nTable(x, caption)\n"
    assert sorted(captions_in(source)) == ["a", "b", "c"]


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_is_read_is_what_stands_in_the_files(name):
    assert catalogue(name) == {message: translation for _, message, translation in entries(name)}


def test_without_babel_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "babel.messages.pofile", None)
    said = r"^Reports in other languages need the extra `lab`, of which babel is not installed: "
    catalogue.cache_clear()
    entries_of.cache_clear()
    with pytest.raises(MissingPackageError, match=said):
        catalogue("de")
    catalogue.cache_clear()
