"""What a shift view draws: columns, the worst first, and each of them in every campaign.

A view in a notebook gets all of it. A mailed file gets campaigns of enough contacts and
responses, columns that enough contacts have, of each campaign no share that says what one to
nine contacts are, and noise on the rest (see `private_cells`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench._checks import count_of
from workbench.feature_frame import FeatureFrame
from workbench.governance.secret import draws_of
from workbench.metrics.stability import drift_of_later_half, moved
from workbench.ridge import RidgePropensity
from workbench.ridge.examined import Examined
from workbench.ridge.spiky_columns import (
    badness,
    concentrated,
    differs,
    fitted_to,
    followed,
    scored,
    tells_apart,
    turns,
)
from workbench.widgets.private_cells import MOST_COLUMNS, noisy_cells, noisy_contacts
from workbench.widgets.release import FEWEST_MARKED, FEWEST_POSITIVES, FEWEST_ROWS

Array = npt.NDArray[np.float64]

MOST_CELLS = 20_000
"""Columns times campaigns that a view holds: half a megabyte or so in a file."""

_SHOWN = ["value", "low", "high", "effect", "effect_low", "effect_high"]
_FIGURES = ["badness", "concentration", "concentration_noise", "between_share", "i_squared"]
_FIGURES += ["tau_squared", "false_discovery_rate", "psi", "psi_noise", "effect", "score_share"]
_COUNTS = ["active_campaigns", "lives_in", "compared"]


_NOISY = (
    "Shares, means and effects have noise, and their intervals are wider for it, so that no "
    "customer can be told from them; not differentially private."
)


@dataclass(frozen=True)
class ColumnsOverCampaigns:
    """Scores of columns, the worst first, and each of them in every campaign.

    Parameters
    ----------
    scores : DataFrame, length p
        As `workbench.evidence.spikiness`, with ``badness``, which orders them, ``usual``,
        ``by_mean`` (whether its mean is drawn, as hardly a contact has the usual value),
        ``sentence``, and ``score_share`` where a model was given.
    table : DataFrame, length p · G
        As `workbench.evidence.over_campaigns`, column by column in the order of the scores.
    contacts, responses : ndarray, shape (G,)
        Rows, not weighted; of cells, their contacts.
    away : ndarray, shape (p, G)
        Such that have not the usual value.
    campaigns : int
        All that the scores were taken over.
    notes : tuple of str
    """

    scores: pd.DataFrame
    table: pd.DataFrame
    contacts: Array
    responses: Array
    away: Array
    campaigns: int
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, frame: FeatureFrame, model: RidgePropensity | None) -> ColumnsOverCampaigns:
        """Read a frame.

        Raises
        ------
        DataError, FitError
            As for `workbench.evidence.spikiness`.
        """
        fitted = fitted_to(frame, model)
        examined = Examined.of(fitted, frame)
        measured = examined.moments()
        weight, campaign = examined.rows.weight, examined.campaign
        drift = drift_of_later_half(examined.by_column(), campaign, weight, examined.rows.whole)
        scores = scored(examined, measured, drift)
        if model is not None:
            scores["score_share"] = fitted.columns_["score_share"]
        scores, notes = _worth_a_look(scores, len(examined.campaigns))
        table = followed(examined, measured, list(scores.index))
        places = fitted.columns_.index.get_indexer(scores.index)
        usual = measured.pivot[places]
        people = np.ones_like(weight) if examined.rows.whole is None else weight
        away = [
            np.bincount(campaign, people * (examined.column(j) != u))
            for j, u in zip(places.tolist(), usual, strict=True)
        ]
        return cls(
            _described(scores.assign(usual=usual), table, len(examined.campaigns)),
            table,
            np.bincount(campaign, people).astype(np.float64),
            np.bincount(campaign, people * examined.rows.y).astype(np.float64),
            np.array(away),
            len(examined.campaigns),
            notes,
        )

    def released(self) -> ColumnsOverCampaigns | None:
        """Return what may leave the notebook; None where that is not two campaigns and a column."""
        kept = (self.contacts >= FEWEST_ROWS) & (self.responses >= FEWEST_POSITIVES)
        total = self.away.sum(axis=1)
        common = (total == 0) | (total >= FEWEST_MARKED)
        if kept.sum() < 2 or not common.any():
            return None
        table = self.table[np.outer(common, kept).ravel()].reset_index(drop=True)
        away, contacts = self.away[np.ix_(common, kept)], self.contacts[kept]
        by_mean = self.scores["by_mean"].to_numpy()[common, None]
        # of a mean, hardly a contact has the usual value, and it tells nothing of them
        few = (_are_few(away) | _are_few(contacts - away)) & ~by_mean
        told = [name for name in table if name not in {"column", "campaign", "contacts", "usual"}]
        table.loc[few.ravel(), told] = np.nan
        return replace(
            self,
            scores=self.scores[common],
            table=table,
            contacts=contacts,
            responses=self.responses[kept],
            away=away,
            notes=(*self.notes, *_left_out(kept, common, few)),
        )

    def private(self) -> ColumnsOverCampaigns | None:
        """Return what may be mailed: `released`, of the worst columns, with noise."""
        found = self.released()
        if found is None:
            return None
        campaigns, most = len(found.contacts), min(MOST_COLUMNS, len(found.scores))
        table = found.table.iloc[: most * campaigns]
        numbers = table.select_dtypes("number").to_numpy(dtype=float)
        draws = draws_of([*table["column"].unique(), numbers, self.contacts, self.responses])
        contacts = noisy_contacts(found.contacts, draws).astype(np.float64)
        table = noisy_cells(table, most, draws).assign(contacts=np.tile(contacts, most))
        figures = [name for name in _FIGURES if name in found.scores]
        scores = found.scores.iloc[:most].copy()
        scores[figures] = scores[figures].round(2)
        notes = [f"The worst {most} columns are in this file."] * (most < len(found.scores))
        return replace(
            found,
            scores=scores,
            table=table,
            contacts=contacts,
            away=found.away[:most],
            notes=(*found.notes, *notes, _NOISY),
        )

    def state(self) -> dict[str, Any]:
        """Return it as JSON takes it: figures to four decimals, cells to six digits."""
        scores, shape = self.scores, (len(self.scores), len(self.contacts))
        drawn = _drawn(self.table, np.repeat(scores["by_mean"].to_numpy(), shape[1]))
        flags = {"differs": differs(scores), "spiky": scores["spiky"], "by_mean": scores["by_mean"]}
        known = [name for name in _FIGURES if name in scores]
        first = self.table.iloc[: shape[1]]
        return {
            "campaigns": first["campaign"].tolist(),
            "contacts": _digits(first["contacts"]),
            "all_campaigns": self.campaigns,
            "columns": {
                "name": list(scores.index),
                "group": scores["group"].astype(str).tolist(),
                "sentence": scores["sentence"].tolist(),
                **{name: list(map(bool, values)) for name, values in flags.items()},
                **{name: scores[name].astype(int).tolist() for name in _COUNTS},
                **{name: _digits(scores[name].round(4)) for name in known},
                # of a column that is told by its mean it is one contact's own value
                "usual": _digits(scores["usual"].where(~scores["by_mean"])),
            },
            "cells": {
                name: np.array(_digits(drawn[name]), dtype=object).reshape(shape).tolist()
                for name in _SHOWN
            },
            "notes": list(self.notes),
        }


def _worth_a_look(scores: pd.DataFrame, campaigns: int) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Leave out what repeats another column, and what is too much for a view."""
    own = scores[scores["same_as"] == ""]
    most = max(1, MOST_CELLS // campaigns)
    notes = []
    if repeats := len(scores) - len(own):
        notes.append(f"{_columns(repeats)} left out: the same values as another.")
    if len(own) > most:
        notes.append(f"The worst {most:,} of {len(own):,} columns are listed.")
    return own.iloc[:most].copy(), tuple(notes)


def _described(scores: pd.DataFrame, table: pd.DataFrame, campaigns: int) -> pd.DataFrame:
    from workbench.charts.spikes import told_by_mean

    share = table.groupby("column", sort=False)["active_share"]
    out = scores.assign(badness=badness(scores), by_mean=share.agg(told_by_mean).astype(bool))
    return out.assign(sentence=[sentence(row, campaigns) for _, row in out.iterrows()])


def sentence(row: pd.Series[Any], campaigns: int) -> str:
    """Say in words where a column lives, and whether its effect is one and the same.

    Parameters
    ----------
    row : Series
        Of `ColumnsOverCampaigns.scores`.
    campaigns : int
    """
    if np.isnan(row["concentration"]):
        return "Constant: it says nothing."
    said = [_place(row, campaigns), _effect(row)]
    if moved(row):
        said.append(
            f"it has moved: PSI {row['psi']:.2f} of the later half of the campaigns against the "
            f"earlier, {row['psi_noise']:.2f} by chance"
        )
    carried = row.get("score_share", np.nan)
    share = "" if np.isnan(carried) else f" It carries {_percent(carried)} of the score's variance."
    return "; ".join(said) + "." + share


def _place(row: pd.Series[Any], campaigns: int) -> str:
    active, most = row["active_campaigns"], row["lives_in"]
    where = f"all {campaigns}" if active == campaigns else f"{active} of {campaigns}"
    usual = row["usual"] == 0 or row["by_mean"]
    exists = "Exists" if usual else f"Leaves its usual value, {row['usual']:,.6g},"
    mostly = f", 90% of it in {most}" if concentrated(row, campaigns) and most < active else ""
    return f"{exists} in {where} campaigns{mostly}"


def _effect(row: pd.Series[Any]) -> str:
    if row["compared"] == 0 and tells_apart(row):
        return "it is constant within each: it tells campaigns apart, not contacts"
    if row["compared"] == 0:
        return "it is too rare within each to tell its effect"
    if row["compared"] == 1:
        return "one campaign alone tells its effect: nothing to compare"
    found = f"I² {row['i_squared']:.0%}"
    if not differs(row):
        return f"its effect differs between campaigns no more than chance may explain: {found}"
    sign = ", even in sign" if turns(row) else ""
    return (
        f"its effect differs between campaigns more than chance would explain{sign}: {found}, "
        f"{row['effect']:+.2f} ± {np.sqrt(row['tau_squared']):.2f}"
    )


def _percent(share: float) -> str:
    value = 0.0 if abs(share) < 0.0005 else share
    return f"{value:.{1 if 0 < abs(value) < 0.0995 else 0}%}"


def _drawn(table: pd.DataFrame, by_mean: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Take the mean or the share of each cell, as its column is drawn."""
    ends = {"value": ("mean", "active_share"), "low": ("mean_low", "active_low")}
    ends["high"] = ("mean_high", "active_high")
    taken = {n: np.where(by_mean, table[a], table[b]) for n, (a, b) in ends.items()}
    return table.assign(**taken)


def _digits(values: pd.Series[Any]) -> list[float | None]:
    """Write six significant digits; nothing where there is no number."""
    return [None if np.isnan(one) else float(f"{one:.6g}") for one in values]


def _are_few(rows: Array) -> npt.NDArray[np.bool_]:
    return (rows > 0) & (rows < FEWEST_MARKED)


def _left_out(
    kept: npt.NDArray[np.bool_], common: npt.NDArray[np.bool_], few: npt.NDArray[np.bool_]
) -> list[str]:
    notes = []
    if small := int((~kept).sum()):
        notes.append(
            f"{small} of {len(kept)} campaigns {'is' if small == 1 else 'are'} left out of this "
            f"file: none of fewer than {FEWEST_ROWS} contacts or {FEWEST_POSITIVES} responses "
            "leaves the notebook. The scores count them all."
        )
    if not common.all():
        rare = _columns(int((~common).sum()))
        notes.append(f"{rare} left out: fewer than {FEWEST_MARKED} contacts have it at all.")
    if few.any():
        notes.append(
            f"Gaps: what one to {FEWEST_MARKED - 1} contacts of a campaign are is not in this file."
        )
    return notes


def _columns(count: int) -> str:
    return count_of(count, "column is", "columns are")
