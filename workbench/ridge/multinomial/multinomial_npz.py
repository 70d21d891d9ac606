"""A fitted multinomial model as one file: coefficients as arrays, all else as text; no pickle.

With tens of thousands of n-grams and a hundred classes there are millions of coefficients, which
JSON would take ten times the room for. The file holds names of columns and levels, the rarest too:
it is written for its owner alone, and stays inside.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import MissingDataError, ParameterError, SchemaError
from workbench.files.whole_file import whole_file
from workbench.ridge.design.design import Design
from workbench.ridge.export.model_json import papers_of, plain, restored_column
from workbench.ridge.export.model_schema import DESIGN, SPELLINGS
from workbench.ridge.export.model_schema import recipe as recipe_of
from workbench.ridge.export.packed import checksum_of
from workbench.ridge.export.schema_checks import (
    anything,
    flag,
    from_zero,
    listed,
    mapped,
    nothing_or,
    number,
    one_of,
    record,
    text,
    whole,
)

FORMAT, NAME = 1, "RidgeMultinomial"
MOST_BYTES = 2**32
Model = TypeVar("Model", bound=Any)

_TEXTS = ("feature", "group")
_MEASURED = ("mean", "scale", "low", "high")
_FITTED = ("penalty", "coef_standardised")
_AGAIN = "Fit the model again, and save it with this version."
_SAID = {
    "format": whole,
    "model": text,
    "parameters": mapped(anything),
    "classes": listed(one_of(flag, number, text), fewest=2),
    "features": nothing_or(listed(text, fewest=1)),
    "columns": listed(text, fewest=1),
    **dict.fromkeys(_TEXTS, listed(text, fewest=1)),
    "design": listed(record(DESIGN, optional=SPELLINGS), fewest=1),
    "alpha": from_zero,
    "kkt_residual": from_zero,
    "iterations": whole,
    "folds": nothing_or(text),
    "training": mapped(from_zero),
    "tuning": nothing_or(listed(mapped(anything), fewest=1)),
    "grid": nothing_or(listed(mapped(anything), fewest=1)),
    "labels": mapped(text),
    "recipe": recipe_of,
    "governance": anything,
}


def save(model: Any, path: Path, *, recipe: Mapping[str, Any], governance: Any = None) -> Path:
    """Write the model beside its place and rename it there, so that no half file is left."""
    if path.suffix != ".npz":
        raise ParameterError(
            f"A model of several classes is kept in a file of arrays; got {path.name!r}. Let the "
            "name end with '.npz'."
        )
    columns = model.columns_
    arrays = {
        **{name: columns[name].to_numpy(dtype="float64") for name in (*_MEASURED, *_FITTED)},
        "dropped": columns["dropped"].to_numpy(dtype=bool),
        "coefficients": model.coefficients_,
        "intercept": model.intercept_,
        "class_factors": model.class_factors_,
        "training_shares": model.training_shares_,
    }
    said = plain(_said(model, recipe, governance))
    try:
        said["checksum"] = checksum_of(arrays, said)
        encoded = np.frombuffer(json.dumps(said, allow_nan=False).encode(), dtype=np.uint8)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"`recipe` and labels must hold what JSON can hold, text and numbers; {error}. Write "
            "moments as text."
        ) from None
    with whole_file(path, name="`path`", private=True) as unfinished, unfinished.open("wb") as file:
        np.savez_compressed(file, said=encoded, **arrays)
    return path


def _said(model: Any, recipe: Mapping[str, Any], governance: Any) -> dict[str, Any]:
    parameters = dict(model.get_params())
    if parameters["class_factors"] is not None:  # labels that are numbers are no names in JSON
        parameters["class_factors"] = [list(pair) for pair in parameters["class_factors"].items()]
    columns, tuning, grid = model.columns_, model.tuning_, model.grid_
    return {
        "format": FORMAT,
        "model": NAME,
        "parameters": parameters,
        "classes": model.classes_.tolist(),
        "features": list(getattr(model, "feature_names_in_", [])) or None,
        "columns": columns.index.tolist(),
        **{name: columns[name].tolist() for name in _TEXTS},
        "design": [asdict(column) for column in model.design_.columns],
        "alpha": model.alpha_,
        "kkt_residual": model.kkt_residual_,
        "iterations": model.n_iter_,
        "folds": model.folds_,
        "training": model.training_,
        "tuning": None if tuning is None else tuning.reset_index().to_dict("records"),
        "grid": None if grid is None else grid.to_dict("records"),
        "labels": model.labels_,
        "recipe": dict(recipe),
        "governance": papers_of(governance).get("governance"),
    }


def load(cls: type[Model], path: Path) -> Model:
    """Read a file that `save` wrote, every part checked.

    Raises
    ------
    MissingDataError
        There is no such file, or it cannot be read.
    SchemaError
        It is no such file, or not as it was saved.
    """
    arrays = _arrays(path)
    said = _text_of(arrays.pop("said", None), path)
    if said.pop("checksum", None) != checksum_of(arrays, said):
        raise _damaged(path, "its content is not what its checksum says")
    if (fault := next(record(_SAID)(said, ""), None)) is not None:
        raise _damaged(path, fault)
    try:
        model: Model = cls(**_parameters(said["parameters"]))
        _restore(model, said, arrays)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(path, str(error)) from None
    if (fault := _fault(model)) is not None:
        raise _damaged(path, fault)
    return model


def _parameters(saved: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(saved)
    if found["class_factors"] is not None:
        found["class_factors"] = dict(found["class_factors"])
    if found["penalty_factors"] is not None:
        given = found["penalty_factors"].items()
        found["penalty_factors"] = {k: np.inf if v == "inf" else v for k, v in given}
    return found


def _restore(model: Any, said: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    table = {name: said[name] for name in _TEXTS}
    table |= {name: arrays[name] for name in (*_MEASURED, "dropped", *_FITTED)}
    model.columns_ = pd.DataFrame(table, index=pd.Index(said["columns"], name="column"))
    model.design_ = Design(tuple(restored_column(entry) for entry in said["design"]))
    model.classes_ = _labels(said["classes"])
    for name in ("coefficients", "intercept", "class_factors", "training_shares"):
        setattr(model, f"{name}_", arrays[name])
    model.alpha_, model.kkt_residual_ = said["alpha"], said["kkt_residual"]
    model.n_iter_, model.folds_, model.training_ = (
        said["iterations"],
        said["folds"],
        said["training"],
    )
    model.labels_, model.recipe_, model.governance_ = (
        said["labels"],
        said["recipe"],
        said["governance"],
    )
    model.tuning_ = (
        None if said["tuning"] is None else pd.DataFrame(said["tuning"]).set_index("set")
    )
    model.grid_ = None if said["grid"] is None else pd.DataFrame(said["grid"]).astype("float64")
    model.left_out_proba_ = None  # of training rows, which stay where they are
    model.n_features_in_ = len(model.design_.columns)
    if said["features"] is not None:
        model.feature_names_in_ = np.array(said["features"], dtype=object)


def _labels(said: list[Any]) -> npt.NDArray[Any]:
    """Return the classes as an array, in which NumPy changes none of them."""
    found = np.array(said)
    return found if found.tolist() == said else np.array(said, dtype=object)


def _fault(model: Any) -> str | None:
    """Say what does not fit together; None where all does."""
    p, K = len(model.columns_), len(model.classes_)
    shapes = {"coefficients": (p, K), "intercept": (K,), "training_shares": (K,)}
    shapes["class_factors"] = (1,) if len(model.class_factors_) == 1 else (K,)
    for name, shape in shapes.items():
        values = getattr(model, f"{name}_")
        if values.shape != shape:
            return f"{name!r} has the shape {values.shape}, and not {shape}"
        if not np.isfinite(values).all():
            return f"{name!r} is not finite"
    names = (model.design_.names, model.design_.features)
    if names != (model.columns_.index.tolist(), model.columns_["feature"].tolist()):
        return "columns and design are not the same, in the same order"
    return None if (model.columns_["scale"] > 0).all() else "a deviation is not above 0"


def _arrays(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if size > MOST_BYTES:
            raise _damaged(path, f"it is larger than {MOST_BYTES / 1e9:.0f} GB")  # noqa: TRY301
        with np.load(path, allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except FileNotFoundError:
        raise MissingDataError(
            f"There is no model file {str(path)!r}. Name the file that `save` wrote."
        ) from None
    except OSError as error:
        if error.strerror is None:  # it is there, and names no place within itself
            raise _damaged(path, str(error)) from None
        raise MissingDataError(
            f"{str(path)!r} must be a model file; it cannot be read: {error.strerror}."
        ) from None
    except SchemaError:
        raise
    except Exception as error:  # noqa: BLE001 - unpacking what is damaged can end in any
        raise _damaged(path, str(error)) from None


def _text_of(encoded: Any, path: Path) -> dict[str, Any]:
    try:
        said = json.loads(np.asarray(encoded, dtype=np.uint8).tobytes())
    except (ValueError, TypeError):
        raise _damaged(path, "it does not say what it holds") from None
    if not isinstance(said, dict) or said.get("model") != NAME or said.get("format") != FORMAT:
        raise SchemaError(
            f"{str(path)!r} must be a {NAME} file of format {FORMAT}; this is none. {_AGAIN}"
        )
    return said


def _damaged(path: Path, fault: str) -> SchemaError:
    return SchemaError(
        f"{str(path)!r} must be a model file as it was saved; it is damaged or edited: {fault}. "
        f"{_AGAIN}"
    )
