"""Sentences that people read are short, and what they name is there."""

import ast
import importlib
import inspect
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workbench"
MOST_WORDS = 30

LITERAL = re.compile(r"``.+?``|`[^`]+`", re.DOTALL)
UNDERLINED = re.compile(r"^.+\n-{3,}$", re.MULTILINE)
NAMED = re.compile(r"^[*\w]+(, [*\w]+)*( : .*)?$")  # a parameter, or what is returned
BULLET = re.compile(r"\n(?=\s*[-*] )")
END = re.compile(r"(?<=[.!?])[)\"'”’]*\s+(?=[^a-z])")


def sentences(text):
    """What stands between full stops; an empty line and a bullet end a sentence as well."""
    for paragraph in re.split(r"\n\s*\n", text):
        for point in BULLET.split(paragraph):
            yield from END.split(" ".join(point.split()))


def words(sentence):
    """A literal is one word, however many names it lists."""
    return [word for word in LITERAL.sub("literal", sentence).split() if re.search(r"\w", word)]


def too_long(text):
    return [said for said in sentences(text) if len(words(said)) > MOST_WORDS]


def prose(docstring):
    """A docstring without its headings, names of parameters, and examples."""
    kept, in_example = [], False
    for line in UNDERLINED.sub("\n", inspect.cleandoc(docstring)).splitlines():
        in_example = bool(line.strip()) and (in_example or line.lstrip().startswith(">>> "))
        kept.append("" if in_example or NAMED.match(line) else line)
    return "\n".join(kept)


def rooms():
    """The package, its rooms, and every module that the API pages show."""
    inits = (init.relative_to(ROOT).parent for init in PACKAGE.rglob("__init__.py"))
    pages = "\n".join(page.read_text("utf-8") for page in (ROOT / "docs" / "api").glob("*.md"))
    shown = re.findall(r"automodule:: ([\w.]+)", pages)
    return [
        importlib.import_module(name) for name in {*map(".".join, (i.parts for i in inits)), *shown}
    ]


def public():
    """Every name that is exported, and every method and property of it that is the project's."""
    for room in rooms():
        for name in getattr(room, "__all__", None) or of_its_own(room):
            thing = getattr(room, name)
            yield f"{room.__name__}.{name}", thing
            if inspect.isclass(thing):
                yield from methods(thing, named=f"{room.__name__}.{name}")


def of_its_own(room):
    made = [name for name, thing in vars(room).items() if own(thing)]
    return [n for n in made if n[0] != "_" and getattr(room, n).__module__ == room.__name__]


def methods(cls, *, named):
    members = {
        name: member for base in reversed(cls.__mro__) for name, member in vars(base).items()
    }
    for name, member in members.items():
        made = getattr(member, "__func__", getattr(member, "fget", member))
        if not name.startswith("_") and own(made):
            yield f"{named}.{name}", made


def own(thing):
    return str(getattr(thing, "__module__", "")).startswith("workbench") and (
        inspect.isclass(thing) or inspect.isfunction(thing)
    )


PUBLIC = dict(sorted(public(), key=lambda one: one[0]))


def test_sentences_are_told_apart_and_counted():
    assert list(sentences("One, at 0.5. Two? (Three!) four\n\nFive:\n- six\n- seven")) == [
        "One, at 0.5.", "Two?", "(Three!) four", "Five:", "- six", "- seven",
    ]  # fmt: skip
    assert words("The ``a, b`` of `c d` − and 2") == ["The", "literal", "of", "literal", "and", "2"]
    long = " ".join(["Word", *["word"] * 30])
    assert too_long(f"Short. {long}.") == [f"{long}."]
    source = f'def f():\n    """Say."""\n    g("Short, " + f"{{x}} and " + y + " {long}, it.")'
    ((line, text),) = [(line, text) for line, text in literals(ast.parse(source)) if is_prose(text)]
    assert (line, text) == (3, f"Short, Field and Field {long}, it.")


def test_sentences_of_public_docstrings_are_short():
    found = {name: too_long(prose(inspect.getdoc(thing) or "")) for name, thing in PUBLIC.items()}
    assert {name: said for name, said in found.items() if said} == {}


def literals(tree):
    """Every text of a program with its line, docstrings aside; a field of an f-string is a word."""
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.JoinedStr):
            waiting += [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        elif not isinstance(node, ast.BinOp):
            waiting += ast.iter_child_nodes(node)
        else:
            waiting += operands(node)
        text = written(node)
        if text is not None and id(node) not in said:
            yield getattr(node, "lineno", 0), text


def operands(node):
    """What is put together, where only the whole is a sentence."""
    for side in (node.left, node.right):
        if isinstance(side, ast.BinOp) and isinstance(side.op, ast.Add):
            yield from operands(side)
        elif written(side) is None or isinstance(side, ast.JoinedStr):
            yield side


def written(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "Field" for part in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = [written(node.left), written(node.right)]
        return None if sides == [None, None] else "".join(side or "Field" for side in sides)
    return None


def is_prose(text):
    """Whether it has marks of a sentence, and is neither a query nor a style."""
    other = re.search(r"\b(SELECT|FROM|CASE)\b|[\w.-]+ \{ ", text)
    return re.search(r"[.,;:](\s|$)", text) and not other


def test_sentences_of_messages_are_short():
    """Errors, warnings, notes and remarks: they are all literals of the program."""
    found = {
        (path.relative_to(PACKAGE).as_posix(), line, said)
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, text in literals(ast.parse(path.read_text(encoding="utf-8")))
        if is_prose(text)
        for said in too_long(text)
    }
    assert found == set()


def test_sentences_of_notebooks_are_short():
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for place, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                found[path.name, place] = too_long(source)
            else:
                texts = [text for _, text in literals(ast.parse(source)) if is_prose(text)]
                found[path.name, place] = [said for text in texts for said in too_long(text)]
    assert {place: said for place, said in found.items() if said} == {}


# --- files that are named

FILE = re.compile(r"(?<![\w{}*./-])[\w./-]*\w\.(?:md|py|js|ipynb|toml|yml|lock)\b(?!\.)")
KEPT = {"__pycache__", "_build", "node_modules"}
FOLDERS = ("benchmarks", "data", "docs", "notebooks", "tests", "workbench")
PAGES = sorted(page for page in (ROOT / "docs").rglob("*.md") if not KEPT & {*page.parts})
READ = [
    *sorted(PACKAGE.rglob("*.py")),
    *PAGES,
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
]
EXAMPLES = ("mine.ipynb", "spring.ipynb", "report.ipynb", "prepared.ipynb", "/x/fit.py")
EXAMPLES += ("workbench.toml", "wrong.toml", "contacts.toml")
EXAMPLES += ("governance.toml", "/srv/campaigns/governance.toml", "nowhere.toml")
EXAMPLES += ("card.md",)  # left by a run
EXAMPLES += ("propensty.ipynb", "propensity-failed.ipynb")  # mistyped, and left by a run


def files():
    there = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    there += [path for path in ROOT.iterdir() if path.is_file()]
    return [f"/{path.relative_to(ROOT).as_posix()}" for path in there if not KEPT & set(path.parts)]


def test_every_file_that_is_named_is_there():
    there = files()
    missing = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in READ
        for name in FILE.findall(path.read_text(encoding="utf-8"))
        if name not in EXAMPLES and not any(one.endswith(f"/{name.lstrip('./')}") for one in there)
    }
    assert missing == set()
