"""An uplift model as a readable JSON file: what other models tell, and the test's arms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from workbench.ridge.export import model_json
from workbench.ridge.uplift.summary import UpliftModel

Model = TypeVar("Model", bound="UpliftModel")

ONE_EACH = ("arm", "control", "share", "effect", "effect_error", "main_intercept")


def save(
    model: UpliftModel,
    path: Path,
    *,
    recipe: Mapping[str, Any],
    headline: Mapping[str, Any] | None,
    governance: Any = None,
) -> Path:
    """Write the model beside its place and rename it there, so that no half file is left."""
    shares = [
        {"campaign": label if isinstance(label, int | np.integer) else str(label), "share": share}
        for label, share in model.shares_.items()
    ]
    test = {**{name: getattr(model, f"{name}_") for name in ONE_EACH}, "shares": shares}
    content = {**model_json.content_of(model, recipe=recipe, headline=headline), "test": test}
    papers = model_json.papers_of(governance)
    return model_json.write(model_json.plain({**content, **papers}), path)


def load(cls: type[Model], path: Path) -> Model:
    """Read a file that `save` wrote."""
    return model_json.load(cls, path, restore=_restore)


def _restore(model: UpliftModel, content: dict[str, Any]) -> None:
    test = content["test"]
    for name in ONE_EACH:
        setattr(model, f"{name}_", test[name])
    labels = [entry["campaign"] for entry in test["shares"]]
    shares = [entry["share"] for entry in test["shares"]]
    index = pd.Index(labels, name=None if labels == ["(all)"] else "campaign")
    model.shares_ = pd.Series(shares, index=index, name="share", dtype="float64")
