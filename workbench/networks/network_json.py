"""A fitted network as a readable JSON file: the file of its ridge model, and the drawn units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import SchemaError
from workbench.features.encode import HiddenUnits
from workbench.features.encode.unit_draws import CURVE, PRODUCT, Unit
from workbench.features.encode.unit_inputs import Inputs
from workbench.networks.hidden_layer import HiddenLayer
from workbench.networks.left_out_gain import gain_of
from workbench.ridge import RidgePropensity
from workbench.ridge.design.design import Design
from workbench.ridge.export import model_json
from workbench.ridge.export.model_schema import CHECKSUM, DESIGN, SPELLINGS, checksum_of
from workbench.ridge.export.model_schema import FIELDS as OF_RIDGE
from workbench.ridge.export.model_schema import first_fault as fault_of_ridge
from workbench.ridge.export.schema_checks import (
    Check,
    Found,
    above_zero,
    anything,
    flag,
    listed,
    mapped,
    nothing_or,
    number,
    record,
    text,
    whole,
)

MODEL = "NetworkPropensity"
FORMAT = 2
OF_RUN = ("headline", "recipe", "governance", "report")
"""What is no part of the model: it stands where it stands in the file of every model."""
NOT_ALWAYS = ("governance", "report")
UNIT: Mapping[str, Check] = {
    **dict.fromkeys(("name", "group", "kind"), text),
    "columns": listed(text, fewest=1),
    "weights": listed(number, fewest=1),
    "bias": number,
}
INPUT: Mapping[str, Check] = {
    "column": text,
    **dict.fromkeys(("mean", "low", "high"), number),
    "scale": above_zero,
}
FOLD: Mapping[str, Check] = {"fold": text, **dict.fromkeys(("linear", "network"), number)}
FIELDS: Mapping[str, Check] = {
    "format": whole,
    "model": text,
    "parameters": mapped(anything),
    "inputs": listed(record(INPUT)),
    "units": listed(record(UNIT)),
    "gain": nothing_or(listed(record({**FOLD, "contacts": above_zero}), fewest=2)),
    "design": listed(record(DESIGN, optional=SPELLINGS), fewest=1),
    "features_known": flag,
    "ridge": mapped(anything),
    **{name: OF_RIDGE[name] for name in OF_RUN},
    CHECKSUM: text,
}


def save(
    model: Any,
    path: Path,
    *,
    recipe: Mapping[str, Any],
    headline: Mapping[str, Any] | None,
    governance: Any = None,
) -> Path:
    """Write the model beside its place and rename it there."""
    told = {"recipe": recipe, "headline": headline, "governance": governance}
    ridge = model_json.whole_content(model.ridge_, **told)
    of_run = {name: ridge.pop(name) for name in OF_RUN if name in ridge}
    content = model_json.plain(
        {
            "format": FORMAT,
            "model": MODEL,
            "parameters": model.get_params(),
            "inputs": model.layer_.units.inputs_.reset_index().to_dict("records"),
            "units": [asdict(unit) for unit in model.layer_.units.units_],
            "gain": None
            if model.gain_ is None
            else model.gain_.folds.reset_index().to_dict("records"),
            "design": [asdict(column) for column in model.layer_.design.columns],
            "features_known": hasattr(model, "feature_names_in_"),
            "ridge": ridge,
            **of_run,
        }
    )
    return model_json.write(content, path, fault_of=first_fault)


def load(cls: type[Any], path: Path) -> Any:
    """Read a file that `save` wrote; nothing in it is executed."""
    content = read(path)
    model = cls(**_parameters(content["parameters"]))
    ridge = model_json.restored(RidgePropensity, as_ridge(content), path)
    design = Design(tuple(model_json.restored_column(one) for one in content["design"]))
    layer = HiddenLayer(design, restored_units(model, content))
    folds = content["gain"]
    model.gain_ = None if folds is None else gain_of(pd.DataFrame(folds).set_index("fold"))
    read_as = RidgePropensity()
    read_as.n_features_in_ = len(design.columns)
    if content["features_known"]:
        names = [column.name for column in design.columns]
        read_as.feature_names_in_ = np.array(names, dtype=object)
    model._take(ridge, layer, read_as)
    return model


def read(path: Path) -> dict[str, Any]:
    """Return the content of a file, every part of it checked.

    Raises
    ------
    SchemaError
        It is no file of this model, of another format, or not as it was saved.
    MissingDataError
        There is no such file.
    """
    content = model_json.parsed(path)
    if not isinstance(content, dict) or content.get("model") != MODEL:
        raise SchemaError(
            f"{str(path)!r} must be a {MODEL} model file. Fit the model again, and save it with "
            "this version."
        )
    if content.get("format") != FORMAT:
        raise SchemaError(
            f"{str(path)!r} has format {content.get('format')!r}; this version reads {FORMAT}. Fit "
            "the model again, and save it with this version."
        )
    if (fault := first_fault(content)) is not None:
        raise model_json.damaged(path, fault)
    if content[CHECKSUM] != checksum_of(content):
        raise model_json.damaged(path, "its content is not what its checksum says")
    return content


def first_fault(content: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the content of a file, in a few words, or None.

    Examples
    --------
    >>> first_fault({"format": 1})
    'model is missing'
    """
    fault = next(record(FIELDS, optional=NOT_ALWAYS)(content, ""), None)
    if fault is not None:
        return fault
    inner = fault_of_ridge({**as_ridge(content), CHECKSUM: ""})
    return inner or next(_disagreements(content), None)


def as_ridge(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a network's file as that of its ridge model of columns and units.

    Parameters
    ----------
    content : mapping
        As `read` returns it.
    """
    return {**content["ridge"], **{name: content[name] for name in OF_RUN if name in content}}


def _disagreements(content: Mapping[str, Any]) -> Found:
    """Compare what stands in the file more than once."""
    if content["ridge"]["model"] != "RidgePropensity":
        yield "ridge is not of a RidgePropensity"
    names = [unit["name"] for unit in content["units"]]
    design = [column["name"] for column in content["design"]]
    if [column["name"] for column in content["ridge"]["design"]] != [*design, *names]:
        yield "design and units are not of the ridge's names, in the same order"
    inputs = {one["column"] for one in content["inputs"]}
    for unit in content["units"]:
        if unit["kind"] not in (CURVE, PRODUCT):
            yield f"{unit['name']!r} is of a kind that is unknown"
        if len(unit["columns"]) != len(unit["weights"]) or not inputs.issuperset(unit["columns"]):
            yield f"{unit['name']!r} is not of columns that are among the inputs"
    columns = {column["column"] for column in content["ridge"]["columns"]}
    if not columns.issuperset(inputs):
        yield "an input is no column of the ridge"


def restored_units(model: Any, content: Mapping[str, Any]) -> HiddenUnits:
    """Return the units that a file tells, as they were drawn."""
    table = pd.DataFrame(content["inputs"], columns=list(INPUT)).set_index("column")
    table = table[["mean", "scale", "low", "high"]].astype("float64")
    units = tuple(
        Unit(**{**one, "columns": tuple(one["columns"]), "weights": tuple(one["weights"])})
        for one in content["units"]
    )
    mean, scale, low, high = table.to_numpy().T
    bending = tuple({unit.columns[0] for unit in units if len(unit.columns) == 1})
    inputs = Inputs(tuple(table.index), mean, scale, low, high, bending)
    drawn: HiddenUnits = model._drawn()  # noqa: SLF001 - its own kind
    return drawn.restored(inputs, units)


def _parameters(saved: dict[str, Any]) -> dict[str, Any]:
    factors = saved["penalty_factors"]
    if factors is not None:
        factors = {name: np.inf if one == "inf" else one for name, one in factors.items()}
    return {**saved, "penalty_factors": factors, "scales": tuple(saved["scales"])}
