"""What a mailed Targeting holds: contacts best first, in bins of many, with noise.

Bins are of equal numbers of contacts, so one customer less moves contacts over the ends of
bins: of responses that is up to one a bin, which the noise is made to cover too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.frame.dealing import numbered
from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.governance.private.secret import Draws, draws_of
from workbench.numbers import Array
from workbench.widgets.private.contributions import LARGEST
from workbench.widgets.targeting.ranked_contacts import REPEATS, bin_starts, down_to, ratio_bounds

STRENGTH = 0.15
"""μ of a ranking: see `workbench.widgets.private.noise`."""
MOST_BINS = 20
FEWEST_IN_BIN = 50
_SHARES = np.array([0.2, 0.3, 0.5])  # of contacts, expected and real responses


@dataclass(frozen=True)
class Ranked:
    """Bins with their noise, and what it is.

    Parameters
    ----------
    bins : ndarray, shape (3, bins)
        Contacts, sum of propensities, responses (NaN where not known); best first.
    exact : ndarray, shape (3, bins)
        The same before the noise: it stays here.
    sigma : ndarray, shape (3,)
        Of each bin's expected and real responses; of contacts, of all of them.
    sizes : ndarray, shape (people,)
    draws : Draws
    """

    bins: Array
    exact: Array
    sigma: Array
    sizes: Array
    draws: Draws


def private_ranked(contacts: pd.DataFrame) -> Ranked:
    """Bin ranked contacts and add noise.

    Parameters
    ----------
    contacts : DataFrame
        From `workbench.widgets.targeting.ranked_contacts.ranked`.
    """
    weight, chance = (contacts[name].to_numpy(dtype=float) for name in ("weight", "propensity"))
    y = contacts["y"].to_numpy(dtype=float)
    person = numbered(contacts["customer"])
    parts = np.array([weight, weight * chance, weight * np.nan_to_num(y)])
    norms = np.array([np.bincount(person, part) for part in parts])
    typical = np.maximum(np.sqrt((norms**2).mean(axis=1)), 1e-9)
    sizes = np.sqrt(_SHARES @ (norms / typical[:, None]) ** 2)
    kept = np.minimum(1.0, LARGEST / sizes)
    starts = bin_starts(weight.sum(), _most(weight.sum()))
    exact = np.diff(down_to(contacts, starts, parts * kept[person]), axis=1)
    rate = exact[2] / np.maximum(exact[0], 1e-9)
    crossing = 2 * float((rate * (1 - rate)).sum()) if not np.isnan(y).any() else 0.0
    typical[2] = np.sqrt(typical[2] ** 2 + crossing)
    sigma = typical / (STRENGTH * np.sqrt(_SHARES))
    draws = draws_of(["ranking", weight, chance, np.nan_to_num(y, nan=2.0), person])
    bins = exact + draws("bins", *exact.shape) * sigma[:, None]
    # bins are alike in size, which is nobody's secret: only that of all of them is noisy
    total = exact[0].sum() + float(draws("contacts", 1)[0]) * sigma[0]
    bins[0] = round(max(total / exact.shape[1], 1.0))
    bins[1:] = np.clip(bins[1:], 0.0, bins[0])
    bins[1] = np.sort(bins[1])[::-1]  # best first
    if np.isnan(y).any():
        bins[2] = np.nan
    return Ranked(bins, exact, sigma, sizes * kept, draws)


def private_bounds(known: pd.DataFrame, found: Ranked) -> dict[str, Any] | None:
    """Return the interval of responses over expected ones by depth, with noise.

    Parameters
    ----------
    known : DataFrame
        Contacts of known outcome, ranked.
    found : Ranked
        Of the same contacts.
    """
    bounds = ratio_bounds(known, fewest=FEWEST_PEOPLE, most=_most(known["weight"].sum()))
    if bounds is None:
        return None
    expected = np.maximum(found.bins[1].cumsum(), 1.0)
    # of R/E down to a depth, the noise is that of R's part there
    moved = found.draws("bounds", len(expected)) * found.sigma[2] / expected
    sure = ~np.isnan(bounds.low)
    depth = found.bins[0].cumsum() / found.bins[0].sum()
    at = {"depth": depth, "low": np.maximum(bounds.low + moved, 0), "high": bounds.high + moved}
    out: dict[str, Any] = {
        name: [float(f"{one:.3g}") for one in values[sure]] for name, values in at.items()
    }
    return out | {"clusters": bounds.clusters, "repeats": REPEATS}


def _most(contacts: float) -> int:
    return max(1, min(MOST_BINS, int(contacts // FEWEST_IN_BIN)))
