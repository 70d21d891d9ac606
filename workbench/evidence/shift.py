"""The report on whether a model holds up when campaigns change, and what penalties buy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.checks import check_propensity
from workbench.errors import DataError, ParameterError
from workbench.evidence import baselines, shift_tables
from workbench.evidence.baselines import BASE, DROPPED, NONE, ONE_ALPHA, OURS, UNIFORM
from workbench.evidence.fits import FitCache, Judged, judge
from workbench.evidence.origins import LEFT_OUT, Origin, last_campaigns, origins
from workbench.frame.feature_frame import FeatureFrame
from workbench.progress import Progress
from workbench.tables.campaign_order import FILE, TIME

REFERENCE = UNIFORM
LEFT_OUT_TOO = (OURS, UNIFORM, ONE_ALPHA, DROPPED, NONE, BASE)
"""Judged also on each campaign left out; the others would double the time of a report."""


@dataclass(frozen=True)
class ShiftReport:
    """How brittle a model is, on which campaigns and features, and what penalties buy.

    Parameters
    ----------
    table : DataFrame
        One row a method, all on the same campaigns, each judged by those before it:

        - ``log_loss``;
        - ``gain_pct``: how much less it loses than one alpha tuned on random folds, in per
          cent, with ``low`` and ``high`` (95%, campaigns and customers drawn again);
        - ``proven, wins, losses``;
        - ``auc_gain``: its AUC within campaigns less that of one alpha, with ``auc_low``
          and ``auc_high`` (95%, campaigns drawn again);
        - ``worst_gain_pct`` and ``worst``: the campaign with at least 20 positives where
          the gain is least;
        - ``worst_loss_ratio``: the worst such campaign's loss over its own base rate's;
        - ``mean_campaign_loss, auc, weighted_auc, lift_10, observed_over_expected``;
        - ``left_out_gain_pct``: the gain where each campaign is judged by all others;
        - ``in_distribution_cost_pct``: what it loses more on held-out rows of campaigns it
          knows;
        - ``coefficient_movement``: how far coefficients move when a campaign is left out,
          as a share of their size.

        Where maximum likelihood has no unique optimum, as with all levels of a text
        column, "no penalty" is one of 1e-8.
    campaigns : DataFrame
        One row a campaign so judged: contacts, positives, and each method's log loss.
    groups : DataFrame
        Share of the score's variance by group of features, a column a method.
    features : DataFrame
        One row a feature: ``group``, ``concentration``, and its share of the score's
        variance under this model and under one alpha. Concentration is 0 where a feature is
        alike in all campaigns, and 1 where it exists in one.
    control : dict
        The negative control: what shuffled co-data gain over one alpha tuned on the same
        campaigns, ``gain_pct, low, high, proven``.
    methods : DataFrame
        One row a method, the least loss first: fitted and judged once, as a propensity report
        does (`out_of_time`). Empty where what comes before has one class:

        - ``log_loss, low, high`` (95%, campaigns and customers drawn again);
        - ``loss_more, more_low, more_high``: its loss less this model's, on the same contacts;
        - ``proven``: whether these leave out 0, on six campaigns or more.
    in_order_of : str
        What the order of campaigns rests on, as `FeatureFrame.in_order_of` says.
    """

    table: pd.DataFrame
    campaigns: pd.DataFrame
    groups: pd.DataFrame
    features: pd.DataFrame
    control: dict[str, Any]
    methods: pd.DataFrame
    in_order_of: str = TIME

    def sentence(self) -> str:
        """Say in three sentences what the model is worth when campaigns change."""
        later = self.in_order_of != FILE
        ours = self.table.loc[[OURS]].iloc[0]
        return shift_tables.said(ours, len(self.campaigns), later=later)

    def __repr__(self) -> str:
        shown = self.table[["log_loss", "gain_pct", "low", "high", "wins", "losses", "auc_gain"]]
        return f"{self.sentence()}\n\n{shown.to_string(float_format='{:.4g}'.format)}"

    def _repr_html_(self) -> str:
        parts = [self.methods, self.table, self.groups, self.campaigns]
        tables = (part.to_html(border=0, float_format="{:.4g}".format, na_rep="") for part in parts)
        return f"<p>{escape(self.sentence())}</p>{''.join(tables)}"


def shift_report(
    frame: FeatureFrame,
    model: Any = None,
    *,
    methods: Sequence[str] | None = None,
    others: Mapping[str, Any] | None = None,
    earlier: int = 6,
    test_campaigns: int | None = None,
    folder: str | Path | None = None,
    seed: int = 0,
) -> ShiftReport:
    """Judge a model and its baselines on campaigns that none of them has seen.

    Every method learns everything anew at every split (see `origins`); the splits, grids
    and seeds are fixed before anything is fitted. A *later campaign* is judged by what was
    known when it started. One *left out* is judged by all others, those after it included:
    a campaign missing from the middle is easier than the next. The *last campaigns* are judged
    together, by what was known when they began: the test of a propensity report.

    One alpha by random folds or by campaigns left out, and the lasso, are chosen by an exact
    cross-validation over a grid. Columns are standardised by the training rows. The random
    folds are ten; the lasso's campaigns are merged into four blocks.

    Parameters
    ----------
    frame : FeatureFrame
        With campaigns. Rows without an outcome are passed over.
    model : RidgePropensity, or what fits and scores frames alike, optional
        Default: `RidgePropensity()`. Not changed.
    methods : sequence of str, optional
        Names of `baselines.methods` to run; default: all. The model, and one alpha on
        random folds, which it is compared with, always run.
    others : mapping of name to model, optional
        More to judge, a row each, beside the baselines: what fits and scores frames alike, such as
        ``networks.shift_row()``. Not changed.
    earlier : int
        Campaigns whose outcomes must be known before the first that is judged.
    test_campaigns : int, optional
        How many of the last are judged together; default as in `out_of_time`.
    folder : path, optional
        Where each fit is kept, so that a run that is cut off resumes where it was.
    seed : int

    Returns
    -------
    ShiftReport

    Raises
    ------
    DataError
        No campaign has enough campaigns before it.
    ParameterError
        A method is unknown, one of `others` has the name of a baseline or no propensities, or
        `test_campaigns` is out of range.

    References
    ----------
    Tashman (2000), Out-of-sample tests of forecasting accuracy, International Journal of
    Forecasting 16. Gardner, Popović & Schmidt (2023), Benchmarking distribution shift in
    tabular data with TableShift, NeurIPS 36.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=8, new_campaigns=0, rows=150, stable=4, spiky=4).frame
    >>> found = shift_report(frame, methods=["base rate"])
    >>> found.table.index.tolist()
    ['this model', 'one alpha, random folds', 'base rate']
    >>> print(found.sentence())
    On 2 later campaigns, each predicted before it was seen, this model errs ...
    """
    known = frame.known()
    if not known.campaigns:
        raise DataError(
            "Whether a model holds up when campaigns change can only be seen where there are "
            "campaigns; this frame names none. Name the campaign column, a month will do."
        )
    run = with_others(chosen(baselines.methods(model, seed=seed), methods), others)
    splits = origins(known, earlier=earlier, seed=seed)
    splits += last_campaigns(known, test_campaigns=test_campaigns)
    judged = _judged(run, known, splits, FitCache(folder, known))
    return ShiftReport(
        shift_tables.measures(known, splits, judged, seed=seed),
        shift_tables.by_campaign(known, splits, judged),
        shift_tables.by_group(known, splits, judged),
        shift_tables.by_feature(known, splits, judged),
        shift_tables.control(known, splits, judged, seed=seed),
        shift_tables.of_methods(known, splits, judged, seed=seed),
        known.in_order_of,
    )


def chosen(every: dict[str, Any], names: Sequence[str] | None) -> dict[str, Any]:
    """Return the named methods, the model and its yardstick; raise ParameterError for others."""
    if names is None:
        return every
    unknown = [name for name in names if name not in every]
    if unknown:
        raise ParameterError(
            f"`methods` must be among {', '.join(map(repr, every))}; got {unknown[0]!r}. "
            "Leave it out for all of them."
        )
    return {name: every[name] for name in every if name in (OURS, REFERENCE, *names)}


def with_others(run: dict[str, Any], others: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what is judged, models of one's own after the baselines.

    Raises
    ------
    ParameterError
        One is called as a baseline is, or has no method `propensity`.
    """
    for name, model in (others or {}).items():
        check_propensity(model, "A shift report compares")
        if name in baselines.methods():
            raise ParameterError(
                f"`others` must have names of their own; {name!r} is a baseline. Rename it."
            )
    return {**run, **(others or {})}


def _judged(
    chosen: Mapping[str, Any], frame: FeatureFrame, splits: Sequence[Origin], kept: FitCache
) -> dict[tuple[str, int], Judged]:
    found: dict[tuple[str, int], Judged] = {}
    progress = Progress(_fits(chosen, splits), desc="Judging")
    for name, alike in progress:
        first = splits[alike[0]]
        progress.set_postfix_str(f"{first.kind}: {first.name}", refresh=False)
        method = chosen[name]
        held = {k: kept.read(name, method, splits[k]) for k in alike}
        found |= {(name, k): one for k, one in held.items() if one is not None}
        left = [k for k, one in held.items() if one is None]
        judged = judge(method, frame, [splits[k] for k in left]) if left else []
        for k, new in zip(left, judged, strict=True):
            kept.write(name, method, splits[k], new)
            found[name, k] = new
    return found


def _fits(chosen: Mapping[str, Any], splits: Sequence[Origin]) -> list[tuple[str, list[int]]]:
    """Return what is fitted, and the splits that one fit is judged on.

    The last campaign left out leaves the rows that it is predicted from when it comes.
    """
    fits: dict[tuple[str, bytes], list[int]] = {}
    for k, origin in enumerate(splits):
        for name in chosen:
            if origin.kind != LEFT_OUT or name in LEFT_OUT_TOO:
                fits.setdefault((name, origin.train.tobytes()), []).append(k)
    return [(name, alike) for (name, _), alike in fits.items()]
