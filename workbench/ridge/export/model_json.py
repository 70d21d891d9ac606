"""A fitted model as a readable JSON file: numbers and names, nothing to execute.

The file holds the levels of every category, the rarest too: scoring needs them. It is
written for its owner alone, and stays inside.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from workbench.errors import DataWarning, MissingDataError, ParameterError, SchemaError
from workbench.files.whole_file import whole_file
from workbench.ridge.design.column import Column
from workbench.ridge.design.design import Design
from workbench.ridge.explain.fitted_model import Described, FittedModel
from workbench.ridge.export.model_schema import (
    CHECKSUM,
    MODELS,
    MOST_BYTES,
    PROPENSITY,
    checksum_of,
    first_fault,
)
from workbench.ridge.export.outlook_json import restore_outlook, saved_outlook
from workbench.ridge.updates.rounds import Round

Model = TypeVar("Model", bound="Described")

FORMAT = 2
EARLIER = 1  # without a checksum


def save(
    model: FittedModel,
    path: Path,
    *,
    recipe: Mapping[str, Any],
    headline: Mapping[str, Any] | None,
    governance: Any = None,
) -> Path:
    """Write the model beside its place and rename it there, so that no half file is left."""
    told = {"recipe": recipe, "headline": headline, "governance": governance}
    return write(whole_content(model, **told), path)


def whole_content(
    model: FittedModel,
    *,
    recipe: Mapping[str, Any],
    headline: Mapping[str, Any] | None,
    governance: Any = None,
) -> dict[str, Any]:
    """Return all that is written of a model of one score, as JSON can hold it."""
    own = {
        "classes": np.asarray(getattr(model, "classes_", [])).tolist(),
        "intercept": model.at_zero,
        "outlook": saved_outlook(model),
    }
    if (known := getattr(model, "round_", None)) is not None:
        own["round"] = known.said()
    said = {**content_of(model, recipe=recipe, headline=headline), **own, **papers_of(governance)}
    content: dict[str, Any] = plain(said)
    return content


def content_of(
    model: Described, *, recipe: Mapping[str, Any], headline: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return what is written of every kind of model."""
    return {
        "format": FORMAT,
        "model": MODELS[model.foretells],
        "parameters": model.get_params(),
        "headline": None if headline is None else dict(headline),
        "training": model.training_,
        "features": list(getattr(model, "feature_names_in_", [])) or None,
        "alpha": model.alpha_,
        "kkt_residual": model.kkt_residual_,
        "iterations": model.n_iter_,
        "columns": model.columns_.reset_index().to_dict("records"),
        "design": [asdict(column) for column in model.design_.columns],
        "folds": model.folds_,
        "campaigns_out": model.campaigns_out_,
        "co_data": model.co_data_,
        "tuning": None if model.tuning_ is None else model.tuning_.reset_index().to_dict("records"),
        "grid": None if model.grid_ is None else model.grid_.to_dict("records"),
        "recipe": dict(recipe),
        **({"labels": labels} if (labels := dict(getattr(model, "labels_", {}))) else {}),
    }


def papers_of(governance: Any) -> dict[str, Any]:
    """Return what is written of who answers for a model; nothing where nobody said."""
    if governance is None:
        return {}
    record = governance.record() if hasattr(governance, "record") else governance
    return {"governance": dict(record)}


def write(
    content: dict[str, Any],
    path: Path,
    *,
    fault_of: Callable[[Mapping[str, Any]], str | None] = first_fault,
) -> Path:
    """Write the content of a model file, under its checksum."""
    try:
        sealed = {**content, CHECKSUM: checksum_of(content)}
        text = json.dumps(sealed, indent=1, allow_nan=False, ensure_ascii=False)
        if (fault := fault_of(sealed)) is not None:
            raise ParameterError(f"A model must be such that its file can be read; {fault}.")
        encoded = f"{text}\n".encode()
    except (TypeError, UnicodeEncodeError) as error:
        raise ParameterError(
            f"`recipe` and `headline` must hold what JSON can hold, text and numbers; {error}. "
            "Write moments as text."
        ) from None
    with whole_file(path, name="`path`", private=True) as unfinished:
        unfinished.write_bytes(encoded)
    return path


def load(
    cls: type[Model], path: Path, *, restore: Callable[[Model, dict[str, Any]], None] | None = None
) -> Model:
    """Read a file that `save` wrote; `restore` sets what is a kind of model's own."""
    return restored(cls, read(path, foretells=cls.foretells), path, restore=restore)


def restored(
    cls: type[Model],
    content: dict[str, Any],
    path: Path,
    *,
    restore: Callable[[Model, dict[str, Any]], None] | None = None,
) -> Model:
    """Return the model that the checked content of a file tells."""
    try:
        model = cls(**_parameters(content["parameters"]))
        _restore(model, content)
        (restore or _restore_one_score)(model, content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise damaged(path, str(error)) from error
    return model


def read(path: Path, *, foretells: str | None = PROPENSITY) -> dict[str, Any]:
    """Return the content of a model file, every part of it checked.

    Parameters
    ----------
    path : path
    foretells : {"propensity", "amount", "count"}, optional
        What its model must; None: whatever it does.

    Raises
    ------
    MissingDataError
        There is no such file, or it cannot be read.
    SchemaError
        It is no model file, of another format, or not as it was saved.

    Warns
    -----
    DataWarning
        An earlier version wrote it, without a checksum.
    """
    content, model = parsed(path), None if foretells is None else MODELS[foretells]
    if not isinstance(content, dict) or content.get("model") not in MODELS.values():
        kind = f"{model} model" if model else "model"
        raise SchemaError(f"{str(path)!r} must be a {kind} file. {_AGAIN}")
    if content["model"] != (model or content["model"]):
        raise SchemaError(
            f"{str(path)!r} must be a {model} model file; it holds a {content['model']}. Read it "
            f"with `{content['model']}.load`, or name another file."
        )
    if content.get("format") not in (FORMAT, EARLIER):
        raise SchemaError(
            f"{str(path)!r} has format {content.get('format')!r}; this version reads {FORMAT}. "
            f"{_AGAIN}"
        )
    if (fault := first_fault(content)) is not None:
        raise damaged(path, fault)
    if content["format"] == EARLIER and CHECKSUM not in content:
        warnings.warn(
            f"{str(path)!r} was written by an earlier version, without a checksum: its parts "
            "agree, but whether it was edited since cannot be told. Save it with this version.",
            DataWarning,
            stacklevel=4,
        )
    elif content[CHECKSUM] != checksum_of(content):
        raise damaged(path, "its content is not what its checksum says")
    return content


def kind_of(path: Path) -> str:
    """Return what a file calls its model, unchecked; nothing where it cannot be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""  # whoever loads it says what is wrong
    return str(content.get("model", "")) if isinstance(content, dict) else ""


def parsed(path: Path) -> Any:
    """Return what a file holds, unchecked but for its size and that it is JSON."""
    try:
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            raise damaged(path, f"it is larger than {MOST_BYTES / 1e6:.0f} MB")
        return json.loads(
            path.read_text(encoding="utf-8"),
            parse_constant=_refused,
            object_pairs_hook=_once_each,
        )
    except FileNotFoundError:
        raise MissingDataError(
            f"There is no model file {str(path)!r}. Run `workbench run propensity` first, or name "
            "the file that it wrote."
        ) from None
    except OSError as error:
        raise MissingDataError(
            f"{str(path)!r} must be a model file; it cannot be read: {error.strerror}."
        ) from None
    except SchemaError:
        raise
    except RecursionError:
        raise damaged(path, "it is nested too deep") from None
    except ValueError:
        raise SchemaError(f"{str(path)!r} must be a model file; it is no JSON. {_AGAIN}") from None


def _refused(constant: str) -> Any:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: other programs would read its other value."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name stands twice")
    return made


def damaged(path: Path, fault: str) -> SchemaError:
    """Return the error of a file that is not as it was saved."""
    return SchemaError(
        f"{str(path)!r} must be a model file as it was saved; it is damaged or edited: {fault}. "
        f"{_AGAIN}"
    )


_AGAIN = "Fit the model again, and save it with this version."
_NO_RANGES = (
    "This model file does not tell the range that training saw of each column: an earlier version "
    f"wrote it. Its scores follow the slopes beyond that range, as they did. {_AGAIN}"
)


def _restore(model: Described, content: dict[str, Any]) -> None:
    """Set what `content_of` tells."""
    if "extrapolate" not in content["parameters"]:
        warnings.warn(_NO_RANGES, DataWarning, stacklevel=4)
    model.headline_, model.recipe_ = content["headline"], content["recipe"]
    model.training_, model.labels_ = content["training"], content.get("labels", {})
    model.governance_ = content.get("governance")
    model.alpha_, model.kkt_residual_ = content["alpha"], content["kkt_residual"]
    model.n_iter_ = content["iterations"]
    columns = pd.DataFrame(content["columns"]).set_index("column")
    # a dropped column's penalty is "inf": JSON has no infinity
    penalties = [name for name in columns if str(name).endswith("penalty")]
    model.columns_ = columns.astype(dict.fromkeys(penalties, "float64"))
    model.design_ = Design(tuple(restored_column(entry) for entry in content["design"]))
    tuning = content["tuning"]
    model.tuning_ = None if tuning is None else pd.DataFrame(tuning).set_index("set")
    grid = content.get("grid")
    model.grid_ = None if grid is None else pd.DataFrame(grid).astype("float64")
    model.folds_, model.co_data_ = content["folds"], content.get("co_data", {})
    model.campaigns_out_ = content.get("campaigns_out", False)
    model.n_features_in_ = len(model.design_.columns)
    if content["features"] is not None:
        model.feature_names_in_ = np.array(content["features"], dtype=object)


def _restore_one_score(model: Any, content: dict[str, Any]) -> None:
    """Set what makes the score of a propensity, an amount or a count."""
    model.intercept_ = np.array([content["intercept"]])
    if content["classes"]:
        model.classes_ = np.array(content["classes"])
    else:  # numbers have none, and one intercept
        model.intercept_ = content["intercept"]
    restore_outlook(model, content.get("outlook"))
    if hasattr(model, "round_"):
        model.round_ = Round.of(content["round"]) if "round" in content else None


def restored_column(entry: dict[str, Any]) -> Column:
    """Return what a file says of one feature's columns."""
    levels = entry["levels"]
    return Column(**{**entry, "levels": None if levels is None else tuple(levels)})


def plain(value: Any) -> Any:
    """Return what JSON can hold; infinity (a dropped column) as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, pd.DataFrame):
        return plain(value.to_dict("index"))
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return "inf" if value > 0 else None
    return value


def _parameters(saved: dict[str, Any]) -> dict[str, Any]:
    """Undo `_plain` for the factor of dropped features, and for a table of co-data."""
    # files are older than ranges where they do not say: scores stay what they were
    restored = {"extrapolate": True, **saved}
    if saved["penalty_factors"] is not None:
        restored["penalty_factors"] = {
            name: np.inf if factor == "inf" else factor
            for name, factor in saved["penalty_factors"].items()
        }
    if isinstance(saved.get("co_data"), dict):
        restored["co_data"] = pd.DataFrame.from_dict(saved["co_data"], orient="index")
    return restored
