"""The sums of a model's campaigns as a file beside the model's: arrays alone, no pickle.

The file holds sums over 100 contacts and 10 responses or more, the range of every column, and the
names of campaigns. Like the model's own it is written for its owner alone, and stays inside.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import MissingDataError, SchemaError
from workbench.files.whole_file import whole_file
from workbench.ridge.export.model_json import plain, restored, whole_content
from workbench.ridge.export.model_schema import first_fault
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.drift import Bend
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.statistics.sums_parts import JUDGED, Bins, JudgedAhead, PerFold

FORMAT = 1
MOST_BYTES = 2**32
_AGAIN = "Fit the model again, and save it with `statistics=True`."
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
    said["checksum"] = checksum_of(arrays, said)
    text = np.frombuffer(json.dumps(said, allow_nan=False).encode(), dtype=np.uint8)
    with whole_file(path, name="`path`", private=True) as unfinished, unfinished.open("wb") as file:
        np.savez_compressed(file, said=text, **arrays)
    return path


def load(model: Any, path: Path) -> tuple[CampaignSums, Any]:
    """Read the sums of a model, and what it was before its first update, every part checked.

    Raises
    ------
    MissingDataError
        There is no such file, or it cannot be read.
    SchemaError
        It is no such file, not as it was saved, or belongs to another model.
    """
    arrays = _arrays(path)
    said = _said(arrays.pop("said", np.zeros(0)), path)
    if said.pop("checksum", None) != checksum_of(arrays, said):
        raise _damaged(path, "its content is not what its checksum says")
    if said.get("model") != mark_of(model):
        raise SchemaError(
            f"{str(path)!r} must hold the sums of this model; they are of another. Load the model "
            f"that was saved with it. {_AGAIN}"
        )
    try:
        sums = _restored(arrays, said)
        before = said["before"]
        if before is not None:
            if (fault := first_fault({**before, "format": 1})) is not None:
                raise _damaged(path, fault)
            before = restored(type(model), before, path)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(path, str(error)) from None
    if (fault := _fault(sums)) is not None:
        raise _damaged(path, fault)
    return sums, before


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
            f"There is no file of sums {str(path)!r}. Save the model with `statistics=True`."
        ) from None
    except OSError as error:
        if error.strerror is None:  # it is there, and names no place within itself
            raise _damaged(path, str(error)) from None
        raise MissingDataError(
            f"{str(path)!r} must be a file of sums; it cannot be read: {error.strerror}."
        ) from None
    except SchemaError:
        raise
    except Exception as error:  # noqa: BLE001 - unpacking what is damaged can end in any
        raise _damaged(path, str(error)) from None


def _said(text: Any, path: Path) -> dict[str, Any]:
    try:
        said = json.loads(np.asarray(text, dtype=np.uint8).tobytes())
    except (ValueError, TypeError):
        raise _damaged(path, "it does not say what it holds") from None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise SchemaError(
            f"{str(path)!r} must be a file of sums of format {FORMAT}; this is none. {_AGAIN}"
        )
    return said


def checksum_of(arrays: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """Return a hash of all arrays, their names and shapes, and of what is said of them."""
    found = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        found.update(f"{name} {array.dtype.str} {array.shape}".encode())
        found.update(array.tobytes())
    return found.hexdigest()


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
    held |= {"fold": (sums.bins.fold, (N,)), "y": (sums.bins.y, (N,))}
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


def _damaged(path: Path, fault: str) -> SchemaError:
    return SchemaError(
        f"{str(path)!r} must be a file of sums as it was saved; it is damaged or edited: {fault}. "
        f"{_AGAIN}"
    )
