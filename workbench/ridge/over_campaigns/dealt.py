"""Columns in campaigns that contacts were dealt to at random: what chance makes of them.

The same figures by the same formulas as of the campaigns themselves. Campaigns keep their
number and their sizes; what is dealt is a contact, or all contacts of a customer, or of a cell,
in one campaign.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.special import expit

from workbench.ridge.over_campaigns.examined import RowsByCampaign, enough_told
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.tune.co_data import heterogeneity, own_slopes

Array = npt.NDArray[np.float64]

MOST_DEALS, FEWEST_DEALS = 199, 19
_WORK = 1e8  # units times columns times deals, a second or two of them
_HELD = 2_500_000  # units times columns whose sums are held at a time
_SUMS = 8  # a column's: see `_sums_by_unit`


class Dealt(NamedTuple):
    """Figures of p columns in each of B deals, all of shape (B, p).

    Parameters
    ----------
    concentration : ndarray
    lives_in : ndarray
        The fewest campaigns that hold 90% of the column.
    q : ndarray
        Cochran's Q of the campaigns' slopes; 0 where fewer than two can be compared.
    compared : ndarray
        The campaigns that can be.
    """

    concentration: Array
    lives_in: Array
    q: Array
    compared: Array


def dealt(examined: RowsByCampaign, measured: Moments, *, seed: int = 0) -> Dealt:
    """Deal contacts to the campaigns anew, and measure every column each time.

    199 times; less often, and 19 times at least, where rows and columns are many.

    Parameters
    ----------
    examined : RowsByCampaign
    measured : Moments
        Of these rows.
    seed : int

    References
    ----------
    Good (2005), Permutation, parametric and bootstrap tests of hypotheses.
    """
    unit, of_unit = _units(examined)
    width = len(examined.columns)
    count = int(np.clip(_WORK / (len(of_unit) * width), FEWEST_DEALS, MOST_DEALS))
    adding = _deals(of_unit, len(examined.campaigns), count, seed)
    rows = ReadRows.of(examined, unit, len(of_unit))
    step = max(1, _HELD // len(of_unit))
    parts = [
        measured_in_deals(examined, measured, rows, adding, range(low, min(low + step, width)))
        for low in range(0, width, step)
    ]
    return Dealt(*(np.concatenate(part, axis=1) for part in zip(*parts, strict=True)))


def _units(examined: RowsByCampaign) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the number of what each row is dealt with, (n,), and the campaign of each, (U,)."""
    rows, campaign = examined.rows, examined.campaign
    whole = rows.whole if rows.person is None else rows.person
    if whole is None:
        return np.arange(len(campaign)), campaign
    pair = whole * len(examined.campaigns) + campaign
    _, first, unit = np.unique(pair, return_index=True, return_inverse=True)
    return unit, campaign[first]


def _deals(
    of_unit: npt.NDArray[np.int64], campaigns: int, count: int, seed: int
) -> csr_array[np.float64]:
    """Return what adds units up to campaigns in every deal, shape (B · G, U)."""
    rng = np.random.default_rng(seed)
    sizes = np.bincount(of_unit, minlength=campaigns)
    units = np.concatenate([rng.permutation(len(of_unit)) for _ in range(count)])
    edges = np.append(0, np.cumsum(np.tile(sizes, count)))
    shape = (count * campaigns, len(of_unit))
    return csr_array((np.ones(len(units)), units, edges), shape=shape)


class ReadRows(NamedTuple):
    """Weight, curvature v, residual r and v²/w of each row, (n,), and what sums them by unit.

    None where each row is a unit of its own.
    """

    weight: Array
    v: Array
    r: Array
    each: Array
    adding: csr_array[np.float64] | None

    @classmethod
    def of(cls, examined: RowsByCampaign, unit: npt.NDArray[np.int64], units: int) -> ReadRows:
        """Read the curvature and the residual of every row."""
        weight, mu = examined.rows.weight, expit(examined.log_odds)
        v = weight * mu * (1 - mu)
        each, adding = np.arange(len(unit)), None
        if not np.array_equal(unit, each):
            adding = csr_array((np.ones(len(unit)), (unit, each)), shape=(units, len(unit)))
        return cls(weight, v, weight * (examined.rows.y - mu), v**2 / weight, adding)

    def totals(self) -> Array:
        """Return Σ w, Σ v, Σ r and Σ v²/w of each unit, (U, 4)."""
        return self.by_unit(np.column_stack([self.weight, self.v, self.r, self.each]))

    def by_unit(self, of_row: Array) -> Array:
        """Sum what there is of each row, (n, k), by unit, (U, k)."""
        return of_row if self.adding is None else np.asarray(self.adding @ of_row)


def measured_in_deals(
    examined: RowsByCampaign,
    measured: Moments,
    rows: ReadRows,
    adding: csr_array[np.float64],
    places: range,
) -> Dealt:
    """Measure some columns in every deal."""
    campaigns, width = len(examined.campaigns), len(places)
    table = examined.columns.iloc[places.start : places.stop]
    sums = [_sums_by_unit(examined, measured, rows, place) for place in places]
    shape = (-1, campaigns, width, _SUMS)
    found = (adding @ np.concatenate(sums, axis=1)).reshape(shape)
    total = (adding @ rows.totals()).reshape(-1, campaigns, 4)
    concentration, lives_in = _of_place(found[..., 0] / total[:, :, :1])
    b = np.append(0.0, table["coef_standardised"].to_numpy(dtype="float64"))
    beyond = examined.beyond_chance()
    effects = [_of_effect(*one, b, beyond) for one in zip(found, total, strict=True)]
    q, compared = (np.array(part) for part in zip(*effects, strict=True))
    return Dealt(concentration, lives_in, q, compared)


def _sums_by_unit(examined: RowsByCampaign, measured: Moments, rows: ReadRows, place: int) -> Array:
    """Return w e, v d, v d², r d and v²/w d, d², d³, d⁴ summed by unit, (U, 8).

    e is the square about the usual value, d the distance from the mean in deviations.
    """
    x, column = examined.column(place), examined.columns.iloc[place]
    scale = float(column["scale"]) if column["scale"] > 0 else 1.0
    d = (x - float(column["mean"])) / scale
    energy = rows.weight * (x - measured.pivot[place]) ** 2
    powers = [rows.each * d]
    for _ in range(3):
        powers.append(powers[-1] * d)  # `d**4` takes twenty times as long
    of_row = np.column_stack([energy, rows.v * d, rows.v * d**2, rows.r * d, *powers])
    return rows.by_unit(of_row)


def _of_place(second: Array) -> tuple[Array, Array]:
    """Return concentration and the campaigns that hold 90%, from mean squares (B, G, p)."""
    tiny, count = np.finfo(float).tiny, second.shape[1]
    share = second / np.maximum(second.sum(axis=1, keepdims=True), tiny)
    squares = np.clip((share**2).sum(axis=1), 1.0 / count, 1.0)
    ranked = -np.sort(-share, axis=1)
    before = np.cumsum(ranked, axis=1) - ranked
    held = (before < 0.9 - 1e-12).sum(axis=1)  # as `spikes.lives_in` has it
    return (squares - 1.0 / count) / (1.0 - 1.0 / count), held.astype(np.float64)


def _of_effect(found: Array, total: Array, b: Array, beyond: float) -> tuple[Array, Array]:
    """Return Q and the campaigns compared, (p,), from the sums of one deal (G, p, 8), (G, 4)."""
    edge, square, score = (found[..., k] for k in (1, 2, 3))
    v, residual, each = (total[:, k : k + 1] for k in (1, 2, 3))
    v = np.maximum(v, np.finfo(float).tiny)
    slope, variance = own_slopes(b, np.hstack([residual, score]), edge, np.hstack([v, square]))
    middle, (f1, f2, f3, f4) = edge / v, np.moveaxis(found[..., 4:], -1, 0)
    fourth = f4 - 4 * middle * f3 + 6 * middle**2 * f2 - 4 * middle**3 * f1 + middle**4 * each
    told = enough_told(np.maximum(square - edge**2 / v, 0.0), fourth)
    effects = heterogeneity(
        np.where(told, slope, np.nan), np.where(told, variance * beyond, np.inf)
    )
    return np.where(effects.campaigns > 1, effects.q, 0.0), effects.campaigns.astype(np.float64)
