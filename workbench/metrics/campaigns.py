"""How good the propensities are, overall and campaign by campaign."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import entr, expit, logit, ndtri

from workbench.checks import check_columns
from workbench.errors import DataError
from workbench.messages import count_of
from workbench.metrics._inputs import Levels, Scored, levels, one_class, scored
from workbench.metrics.clusters import Numbers, labels_of, reach_of
from workbench.metrics.ranking import auc_of, lift_of, row_log_loss
from workbench.numbers import Array

ENOUGH_POSITIVES = 20
"""Below this a campaign's own figures are mostly noise, and it is not called the worst."""

_Z = float(ndtri(0.975))


def performance(
    y: Any, propensity: Any, *, weight: Any = None, cluster: Any = None
) -> pd.DataFrame:
    """Measure everything at once, in one row.

    ``base_log_loss`` is what the rows' own response rate would have got, r = Σ w y / W:
    −r log r − (1 − r) log(1 − r). Nobody knows that rate beforehand, so that a
    ``loss_ratio`` = log_loss / base_log_loss below 1 is a hard test.

    The 95% intervals take contacts as independent. That of the AUC is DeLong's, on the
    logit scale. That of the ratio q is by the delta method, with the row losses l_i and
    b_i: q ± 1.96 √(Var(l_i − q b_i) / W) / base_log_loss.

    With a `cluster` whole clusters are drawn instead. What a contact adds to the AUC and to q
    is summed within each of G clusters. The variance is G/(G − 1) times the sum of their
    squares. Student's quantile with G − 1 degrees of freedom takes the place of 1.96. Such an
    interval is never narrower than that of independent contacts.

    Parameters
    ----------
    y, propensity, weight
        As for `workbench.metrics.log_loss`.
    cluster : array, shape (n,), optional
        Label of what is drawn as a whole: the row's cell, customer or campaign.

    Returns
    -------
    DataFrame
        One row: ``contacts``, ``positives``, ``rate``, ``mean_propensity``,
        ``log_loss``, ``base_log_loss``, ``loss_ratio``, ``loss_ratio_low``,
        ``loss_ratio_high``, ``brier``, ``auc``, ``auc_low``, ``auc_high``, ``lift_10``
        (lift among the best 10%) and ``note``, which says why a number is missing.

    Raises
    ------
    DataError
        As for `workbench.metrics.log_loss`.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44. Obuchowski (1997), Nonparametric
    analysis of clustered ROC curve data, Biometrics 53.

    Examples
    --------
    >>> table = performance([1, 0, 1, 0], [0.8, 0.6, 0.5, 0.1])
    >>> table[["rate", "log_loss", "base_log_loss", "auc", "lift_10"]].round(3)
       rate  log_loss  base_log_loss   auc  lift_10
    0   0.5     0.484          0.693  0.75      2.0
    """
    label = None if cluster is None else labels_of(cluster, weight, len(np.asarray(y)))
    return pd.DataFrame([_measures(scored(y, propensity, weight), label)])


def by_campaign(
    y: Any, propensity: Any, campaign: Any, *, weight: Any = None, cluster: Any = None
) -> pd.DataFrame:
    """Measure each campaign on its own.

    Parameters
    ----------
    y, propensity, weight
        As for `workbench.metrics.log_loss`.
    campaign : array, shape (n,)
        Label of each row. A categorical's own order is kept, otherwise that of first
        appearance.
    cluster : array, shape (n,), optional
        As for `performance`: what is drawn within a campaign, such as cells.

    Returns
    -------
    DataFrame
        One row a campaign: ``campaign`` and the columns of `performance`.

    Raises
    ------
    DataError
        As for `workbench.metrics.log_loss`, or a row has no campaign.

    Examples
    --------
    >>> table = by_campaign([1, 0, 0, 0], [0.8, 0.3, 0.2, 0.1], ["May", "May", "June", "June"])
    >>> table[["campaign", "contacts", "positives", "auc", "note"]]
      campaign  contacts  positives  auc               note
    0      May       2.0        1.0  1.0
    1     June       2.0        0.0  NaN  n/a (0 positives)
    """
    rows = scored(y, propensity, weight)
    labels = _labels(campaign, n=len(np.asarray(y)))
    if weight is not None:
        labels = labels[np.asarray(weight, dtype="float64") > 0]
    codes, names = _in_order(labels)
    drawn = None if cluster is None else labels_of(cluster, weight, len(np.asarray(y)))
    measured = []
    for k, name in enumerate(names):
        here = codes == k
        own = None if drawn is None else pd.factorize(drawn[here])[0]
        measured.append({"campaign": name} | _measures(Scored(*(part[here] for part in rows)), own))
    return pd.DataFrame(measured)


def weighted_auc(table: pd.DataFrame) -> float:
    """Average the AUCs within campaigns, weighted by positives.

    Unlike the pooled AUC it earns nothing from telling one campaign's base rate from
    another's: it asks only whether customers are ranked within their campaign.

    Parameters
    ----------
    table : DataFrame
        From `by_campaign`; campaigns without an AUC are left out.

    Returns
    -------
    float
        NaN where no campaign has an AUC.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"positives": [30, 10, 0], "auc": [0.8, 0.6, float("nan")]})
    >>> round(weighted_auc(table), 3)
    0.75
    """
    check_columns(table, ["positives", "auc"], name="The campaign table")
    there = table.dropna(subset="auc")
    if there.empty:
        return float("nan")
    return float(np.average(there["auc"], weights=there["positives"]))


def worst_campaign(
    table: pd.DataFrame, *, min_positives: float = ENOUGH_POSITIVES
) -> pd.Series[Any] | None:
    """Pick the campaign with the highest log loss relative to its own base rate's.

    Parameters
    ----------
    table : DataFrame
        From `by_campaign`.
    min_positives : float
        Campaigns with fewer are passed over: their figures are mostly noise.

    Returns
    -------
    Series or None
        That row of the table; None where no campaign has enough positives.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"campaign": ["A", "B", "C"], "positives": [40.0, 25.0, 3.0],
    ...                       "loss_ratio": [0.9, 1.1, 2.0]})
    >>> worst_campaign(table)["campaign"]
    'B'
    """
    needed = ["campaign", "positives", "loss_ratio"]
    check_columns(table, needed, name="The campaign table")
    positives = table["positives"].to_numpy(dtype="float64")  # which no mapping is held against
    enough = table[(positives >= min_positives) & table["loss_ratio"].notna().to_numpy()]
    if enough.empty:
        return None
    return enough.iloc[int(enough["loss_ratio"].to_numpy().argmax())].rename(None)


def _measures(rows: Scored, label: Numbers | None) -> dict[str, Any]:
    contacts, positives = float(rows.weight.sum()), float(rows.weight @ rows.y)
    by_level = levels(rows)
    area = auc_of(by_level)
    half = _Z * np.sqrt(_auc_variance(by_level, area))
    if label is not None:
        half = np.maximum(half, reach_of(_parts_of_auc(rows, by_level, area), label))
    area_low, area_high = _on_logits(area, half)
    squared = (rows.propensity - rows.y) ** 2
    return {
        "contacts": contacts,
        "positives": positives,
        "rate": positives / contacts,
        "mean_propensity": float(rows.weight @ rows.propensity) / contacts,
        **_loss_against_base(rows, positives / contacts, label),
        "brier": float(rows.weight @ squared) / contacts,
        "auc": area,
        "auc_low": area_low,
        "auc_high": area_high,
        "lift_10": lift_of(by_level, 0.1),
        "note": one_class(positives, contacts),
    }


def _loss_against_base(rows: Scored, rate: float, label: Numbers | None) -> dict[str, float]:
    total = float(rows.weight.sum())
    losses = row_log_loss(rows.y, rows.propensity)
    loss, base = float(rows.weight @ losses) / total, float(entr(rate) + entr(1 - rate))
    ratio, half = float("nan"), float("nan")
    if base > 0:
        ratio = loss / base
        of_row = losses - ratio * row_log_loss(rows.y, np.full_like(losses, rate))
        reach = _Z * float(np.sqrt(rows.weight @ of_row**2))
        if label is not None:
            reach = float(np.maximum(reach, reach_of(rows.weight * of_row, label)))
        half = reach / (total * base)
    return {
        "log_loss": loss,
        "base_log_loss": base,
        "loss_ratio": ratio,
        "loss_ratio_low": float(np.maximum(ratio - half, 0.0)),
        "loss_ratio_high": ratio + half,
    }


def _auc_variance(by_level: Levels, area: float) -> float:
    """Return DeLong's variance; NaN where a class has one contact."""
    positives, negatives = by_level.positives, by_level.contacts - by_level.positives
    m, k = positives.sum(), negatives.sum()
    if not (m > 1 and k > 1):
        return float("nan")
    beaten, beating = _placed(by_level)
    variance = positives @ (beaten - area) ** 2 / (m - 1) / m
    return float(variance + negatives @ (beating - area) ** 2 / (k - 1) / k)


def _placed(by_level: Levels) -> tuple[Array, Array]:
    """Return the share of negatives below a positive of each level, and of positives above."""
    positives, negatives = by_level.positives, by_level.contacts - by_level.positives
    beaten = 1 - (np.cumsum(negatives) - negatives / 2) / negatives.sum()
    beating = (np.cumsum(positives) - positives / 2) / positives.sum()
    return beaten, beating


def _parts_of_auc(rows: Scored, by_level: Levels, area: float) -> Array:
    """Return what each row adds to the AUC's deviation, by its class's share."""
    if not 0 < area < 1:
        return np.full_like(rows.y, np.nan)
    level = np.searchsorted(-by_level.propensity, -rows.propensity)
    positive = rows.y == 1
    placed = np.where(positive, *(part[level] for part in _placed(by_level))) - area
    of_class = np.where(positive, rows.weight @ rows.y, rows.weight @ (1 - rows.y))
    return np.asarray(rows.weight * placed / of_class)


def _on_logits(area: float, half: float) -> tuple[float, float]:
    """Return the interval on the logit scale, so that it stays in (0, 1)."""
    if not (0 < area < 1 and np.isfinite(half)):
        return float("nan"), float("nan")
    reach = half / (area * (1 - area))
    return float(expit(logit(area) - reach)), float(expit(logit(area) + reach))


def _labels(campaign: Any, *, n: int) -> pd.Series[Any]:
    labels = pd.Series(campaign).reset_index(drop=True)
    if len(labels) != n:
        raise DataError(
            f"`campaign` must have one label a row; got {count_of(len(labels), 'label')} and "
            f"{count_of(n, 'row')}. "
            "Take both from the same rows."
        )
    missing = int(labels.isna().sum())
    if missing:
        raise DataError(
            f"`campaign` must be there for every row; it is missing in {missing:,} of {n:,}. "
            "Leave these rows out, or give them a label of their own."
        )
    return labels


def _in_order(labels: pd.Series[Any]) -> tuple[npt.NDArray[np.intp], list[Any]]:
    if isinstance(labels.dtype, pd.CategoricalDtype):
        used = labels.cat.remove_unused_categories()
        return used.cat.codes.to_numpy().astype(np.intp), used.cat.categories.tolist()
    codes, names = pd.factorize(labels)
    return codes, list(names)
