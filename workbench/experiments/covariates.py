"""What outcomes are adjusted for: the features, or one number that an earlier model says."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, hstack, issparse

from workbench.errors import DataError, DataWarning, ParameterError
from workbench.experiments.tested import Tested
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import did_you_mean, listed
from workbench.numbers import Array
from workbench.ridge.design.design import Design

AUTO = "auto"

MOST_LEVELS = 30
"""Levels of a text column that get a column: rarer ones save nothing."""

MOST_COLUMNS = 1000
"""Columns that are read: of more, those with a value in most rows."""

MOST_CAMPAIGNS = 100
"""Campaigns that get a column each, for their base rates."""


class Columns(NamedTuple):
    """A matrix of numbers (n, p), the name of each column, and the feature of each."""

    matrix: Any
    names: list[str]
    features: list[str]


def features_of(found: Tested) -> Columns:
    """Read all features into numbers: levels, gaps and their flags."""
    plain = _plain_numbers(found)
    if plain is not None:
        names = [str(name) for name in found.frame.X]
        return _fullest(Columns(plain, names, names))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # gaps are as good a covariate as any
        design, matrix = Design.of(found.frame.X, found.weight, most_levels=MOST_LEVELS)
    return _fullest(Columns(matrix, design.names, design.features))


def _fullest(columns: Columns) -> Columns:
    """Keep the columns that are not 0 in most rows; the outcome has no say in it."""
    matrix, names, features = columns
    if len(names) <= MOST_COLUMNS:
        return columns
    filled = (matrix != 0).sum(axis=0)
    kept = np.sort(np.argsort(-np.asarray(filled).ravel(), kind="stable")[:MOST_COLUMNS])
    return Columns(matrix[:, kept], [names[k] for k in kept], [features[k] for k in kept])


def _plain_numbers(found: Tested) -> Any:
    """Return the values where all columns are numbers without gaps, not copied if need be."""
    X = found.frame.X
    kinds = set(X.dtypes)
    if any(not isinstance(kind, np.dtype) or kind.kind not in "fiub" for kind in kinds):
        return None
    single = kinds == {np.dtype("float32")}
    values = X.to_numpy(dtype="float32" if single else "float64")
    return values if np.isfinite(values.sum(axis=0)).all() else None


def with_campaigns(columns: Columns, found: Tested) -> Columns:
    """Add a 0/1 column a campaign: base rates differ between campaigns."""
    if found.frame.campaign is None:
        return columns
    codes, names = _codes(found)
    if not 1 < len(names) <= MOST_CAMPAIGNS:
        return columns
    ones, rows = np.ones(len(codes)), np.arange(len(codes))
    dummies = csr_array((ones, (rows, codes)), shape=(len(codes), len(names)))
    matrix = columns.matrix
    joined = (
        csr_array(hstack([matrix, dummies]))
        if issparse(matrix)
        else np.hstack([matrix, dummies.toarray()])
    )
    labels = [f"campaign={name}" for name in names]
    return Columns(joined, columns.names + labels, columns.features + ["campaign"] * len(names))


def _codes(found: Tested) -> tuple[Any, list[Any]]:
    codes, names = pd.factorize(pd.Series(found.frame.campaign))
    return codes, list(names)


def score_of(model: Any, found: Tested) -> Array:
    """Return what a model of earlier campaigns says of each row, shape (n,)."""
    frame = FeatureFrame._of(found.frame)  # noqa: SLF001 - its own kind
    for method in ("propensity", "expected", "predict"):
        if hasattr(model, method):
            score = np.asarray(getattr(model, method)(frame), dtype=np.float64)
            break
    else:
        raise ParameterError(
            "`covariates` must be 'auto', None, names of features, or a fitted model; got a "
            f"{type(model).__name__}. Give for example a saved model: "
            "`RidgePropensity.load('model.json')`."
        )
    return score


def chosen(covariates: Any, found: Tested) -> Tested:
    """Keep the features that are asked for; refuse such as may give the outcome away.

    Raises
    ------
    DataError
        "auto", and the frame suspects features.
    ParameterError
        A name is not a feature.
    """
    names = list(found.frame.X)
    if isinstance(covariates, Sequence) and not isinstance(covariates, str):
        for name in covariates:
            if name not in names:
                raise ParameterError(
                    f"`covariates` names unknown feature {name!r}; got {listed(names)}."
                    f"{did_you_mean(name, names)}"
                )
        frame = FeatureFrame._of(found.frame)  # noqa: SLF001 - its own kind
        left = [str(name) for name in names if name not in covariates]
        return replace(found, frame=frame.without(*left))
    if isinstance(covariates, str) and covariates != AUTO:
        raise ParameterError(
            f"`covariates` must be 'auto', None, names of features, or a fitted model; got "
            f"{covariates!r}. Names come as a list: `covariates=[{covariates!r}]`."
        )
    if isinstance(covariates, str) and found.frame.suspects:
        said = "; ".join(f"{name!r} ({why})" for name, why in found.frame.suspects.items())
        dropped = ", ".join(map(repr, found.frame.suspects))
        raise DataError(
            f"Covariates must be known before contacts are assigned; {said} may give the outcome "
            f"away. Leave out what was written afterwards, with `drop` where the table is read or "
            f"by `frame.without({dropped})`; or name those that were known: `covariates=[…]`."
        )
    return found
