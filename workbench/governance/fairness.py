"""How a model treats groups of people: whom it chooses, reaches and ranks, group by group."""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit, stdtrit

from workbench.checks import check_whole
from workbench.errors import DataError, ParameterError
from workbench.evidence.observed_expected import quantile, rate_interval, ratio_of
from workbench.evidence.segment_findings import OTHERS
from workbench.evidence.segment_labels import labels_and_own
from workbench.frame.dealing import ENOUGH, Drawn, together, wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.governance.fairness_findings import MEASURES, Fairness
from workbench.governance.people import People
from workbench.language import later
from workbench.messages import count_of
from workbench.metrics import performance
from workbench.metrics._inputs import check_share, scored
from workbench.numbers import Array

DEPTH = 0.1
"""The share that is chosen where none is said."""
AT_ONCE = 0.05
"""How often all comparisons of one measure, taken together, find a gap where there is none."""
TOO_FEW = later("too few responded, or did not")


def fairness(
    model: Any,
    frame: FeatureFrame,
    *,
    by: Any,
    depth: float | None = None,
    fewest: int = FEWEST_PEOPLE,
    bins: int = 5,
) -> Fairness:
    """Measure each group: who is chosen, who is reached, whether scores hold, how they rank.

    Contacts are chosen from the highest propensity down; equal ones share what is left. In group
    g the selection rate is Σ w s / Σ w, s being 1 for the chosen. The true positive rate is
    Σ w s y / Σ w y. Calibration is Σ w y / Σ w p, responses over expected ones. AUC is that
    within the group.

    A gap a − b of two groups has the interval of Zou and Donner: with those of the groups ::

        low = a − b − √((a − a_low)² + (b_high − b)²)
        high = a − b + √((a_high − a)² + (b − b_low)²) .

    Of m pairs of groups each has the level 1 − 0.05/m. So all gaps of one measure together are
    found by chance in at most 5% of cases. No number says that a model is fair. A gap may have
    a good reason, and a person must say whether it has.

    Parameters
    ----------
    model : RidgePropensity or array, shape (n,)
        Or its propensities. It must not have seen these contacts.
    frame : FeatureFrame
        With known outcomes.
    by : str or Series or array, shape (n,)
        What the groups are, as for `workbench.evidence.segment_labels`: it need be no feature.
    depth : float, optional
        Share of contacts that are chosen, the best first; by default a tenth.
    fewest : int
        Customers below which a group is pooled with other small ones, or not shown where they
        are still few together. As many must have responded, and not, for what is told of
        responses. Where customers are not known, contacts count.
    bins : int
        Of numbers.

    Returns
    -------
    Fairness
        Its ``table`` has a row a group, its ``gaps`` a row a measure.

    Raises
    ------
    DataError
        An outcome is not known, or `by` makes no groups, or one is called "other segments".
    SchemaError
        `by` is no column, or has not one value a row.
    ParameterError
        `depth`, `fewest` or `bins` is out of range, or `model` foretells no propensities.

    References
    ----------
    Zou & Donner (2008), Construction of confidence limits about effect measures, Statistics in
    Medicine 27. Hardt, Price & Srebro (2016), Equality of opportunity in supervised learning,
    NeurIPS.

    Examples
    --------
    >>> table = pd.DataFrame({"town": ["A", "B"] * 400, "bought": [0, 0, 1, 1, 0, 0, 0, 1] * 100})
    >>> frame = FeatureFrame.from_table(table, target="bought")
    >>> found = fairness([0.2, 0.4] * 400, frame, by="town", depth=0.5)
    >>> found.table[["contacts", "rate", "selection_rate", "true_positive_rate", "ratio", "auc"]]
           contacts  rate  selection_rate  true_positive_rate  ratio  auc
    group
    A         400.0  0.25             0.0                 0.0   1.25  0.5
    B         400.0  0.50             1.0                 1.0   1.25  0.5
    >>> found.gaps["differs"].to_dict()
    {'selection_rate': True, 'true_positive_rate': True, 'ratio': False, 'auc': False}
    """
    check_whole(fewest, least=1, name="fewest")
    share = DEPTH if depth is None else depth
    check_share(share, name="depth")
    chance = propensities(model, frame)
    labels, own = labels_and_own(frame, by, bins=bins)
    scored(frame.y.to_numpy(), chance, frame.weights)  # refuses what cannot be measured
    there = frame.weights > 0
    frame, chance, labels = frame.rows(there), chance[there], labels[there].reset_index(drop=True)
    labels, small = _pooled(labels, People.of(frame), int(fewest))
    rows = Rows(
        np.asarray(frame.y, dtype=np.float64),
        chance,
        frame.weights,
        chosen_share(chance, frame.weights, share),
        _drawn(frame),
    )
    of_group = {str(name): rows.of((labels == name).to_numpy()) for name in labels.cat.categories}
    told = {name: _told(frame, (labels == name).to_numpy(), fewest) for name in of_group}
    return Fairness(
        table=_table(of_group, told),
        gaps=_gaps(of_group, told),
        by=str(labels.name),
        depth=float(share),
        drawn=rows.drawn.name,
        pooled=small,
        fewest=int(fewest),
        own=own | ({OTHERS} if OTHERS in labels.cat.categories else set()),
        wording=frame.wording,
    )


class Rows(NamedTuple):
    """Contacts, arrays of shape (n,): their outcome, propensity, weight, and whether chosen."""

    y: Array
    chance: Array
    weight: Array
    chosen: Array
    drawn: Drawn

    def of(self, here: npt.NDArray[np.bool_]) -> Rows:
        """Keep some rows; what is drawn again is numbered from 0."""
        label = self.drawn.label
        own = None if label is None else pd.factorize(label[here])[0]
        kept = (self.y[here], self.chance[here], self.weight[here], self.chosen[here])
        return Rows(*kept, Drawn(own, self.drawn.name))


class Measured(NamedTuple):
    """A number with its interval."""

    value: float
    low: float
    high: float


NOTHING = Measured(*[float("nan")] * 3)


def propensities(model: Any, frame: FeatureFrame) -> Array:
    """Return propensities, of a model or as they are given.

    Raises
    ------
    ParameterError
        They are neither.

    Examples
    --------
    >>> frame = FeatureFrame(pd.DataFrame({"x": [1.0, 2.0]}), pd.Series([0.0, 1.0]))
    >>> propensities([0.1, 0.2], frame).tolist()
    [0.1, 0.2]
    """
    if hasattr(model, "propensity"):
        return np.asarray(model.propensity(frame), dtype=np.float64)
    if np.ndim(model) == 1 and len(model) == len(frame):
        return np.asarray(model, dtype=np.float64)
    raise ParameterError(
        "`model` must foretell propensities, as a RidgePropensity does, or be one propensity for "
        f"each of {count_of(len(frame), 'row')} of the frame; got {_what(model)}."
    )


def _what(model: Any) -> str:
    return f"shape {np.shape(model)}" if np.ndim(model) else f"a {type(model).__name__}"


def chosen_share(chance: Array, weight: Array, share: float) -> Array:
    """Return which part of each row is chosen, from the highest propensity down; shape (n,).

    Examples
    --------
    >>> chosen_share(np.array([0.9, 0.5, 0.5, 0.1]), np.ones(4), 0.5).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    levels, place = np.unique(-chance, return_inverse=True)
    held = np.bincount(place, weights=weight, minlength=len(levels))
    before = np.cumsum(held) - held
    left = share * float(weight.sum()) - before
    return np.asarray(np.clip(left / held, 0.0, 1.0)[place])


def _drawn(frame: FeatureFrame) -> Drawn:
    """Say what intervals draw again: customers where they are known, else cells, else contacts."""
    if frame.customer is not None and frame.customer.nunique() >= ENOUGH:
        return Drawn(together(frame), "customers")
    return Drawn(None, "contacts") if frame.cell is None else Drawn(wholes(frame), "cells")


def _pooled(labels: pd.Series[Any], people: People, fewest: int) -> tuple[pd.Series[Any], int]:
    """Pool groups of few customers, last of all; together still few, they are of no group."""
    there = labels.cat.remove_unused_categories()
    counts = people.by(there.astype(object))
    small = [str(name) for name in counts.index[counts < fewest]]
    if small and OTHERS in there.cat.categories:
        raise DataError(
            f"`by` has a group called {str(OTHERS)!r}, which is what "
            f"{count_of(len(small), 'small one')} would be called together. Rename it, or give a "
            "smaller `fewest`."
        )
    rare = there.isin(small)
    enough = bool(small) and people.count(rare.to_numpy()) >= fewest
    texts = there.astype(object).where(~rare, OTHERS if enough else None)
    order = [name for name in there.cat.categories if name not in small] + [OTHERS] * enough
    return pd.Series(pd.Categorical(texts, categories=order), name=labels.name), len(small)


def _told(frame: FeatureFrame, here: npt.NDArray[np.bool_], fewest: int) -> bool:
    """Whether enough customers of a group responded, and enough did not."""
    people, responded = People.of(frame), (frame.y == 1).to_numpy()
    return min(people.count(here & side) for side in (responded, ~responded)) >= fewest


def _table(of_group: dict[str, Rows], told: dict[str, bool]) -> pd.DataFrame:
    found = {}
    for name, rows in of_group.items():
        contacts = float(rows.weight.sum())
        line: dict[str, Any] = {
            "contacts": contacts,
            "positives": float(rows.weight @ rows.y),
            "rate": float(rows.weight @ rows.y) / contacts,
            "mean_propensity": float(rows.weight @ rows.chance) / contacts,
        }
        for measure in MEASURES:
            value, low, high = _measure(measure, rows, told=told[name])
            line |= {measure: value, f"{measure}_low": low, f"{measure}_high": high}
        found[name] = line | {"note": "" if told[name] else TOO_FEW}
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("group")


def _measure(name: str, rows: Rows, *, told: bool, confidence: float = 0.95) -> Measured:
    """Measure one thing of a group."""
    if name == "selection_rate":
        return _share_of(rows.chosen, rows.weight, rows.drawn.label, confidence)
    if not told:
        return NOTHING
    if name == "true_positive_rate":
        came = rows.of(rows.y == 1)
        return _share_of(came.chosen, came.weight, came.drawn.label, confidence)
    if name == "ratio":
        label = rows.drawn.label
        found = ratio_of(rows.y, rows.chance, rows.weight, label, confidence=confidence)
        return Measured(found.ratio, found.low, found.high)
    return _ranking(rows, confidence)


def _share_of(chosen: Array, weight: Array, label: Any, confidence: float) -> Measured:
    share = float(weight @ chosen) / float(weight.sum())
    return Measured(share, *rate_interval(chosen, weight, label, confidence=confidence))


def _ranking(rows: Rows, confidence: float) -> Measured:
    """Return the AUC; another level's interval is as much wider on the logit scale."""
    label = rows.drawn.label
    found = performance(rows.y, rows.chance, weight=rows.weight, cluster=label).iloc[0]
    area, low = float(found["auc"]), float(found["auc_low"])
    if np.isnan(low):
        return Measured(area, low, low)
    wider = quantile(confidence) / quantile(0.95)
    if label is not None:
        free = int(label.max())
        wider = float(stdtrit(free, 0.5 + confidence / 2) / stdtrit(free, 0.975))
    reach = wider * (logit(area) - logit(low))
    return Measured(area, float(expit(logit(area) - reach)), float(expit(logit(area) + reach)))


def _gaps(of_group: dict[str, Rows], told: dict[str, bool]) -> pd.DataFrame:
    """Compare the groups, measure by measure."""
    rows = {name: _gap(name, of_group, told) for name in MEASURES}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")


def _gap(name: str, of_group: dict[str, Rows], told: dict[str, bool]) -> dict[str, Any]:
    """Return the largest gap that is beyond chance, else the largest."""
    measured = {group: _measure(name, rows, told=told[group]) for group, rows in of_group.items()}
    known = [group for group, one in measured.items() if not np.isnan(one.low)]
    pairs = list(combinations(known, 2))
    nothing = {"highest": "", "lowest": "", "gap": np.nan, "low": np.nan, "high": np.nan}
    if not pairs:
        return nothing | {"spread": np.nan, "differs": False}
    level = 1 - AT_ONCE / len(pairs)
    wide = {
        group: _measure(name, of_group[group], told=told[group], confidence=level)
        for group in known
    }
    found = [_apart(pair, wide) for pair in pairs]
    values = [measured[group].value for group in known]
    best = max(found, key=lambda one: (one["differs"], one["gap"]))
    return best | {"spread": max(values) - min(values)}


def _apart(pair: tuple[str, str], measured: dict[str, Measured]) -> dict[str, Any]:
    """Compare two groups, the higher first; the interval is of Zou & Donner."""
    highest, lowest = sorted(pair, key=lambda group: -measured[group].value)
    a, b = measured[highest], measured[lowest]
    gap = a.value - b.value
    low = gap - float(np.hypot(a.value - a.low, b.high - b.value))
    high = gap + float(np.hypot(a.high - a.value, b.value - b.low))
    ends = {"gap": gap, "low": low, "high": high, "differs": low > 0}
    return {"highest": highest, "lowest": lowest, **ends}
