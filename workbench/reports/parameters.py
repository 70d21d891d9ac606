"""The parameters of a notebook: what its tagged cell sets, and what the comments there say."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench import _lab
from workbench.errors import MissingDataError, ParameterError
from workbench.messages import did_you_mean

with _lab.needed_for("Reports"):
    import nbformat
    from nbformat import ValidationError
    from nbformat.reader import NotJSONError

TAG = "parameters"
_KINDS = {kind.__name__: kind for kind in (bool, int, float, str, list, tuple, dict)}
_OF_ENTRIES = {bool, int, float, str}
_OWN_LINES = ("%", "!", "?")  # of IPython, which are no Python


@dataclass(frozen=True)
class Parameter:
    """What a notebook can be run with.

    Parameters
    ----------
    name : str
    default : str
        As the cell writes it, on one line.
    comment : str
        What stands beside it, or above.
    kind : type or None
        Of the default, or of its annotation; None where neither tells, as with ``None``.
    may_be_none : bool
        Whether the default, or the annotation, is None.
    entries : type or None
        Of the entries, where the default is a list of one kind.
    """

    name: str
    default: str
    comment: str = ""
    kind: type | None = None
    may_be_none: bool = False
    entries: type | None = None


def read_notebook(source: Path) -> nbformat.NotebookNode:
    """Read a notebook.

    Raises
    ------
    MissingDataError
        It cannot be read.
    ParameterError
        The file is none.
    """
    try:
        notebook: nbformat.NotebookNode = nbformat.read(source, as_version=4)
    except OSError as error:
        raise MissingDataError(
            f"{str(source)!r} must be a notebook; it cannot be read: {error.strerror}."
        ) from None
    except (NotJSONError, ValidationError, UnicodeDecodeError):
        raise ParameterError(
            f"{str(source)!r} must be a Jupyter notebook; it cannot be read as one."
        ) from None
    return notebook


def parameters_of(notebook: nbformat.NotebookNode, *, name: str) -> dict[str, Parameter]:
    """Return the parameters in the order of their cell; none where no cell has the tag.

    Parameters
    ----------
    notebook : NotebookNode
    name : str
        What to call it in a message.

    Raises
    ------
    ParameterError
        The cell is no Python.
    """
    tagged = [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", [])]
    source = next((cell.source for cell in tagged if cell.cell_type == "code"), "")
    lines = ["" if line.lstrip().startswith(_OWN_LINES) else line for line in source.split("\n")]
    try:
        return parameters_in("\n".join(lines) + "\n")
    except (SyntaxError, ValueError) as error:  # the second, of old, for a zero byte
        line, said = getattr(error, "lineno", None), getattr(error, "msg", error)
        raise ParameterError(
            f"The parameters cell of {name} must be Python; {f'its line {line}' if line else 'it'} "
            f"is not: {said}. Mend it in the notebook."
        ) from None


def parameters_in(source: str) -> dict[str, Parameter]:
    """Return the parameters that a cell of this text sets.

    Examples
    --------
    >>> parameters_in("cost = 1.0  # of one contact")["cost"]
    Parameter(name='cost', default='1.0', comment='of one contact', kind=<class 'float'>, ...
    """
    statements = ast.parse(source).body
    comments = dict(_comments(source))
    found = {}
    for statement in statements:
        for name, value, annotation in _set_by(statement):
            lines = (ast.get_source_segment(source, value) or "").splitlines()
            default = " ".join(line.strip() for line in lines)
            about = _comment_of(statement, comments)
            found[name] = Parameter(name, default, about, *_kinds(value, annotation))
    return found


def check_known(given: Mapping[str, Any], known: Mapping[str, Parameter], *, name: str) -> None:
    """Raise ParameterError where a value is given for what is no parameter.

    Parameters
    ----------
    given : mapping
        By the name of the parameter.
    known : mapping
        Those of the notebook.
    name : str
        Of the notebook.
    """
    for one in given:
        if one not in known:
            there = ", ".join(f"{each.name}={each.default}" for each in known.values())
            raise ParameterError(
                f"`{one}` is no parameter of {name}.{did_you_mean(one, known)} "
                + (f"Its parameters, with their defaults: {there}." if there else "It has none.")
            )


def _set_by(statement: ast.stmt) -> Iterator[tuple[str, ast.expr, ast.expr | None]]:
    if isinstance(statement, ast.Assign):
        names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        yield from ((name, statement.value, None) for name in names)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        yield ast.unparse(statement.target), statement.value, statement.annotation


def _comments(source: str) -> Iterator[tuple[int, tuple[str, bool]]]:
    """Find the comment of each line, and whether it has the line for itself."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            alone = token.line.lstrip().startswith("#")
            yield token.start[0], (token.string.lstrip("#: ").rstrip(), alone)


def _comment_of(statement: ast.stmt, comments: Mapping[int, tuple[str, bool]]) -> str:
    lines = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    beside = [comments[line][0] for line in lines if line in comments]
    above, alone = comments.get(statement.lineno - 1, ("", False))
    return beside[0] if beside else above if alone else ""


def _kinds(value: ast.expr, annotation: ast.expr | None) -> tuple[type | None, bool, type | None]:
    """Return the kind of a parameter, whether it may be None, and the kind of its entries."""
    said = [] if annotation is None else list(_alternatives(annotation))
    told = [_KINDS[one] for one in said if one in _KINDS]
    try:
        default = ast.literal_eval(value)
    except ValueError:  # made by a call, say
        return (told[0] if len(told) == 1 else None), "None" in said, None
    written = _KINDS.get(type(default).__name__)
    kind = told[0] if len(told) == 1 else written
    return kind, default is None or "None" in said, _kind_of_entries(default)


def _kind_of_entries(default: object) -> type | None:
    kinds = {type(one) for one in default} if isinstance(default, (list, tuple)) else set()
    return next(iter(kinds)) if len(kinds) == 1 and kinds <= _OF_ENTRIES else None


def _alternatives(annotation: ast.expr) -> Iterator[str]:
    """Return the names of the kinds in ``float | None`` or ``list[str]``."""
    if isinstance(annotation, ast.BinOp):
        yield from _alternatives(annotation.left)
        yield from _alternatives(annotation.right)
    elif isinstance(annotation, ast.Subscript):
        yield from _alternatives(annotation.value)
    else:
        yield ast.unparse(annotation)
