"""A fitted router as one file: the model, its n-grams and their weights; no pickle."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from workbench.errors import ParameterError
from workbench.ridge.export import packed
from workbench.ridge.export.model_json import plain
from workbench.ridge.export.schema_checks import (
    anything,
    listed,
    mapped,
    nothing_or,
    number,
    record,
    text,
    whole,
)
from workbench.ridge.multinomial import multinomial_npz
from workbench.ridge.multinomial.ridge_multinomial import RidgeMultinomial
from workbench.texts.routing.answers import MEASURED
from workbench.texts.routing.text_columns import TextColumns

NAME = "TextRouter"
KIND = packed.Kind(
    "a router of texts",
    2,  # 1: a word had two letters at least
    "Name the file that `save` wrote.",
    "Fit the router again, and save it with this version.",
)
Router = TypeVar("Router", bound=Any)

_WEIGHTS = "weights of "
_SAID = {
    "format": whole,
    "model": text,
    "parameters": mapped(anything),
    "threshold": nothing_or(number),
    "facts": mapped(whole),
    "measured": record({"all": listed(listed(anything)), "class": listed(listed(anything))}),
    "columns": record(
        {
            "ngrams": listed(listed(anything, fewest=3), fewest=1),
            "least": whole,
            "blocks": mapped(listed(text, fewest=1)),
        }
    ),
    "multinomial": mapped(anything),
}


def save(router: Any, path: Path) -> Path:
    """Write the router beside its place and rename it there, so that no half file is left."""
    if path.suffix != ".npz":
        raise ParameterError(
            f"A router is kept in a file of arrays; got {path.name!r}. Let the name end with "
            "'.npz'."
        )
    arrays, model = multinomial_npz.parts_of(router.model_)
    weights = router.columns_.weights()
    finite = bool(np.isfinite(router.threshold_))
    said = {
        "format": KIND.format,
        "model": NAME,
        "parameters": _parameters(router),
        "threshold": router.threshold_ if finite else None,
        "facts": router.facts_,
        "measured": {by: _rows_of(table) for by, table in router.measured_.items()},
        "columns": router.columns_.said(),
        "multinomial": model,
    }
    arrays |= {f"{_WEIGHTS}{name}": values for name, values in weights.items()}
    try:
        return packed.write(path, arrays, plain(said))
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"Labels must be what JSON can hold, text and numbers; {error}. Make them text."
        ) from None


def _parameters(router: Any) -> dict[str, Any]:
    found = dict(router.get_params())
    found["ngrams"] = [list(one) for one in router.columns_.ngrams]
    found["handed_over"] = list(router.handed_over)
    if found["class_factors"] is not None:  # labels that are numbers are no names in JSON
        found["class_factors"] = [list(pair) for pair in found["class_factors"].items()]
    return found


def load(cls: type[Router], path: Path) -> Router:
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
    if (fault := next(record(_SAID)(said, ""), None)) is not None:
        raise packed.damaged(path, KIND, fault)
    weights = {name: arrays.pop(_WEIGHTS + name, None) for name in said["columns"]["blocks"]}
    model, fault = multinomial_npz.restored(RidgeMultinomial, arrays, said["multinomial"])
    if model is None:
        raise packed.damaged(path, KIND, fault)
    try:
        router: Router = cls(**_restored_parameters(said["parameters"]))
        router.columns_ = TextColumns.restored(said["columns"], weights)
        router.measured_ = {
            by: _table_of(rows, "label" if by == "class" else None)
            for by, rows in said["measured"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise packed.damaged(path, KIND, str(error)) from None
    if router.columns_.names != model.columns_.index.tolist():
        raise packed.damaged(path, KIND, "n-grams and columns are not the same")
    router.model_, router.classes_ = model, model.classes_
    router.threshold_ = np.inf if said["threshold"] is None else float(said["threshold"])
    router.facts_, router.answers_ = said["facts"], None
    return router


def _rows_of(table: pd.DataFrame) -> list[list[Any]]:
    """Return a label and its numbers a row; what is not known is nothing."""
    rows = zip(table.index.tolist(), table.to_numpy(dtype=object), strict=True)
    return [
        [label, *(None if np.isnan(one) else float(one) for one in cells)] for label, cells in rows
    ]


def _table_of(rows: list[list[Any]], name: str | None) -> pd.DataFrame:
    """Restore what `_rows_of` returned."""
    cells = np.array([row[1:] for row in rows], dtype="float64")
    index = pd.Index([row[0] for row in rows], name=name)
    table = pd.DataFrame(cells, index=index, columns=list(MEASURED))
    return table.astype(dict.fromkeys(("texts", "answers"), "int64"))


def _restored_parameters(saved: dict[str, Any]) -> dict[str, Any]:
    found = multinomial_npz.parameters_of(saved)
    found["ngrams"] = tuple(tuple(one) for one in found["ngrams"])
    found["handed_over"] = tuple(found["handed_over"])
    return found
