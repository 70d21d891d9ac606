"""What a shift view draws: columns, the worst first, and each of them in every campaign.

A view in a notebook gets all of it. A mailed file gets campaigns of enough contacts and
responses, columns that enough contacts have, of each campaign no share that says what one to
nine contacts are, and noise on the rest (see `private_cells`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.wording import Wording
from workbench.governance.disclosure import few, rare_columns
from workbench.governance.private.secret import draws_of
from workbench.language import later, say, say_count
from workbench.metrics.stability import drift_of_later_half
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.over_campaigns.examined import RowsByCampaign
from workbench.ridge.over_campaigns.spikes import (
    badness,
    by_campaign,
    default_model,
    differs,
    spike_scores,
)
from workbench.ridge.statistics.enough import FEWEST_ROWS
from workbench.widgets.private.release import FEWEST_MARKED, FEWEST_POSITIVES
from workbench.widgets.shift.private_cells import MOST_COLUMNS, noisy_cells, noisy_contacts
from workbench.widgets.shift.sentence import sentence

Flags = npt.NDArray[np.bool_]

MOST_CELLS = 20_000
"""Columns times campaigns that a view holds: half a megabyte or so in a file."""

_SHOWN = ["value", "low", "high", "effect", "effect_low", "effect_high"]
_FIGURES = ["badness", "concentration", "concentration_noise", "between_share", "i_squared"]
_FIGURES += ["tau_squared", "false_discovery_rate", "psi", "psi_noise", "effect", "score_share"]
_COUNTS = ["active_campaigns", "lives_in", "compared"]


NOISY = later(
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
    people, responders : ndarray, shape (G,)
        Customers, and those of them who responded.
    away, usual : ndarray, shape (p, G)
        Customers who have another than the usual value, and who have the usual one.
    rare : ndarray of bool, shape (p,)
        Whether one to nine customers have another anywhere, or the feature in another way.
    moves : ndarray, shape (customers,)
        By how much each moves cells: (Σ_g n_g²)^½ with n_g contacts in campaign g.
    campaigns : int
        All that the scores were taken over.
    notes : tuple of str
    mark : str
        By which the ledger knows the content, once it has noise.
    wording : Wording
        The reader's words for columns and groups.
    """

    scores: pd.DataFrame
    table: pd.DataFrame
    contacts: Array
    responses: Array
    people: Array
    responders: Array
    away: Array
    usual: Array
    rare: Flags
    moves: Array
    campaigns: int
    notes: tuple[str, ...] = ()
    mark: str = ""
    wording: Wording = field(default_factory=Wording)

    @classmethod
    def of(cls, frame: FeatureFrame, model: RidgePropensity | None) -> ColumnsOverCampaigns:
        """Read a frame.

        Raises
        ------
        DataError, FitError
            As for `workbench.evidence.spikiness`.
        """
        fitted = default_model(frame, model)
        examined = RowsByCampaign.of(fitted, frame)
        measured = examined.moments()
        weight, campaign = examined.rows.weight, examined.campaign
        drift = drift_of_later_half(examined.by_column(), campaign, weight, examined.rows.whole)
        scores = spike_scores(examined, measured, drift)
        if model is not None:
            scores["score_share"] = fitted.columns_["score_share"]
        scores, notes = _worth_a_look(scores, len(examined.campaigns))
        table = by_campaign(examined, measured, list(scores.index))
        places = fitted.columns_.index.get_indexer(scores.index)
        usual, count = measured.pivot[places], _counting(examined)
        away = [examined.column(j) != u for j, u in zip(places.tolist(), usual, strict=True)]
        campaigns, responded = len(examined.campaigns), examined.rows.y > 0
        rare = scores.index.isin(list(rare_columns(scores.index, frame.known())))
        of_row = np.ones_like(weight) if examined.rows.whole is None else weight
        return cls(
            _described(scores.assign(usual=usual), table, campaigns),
            table,
            np.bincount(campaign, of_row).astype(np.float64),
            np.bincount(campaign, of_row * examined.rows.y).astype(np.float64),
            count(np.ones(len(campaign), dtype=bool))[0],
            count(responded)[0],
            np.array([count(one)[0] for one in away]),
            np.array([count(~one)[0] for one in away]),
            few([count(one)[1] for one in away]) | rare,
            _moves(examined),
            campaigns,
            notes,
            wording=frame.wording if model is None else model.wording | frame.wording,
        )

    def released(self) -> ColumnsOverCampaigns | None:
        """Return what may leave the notebook; None where that is not two campaigns and a column."""
        kept = (self.people >= FEWEST_ROWS) & (self.responders >= FEWEST_POSITIVES)
        common = ~self.rare
        if kept.sum() < 2 or not common.any():
            return None
        table = self.table[np.outer(common, kept).ravel()].reset_index(drop=True)
        cells = np.ix_(common, kept)
        away, usual = self.away[cells], self.usual[cells]
        by_mean = self.scores["by_mean"].to_numpy()[common, None]
        # of a mean, hardly a contact has the usual value, and it tells nothing of them
        rare = (few(away) | few(usual)) & ~by_mean
        told = [name for name in table if name not in {"column", "campaign", "contacts", "usual"}]
        table.loc[rare.ravel(), told] = np.nan
        return replace(
            self,
            scores=self.scores[common],
            table=table,
            contacts=self.contacts[kept],
            responses=self.responses[kept],
            people=self.people[kept],
            responders=self.responders[kept],
            away=away,
            usual=usual,
            rare=self.rare[common],
            notes=(*self.notes, *_left_out(kept, common, rare)),
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
        notes = [say("The worst {most} columns are in this file.", most=most)]
        notes = notes if most < len(found.scores) else []
        return replace(
            found,
            scores=scores,
            table=table,
            contacts=contacts,
            away=found.away[:most],
            usual=found.usual[:most],
            rare=found.rare[:most],
            notes=(*found.notes, *notes, say(NOISY)),
            mark=draws.mark,
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
                "called": self.wording.all(scores.index),
                "group": self.wording.all(scores["group"].astype(str)),
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
        notes.append(
            say_count(
                "{n:,.0f} column is left out: the same values as another.",
                "{n:,.0f} columns are left out: the same values as another.",
                repeats,
            )
        )
    if len(own) > most:
        notes.append(
            say("The worst {most:,} of {all:,} columns are listed.", most=most, all=len(own))
        )
    return own.iloc[:most].copy(), tuple(notes)


def _described(scores: pd.DataFrame, table: pd.DataFrame, campaigns: int) -> pd.DataFrame:
    from workbench.charts.spikes import told_by_mean

    share = table.groupby("column", sort=False)["active_share"]
    out = scores.assign(badness=badness(scores), by_mean=share.agg(told_by_mean).astype(bool))
    return out.assign(sentence=[sentence(row, campaigns) for _, row in out.iterrows()])


def _drawn(table: pd.DataFrame, by_mean: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Take the mean or the share of each cell, as its column is drawn."""
    ends = {"value": ("mean", "active_share"), "low": ("mean_low", "active_low")}
    ends["high"] = ("mean_high", "active_high")
    taken = {n: np.where(by_mean, table[a], table[b]) for n, (a, b) in ends.items()}
    return table.assign(**taken)


def _digits(values: pd.Series[Any]) -> list[float | None]:
    """Write six significant digits; nothing where there is no number."""
    return [None if np.isnan(one) else float(f"{one:.6g}") for one in values]


def _moves(examined: RowsByCampaign) -> Array:
    person = examined.rows.person
    if person is None:
        return np.ones(len(examined.rows.y))
    codes, campaigns = np.unique(person, return_inverse=True)[1], len(examined.campaigns)
    pairs, contacts = np.unique(codes * campaigns + examined.campaign, return_counts=True)
    return np.sqrt(np.bincount(pairs // campaigns, contacts.astype(float) ** 2))


def _counting(examined: RowsByCampaign) -> Callable[[Flags], tuple[Array, float]]:
    """Return what counts the people of some rows: in each campaign, and of all."""
    rows, campaigns = examined.rows, len(examined.campaigns)
    named = rows.person is not None or rows.whole is None
    person = rows.person if rows.person is not None else np.arange(len(rows.y))
    number = np.ones(len(person)) if named else rows.weight

    def count(chosen: Flags) -> tuple[Array, float]:
        at = np.flatnonzero(chosen)
        pairs, first = np.unique(person[at] * campaigns + examined.campaign[at], return_index=True)
        of_campaign = np.bincount(pairs % campaigns, number[at[first]], minlength=campaigns)
        of_all = number[at[np.unique(person[at], return_index=True)[1]]]
        return of_campaign.astype(float), float(of_all.sum())

    return count


def _left_out(kept: Flags, common: Flags, rare: Flags) -> list[str]:
    notes = []
    if small := int((~kept).sum()):
        notes.append(
            say_count(
                "{n} of {all} campaigns is left out of this file: none of fewer than {rows} "
                "customers or {positives} who respond leaves the notebook. The scores count "
                "them all.",
                "{n} of {all} campaigns are left out of this file: none of fewer than {rows} "
                "customers or {positives} who respond leaves the notebook. The scores count "
                "them all.",
                small,
                all=len(kept),
                rows=FEWEST_ROWS,
                positives=FEWEST_POSITIVES,
            )
        )
    if not common.all():
        notes.append(
            say_count(
                "{n:,.0f} column is left out: fewer than {fewest} customers have it at all.",
                "{n:,.0f} columns are left out: fewer than {fewest} customers have it at all.",
                int((~common).sum()),
                fewest=FEWEST_MARKED,
            )
        )
    if rare.any():
        notes.append(
            say(
                "Gaps: what fewer than {fewest} customers of a campaign are is not told.",
                fewest=FEWEST_MARKED,
            )
        )
    return notes
