"""Contacts best first, binned for a view, and how far other campaigns might differ.

Contacts are ranked by propensity p, of an uplift model by uplift u, or by these times the amount
m of a response. The chance that a model gives and the responses that come differ from campaign
to campaign. So with R responses and E expected ones among the best contacts, down to some score,
the interval is that of R / E when whole campaigns are drawn again, with replacement. Where
responses bring amounts m of their own, R is Σ y m and E is Σ p m.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_propensity
from workbench.frame.dealing import wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.people import heads as people_of_rows
from workbench.numbers import Array
from workbench.ridge.design.trained_range import as_scored

if TYPE_CHECKING:
    from workbench.ridge import RidgePropensity


MOST_BINS = 100
FEWEST_IN_BIN = 20
FEWEST_ABOVE = 5
"""Contacts of each campaign drawn, below which an interval is not given."""
FEWEST_OF_A_CAMPAIGN = 100
REPEATS = 1000
CONFIDENCE = 0.95


class Ratio(NamedTuple):
    """Bounds of responses over expected ones at the end of each bin; NaN where unknown."""

    low: Array
    high: Array
    clusters: int


def unseen_propensities(model: RidgePropensity, frame: FeatureFrame) -> tuple[Array, bool]:
    """Score contacts, those of a campaign of the fit by the model without that campaign.

    Returns
    -------
    propensity : ndarray, shape (n,)
    unseen : bool
        False where the model itself scored them all: it keeps no rows, did not leave out
        single campaigns, or knows none of these.
    """
    return Unseen(model).propensities(frame)


@dataclass(frozen=True)
class Unseen:
    """A model and, once it is asked of a campaign of its fit, the same without each campaign.

    Parameters
    ----------
    model : RidgePropensity
    """

    model: RidgePropensity

    def propensities(self, frame: FeatureFrame) -> tuple[Array, bool]:
        """Score contacts as `unseen_propensities` does; in files, a block at a time."""
        model = self.model
        check_propensity(model, "Contacts are ranked by", uplift=True)
        itself: Array = np.array(model.propensity(frame), dtype=float)
        workspace = getattr(model, "workspace_", None)
        if workspace is None or frame.campaign is None:
            return itself, False
        fold = pd.Index(workspace.folds).get_indexer(frame.campaign.astype(str))
        alone = model.campaigns_out_ and model.training_["campaigns"] == len(workspace.folds)
        if not alone or (fold < 0).all():
            return itself, False
        c, raw = self._without
        matrix = as_scored(model, frame.X, weight=frame.weights)
        for g in np.unique(fold[fold >= 0]):
            rows = np.flatnonzero(fold == g)
            itself[rows] = 1 / (1 + np.exp(-(c[g] + matrix[rows] @ raw[g])))
        return itself, True

    @cached_property
    def _without(self) -> tuple[Array, Array]:
        """Intercepts (G,) and coefficients (G, p) of the columns as they are."""
        workspace = self.model.workspace_
        c, raw = workspace.given.scaling.to_raw(workspace.one_step_without(workspace.penalties))
        return c, raw


def ranked(
    frame: FeatureFrame,
    propensity: Array,
    amount: Array | None = None,
    *,
    untreated: Array | None = None,
    arm: npt.NDArray[np.object_] | None = None,
) -> pd.DataFrame:
    """List contacts, highest propensity first, or highest p · amount; ties as in the frame.

    With the chances of a response without a contact, contacts are ranked by what a contact
    adds to the chance: their uplift.

    Parameters
    ----------
    frame : FeatureFrame
    propensity : ndarray, shape (n,)
        Of a response, with the contact.
    amount : ndarray, shape (n,), optional
    untreated : ndarray, shape (n,), optional
        The propensity without the contact.
    arm : ndarray of str, shape (n,), optional
        "contact", or "control" for those kept back.

    Returns
    -------
    DataFrame
        ``customer`` (the row of the frame where it names none), ``campaign`` (if any),
        ``cell`` (if any), ``propensity`` (or ``uplift``, ``propensity_treated`` and
        ``propensity_untreated``), with amounts also ``amount`` and ``value`` (propensity or
        uplift times amount), ``rank`` from 1, ``arm`` (if given), ``y``, ``weight``, of cells
        also ``people``, which a row stands for.
    """
    uplift = None if untreated is None else propensity - untreated
    score = propensity if uplift is None else uplift
    value = None if amount is None else score * amount
    order = np.argsort(-score if value is None else -value, kind="stable")
    columns: dict[str, Any] = {
        "customer": np.arange(len(frame)) if frame.customer is None else frame.customer,
        "campaign": frame.campaign,
        "cell": None if frame.cell is None else wholes(frame),
        "uplift": uplift,
        "propensity" if uplift is None else "propensity_treated": propensity,
        "propensity_untreated": untreated,
        "amount": amount,
        "value": value,
        "arm": arm,
        "y": frame.y,
        "weight": frame.weights,
        "people": None if frame.cell is None else people_of_rows(frame),
    }
    kept = {name: values for name, values in columns.items() if values is not None}
    out = pd.DataFrame(kept).iloc[order].reset_index(drop=True)
    out.insert(list(out).index("y" if arm is None else "arm"), "rank", np.arange(1, len(out) + 1))
    return out


def ranked_by(contacts: pd.DataFrame) -> Array:
    """Return by what ranked contacts stand in their order: value, else uplift, else propensity."""
    name = next(one for one in ("value", "uplift", "propensity") if one in contacts)
    return contacts[name].to_numpy(dtype=float)


def sums_of(contacts: pd.DataFrame) -> Array:
    """Return of each row contacts, expected and real responses, weighted; shape (3, n).

    With amounts these are contacts, Σ p m and Σ y m: the money of responses. Of an uplift they
    are contacts, expected increments, and the responses expected with the contact (gross).
    """
    third = "propensity_treated" if "uplift" in contacts else "y"
    weight, came = (contacts[name].to_numpy(dtype=float) for name in ("weight", third))
    if "amount" in contacts:
        came = came * contacts["amount"].to_numpy(dtype=float)
    return np.array([weight, weight * ranked_by(contacts), weight * came])


def bin_starts(contacts: float, most: int = MOST_BINS) -> npt.NDArray[np.intp]:
    """Divide ranked contacts into at most 100 bins, or `most`, alike in size, of at least 20.

    Examples
    --------
    >>> bin_starts(95).tolist()
    [0, 24, 48, 72]
    """
    bins = max(1, min(most, int(contacts // FEWEST_IN_BIN)))
    return np.ceil(np.arange(bins) * contacts / bins).astype(np.intp)


def binned(contacts: pd.DataFrame, most: int = MOST_BINS) -> Array:
    """Sum contacts, expected and real responses, or their money, of each bin; shape (3, bins)."""
    values = sums_of(contacts)
    return np.diff(down_to(contacts, bin_starts(values[0].sum(), most), values), axis=1)


def best_depth(bins: Sequence[npt.ArrayLike], *, cost: float, margin: float) -> float:
    """Pick the end of a bin, as the view does: the smallest that is expected to earn most.

    Examples
    --------
    >>> best_depth([[20, 20, 20], [6.0, 3.0, 1.0]], cost=1.0, margin=10.0)
    0.6666666666666666
    """
    contacts, expected = (np.asarray(part, dtype=float) for part in bins[:2])
    earned = np.append(0.0, np.cumsum(expected * margin - contacts * cost))
    return float(np.append(0.0, np.cumsum(contacts))[earned.argmax()] / contacts.sum())


def made_at(weight: Array, depth: float) -> npt.NDArray[np.bool_]:
    """Mark which of ranked rows are contacted at a depth, a share of all contacts.

    Examples
    --------
    >>> made_at(np.ones(4), 0.5).tolist()
    [True, True, False, False]
    """
    return np.asarray(np.cumsum(weight) - weight / 2 <= depth * weight.sum() + 1e-9)


def down_to(contacts: pd.DataFrame, starts: npt.NDArray[np.intp], values: Array) -> Array:
    """Add up values (V, n) of ranked rows, from the best down to each bin's edges; (V, bins + 1).

    Equal propensities, or values, are split in proportion where a bin ends among them, as in
    `workbench.metrics`: so it does not matter in which order they stand, nor whether contacts
    come one by one or as cells.
    """
    weight = contacts["weight"].to_numpy(dtype=float)
    first = np.flatnonzero(np.diff(ranked_by(contacts), prepend=np.inf))
    sums = np.add.reduceat(np.vstack([weight, values]), first, axis=1)
    made = np.append(0.0, np.cumsum(sums[0]))
    edges = np.append(starts, made[-1])
    so_far = np.column_stack([np.zeros(len(values)), np.cumsum(sums[1:], axis=1)])
    return np.array([np.interp(edges, made, one) for one in so_far])


def ratio_bounds(
    contacts: pd.DataFrame, *, seed: int = 0, most: int = MOST_BINS, fewest: int = FEWEST_ABOVE
) -> Ratio | None:
    """Bound R / E at each bin's end by drawing campaigns again.

    Campaigns of fewer than 100 contacts are drawn as one. No bound stands on fewer people of
    any campaign drawn than `fewest`, five.

    Parameters
    ----------
    contacts : DataFrame
        From `ranked`, outcomes known.

    Returns
    -------
    Ratio or None
        None where there are not two campaigns to draw.

    References
    ----------
    Field & Welsh (2007), Bootstrapping clustered data, JRSS B 69.
    """
    if "campaign" not in contacts:
        return None
    sizes = contacts.groupby("campaign", observed=True)["weight"].sum()
    small = contacts["campaign"].isin(sizes[sizes < FEWEST_OF_A_CAMPAIGN].index).to_numpy()
    codes, names = pd.factorize(contacts["campaign"].where(~small), sort=True)
    codes, clusters = np.where(small, len(names), codes), len(names) + int(small.any())
    if clusters < 2:
        return None
    starts = bin_starts(contacts["weight"].sum(), most)
    known = contacts.assign(of=codes).duplicated(["customer", "of"]) & contacts["customer"].notna()
    number = np.where(known, 0.0, heads(contacts))  # who is further up in the campaign is counted
    values = np.vstack([sums_of(contacts), number])
    parts = [down_to(contacts, starts, values * (codes == g))[:, 1:] for g in range(clusters)]
    above = np.stack(parts)  # (clusters, 4, bins)
    rng = np.random.default_rng(seed)
    drawn = [rng.integers(clusters, size=clusters) for _ in range(REPEATS)]
    times = np.array([np.bincount(one, minlength=clusters) for one in drawn])
    enough = (above[:, 3] >= fewest - 1e-9).all(axis=0) & (above[:, 1] > 0).all(axis=0)
    bounds = np.full((2, len(starts)), np.nan)
    ratios = (times @ above[:, 2][:, enough]) / (times @ above[:, 1][:, enough])
    tail = (1 - CONFIDENCE) / 2
    bounds[:, enough] = np.quantile(ratios, [tail, 1 - tail], axis=0)
    return Ratio(bounds[0], bounds[1], clusters)


def heads(contacts: pd.DataFrame) -> Array:
    """Return how many people ranked rows are: of a cell that names no customer its contacts."""
    if "people" in contacts:
        return contacts["people"].to_numpy(dtype=float)
    return np.ones(len(contacts))


def people(contacts: pd.DataFrame) -> float:
    """Count customers; of a cell that names none, its contacts."""
    number = pd.Series(heads(contacts)).groupby(contacts["customer"].to_numpy()).max()
    return float(number.sum())


def each_cell(contacts: pd.DataFrame) -> pd.DataFrame:
    """List cells, best first, with the number of their contacts."""
    number = contacts.groupby("cell")["weight"].sum()
    cells = contacts.drop_duplicates("cell").drop(columns="customer").reset_index(drop=True)
    cells["rank"] = np.arange(1, len(cells) + 1)
    cells["weight"] = cells["contacts"] = cells["cell"].map(number)
    return cells
