"""Whether the Python of the executors has what this one has; what is said where it has not."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from typing import NamedTuple

from workbench import __version__
from workbench.errors import MissingPackageError, RunError

# what executors import: a module of somebody's own that is missing there is not for us to explain
_NEEDED = {"workbench", "numpy", "pandas", "pyarrow", "scipy", "sklearn", "threadpoolctl"}
_LACKING = re.compile(r"No module named '([\w.]+)'")


class Python(NamedTuple):
    """What a process runs: where its Python is, and versions of what numbers depend on."""

    executable: str
    versions: dict[str, str]


@cache  # looking versions up takes as long as a pass over few rows
def here() -> Python:
    """Return what this process runs."""
    versions = {name: version(name) for name in ("numpy", "pandas", "pyarrow", "scipy")}
    return Python(sys.executable, {"marketing-workbench": __version__, **versions})


def check_like_here(there: Python) -> None:
    """Raise where an executor has another version of the workbench, or of what it stands on.

    Raises
    ------
    MissingPackageError
    """
    own = here().versions
    other = {name: of for name, of in there.versions.items() if own.get(name) != of}
    if other:
        has = " and ".join(f"{name} {of}" for name, of in other.items())
        wanted = " and ".join(f"{name}=={own[name]}" for name in other)
        raise MissingPackageError(
            f"Executors must have the versions that the driver has; {there.executable!r} has "
            f"{has}. Install {wanted} there."
        )


@contextmanager
def asked() -> Iterator[None]:
    """Say in the workbench's words what went wrong on the executors.

    Raises
    ------
    MissingPackageError
        The Python of the executors lacks the workbench, or what it needs.
    RunError
        Spark could not compute the rows.
    """
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JJavaError) as error:
        lacking = _LACKING.search(str(error))
        if lacking is not None and lacking[1].split(".")[0] in _NEEDED:
            raise MissingPackageError(
                "Executors must have the workbench; their Python has no module "
                f"{lacking[1]!r}. Install marketing-workbench=={__version__} on every executor, "
                "and name that Python before the session starts: by PYSPARK_PYTHON in the "
                "environment, or `spark.pyspark.python` of spark-submit."
            ) from None
        raise RunError(
            f"Spark must be able to compute the DataFrame; it could not: {_last_words(error)}. "
            "`dataframe.count()` should work first."
        ) from error


def _last_words(error: Exception) -> str:
    """Return the line of an error that says what it is."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"[\w.]*(?:Error|Exception)\b", line)]
    return (named or lines or [type(error).__name__])[-1 if named else 0].rstrip(".")
