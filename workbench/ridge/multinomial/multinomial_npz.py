"""A fitted multinomial model as one file: coefficients as arrays, all else as text; no pickle.

With tens of thousands of n-grams and a hundred classes there are millions of coefficients, which
JSON would take ten times the room for. The file holds names of columns and levels, the rarest too:
it is written for its owner alone, and stays inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import ParameterError
from workbench.ridge.design.design import Design
from workbench.ridge.export import packed
from workbench.ridge.export.model_json import papers_of, plain, restored_column
from workbench.ridge.export.model_schema import DESIGN, SPELLINGS
from workbench.ridge.export.model_schema import recipe as recipe_of
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

NAME = "RidgeMultinomial"
KIND = packed.Kind(
    "a model of several classes",
    1,
    "Name the file that `save` wrote.",
    "Fit the model again, and save it with this version.",
)
Model = TypeVar("Model", bound=Any)

_TEXTS = ("feature", "group")
_MEASURED = ("mean", "scale", "low", "high")
_FITTED = ("penalty", "coef_standardised")
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
    arrays, said = parts_of(model, recipe, governance)
    try:
        return packed.write(path, arrays, plain(said))
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"`recipe` and labels must hold what JSON can hold, text and numbers; {error}. Write "
            "moments as text."
        ) from None


def parts_of(
    model: Any, recipe: Mapping[str, Any] | None = None, governance: Any = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arrays of a model, and what is said of them: what `restored` takes."""
    columns = model.columns_
    arrays = {
        **{name: columns[name].to_numpy(dtype="float64") for name in (*_MEASURED, *_FITTED)},
        "dropped": columns["dropped"].to_numpy(dtype=bool),
        "coefficients": model.coefficients_,
        "intercept": model.intercept_,
        "class_factors": model.class_factors_,
        "training_shares": model.training_shares_,
    }
    return arrays, _said(model, recipe or {}, governance)


def _said(model: Any, recipe: Mapping[str, Any], governance: Any) -> dict[str, Any]:
    parameters = dict(model.get_params())
    if parameters["class_factors"] is not None:  # labels that are numbers are no names in JSON
        parameters["class_factors"] = [list(pair) for pair in parameters["class_factors"].items()]
    columns, tuning, grid = model.columns_, model.tuning_, model.grid_
    return {
        "format": KIND.format,
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
    arrays, said = packed.read(path, KIND)
    if said.get("model") != NAME:
        raise packed.none_of(path, KIND)
    model, fault = restored(cls, arrays, said)
    if model is None:
        raise packed.damaged(path, KIND, fault)
    return model


def restored(
    cls: type[Model], arrays: Mapping[str, Any], said: dict[str, Any]
) -> tuple[Model | None, str]:
    """Make a model of what `parts_of` returned; None, and what is wrong, where it cannot be."""
    if (fault := next(record(_SAID)(said, ""), None)) is not None:
        return None, fault
    try:
        model: Model = cls(**parameters_of(said["parameters"]))
        _restore(model, said, arrays)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return None, str(error)
    fault = _fault(model)
    return (model, "") if fault is None else (None, fault)


def parameters_of(saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as they were given, from what a file says of them."""
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
