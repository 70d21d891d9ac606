"""Rates, ratios and profits as rounded counts give them: exact ones would tell the counts.

A ratio of three digits times what was expected is the number of responses, whatever the count
beside it is rounded to; and so is a profit, divided by the margin. The width of an interval
tells it, too. So all of them are worked out again from the rounded counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.governance.disclosure import FEWEST_PEOPLE, few, rounded

OUT_OF = ("known", "contacts")
OF_SEGMENTS = {"contacts", "positives", "rate", "mean_propensity", "ratio"}
OF_GROUPS = {"selection_rate": "contacts", "true_positive_rate": "positives"}
"""Shares of groups, and of what they are shares, as `workbench.governance.fairness` has them."""
OF_RANKS = ("auc", "loss_ratio", "relative_loss", "log_loss", "base_log_loss", "brier", "lift_10")
"""Measures that are the place or the chance of one person, where one responds or one does not."""
_TENTH = 0.1
Numbers = npt.NDArray[np.float64]


def told_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Take rates from rounded counts, or leave them out where few responded.

    AUC, losses and lifts are left out where few responded, or all but few: the AUC of one
    response is its place.

    Of segments rounded counts also give the ratio r' = k' / (n' p̄), the lift, and the
    profit; k' and n' are rounded. Ends of intervals are those of as many contacts: from the
    end x of the exact one follows c = (r − x)² / x, or c = (r − x)² / (x (1 − x)) of a rate.
    With c n / n' and r' the same equation has the ends that are told. A profit is that of rounded
    counts of contacts that are made and of their responses. Its interval has the step of one
    digit, widened.

    Parameters
    ----------
    table : DataFrame
        With ``rate``, and ``known`` or ``contacts``; any other comes back as it is. A table of
        segments is one of `workbench.evidence.by_segment`, whose ``attrs`` have cost and margin;
        without them profits are left out.

    Returns
    -------
    DataFrame
        Told again, it stays as it is.

    Examples
    --------
    >>> told_rates(pd.DataFrame({"contacts": [103.0, 50.0], "rate": [52 / 103, 4 / 50]})).round(3)
       contacts   rate
    0     103.0  0.476
    1      50.0    NaN
    """
    total = next((name for name in OUT_OF if name in table), None)
    if "rate" not in table or total is None:
        return table
    if set(table) >= OF_SEGMENTS:
        return _told_segments(table)
    contacts = table[total].astype(float)
    positives = contacts * table["rate"].astype(float)
    told = positives.map(rounded) / contacts.map(rounded).where(contacts > 0)
    out = table.assign(rate=told.where(~few(positives.round(6))))
    return _without_ranks(out, table.get("positives", positives).astype(float), contacts)


def _without_ranks(
    out: pd.DataFrame, positives: pd.Series[Any], contacts: pd.Series[Any]
) -> pd.DataFrame:
    """Leave out what ranks or losses tell of few who responded, or of few who did not."""
    alone = few(positives.round(6)) | few((contacts - positives).round(6))
    ends = ("", "_low", "_high")
    found = [f"{one}{end}" for one in OF_RANKS for end in ends if f"{one}{end}" in out]
    return out.assign(**{name: out[name].astype(float).where(~alone) for name in found})


def _told_segments(table: pd.DataFrame) -> pd.DataFrame:
    exact = table.astype({"contacts": float, "positives": float})
    contacts, positives = _told(exact["contacts"]), _told(exact["positives"])
    shown = ~pd.Series(few(exact["positives"]) | few(exact["contacts"]), index=table.index)
    out = exact.assign(contacts=contacts, positives=positives)
    out["rate"] = (positives / contacts).where(shown)
    out["ratio"] = (positives / (contacts * exact["mean_propensity"])).where(
        shown & exact["ratio"].notna()
    )
    grown = (exact["contacts"] / contacts).to_numpy()
    _ends(out, exact, "rate", grown, most=1.0)
    _ends(out, exact, "ratio", grown, most=np.inf)
    for name, total in OF_GROUPS.items():
        if name in table:
            _told_share(out, exact, name, shown, total=total)
    if "lift" in table:
        out["lift"] = out["rate"] / (positives.sum() / contacts.sum())
    if "lift_10" in table:
        best = exact["lift_10"] * _TENTH * exact["positives"]
        enough = shown & ~few(best.round(6))
        out["lift_10"] = (best.map(_rounded) / (_TENTH * positives)).where(enough)
    for name in [one for one in ("auc", "auc_low", "auc_high") if one in table]:
        out[name] = exact[name].where(shown)
    out = _without_ranks(out, exact["positives"], exact["contacts"])
    return _profits(out, exact, shown) if "profit" in table else out


def _told_share(
    out: pd.DataFrame, exact: pd.DataFrame, name: str, shown: pd.Series[Any], *, total: str
) -> None:
    """Put the share that rounded counts have in the place of the exact one, with its interval."""
    counted = exact[name] * exact[total]
    out[name] = (counted.map(_rounded) / out[total]).clip(upper=1.0)
    hidden = pd.Series(few(counted.round(6)) | few(exact[total]), index=out.index)
    hidden = hidden | (~shown if total == "positives" else False)
    _ends(out, exact, name, (exact[total] / out[total]).to_numpy(), most=1.0)
    out.loc[hidden, [name, f"{name}_low", f"{name}_high"]] = np.nan


def _told(counts: pd.Series[Any]) -> pd.Series[Any]:
    """Round counts; few of them, which are never told, become the same number."""
    return counts.map(_rounded).where(~few(counts), FEWEST_PEOPLE / 2)


def _rounded(count: float) -> float:
    return rounded(round(count, 6)) if np.isfinite(count) else float("nan")


def _ends(
    out: pd.DataFrame, exact: pd.DataFrame, name: str, grown: Numbers, *, most: float
) -> None:
    """Put the ends of an interval that rounded counts have in the place of the exact ones.

    They are the roots x of (r − x)² = c x (1 − x / most): Wilson's of a rate, which is at most 1.
    """
    low, high = f"{name}_low", f"{name}_high"
    if low not in exact or high not in exact:
        return
    r, x = exact[name].to_numpy(dtype="float64"), exact[high].to_numpy(dtype="float64")
    x = np.where(x >= most, exact[low].to_numpy(dtype="float64"), x)
    with np.errstate(divide="ignore", invalid="ignore"):
        c = (r - x) ** 2 / (x * (1 - x / most)) * grown
    told = out[name].to_numpy(dtype="float64")
    # (1 + c / most) x² − (2 r + c) x + r² = 0
    square, middle = 1 + c / most, 2 * told + c
    root = np.sqrt(np.maximum(middle**2 - 4 * square * told**2, 0.0))
    out[low], out[high] = (middle - root) / (2 * square), (middle + root) / (2 * square)


def _profits(out: pd.DataFrame, exact: pd.DataFrame, shown: pd.Series[Any]) -> pd.DataFrame:
    """Work profits out from rounded counts of contacts that are made, and of their responses."""
    cost, margin = (out.attrs.get(one, float("nan")) for one in ("cost", "margin"))
    made = exact["contacted_share"] * exact["contacts"]
    came = (exact["profit"] + cost * made) / margin if margin > 0 else made * np.nan
    enough = shown & ~few(made.round(6))
    made_told, came_told = made.map(_rounded), came.map(_rounded)
    out["contacted_share"] = (made_told / out["contacts"]).where(enough)
    out["profit"] = (margin * came_told - cost * made_told).where(enough & ~few(came.round(6)))
    for name in [one for one in ("profit_low", "profit_high") if one in exact]:
        out[name] = out["profit"] + (exact[name] - exact["profit"]).map(_wide)
    return out


def _wide(reach: float) -> float:
    """Widen to the next of 1, 2, 5, 10, 20 … : the exact reach would tell the count."""
    size = abs(reach)
    if not np.isfinite(size) or size == 0:
        return reach
    power = 10.0 ** np.floor(np.log10(size))
    step = next(one for one in (1, 2, 5, 10) if one * power >= size * (1 - 1e-9))
    return float(np.copysign(step * power, reach))
