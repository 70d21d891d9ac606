"""One fit of one method on one split, judged, and kept in a file so that a run can be resumed."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone

from workbench import __version__
from workbench.errors import ConvergenceWarning, DataWarning
from workbench.evidence.origins import Origin
from workbench.files.whole_file import whole_file
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.parts import PER_ROW
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.design.trained_range import as_scored


class Judged(NamedTuple):
    """What one fit says of the rows it is judged on.

    ``shares`` is each feature's share of the score's variance there, which sums to 1, and
    ``coefficients`` are per standard deviation of the training rows; both empty where the
    score is no sum over features.
    """

    propensity: Array
    shares: dict[str, float]
    coefficients: dict[str, float]


def judge(method: Any, frame: FeatureFrame, origins: Sequence[Origin]) -> list[Judged]:
    """Fit a clone of a method on the training rows of some splits, and score the others of each.

    Parameters
    ----------
    method : estimator
    frame : FeatureFrame
    origins : sequence of Origin
        All with the same training rows.

    Raises
    ------
    WorkbenchError
        What the fit raised, with a note of which split it was.
    """
    origin = origins[0]
    try:
        with warnings.catch_warnings():
            # a column that lives in one campaign is constant without it, a level is unseen
            # without it, and no penalty has no optimum: that is what is asked
            warnings.simplefilter("ignore", DataWarning)
            warnings.simplefilter("ignore", ConvergenceWarning)
            fitted = clone(method).fit(frame.rows(origin.train))
            found = []
            for origin in origins:
                found.append(_scored(fitted, frame.rows(origin.test)))
            return found
    except Exception as error:
        error.add_note(f"This happened at the {origin.kind}, judging {origin.name}.")
        raise


def _scored(fitted: Any, test: FeatureFrame) -> Judged:
    propensity = np.asarray(fitted.propensity(test), dtype=np.float64)
    ridge = getattr(fitted, "ridge_", fitted)
    # hidden units are no features: what they add is of several
    if not isinstance(ridge, RidgePropensity) or hasattr(fitted, "widened"):
        return Judged(propensity, {}, {})
    coefficients = ridge.coef_standardised_
    return Judged(
        propensity,
        score_shares(ridge, test),
        {str(name): float(value) for name, value in coefficients.items()},
    )


def score_shares(ridge: RidgePropensity, test: FeatureFrame) -> dict[str, float]:
    """Return each feature's share of the variance of the log-odds over rows.

    Cov(Σ_k x_k β_k over the feature's columns, η) / Var(η): shares sum to 1, and are
    negative where a feature works against the others.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=3, new_campaigns=0, rows=200, stable=3, spiky=1).frame
    >>> shares = score_shares(RidgePropensity(0.01).fit(frame), frame)
    >>> list(shares), round(sum(shares.values()), 9)
    (['stable_01', 'stable_02', 'stable_03', 'spiky_01'], 1.0)
    """
    features, weight = ridge.columns_["feature"], test.weights
    known = set(features)
    matrix = as_scored(ridge, test.X[[name for name in test.X.columns if name in known]])
    beta = ridge.per_unit
    eta = np.asarray(matrix @ beta)
    centred = weight * (eta - np.average(eta, weights=weight))
    variance = float(centred @ eta)
    by_column = np.asarray(matrix.T @ centred) * beta / (variance if variance > 0 else np.inf)
    shares = pd.Series(by_column).groupby(features.to_numpy(), sort=False).sum()
    return {str(name): float(value) for name, value in shares.items()}


class FitCache:
    """A folder in which every fit leaves one JSON file, whole or not at all.

    Parameters
    ----------
    folder : path or None
        None keeps nothing.
    frame : FeatureFrame
        Its content is part of every file's name, as are method, split and version.

    Examples
    --------
    >>> frame = FeatureFrame(pd.DataFrame({"x": [1, 2]}), pd.Series([0.0, 1.0]))
    >>> FitCache(None, frame).read("this model", None, None) is None
    True
    """

    def __init__(self, folder: str | Path | None, frame: FeatureFrame) -> None:
        self.folder = None if folder is None else Path(folder)
        self.content = "" if folder is None else content_of(frame)

    def read(self, name: str, method: Any, origin: Any) -> Judged | None:
        """Return what was kept of this fit, or None."""
        path = self._path(name, method, origin)
        if path is None or not path.is_file():
            return None
        held: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        return Judged(np.array(held["propensity"]), held["shares"], held["coefficients"])

    def write(self, name: str, method: Any, origin: Any, judged: Judged) -> None:
        """Keep a fit; a run that is cut off here leaves no half file."""
        path = self._path(name, method, origin)
        if path is None:
            return
        held = {**judged._asdict(), "propensity": judged.propensity.tolist()}
        with whole_file(path, name="What `folder` keeps") as unfinished:
            unfinished.write_text(json.dumps(held), encoding="utf-8")

    def _path(self, name: str, method: Any, origin: Any) -> Path | None:
        if self.folder is None:
            return None
        digest = hashlib.sha256(f"{__version__}\n{self.content}\n{name}\n".encode())
        digest.update(_said(method).encode())
        digest.update(origin.kind.encode() + origin.train.tobytes() + b"|" + origin.test.tobytes())
        return self.folder / f"{digest.hexdigest()[:24]}.json"


def content_of(frame: FeatureFrame) -> str:
    """Return a digest of everything that a fit reads of a frame."""
    digest = hashlib.sha256(json.dumps(frame.groups).encode())
    order = [frame.in_order_of, list(map(str, frame.campaigns))]
    digest.update(json.dumps(order).encode())
    for name in PER_ROW:
        series = getattr(frame, name)
        if series is not None:
            digest.update(name.encode() + pd.util.hash_pandas_object(series).to_numpy().tobytes())
    digest.update(pd.util.hash_pandas_object(frame.X).to_numpy().tobytes())
    return digest.hexdigest()


def _said(method: Any) -> str:
    """Write a method's class and parameters, tables by their content."""
    parameters = {
        key: value.to_csv() if isinstance(value, pd.DataFrame) else repr(value)
        for key, value in sorted(method.get_params(deep=False).items())
    }
    return f"{type(method).__qualname__}{parameters}"
