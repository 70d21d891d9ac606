"""The looks at a test so far, kept in a small file: what its interval was, and when."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError, MissingDataError
from workbench.experiments.result import ReadOut
from workbench.files.whole_file import whole_file

KEPT = (
    *("arm", "against", "contacts", "contacts_against", "mean", "mean_against"),
    *("effect", "low", "high", "std_error", "p_value"),
)
COLUMNS = ("at", *KEPT, "kind", "valid", "level")


def keep_look(path: str | os.PathLike[str], read: ReadOut, *, at: Any = None) -> pd.DataFrame:
    """Add a look at a test to its file, a line of JSON each comparison; make the file at first.

    A look at the same moment takes the place of the one before, so that a run may be repeated.

    Parameters
    ----------
    path : path
        Such as ``looks.jsonl`` beside the model.
    read : ReadOut
    at : date or time, optional
        When the contacts were counted; by default now, in universal time.

    Returns
    -------
    DataFrame
        All looks so far, as `looks` gives them.

    Raises
    ------
    DataError
        `at` is no moment, or the file holds something else.

    Examples
    --------
    >>> import numpy as np, pandas as pd, tempfile
    >>> from pathlib import Path
    >>> from workbench import FeatureFrame
    >>> from workbench.experiments import read_out
    >>> arm = pd.Series(["mail", "none"] * 100)
    >>> y = pd.Series(np.arange(200.0) % 3 == 0).astype(float)
    >>> X = pd.DataFrame({"x": np.arange(200) % 7})
    >>> frame = FeatureFrame(X, y, treatment=arm, control="none")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept = keep_look(Path(folder) / "looks.jsonl", read_out(frame), at="2024-05-01")
    >>> kept[["at", "arm", "contacts"]]
              at   arm  contacts
    0 2024-05-01  mail     100.0
    """
    moment = _moment(at)
    new = read.effects[list(KEPT)].assign(
        at=moment, kind=read.kind, valid=read.valid, level=read.level
    )
    file = Path(path)
    before = looks(file) if file.exists() else pd.DataFrame(columns=list(COLUMNS))
    before = before[before["at"] != moment]
    new = new[list(COLUMNS)]
    table = new if before.empty else pd.concat([before, new], ignore_index=True)
    table = table.sort_values("at", kind="stable", ignore_index=True)
    lines = [_line(row) for row in table.to_dict("records")]
    with whole_file(file, name="`path`") as beside:  # interrupted, it leaves the earlier looks
        beside.write_text("".join(lines), encoding="utf-8")
    return table


def looks(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read the looks at a test, in the order of time.

    Parameters
    ----------
    path : path
        That `keep_look` wrote to.

    Returns
    -------
    DataFrame
        One row a look and comparison: ``at, arm, against, contacts, contacts_against, mean,
        mean_against, effect, low, high, std_error, p_value, kind, valid, level``.

    Raises
    ------
    MissingDataError
        There is no such file.
    DataError
        It holds something else.

    Examples
    --------
    >>> looks("nowhere.jsonl")
    Traceback (most recent call last):
    ...
    workbench.errors.MissingDataError: There must be a file of looks at 'nowhere.jsonl'; ...
    """
    file = Path(path)
    if not file.is_file():
        raise MissingDataError(
            f"There must be a file of looks at {os.fspath(path)!r}; there is none. `keep_look` "
            "makes it at the first look."
        )
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        table["at"] = pd.to_datetime(table["at"])
        numbers = [name for name in KEPT if name not in ("arm", "against")]
        table[numbers] = table[numbers].astype("float64")
    except (ValueError, TypeError, AttributeError):
        raise DataError(
            f"{os.fspath(path)!r} must hold looks at a test, one line of JSON each; it holds "
            "something else. Name another file."
        ) from None
    return table


def _moment(at: Any) -> pd.Timestamp:
    if at is None:
        return pd.Timestamp(datetime.now(UTC)).tz_localize(None).floor("s")
    told = isinstance(at, str | date | np.datetime64)
    moment = pd.to_datetime(at, errors="coerce") if told else None
    if not isinstance(moment, pd.Timestamp):
        raise DataError(f"`at` must be a date or a time; got {at!r}. Write for example 2024-05-01.")
    return moment.tz_convert(None) if moment.tzinfo else moment


def _line(row: dict[Any, Any]) -> str:
    plain = {str(name): value for name, value in row.items()} | {"at": row["at"].isoformat()}
    return json.dumps(plain, ensure_ascii=False) + "\n"
