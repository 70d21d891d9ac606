"""A planted test: who was treated at random, and what that changed for each row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from workbench.errors import ParameterError
from workbench.numbers import Array


class PlantedTreatment(NamedTuple):
    """Who was treated, and the truth of it, as `Planted` describes it; only chances without."""

    probability: Array
    treated: Array | None = None
    effect: Array | None = None
    stable_uplift: Array | None = None
    spiky_uplift: Array | None = None


def check_treatment(treated: float | None, uplift: float) -> None:
    """Raise ParameterError where no test can be planted so."""
    if treated is None and uplift != 0:
        raise ParameterError(
            "`uplift` needs `treated`, the share of rows that are treated at random; got "
            f"uplift={uplift!r}. Say `treated=0.5`, or leave it out."
        )
    if not np.isfinite(uplift) or (treated is not None and not 0 < treated < 1):
        raise ParameterError(
            "`planted` needs a share of treated rows between 0 and 1, and a finite uplift; got "
            f"treated={treated!r}, uplift={uplift!r}."
        )


def plant_treatment(
    X: Array,
    effects: Array,
    log_odds: Array,
    *,
    treated: float | None,
    uplift: float,
    spread: float,
    dose: float,
    seed: int,
) -> PlantedTreatment:
    """Treat rows at random, and draw what the treatment adds to their log-odds.

    It adds uplift · (1 + x'a + s'b): x are the stable columns and s the spiky ones. The a are
    N(0, spread²) and hold in every campaign; the b are N(0, (dose · spread)²), anew for each.

    Parameters
    ----------
    X : ndarray, shape (campaigns, rows, stable + spiky)
    effects : ndarray, shape (campaigns, spiky)
        Of spiky columns; 0 where one is not active, and the treatment's is 0 too.
    log_odds : ndarray, shape (campaigns * rows,)
        Without treatment.
    treated : float or None
        The chance of each row to be treated; None: there is no test.
    uplift, spread, dose : float
    seed : int
        Its draws are others than those of the contacts, which do not change by them.
    """
    if treated is None:
        return PlantedTreatment(expit(log_odds))
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(1)[0])
    stable = X.shape[2] - effects.shape[1]
    of_stable = uplift * rng.normal(0, spread, stable)
    of_spiky = uplift * np.where(effects != 0, rng.normal(0, dose * spread, effects.shape), 0.0)
    spikes = np.einsum("crs,cs->cr", X[:, :, stable:], of_spiky)
    added = (uplift + X[:, :, :stable] @ of_stable + spikes).ravel()
    drawn = (rng.random(len(log_odds)) < treated).astype("float64")
    without, with_it = expit(log_odds), expit(log_odds + added)
    probability = np.where(drawn == 1, with_it, without)
    return PlantedTreatment(probability, drawn, with_it - without, of_stable, of_spiky)
