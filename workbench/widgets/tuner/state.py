"""The exported state of a Tuner: aggregates only, as JSON, and how it is read back."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench.numbers import Array
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.widgets.fitted.facts import Facts
from workbench.widgets.front.names import Names
from workbench.widgets.private.release import Released
from workbench.widgets.tuner.settings import Setting

FORMAT = 2


@dataclass(frozen=True)
class Displayed:
    """Penalties of released columns as the notebook writes them: those of the columns they hold.

    Parameters
    ----------
    tuned : ndarray, shape (q,)
        The geometric mean of the columns of the fit that each stands for.
    counts : ndarray, shape (q,)
        How many these are; what is left out of sight counts with its group.
    """

    tuned: Array
    counts: Array

    @classmethod
    def of(cls, facts: Facts, released: Facts, mapping: Array) -> Displayed:
        """Find them, so that each group's typical penalty is that of the fit.

        Parameters
        ----------
        facts : Facts
            Of the fit, its penalties as they may be told.
        released : Facts
        mapping : ndarray, shape (1 + p, 1 + q)
        """
        holds = mapping[1:, 1:] != 0
        groups = np.array(facts.groups, dtype=object)
        for k, group in enumerate(released.groups):  # the last of a group takes what rests
            if group not in released.groups[k + 1 :]:
                holds[(groups == group) & ~holds.any(axis=1), k] = True
        above = holds & (facts.tuned > 0)[:, None]
        counts = above.sum(axis=0)
        logs = np.log10(np.where(facts.tuned > 0, facts.tuned, 1.0)) @ above
        tuned = np.where(counts > 0, 10 ** (logs / np.maximum(counts, 1)), 0.0)
        return cls(tuned, np.maximum(counts, 1))


def exported_state(
    released: Released,
    settings: list[Setting],
    about: Mapping[str, Any],
    displayed: Displayed | None = None,
) -> dict[str, Any]:
    """Write released aggregates and stored settings as JSON values.

    Gram matrices are packed float32 lower triangles, rows 0, 1, … one after another; scores
    and coefficients are float64, so that the fit itself loses no digit.

    Parameters
    ----------
    released : Released
    settings : list of Setting
        In the columns of the fit: they are taken to the released ones.
    about : mapping
        JSON values that the view shows: ``judged``, ``contacts``, ``cost``, ….
    displayed : Displayed, optional
        How penalties are written; by default as they are.
    """
    shown = displayed or Displayed(released.facts.tuned, np.ones(len(released.facts.names)))
    facts, T = released.facts, released.mapping
    stats, lower = facts.stats, np.tril_indices(len(facts.names) + 1)
    # least squares: the pooled columns keep their proportions, and only their size is told
    back = np.linalg.pinv(T)
    return {
        "format": FORMAT,
        **{name: value for name, value in about.items() if name != "named"},
        # no descriptions: they may name a level of the data that few have
        **(_called(about["named"], facts) if "named" in about else {}),
        "columns": list(facts.names),
        "features": list(facts.features),
        "groups": list(facts.groups),
        "campaigns": facts.campaigns.tolist(),
        "folds": list(facts.folds),
        "lived_in": len(released.merged),  # what `campaigns` is out of, before folds were merged
        "held": len(facts.folds),
        "weight": facts.weight,
        "weights": stats.weight.tolist(),
        "losses": stats.loss.tolist(),
        "penalties": facts.tuned.tolist(),
        "displayed": shown.tuned.tolist(),
        "counts": shown.counts.tolist(),
        "b": _packed(stats.b, "<f8"),
        "score": _packed(stats.score, "<f8"),
        "gram": _packed(stats.curvature[:, *lower], "<f4"),
        "moment": _packed(facts.moment[lower], "<f4"),
        "notes": [*about.get("notes", ()), *released.notes],
        "settings": [
            {
                "name": one.name,
                "penalties": _packed((T**2).T[1:, 1:] @ one.penalties, "<f4"),
                "b": _packed(back @ one.b, "<f4"),
                "bins": [_short(values) for values in one.bins],
                "place": None if one.place is None else asdict(one.place),
            }
            for one in settings
        ],
    }


def _called(names: Names, facts: Facts) -> dict[str, Any]:
    """Return the reader's words for what the file shows, and for nothing else."""
    called = names.called(facts.features, facts.groups)
    return {"words": names.words(facts.names), "called": called}


def facts_of(state: Mapping[str, Any]) -> Facts:
    """Read the statistics of an exported state back, in float64."""
    n = len(state["columns"]) + 1
    stats = DenseStatistics(
        _unpacked(state["b"], "<f8"),
        np.array(
            [_full(one, n) for one in _unpacked(state["gram"], "<f4").reshape(-1, n * (n + 1) // 2)]
        ),
        _unpacked(state["score"], "<f8").reshape(-1, n),
        np.array(state["losses"]),
        np.array(state["weights"]),
        state["held"],
    )
    return Facts(
        stats,
        _full(_unpacked(state["moment"], "<f4"), n),
        np.array(state["campaigns"]),
        tuple(state["columns"]),
        tuple(state["features"]),
        tuple(state["groups"]),
        tuple(state["folds"]),
        np.array(state["penalties"]),
        float(state["uniform"]),
        float(state["weight"]),
    )


def _packed(values: Array, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode("ascii")


def _unpacked(text: str, kind: str) -> Array:
    return np.frombuffer(base64.b64decode(text), dtype=kind).astype("float64")


def _full(triangle: Array, n: int) -> Array:
    full = np.zeros((n, n))
    full[np.tril_indices(n)] = triangle
    return full + np.tril(full, -1).T


def _short(values: Array) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
