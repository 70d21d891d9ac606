"""How a model does in each segment of contacts, and which segments are off by more than chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_whole
from workbench.errors import DataError
from workbench.evidence.drawn_again import FEWEST, around, by_rare_responses, drawn_again, wider
from workbench.evidence.earned import earned
from workbench.evidence.observed_expected import holm, rate_interval, ratio_of
from workbench.evidence.segment_findings import BY_CHANCE, OTHERS, Segments
from workbench.evidence.segment_labels import labels_and_own
from workbench.frame.dealing import Drawn, numbered
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import count_of
from workbench.metrics import by_campaign
from workbench.numbers import Array

HALF = 0.5


def by_segment(
    frame: FeatureFrame,
    propensity: Any,
    *,
    by: Any,
    cost: float = 1.0,
    margin: float = 10.0,
    bins: int = 5,
    fewest: int = 10,
) -> Segments:
    """Measure each segment: rate, calibration, ranking, and profit under the rule for all.

    Segments that are not told apart by more than chance invite stories. So a segment is
    called off where its responses differ from the expected ones after Holm's correction for
    the number of segments: all false alarms together are held to 5%.

    Intervals draw campaigns again where most contacts are of segments that have three; a
    segment with fewer is not judged. Else they draw customers, cells or contacts. They are
    never narrower than those of independent contacts.

    Parameters
    ----------
    frame : FeatureFrame
        With known outcomes.
    propensity : array, shape (n,)
        Of a model that has not seen them.
    by : str or Series or array, shape (n,)
        As for `segment_labels`. What it returns is taken as levels of the data's own.
    cost, margin : float
        Of one contact, and of one response before that cost.
    bins : int
        Of numbers.
    fewest : int
        Customers who responded, and customers who did not, that a segment needs to be shown by
        itself; those with fewer are pooled. Where customers are not known, contacts count.

    Returns
    -------
    Segments
        Its ``table`` is indexed by segment, numbers from low to high, others by rate:

        - ``contacts, positives, rate, rate_low, rate_high, mean_propensity``;
        - ``ratio, ratio_low, ratio_high``: responses over expected responses;
        - ``p_value, adjusted_p_value, off``: whether that ratio is 1, and whether it is off;
        - ``auc, auc_low, auc_high, lift_10`` within the segment, and ``lift``, its rate over
          that of all;
        - ``contacted_share, profit, profit_low, profit_high``: with the depth that was
          expected to earn most of all contacts, as in `earned`. Profits add up to its own. The
          table's ``attrs`` have ``cost`` and ``margin``.

    Raises
    ------
    DataError
        An outcome is not known, propensities are none, or values make no segments; or one is
        called "other segments", where small ones are pooled.
    SchemaError
        `by` is no column, or has not one value a row.
    ParameterError
        `cost`, `margin`, `bins` or `fewest` is out of range.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6. Intervals: `workbench.evidence.observed_expected`.

    Examples
    --------
    >>> table = pd.DataFrame({"town": ["A", "B"] * 400, "bought": [0, 0, 1, 1, 0, 0, 0, 1] * 100})
    >>> frame = FeatureFrame.from_table(table, target="bought")
    >>> found = by_segment(frame, [0.4] * 800, by="town", cost=1, margin=10)
    >>> found.table[["contacts", "rate", "mean_propensity", "ratio", "profit", "off"]]
             contacts  rate  mean_propensity  ratio  profit    off
    segment
    B           400.0  0.50              0.4  1.250  1600.0   True
    A           400.0  0.25              0.4  0.625   600.0   True
    """
    check_whole(fewest, least=1, name="fewest")
    whole = earned(frame, propensity, cost=cost, margin=margin)
    labels, own = labels_and_own(frame, by, bins=bins)
    in_order, there = bool(labels.cat.ordered), frame.weights > 0
    frame, labels = frame.rows(there), labels[there].reset_index(drop=True)
    chance = np.asarray(propensity, dtype=np.float64)[there]
    labels, pooled = _pooled(frame, labels, fewest)
    drawn = _drawn(frame, labels)
    made = chance >= whole.best["propensity"] if whole.best["depth"] > 0 else chance > np.inf
    table = _measured(frame, chance, labels, drawn)
    table["lift"] = table["rate"] / float(np.average(frame.y, weights=frame.weights))
    table = table.join(_profits(frame, made, labels, drawn, cost=cost, margin=margin))
    table["adjusted_p_value"] = holm(table["p_value"])
    table["off"] = (table["adjusted_p_value"] < BY_CHANCE).to_numpy()
    ordered = _ordered(table, labels, in_order=in_order, pooled=pooled > 0)
    ordered = ordered[_COLUMNS]
    ordered.attrs = {"cost": float(cost), "margin": float(margin)}
    facts = (str(labels.name), drawn.name, pooled, int(fewest))
    own |= {OTHERS} if pooled else set()
    return Segments(ordered, *facts, own=own, wording=frame.wording)


_COLUMNS = [
    *("contacts", "positives", "rate", "rate_low", "rate_high", "mean_propensity"),
    *("ratio", "ratio_low", "ratio_high", "p_value", "adjusted_p_value", "off"),
    *("auc", "auc_low", "auc_high", "lift", "lift_10"),
    *("contacted_share", "profit", "profit_low", "profit_high"),
]


def _people(
    frame: FeatureFrame, labels: pd.Series[Any], rows: npt.NDArray[np.bool_]
) -> pd.Series[float]:
    """Count the customers of each segment among some rows; else contacts."""
    n = len(frame)
    code = np.arange(n) if frame.customer is None else numbered(frame.customer)
    named = np.zeros(n, dtype=bool) if frame.customer is None else frame.customer.notna().to_numpy()
    heads = np.where(named, 1.0, frame.weights) if frame.cell is not None else np.ones(n)
    pairs = pd.DataFrame({"label": labels.astype("object"), "code": code, "heads": heads})[rows]
    return pairs.drop_duplicates(["label", "code"]).groupby("label")["heads"].sum()


def _pooled(frame: FeatureFrame, labels: pd.Series[Any], fewest: int) -> tuple[pd.Series[Any], int]:
    """Pool segments of few customers who responded, or did not; the smallest others join them."""
    names = list(labels.cat.remove_unused_categories().cat.categories)
    responded = (frame.y == 1).to_numpy()

    def scarcest(of: pd.Series[Any]) -> pd.Series[float]:
        sides = [_people(frame, of, rows) for rows in (responded, ~responded)]
        return pd.concat(sides, axis=1).reindex(of.unique()).fillna(0.0).min(axis=1)

    counts = scarcest(labels.astype("object")).sort_values(kind="stable")
    rare = [name for name in counts.index if counts[name] < fewest]
    kept = [name for name in counts.index if name not in set(rare)]
    if not rare or len(names) == 1:
        return labels.cat.remove_unused_categories(), 0
    if OTHERS in names:
        raise DataError(
            f"`by` has a segment called {str(OTHERS)!r}, which is what "
            f"{count_of(len(rare), 'small one')} would be called together. Rename it, or give a "
            "smaller `fewest`."
        )
    while True:
        texts = labels.astype("object").where(~labels.isin(rare), OTHERS)
        if not kept or scarcest(texts)[OTHERS] >= fewest:
            break
        rare.append(kept.pop(0))
    order = [name for name in names if name not in set(rare)] + [OTHERS]
    return pd.Series(pd.Categorical(texts, categories=order), name=labels.name), len(rare)


def _drawn(frame: FeatureFrame, labels: pd.Series[Any]) -> Drawn:
    """Draw campaigns where most contacts are of segments with enough, else what is in them."""
    found = drawn_again(frame)
    if found.name != "campaigns" or found.label is None:
        return found
    campaigns = pd.Series(found.label).groupby(labels, observed=True).transform("nunique")
    held = float(frame.weights @ (campaigns >= FEWEST)) / float(frame.weights.sum())
    return found if held > HALF else drawn_again(frame, campaigns=False)


def _measured(
    frame: FeatureFrame, chance: Array, labels: pd.Series[Any], drawn: Drawn
) -> pd.DataFrame:
    y, weight = frame.y.to_numpy(), frame.weights
    of_segment = {"weight": weight, "cluster": drawn.label}
    table = by_campaign(y, chance, labels, **of_segment).set_index("campaign")
    rows = []
    for name in table.index:
        here = (labels == name).to_numpy()
        own = _own(drawn, here)
        low, high = rate_interval(y[here], weight[here], own.label)
        found = ratio_of(y[here], chance[here], weight[here], own.label)
        rows.append(
            {
                "rate_low": low,
                "rate_high": high,
                "ratio": found.ratio,
                "ratio_low": found.low,
                "ratio_high": found.high,
                "p_value": found.p_value,
            }
        )
    return table.join(pd.DataFrame(rows, index=table.index))


def _profits(
    frame: FeatureFrame,
    made: npt.NDArray[np.bool_],
    labels: pd.Series[Any],
    drawn: Drawn,
    *,
    cost: float,
    margin: float,
) -> pd.DataFrame:
    """Add up what the contacts that are made earned, segment by segment."""
    y, weight = frame.y.to_numpy(), frame.weights
    value, came = np.where(made, margin * y - cost, 0.0), np.where(made, weight, 0.0)
    rows = {}
    for name in labels.cat.categories:
        here = (labels == name).to_numpy()
        rare = by_rare_responses(came[here], y[here], cost=cost, margin=margin)
        own = around(value[here], weight[here], _own(drawn, here))
        low, high = wider(own, rare)
        rows[name] = {
            "contacted_share": float(came[here].sum() / weight[here].sum()),
            "profit": float(weight[here] @ value[here]),
            "profit_low": low,
            "profit_high": high,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _own(drawn: Drawn, here: npt.NDArray[np.bool_]) -> Drawn:
    """Return what is drawn within a segment, numbered from 0; too few campaigns tell nothing."""
    if drawn.label is None:
        return drawn
    own = pd.factorize(drawn.label[here])[0]
    few = drawn.name == "campaigns" and own.max() + 1 < FEWEST
    return Drawn(np.zeros_like(own) if few else own, drawn.name)


def _ordered(
    table: pd.DataFrame, labels: pd.Series[Any], *, in_order: bool, pooled: bool
) -> pd.DataFrame:
    """Keep an order of segments, else put the highest rate first; what is pooled comes last."""
    order = list(labels.cat.categories)
    if not in_order:
        order = list(table["rate"].sort_values(ascending=False, kind="stable").index)
    if pooled:
        order = [name for name in order if name != OTHERS] + [OTHERS]
    return table.loc[order].rename_axis("segment")
