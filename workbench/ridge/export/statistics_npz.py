"""The sums of a model's campaigns as a file beside the model's: arrays alone, no pickle.

The file holds sums over 100 contacts and 10 responses or more, the range of every column, and the
names of campaigns. Like the model's own it is written for its owner alone, and stays inside.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import SchemaError
from workbench.ridge.export import packed
from workbench.ridge.export.model_json import plain, restored, whole_content
from workbench.ridge.export.model_schema import first_fault
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.drift import Bend
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.statistics.sums_parts import JUDGED, Bins, JudgedAhead, PerFold

FORMAT = 1
KIND = packed.Kind(
    "sums",
    FORMAT,
    "Save the model with `statistics=True`.",
    "Fit the model again, and save it with `statistics=True`.",
)
_NUMBERS = ("fold_newest", "bin_fold", "scaling_columns")


def beside(path: Path) -> Path:
    """Return where the sums of a model stand: ``model.statistics.npz`` beside ``model.json``."""
    return path.with_name(path.name.removesuffix(".json") + ".statistics.npz")


def mark_of(model: Any) -> str:
    """Return what tells a model from every other: a hash of its design and its coefficients."""
    said = {
        "design": [asdict(column) for column in model.design_.columns],
        "columns": model.columns_.reset_index().to_dict("records"),
        "intercept": model.at_zero,
    }
    if (known := getattr(model, "round_", None)) is not None:
        said["round"] = known.said()
    return hashlib.sha256(json.dumps(plain(said), sort_keys=True).encode()).hexdigest()


def design_of(model: Any) -> str:
    """Return what tells a model's columns from those of others: a hash of them."""
    said = [asdict(column) for column in model.design_.columns]
    return hashlib.sha256(json.dumps(plain(said), sort_keys=True).encode()).hexdigest()


def save(model: Any, sums: CampaignSums, before: Any, path: Path) -> Path:
    """Write the sums of a model, and the model that it was before its first update."""
    arrays = sums.arrays()
    said: dict[str, Any] = {
        "format": FORMAT,
        "model": mark_of(model),
        "campaigns": sums.campaigns,
        "fitted": sums.fitted,
        "length": sums.length,
        "half_life": sums.half_life,
        "before": None if before is None else whole_content(before, recipe={}, headline=None),
        "ahead": None if sums.ahead is None else sums.ahead.names,
    }
    return packed.write(path, arrays, said)


def load(model: Any, path: Path) -> tuple[CampaignSums, Any]:
    """Read the sums of a model, and what it was before its first update, every part checked.

    Raises
    ------
    MissingDataError
        There is no such file, or it cannot be read.
    SchemaError
        It is no such file, not as it was saved, or belongs to another model.
    """
    arrays, said = packed.read(path, KIND)
    if said.get("model") != mark_of(model):
        raise SchemaError(
            f"{str(path)!r} must hold the sums of this model; they are of another. Load the model "
            f"that was saved with it. {KIND.again}"
        )
    try:
        sums = _restored(arrays, said)
        before = said["before"]
        if before is not None:
            if (fault := first_fault({**before, "format": 1})) is not None:
                raise packed.damaged(path, KIND, fault)
            before = restored(type(model), before, path)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise packed.damaged(path, KIND, str(error)) from None
    if (fault := _fault(sums)) is not None:
        raise packed.damaged(path, KIND, fault)
    return sums, before


def _restored(arrays: Mapping[str, Any], said: Mapping[str, Any]) -> CampaignSums:
    typed: dict[str, Any] = {
        name: np.asarray(values, dtype=np.int64 if name in _NUMBERS else np.float64)
        for name, values in arrays.items()
    }
    scaling = {name: typed[f"scaling_{name}"] for name in ("mean", "scale", "columns")}
    return CampaignSums(
        _names(said["campaigns"]),
        int(said["length"]),
        None if said["half_life"] is None else float(said["half_life"]),
        PerFold(**{one.name: typed[f"fold_{one.name}"] for one in fields(PerFold)}),
        Bins(**{one.name: typed[f"bin_{one.name}"] for one in fields(Bins)}),
        Scaling(**scaling, width=int(typed["scaling_width"])),
        Bend(*typed["bend"].tolist()),
        typed["pivot"],
        float(typed["tiny"]),
        typed["origin"],
        _names(said["fitted"]),
        None if said["ahead"] is None else _ahead(typed, said["ahead"]),
    )


def _ahead(typed: Mapping[str, Any], names: Any) -> JudgedAhead:
    parts = {name: typed[f"ahead_{name}"] for name in JUDGED}
    beyond = float(typed["ahead_beyond"])
    return JudgedAhead(tuple(str(name) for name in names), beyond=beyond, **parts)


def _names(folds: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(str(name) for name in fold) for fold in folds)


def _fault(sums: CampaignSums) -> str | None:
    """Say what does not fit together; None where all does."""
    G, p, width, folds = len(sums.campaigns), len(sums.scaling.mean), sums.scaling.width, sums.folds
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(
        ("newest", "contacts", "responses", "rows", "weight", "positive", "loss"), (G,)
    )
    shapes |= dict.fromkeys(("first", "second", "zero", "low", "high"), (G, width))
    shapes |= dict.fromkeys(("at", "score"), (G, 1 + p))
    shapes |= dict.fromkeys(("curvature", "product"), (G, 1 + p, 1 + p))
    held: dict[str, tuple[Any, tuple[int, ...]]] = {
        name: (getattr(folds, name), shape) for name, shape in shapes.items()
    }
    N = len(sums.bins.weight)
    held |= {name: (getattr(sums.bins, name), (N,)) for name in ("fold", "y", "rate", "spread")}
    held |= {"mean": (sums.bins.mean, (N, 1 + p)), "scale": (sums.scaling.scale, (p,))}
    held |= {"columns": (sums.scaling.columns, (p,)), "pivot": (sums.pivot, (width,))}
    if (ahead := sums.ahead) is not None:
        T = len(ahead.names)
        held |= {"contacts ahead": (ahead.contacts, (T,)), "positives": (ahead.positives, (T,))}
        held |= {"loss ahead": (ahead.loss, (T, *ahead.loss.shape[1:]))}
        held |= {"penalties": (ahead.penalties, (T, p))}
    for name, (values, shape) in held.items():
        if values.shape != shape:
            return f"{name!r} has the shape {values.shape}, and not {shape}"
        if name not in ("low", "high") and not np.isfinite(values).all():
            return f"{name!r} is not finite"
    return None if (np.diff(folds.newest) > 0).all() else "its campaigns are in no order"
