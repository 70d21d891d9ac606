"""The command that repeats a run, as a shell takes it, from the parameters that it was given."""

from __future__ import annotations

import ast
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.errors import MissingDataError
from workbench.files.shipped import notebook_path
from workbench.reports.without_secrets import without_secrets

_OWN_NAMES = {"source": "--data", "groups": "--group", "kinds": "--as", "drop": "--drop"}
_TEXTS = (
    *("target", "campaign", "time", "customer", "trials", "treatment", "control"),
    *("arm_probability", "positive", "amount", "periods", "dates", "decimal", "encoding"),
    *("table", "labels", "currency", "language", "author", "source", "suppress", "governance"),
)
_NUMBERS = ("orders_within", "cost", "margin", "test_campaigns", "seed")
_LEAST_NAMES = 2  # of --columns: one name is no list
IN_MEMORY = {"propensity_from_files": "propensity"}
"""Templates of contacts in files, and those of the same contacts in memory."""


def command_of(
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    output: Path,
    fail_on: Sequence[str] | None = None,
    dated: bool = False,
) -> str:
    """Return the command.

    Parameters
    ----------
    notebook : Path
        One of the templates is called by its name.
    parameters : mapping
        As they were given; what is not given is the notebook's own again.
    output : Path
    fail_on : sequence of str, optional
        None: the default.
    dated : bool

    Examples
    --------
    >>> given = {"table": "my contacts.csv", "target": "bought", "segment": "region"}
    >>> print(command_of(notebook_path("propensity.ipynb"), given, output=Path("reports")))
    workbench run propensity --table 'my contacts.csv' --target bought --set segment=region
    """
    words = ["workbench", "run", *_called(notebook, parameters)]
    for name, value in without_secrets(parameters).items():
        words += _words(name, value)
    if output != Path("reports"):
        words += _option("--output", str(output))
    if fail_on is not None:
        words += ["--fail-on", ",".join(fail_on) or "none"]
    return shlex.join([*words, *(["--dated"] if dated else [])])


def is_template(notebook: Path) -> bool:
    """Whether a notebook is one that ships with the workbench, and is called by its name."""
    try:
        return notebook_path(notebook.name).samefile(notebook)
    except (MissingDataError, OSError):
        return False


def report_name(notebook: Path) -> str:
    """Return the name of a notebook's report, without an ending: its own.

    A template of contacts in files leaves the report that it would leave of them in memory, so
    that runs of both kinds are one history.

    Examples
    --------
    >>> report_name(Path("mine.ipynb")), report_name(notebook_path("propensity_from_files.ipynb"))
    ('mine', 'propensity')
    """
    is_known = notebook.stem in IN_MEMORY and is_template(notebook)
    return IN_MEMORY[notebook.stem] if is_known else notebook.stem


def _called(notebook: Path, parameters: Mapping[str, Any]) -> list[str]:
    if not is_template(notebook):
        return [str(notebook)]
    if notebook.stem in IN_MEMORY and parameters.get("table") is not None:
        return [IN_MEMORY[notebook.stem], "--stream"]
    return [notebook.stem]


def _words(name: str, value: Any) -> list[str]:
    option = _OWN_NAMES.get(name, f"--{name.replace('_', '-')}")
    if name in (*_TEXTS, *_NUMBERS) and _typed_alone(name, value):
        return _option(option, str(value))
    if name == "drop" and _are_texts(value):
        return [word for one in value for word in _option(option, one)]
    if (
        name in ("groups", "kinds", "allow")
        and isinstance(value, Mapping)
        and _are_texts(value.values())
    ):
        pairs = (f"{key}={one}" for key, one in value.items())
        return [word for pair in pairs for word in _option(option, pair)]
    if name == "order" and value != []:
        return _option(option, value if isinstance(value, str) else _json(value))
    if name == "columns" and _are_names(value):
        return _option(option, ",".join(value))
    return _option("--set", f"{name}={_written(value)}")


def _typed_alone(name: str, value: Any) -> bool:
    """Whether an option of its own reads back this very value."""
    if name in _NUMBERS:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, str) and value != ""


def _are_texts(values: Any) -> bool:
    return not isinstance(values, str) and all(isinstance(one, str) for one in values or ())


def _are_names(values: Any) -> bool:
    """Whether names can be listed with commas between, and are the same again."""
    plain = isinstance(values, list) and len(values) >= _LEAST_NAMES and _are_texts(values)
    return plain and all(one and one == one.strip() and "," not in one for one in values)


def _option(option: str, value: str) -> list[str]:
    """Write an option; a value that begins as options do stands in one word with it."""
    return [f"{option}={value}"] if value.startswith("-") else [option, value]


def _written(value: Any) -> str:
    """Write a value so that `--set` reads it back: text as it is where it stands for itself."""
    if isinstance(value, str) and all(_reads_as_text(value)):
        return value
    return "None" if value is None else _json(value)


def _reads_as_text(text: str) -> Iterator[bool]:
    yield text not in ("None", "null", "")
    for read in (json.loads, ast.literal_eval):
        try:
            read(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        yield False


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
