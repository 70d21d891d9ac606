"""What came of each run of a folder: a row in ``runs.parquet``, written whole."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from workbench import __version__
from workbench.errors import MissingDataError, SchemaError
from workbench.files.whole_file import whole_file
from workbench.reports.headline import Headline
from workbench.reports.signs import Sign

NAME = "runs.parquet"
DONE, STOPPED, FAILED = "done", "stopped", "failed"
COLUMNS = (
    *("moment", "notebook", "about", "outcome", "signs", "said", "seconds", "report", "model"),
    *("model_sha256", "headline", "workbench", "python"),
)
"""Of every run; its headline's figures follow, each under its name."""

_LOCK = ".runs-lock"


def row_of(run: Any, *, notebook: str, moment: datetime, folder: Path) -> dict[str, Any]:
    """Make a run's row.

    Parameters
    ----------
    run : Run
        As `workbench.reports.run.run_notebook` returns it, or raises it.
    notebook : str
        Its name, without the ending.
    moment : datetime
        When the run began.
    folder : Path
        Of the history: paths are written as they are seen from there.

    Returns
    -------
    dict
    """
    headline: Headline | None = run.headline
    found: list[Sign] = [] if run.signs is None else list(run.signs.found)
    figures = {} if headline is None else {f.name: f.value for f in headline.figures}
    return {
        **_always(notebook, moment, STOPPED if run.stopped_by else DONE),
        "about": "" if headline is None else headline.about,
        "signs": ",".join(dict.fromkeys(sign.name for sign in [*found, *run.stopped_by])),
        "said": " ".join(map(str, run.stopped_by)),
        "seconds": run.seconds,
        "report": _seen_from(folder, run.report),
        "model": _seen_from(folder, run.model),
        "model_sha256": "" if run.model is None else _digest(run.model),
        "headline": "" if headline is None else json.dumps(headline.to_dict(), sort_keys=True),
        **{_free(name): _number(value) for name, value in figures.items()},
    }


def row_of_failure(error: Exception, *, notebook: str, moment: datetime) -> dict[str, Any]:
    """Make the row of a run that did not come to its end."""
    return {**_always(notebook, moment, FAILED), "said": str(error)}


def record(folder: Path, row: Mapping[str, Any]) -> None:
    """Add a row to a folder's history, which is there completely or as it was.

    Raises
    ------
    SchemaError
        The history that is there cannot be read.
    """
    with _alone(folder):
        added = pd.DataFrame([row])
        added["moment"] = pd.to_datetime(added["moment"], utc=True)
        path = folder / NAME
        if path.is_file():
            earlier = read_history(folder)
            for file in ("report", "model"):  # what stands there now is this run's
                earlier.loc[(earlier[file] == row.get(file)) & (earlier[file] != ""), file] = ""
            figures = [name for name in [*earlier, *added] if name not in COLUMNS]
            columns = [*COLUMNS, *dict.fromkeys(figures)]
            rows = [*earlier.to_dict("records"), *added.to_dict("records")]
            added = pd.DataFrame(rows, columns=columns)
        with whole_file(path) as unfinished:
            _typed(added).to_parquet(unfinished, index=False)


def read_history(folder: str | Path) -> pd.DataFrame:
    """Read what came of the runs of a folder, the earliest first.

    Parameters
    ----------
    folder : path
        What was `output`.

    Returns
    -------
    DataFrame
        One row a run:

        - ``moment`` (UTC), ``notebook``, ``about``, ``seconds``;
        - ``outcome``: "done", "stopped" or "failed"; ``signs``, with commas between; ``said``;
        - ``report, model``: as they are seen from the folder; ``model_sha256``;
        - ``headline`` (JSON), ``workbench, python`` (versions);
        - the headline's figures, each under its name; NaN where a run has none of it.

    Raises
    ------
    MissingDataError
        There is none.
    SchemaError
        It cannot be read.
    """
    path = Path(folder) / NAME
    if not path.is_file():
        raise MissingDataError(
            f"There is no history {str(path)!r}: `workbench run` writes it. Name the folder that "
            "its option --output named."
        )
    try:
        table = pd.read_parquet(path, partitioning=None)
    except (OSError, ValueError):
        table = pd.DataFrame()
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise SchemaError(
            f"The history must be as it was written; {str(path)!r} cannot be read. Restore it, or "
            "move it away: then a new one begins."
        )
    return table.sort_values("moment", kind="stable", ignore_index=True)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Give every column one type: text, numbers, or moments."""
    figures = [str(name) for name in table if name not in COLUMNS]
    table = table.reindex(columns=[*COLUMNS, *figures])
    texts = {name: str for name in COLUMNS if name not in ("moment", "seconds")}
    table[list(texts)] = table[list(texts)].astype("object").fillna("")
    return table.astype({**texts, **dict.fromkeys(["seconds", *figures], float)})


def _always(notebook: str, moment: datetime, outcome: str) -> dict[str, Any]:
    return {
        "moment": moment,
        "notebook": notebook,
        "outcome": outcome,
        "workbench": __version__,
        "python": platform.python_version(),
    }


def _free(name: str) -> str:
    """Return a figure's name, which is none of the columns."""
    return f"{name} (figure)" if name in COLUMNS else name


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _seen_from(folder: Path, file: Path | None) -> str:
    if file is None:
        return ""
    inside = file.is_relative_to(folder)
    return (file.relative_to(folder) if inside else file.absolute()).as_posix()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one run after the other write, where the system can lock files."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with (folder / _LOCK).open("w") as lock:
        with suppress(OSError):  # some file systems of networks cannot
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
