"""One of two runs that are compared: its headline and its model, wherever it is named by."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import MissingDataError, ParameterError, SchemaError, WorkbenchError
from workbench.reports import history
from workbench.reports.dated import MODEL_FILE, latest
from workbench.reports.headline import Headline
from workbench.reports.pairing import NETWORK, mismatch
from workbench.ridge.export import model_json


@dataclass(frozen=True)
class OneRun:
    """What is known of a run.

    Parameters
    ----------
    place : str
        The model file; where there is none, the history that holds the headline.
    headline : Headline or None
        None where a model was saved without one.
    model : mapping
        The content of ``model.json``; {} where the run saved no model.
    moment : Timestamp or None
        When it ran, where a history beside it knows the model.
    remarks : tuple of str
        What is odd about it.
    """

    place: str
    headline: Headline | None
    model: Mapping[str, Any] = field(default_factory=dict)
    moment: pd.Timestamp | None = None
    remarks: tuple[str, ...] = ()

    @property
    def judged(self) -> Mapping[str, Any]:
        """What its figures were judged on; {} where an earlier version wrote it."""
        return {} if self.headline is None else self.headline.judged

    @cached_property
    def columns(self) -> pd.DataFrame:
        """One row a design column, by its name; empty without a model."""
        rows = pd.DataFrame(self.model.get("columns", []))
        return rows if rows.empty else rows.set_index("column").astype({"penalty": "float64"})

    @cached_property
    def own_columns(self) -> pd.DataFrame:
        """Those of features: a unit of a network is drawn anew, and another under the same name."""
        columns = self.columns
        if columns.empty or self.model.get("model") != NETWORK:
            return columns
        return columns[columns["feature"].isin([one["name"] for one in self.model["of_features"]])]

    @property
    def target(self) -> str:
        """What it foretells, as far as it tells."""
        recipe = self.model.get("recipe", {})
        named = self.judged.get("target") or recipe.get("target") or recipe.get("outcome")
        return str(named or "")


def read_run(path: str | os.PathLike[str], *, name: str) -> OneRun:
    """Read a run by its output folder, a folder of a day, its report or its model.

    Parameters
    ----------
    path : path
    name : {"old", "new"}
        Of the argument, for messages.

    Raises
    ------
    MissingDataError
        There is nothing of that name, or no run in the folder.
    ParameterError
        A report is named, and the model beside it is of another run.
    SchemaError
        The model is not as it was saved.
    """
    place = Path(path)
    if place.is_dir():
        return _of_folder(place, name)
    if not os.path.isfile(place):  # noqa: PTH113 - a path may be too long to ask for
        raise MissingDataError(
            f"`{name}` must be a run's output folder, report or model; there is no {str(place)!r}. "
            "Check the path."
        )
    if place.suffix.lower() in (".html", ".htm"):
        return _of_report(place, name)
    return _of_model(place)


def _of_folder(folder: Path, name: str) -> OneRun:
    own = folder / MODEL_FILE
    model = own if own.is_file() else latest(folder, MODEL_FILE)
    if model is not None:
        return _of_model(model)
    why = f"it has no {MODEL_FILE!r} and no {history.NAME!r}"
    with suppress(MissingDataError):
        found = _last_told(folder)
        if found is not None:
            return found
        why = f"of the runs in {history.NAME!r} none kept a headline, or a model"
    reports = sorted(file.name for file in folder.glob("*.html") if file.name != "history.html")
    if reports:
        why = f"it has {reports[0]!r} and no {MODEL_FILE!r}: that run was stopped, or saved none"
    raise MissingDataError(
        f"`{name}` must be the folder of a run that kept something to compare; {str(folder)!r} is "
        f"not: {why}. Name another run."
    )


def _last_told(folder: Path) -> OneRun | None:
    """Return the last run of the history that came to its end, without a model."""
    runs = history.read_history(folder)
    told = runs[(runs["outcome"] == history.DONE) & (runs["headline"] != "")]
    if told.empty:
        return None
    row = told.iloc[-1]
    place = str(folder / history.NAME)
    headline = Headline.from_dict(json.loads(row["headline"]))
    said = f"{place}: the last run that came to its end; it saved no model."
    return OneRun(place, headline, moment=row["moment"], remarks=(said,))


def _of_report(report: Path, name: str) -> OneRun:
    model = report.with_name(MODEL_FILE)
    if not model.is_file():
        raise MissingDataError(
            f"`{name}` is a report without its model: there is no {str(model)!r}. A comparison "
            "reads the model; name it, or the folder."
        )
    if (fault := mismatch(model)) is not None:
        raise ParameterError(f"`{name}` must be a report beside its own model. {fault}")
    named = (_content(model).get("report") or {}).get("name")
    if named != report.name:
        raise ParameterError(
            f"`{name}` must be a report beside its own model; the model beside {str(report)!r} is "
            f"of {named or 'no report'}. Name the model itself, or another run."
        )
    return _of_model(model)


def _of_model(path: Path) -> OneRun:
    content = _content(path)
    try:
        headline = Headline.from_dict(content["headline"]) if content["headline"] else None
    except (KeyError, TypeError, ValueError):
        raise SchemaError(
            f"The headline in {str(path)!r} cannot be read: it was not written by this version. "
            "Run the notebook again."
        ) from None
    fault = mismatch(path)
    return OneRun(str(path), headline, content, _moment(path), () if fault is None else (fault,))


def _content(path: Path) -> Mapping[str, Any]:
    """Read a model file; a network's tells its columns and units as a ridge model does."""
    if model_json.kind_of(path) != NETWORK:
        return model_json.read(path, foretells=None)
    from workbench.networks import network_json  # rare, and slower to import

    content = network_json.read(path)
    own = {"model": NETWORK, "of_features": content["design"]}
    return {**network_json.as_ridge(content), **own}


def _moment(model: Path) -> pd.Timestamp | None:
    """Return when the run of a model began, from the history of its folder, or of that above."""
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    for folder in (model.parent, model.parent.parent):
        with suppress(WorkbenchError):
            runs = history.read_history(folder)
            found = runs.loc[runs["model_sha256"] == digest, "moment"]
            if len(found):
                return pd.Timestamp(found.iloc[-1])
    return None
