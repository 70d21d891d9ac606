"""How a fitted model is scored on what comes: half-life, slope and base rate, by forward folds.

Where penalties are tuned on campaigns, more than three of them in a known order of time, the
campaigns but the first three (the last eight) are judged by those before them, under the
tuned penalties (`forward_folds`). Of these losses are chosen

- the slope s of the score, in tenths, whose loss plus 2 φ (1 − s)² nats is least;
- the half-life 5, 3 or 2 (5 and 2 are tried where 3 gains), each with its own slope, if it
  beats none by more than the standard error of the paired gains, of three campaigns at least;
  the fit is then made anew, penalties tuned under these weights;
- the recent base rate, unless its loss is the greater one.

φ is 1, or where rows are cells of contacts, how much more these differ than by chance (`cells`).
With fewer than two campaigns judged the recent base rate is taken, and the rest left alone.
Where penalties are given, campaigns have no order, or rows are left out at random, all of this
is left alone, if not asked for by number or name.

Only the half-life, another weight of the rows, moves the fit's own optimum. Slope and base
rate are a straight line through its log-odds, s η + a, which leaves the ranking as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeGuard, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, FitError, ParameterError
from workbench.ridge.ahead.cells import beyond_chance
from workbench.ridge.ahead.forward_folds import SLOPES, ForwardLosses, centred, forward_losses
from workbench.ridge.ahead.recency import CANDIDATES, as_they_came, decay
from workbench.ridge.design.training_rows import TrainingRows
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.outcomes import base_rate
from workbench.ridge.outcomes.base_rate import RECENT, Scored
from workbench.ridge.penalties.plan import TUNED
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.settings import Settings
from workbench.ridge.statistics.choose import in_memory
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.protocol import MATRIX
from workbench.ridge.tune.folds import AUTO, CAMPAIGNS, FORWARD

Array = npt.NDArray[np.float64]

TRAINED, LATELY = 0, 1  # places in `ForwardLosses.loss`: the base rate that is taken
FEWEST = 2
"""Forward folds that say something of slope and base rate; a half-life takes one more."""
TOWARDS_ONE = 2.0
"""Nats of forward loss that a slope of 0 must save over a slope of 1: (1 − s)² of it at s."""
PROVEN_BY = 2.0
"""Nats, times φ, by which it must beat the base rate: half of χ²₁'s 95th percentile or so."""


@dataclass(frozen=True)
class Outlook:
    """What was chosen, and the forward folds that it was chosen by.

    Parameters
    ----------
    half_life : float or None
    slope : float
    recent : bool
        Whether the intercept follows the last three campaigns.
    proven : bool or None
        Whether forward folds say that the model beats the forecast base rate; None where
        they are too few to say.
    folds : DataFrame or None
        One row a campaign judged: ``contacts, positives, loss, base_loss`` (means).
    in_time : bool
        Whether the fit's folds are campaigns in time order, more than three of them.
    losses : ForwardLosses or None
        Of the campaigns judged, under this half-life: one campaign more is judged beside them.
    beyond : float
        φ.
    """

    half_life: float | None = None
    slope: float = 1.0
    recent: bool = False
    proven: bool | None = None
    folds: pd.DataFrame | None = None
    in_time: bool = False
    losses: ForwardLosses | None = None
    beyond: float = 1.0


class Line(NamedTuple):
    """The score is slope · η + plus; ``base_rate`` is the table of `base_rate.table`."""

    slope: float
    plus: float
    base_rate: pd.DataFrame | None


def check_outlook(rows: TrainingRows, settings: Settings) -> None:
    """Raise where a setting is not what it must be, or needs an order that is not known.

    Raises
    ------
    ParameterError, DataError
    """
    half_life = settings.half_life
    _check_values(settings)
    for name, asked, least in (
        ("half_life", isinstance(half_life, int | float), 2),
        ("base_rate", settings.base_rate == base_rate.LAST, RECENT + 1),
    ):
        if asked and not (rows.in_time and len(rows.order) >= least):
            raise DataError(
                f"`{name}={getattr(settings, name)!r}` needs at least {least} campaigns whose "
                f"order in time is known; got {len(rows.order)}"
                f"{'' if rows.in_time else ' without such an order'}. Give a FeatureFrame with "
                f"`as_of`, or leave `{name}` out."
            )


def outlook_of_source(settings: Settings) -> Outlook:
    """Return how rows that tell sums alone are scored: as they were fitted.

    Raises
    ------
    ParameterError
        A setting is not what it must be, or asks for more.
    """
    _check_values(settings)
    plain: dict[str, tuple[object, ...]] = {
        "half_life": (None, TUNED),
        "slope": (1, TUNED),
        "base_rate": (base_rate.AUTO, base_rate.TRAINING),
    }
    for name, nothing in plain.items():
        if (asked := getattr(settings, name)) not in nothing:
            raise ParameterError(
                f"`{name}` is fitted to single rows, and a row source tells sums alone; got "
                f"`{name}={asked!r}`. Leave it out."
            )
    return Outlook()


def _check_values(settings: Settings) -> None:
    half_life, slope = settings.half_life, settings.slope
    if not (half_life is None or half_life == TUNED or _is_number(half_life, 0.0, np.inf)):
        raise ParameterError(
            "`half_life` must be a number of campaigns above 0, None or 'tuned'; got "
            f"{half_life!r}. With 3, a campaign counts half as much as the third after it."
        )
    if not (slope == TUNED or (_is_number(slope, -np.inf, 1.0) and float(slope) >= 0)):
        raise ParameterError(
            f"`slope` must be a number from 0 to 1, or 'tuned'; got {slope!r}. 1 leaves the score "
            "as it was fitted."
        )


def _is_number(value: object, above: float, most: float) -> TypeGuard[float]:
    return (
        isinstance(value, int | float | np.number)
        and not isinstance(value, bool)
        and above < float(value) <= most
    )


def choose(rows: TrainingRows, settings: Settings, fit: Fit, *, tuned: bool) -> Outlook:
    """Choose what was left to be tuned.

    Parameters
    ----------
    rows : TrainingRows
    settings : Settings
    fit : Fit
        The fit, under the half-life that was given, or none.
    tuned : bool
        Whether penalties were: where these are spelt out, nothing is added to them unasked.
    """
    given = given_half_life(settings)
    slope = 1.0 if settings.slope == TUNED else float(settings.slope)
    of_campaigns = settings.folds in (AUTO, CAMPAIGNS, FORWARD)
    in_folds = of_campaigns and fit.solved.rows.n_folds > RECENT
    in_time = rows.in_time and in_folds
    plain = Outlook(given, slope, settings.base_rate == base_rate.LAST, in_time=in_time)
    if not (tuned and in_time):
        return plain
    losses = _losses(fit, given, search=settings.half_life == TUNED)
    if given not in losses:
        return replace(plain, recent=settings.base_rate != base_rate.TRAINING)
    few = len(losses[given].fold) < FEWEST
    beyond = 1.0 if few else _beyond_chance(fit, given)
    return chosen(losses, plain, settings, beyond, fit.folds)


def chosen(
    losses: Mapping[float | None, ForwardLosses],
    plain: Outlook,
    settings: Settings,
    beyond: float,
    labels: Sequence[str],
) -> Outlook:
    """Choose by forward losses, of one half-life or several.

    Parameters
    ----------
    losses : mapping of half-life to ForwardLosses
        That of `plain` among them.
    plain : Outlook
        What is scored by where they say nothing.
    settings : Settings
    beyond : float
        φ.
    labels : sequence of str
        Of all folds, as ``ForwardLosses.fold`` numbers them.
    """
    given = plain.half_life
    if len(losses[given].fold) < FEWEST:
        recent = settings.base_rate != base_rate.TRAINING
        return replace(plain, recent=recent, losses=losses[given], beyond=beyond)
    best, taken = _best(losses, given, settings, beyond)
    found, s = losses[best], taken.slope
    total, base = (float(_at(found, one, taken.recent).sum()) for one in (s, 0.0))
    return replace(
        taken,
        proven=total + PROVEN_BY * beyond < base,
        folds=_folds(found, taken, labels),
        in_time=True,
        losses=found,
        beyond=beyond,
    )


def given_half_life(settings: Settings) -> float | None:
    """Return the half-life that was given as a number; None where there is none yet."""
    return float(settings.half_life) if _is_number(settings.half_life, 0.0, np.inf) else None


def _losses(fit: Fit, given: float | None, *, search: bool) -> dict[float | None, ForwardLosses]:
    """Return forward losses by half-life; none where the columns are too many for them."""
    rows = in_memory(fit.solved.rows)
    if rows is None or MATRIX not in fit.stats.abilities:
        return {}
    objective = replace(fit.solved, rows=as_they_came(rows, given))
    stats = _as_they_came(cast("DenseStatistics", fit.stats), given)
    found: dict[float | None, ForwardLosses] = {}
    for half_life in (given, *CANDIDATES) if search else (given,):
        try:
            found[half_life] = forward_losses(objective, stats, fit.solution.b, half_life=half_life)
        except (FitError, np.linalg.LinAlgError):  # too few rows before some campaign
            break
        if half_life == CANDIDATES[0] and _least(found[half_life]) >= _least(found[given]):
            break  # losses are smooth in the half-life: where 3 gains nothing, 5 and 2 will not
    return found


def _as_they_came(stats: DenseStatistics, half_life: float | None) -> DenseStatistics:
    if half_life is None:
        return stats
    share = decay(len(stats.weight), half_life)
    return DenseStatistics(
        stats.b,
        stats.curvature / share[:, None, None],
        stats.score / share[:, None],
        stats.loss / share,
        stats.weight / share,
        stats.held,
        forward_from=stats.forward_from,
    )


def _beyond_chance(fit: Fit, half_life: float | None) -> float:
    whole = fit.solved.rows.whole  # type: ignore[attr-defined]  # rows in memory
    if whole is None:
        return 1.0
    rows, _ = _scored(fit, half_life)
    fitted = float(fit.described().edf.sum())
    return beyond_chance(
        rows.log_odds, rows.y, rows.weight, whole=whole, campaign=rows.fold, fitted=fitted
    )


def _best(
    losses: Mapping[float | None, ForwardLosses],
    given: float | None,
    settings: Settings,
    beyond: float,
) -> tuple[float | None, Outlook]:
    kind = TRAINED if settings.base_rate == base_rate.TRAINING else LATELY
    slope = {one: _slope(found, settings.slope, kind, beyond) for one, found in losses.items()}
    best, most = given, 0.0
    for half_life, found in losses.items():
        gain = _at(losses[given], slope[given], kind) - _at(found, slope[half_life], kind)
        # strongly held: by more than the standard error of the paired gains over campaigns
        if len(gain) > FEWEST and gain.sum() > max(most, _standard_error(gain)):
            best, most = half_life, float(gain.sum())
    if settings.base_rate == base_rate.AUTO:
        lost = [_at(losses[best], slope[best], one).sum() for one in (TRAINED, LATELY)]
        kind = TRAINED if lost[TRAINED] < lost[LATELY] else LATELY
    return best, Outlook(best, slope[best], kind == LATELY)


def _folds(found: ForwardLosses, chosen: Outlook, labels: Sequence[str]) -> pd.DataFrame:
    at = [_at(found, slope, chosen.recent) / found.contacts for slope in (chosen.slope, 0.0)]
    columns = {"contacts": found.contacts, "positives": found.positives}
    columns |= {"loss": at[0], "base_loss": at[1]}
    return pd.DataFrame(columns, index=pd.Index([labels[g] for g in found.fold], name="campaign"))


def _slope(found: ForwardLosses, asked: float | str, kind: int, beyond: float) -> float:
    if asked != TUNED:
        return float(asked)
    held = found.loss[:, :, kind].sum(axis=0) + TOWARDS_ONE * beyond * (1 - SLOPES) ** 2
    return float(SLOPES[int(np.argmin(held))])


def _least(found: ForwardLosses) -> float:
    return float(found.loss.sum(axis=0).min())


def _at(found: ForwardLosses, slope: float, kind: int) -> Array:
    """Return the loss of each fold at a slope; between those tried, by interpolation."""
    return np.array([np.interp(slope, SLOPES, one) for one in found.loss[:, :, int(kind)]])


def _standard_error(gain: Array) -> float:
    """Of the sum of gains, over campaigns."""
    n, apart = len(gain), gain - gain.mean()
    return float(np.sqrt(n / (n - 1) * apart @ apart))


def line(fit: Fit, outlook: Outlook) -> Line:
    """Draw the line from a fit's log-odds to its score.

    Parameters
    ----------
    fit : Fit
    outlook : Outlook
    """
    if not outlook.in_time and outlook.slope == 1.0:
        return Line(1.0, 0.0, None)
    scored, weighing = _scored(fit, outlook.half_life)
    return line_of(scored, weighing, float(fit.solution.b[0]), outlook)


def line_of(scored: Scored, weighing: Array, b0: float, outlook: Outlook) -> Line:
    """Draw it through contacts that are scored.

    Parameters
    ----------
    scored : Scored
        By the fit's own intercept; every contact weighs alike.
    weighing : ndarray, shape (n,)
        The weights of the fit.
    b0 : float
        Its intercept, at the columns' means.
    outlook : Outlook
    """
    slope, plus = centred(scored._replace(weight=weighing), outlook.slope)
    moved = slope * scored.log_odds + plus
    if outlook.recent:
        by = base_rate.recent_shift(scored._replace(log_odds=moved)).by
        plus, moved = plus + by, moved + by
    if not outlook.in_time:
        return Line(slope, plus, None)
    table = base_rate.table(scored, moved, (b0, slope * b0 + plus), follows=outlook.recent)
    return Line(slope, plus, table)


def _scored(fit: Fit, half_life: float | None) -> tuple[Scored, Array]:
    """Return the training rows with the fit's log-odds, and the weights of the fit."""
    objective = fit.solved
    rows: ArrayRows = objective.rows  # type: ignore[assignment]  # rows in memory
    plus, raw = objective.scaling.to_raw(fit.solution.b)
    # a number a row each, of which rows on disk may have very many: none is copied
    log_odds = np.asarray(rows.X @ raw.astype(rows.dtype), dtype=float)
    log_odds += plus
    weight = np.asarray(as_they_came(rows, half_life).weight, dtype=float)
    y, fold = np.asarray(rows.y, dtype=float), rows.fold_of_row
    return Scored(log_odds, y, weight, fold), np.asarray(rows.weight, dtype=float)
