"""Read a randomised test: what each arm changed, how sure that is, and what it cost to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ParameterError
from workbench.experiments.adjust import coefficients, dealt, expected
from workbench.experiments.assignment import Assigned, assigned
from workbench.experiments.balance import balance, check_balance, check_together
from workbench.experiments.by_campaign import by_campaign, heterogeneity_of
from workbench.experiments.covariates import (
    AUTO,
    Columns,
    chosen,
    features_of,
    score_of,
    with_campaigns,
)
from workbench.experiments.effects import calibrated, difference, row_of
from workbench.experiments.result import ReadOut, holm
from workbench.experiments.sums import Rows, Sums, sums_over
from workbench.experiments.tested import Tested, tested
from workbench.experiments.validity import ANY_TIME, Validity, validity_of
from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array


def read_out(  # noqa: PLR0913 - what a test may need to be told
    frame: FeatureFrame,
    *,
    outcome: Any = None,
    kind: str | None = None,
    covariates: Any = AUTO,
    valid: Any = ANY_TIME,
    planned_contacts: float | None = None,
    shares: Mapping[str, float] | None = None,
    cluster: Any = None,
    pairs: bool = False,
    level: float = 0.95,
    seed: int = 0,
) -> ReadOut:
    """Read a randomised test: the effect of each arm against the control group."""
    _check_level(level)
    _check_planned(planned_contacts)
    rule = validity_of(valid, level=level, planned_contacts=planned_contacts)
    found = chosen(covariates, tested(frame, outcome=outcome, kind=kind, cluster=cluster))
    found, given = assigned(found, shares)
    fold = dealt(found.unit, found.arm, given.stratum, seed)
    columns = features_of(found)
    adjusted = covariates is not None and not _is_model(covariates)
    wide = with_campaigns(columns, found) if adjusted else columns
    sums = _sums(found, given, wide, fold)
    table = _balance(found, sums, columns)
    which = list(found.pairs(every=pairs))
    h: list[Array] | None = None
    if _is_model(covariates):
        h = [score_of(covariates, found)] * len(which)
    elif covariates is not None:
        fits = [coefficients(sums, pair)[0] for pair in which]
        h = list(_centred(expected(wide.matrix, sums, fits, fold), found, fold))
    if h is not None:
        h = [calibrated(found, given, pair, one) for pair, one in zip(which, h, strict=True)]
    return _result(found, given, which, h, rule, table)


def _is_model(covariates: Any) -> bool:
    return covariates is not None and not isinstance(covariates, str | list | tuple)


def _sums(found: Tested, given: Assigned, columns: Columns, fold: Any) -> Sums:
    rows = Rows(found.y, found.weight, given.omega, found.arm, fold, found.unit)
    return sums_over(columns.matrix, rows)


def _balance(found: Tested, sums: Sums, columns: Columns) -> pd.DataFrame:
    """Check and tell the balance of the features, without the columns of campaigns."""
    part = sums.of_columns(len(columns.names))
    table = balance(found, part, columns.names)
    of = dict(zip(columns.names, columns.features, strict=True))
    check_balance(found, table, of)
    check_together(found, part)
    table.insert(2, "feature", table["column"].map(of))
    return table


def _centred(h: Array, found: Tested, fold: Any) -> Array:
    """Take out the mean of each fold: a fold's regression has a level of its own."""
    weight = np.bincount(fold, weights=found.weight)
    for one in h:
        one -= (np.bincount(fold, weights=found.weight * one) / weight)[fold]
    return h


def _result(
    found: Tested, given: Assigned, which: Any, h: list[Array] | None, rule: Validity, table: pd.DataFrame
) -> ReadOut:
    rows, campaigns = [], []
    for k, pair in enumerate(which):
        names = {"arm": found.names[pair[0]], "against": found.names[pair[1]]}
        own = None if h is None else h[k]
        plain = difference(found, given, pair)
        row = row_of(plain if own is None else difference(found, given, pair, own), rule)
        rows.append(names | row | _against_plain(row, plain.effect, plain.std_error))
        campaigns.append(by_campaign(found, given, pair, own, rule).assign(**names))
    effects = pd.DataFrame(rows)
    effects["p_value"] = _corrected(effects)
    effects["contacts_per_response"] = np.where(effects["effect"] > 0, 1 / effects["effect"], np.nan)
    each = pd.concat(campaigns, ignore_index=True)
    first = effects.iloc[0]
    price = rule.bound(float(first["contacts"] + first["contacts_against"])) / _one_look(rule.level)
    return ReadOut(
        effects=effects,
        arms=_arms(found, given, rule),
        balance=table,
        by_campaign=each,
        heterogeneity=heterogeneity_of(each, rule.level),
        kind=found.kind,
        valid=rule.name,
        width_ratio=price,
        level=rule.level,
        mismatch=given.mismatch,
        notes=found.notes + _notes(found, effects),
    )


def _against_plain(row: dict[str, float], effect: float, error: float) -> dict[str, float]:
    saved = 1 - (row["std_error"] / error) ** 2 if error > 0 else 0.0
    return {"plain_effect": effect, "plain_std_error": error, "sample_saved": saved}


def _corrected(effects: pd.DataFrame) -> Any:
    return holm(effects["p_value"]) if len(effects) > 1 else effects["p_value"]


def _notes(found: Tested, effects: pd.DataFrame) -> tuple[str, ...]:
    notes = []
    if len(effects) > 1:
        notes.append(
            f"{len(effects)} comparisons: p-values are corrected by Holm's method; each interval "
            "stands for itself."
        )
    return tuple(notes)


def _one_look(level: float) -> float:
    return validity_of("at_end", level=level, planned_contacts=None).bound(1.0)


def _arms(found: Tested, given: Assigned, rule: Validity) -> pd.DataFrame:
    """Describe each arm by itself, as it came."""
    rows = []
    for code, name in enumerate(found.names):
        one = difference(found, given, (code, code))
        reach = rule.reach(one.contacts, one.freedom) * float(np.sqrt(one.variance[0, 0]))
        rows.append(
            {
                "arm": name,
                "contacts": one.contacts,
                "share": one.contacts / float(found.weight.sum()),
                "planned_share": given.planned[code],
                "mean": one.mean,
                "low": one.mean - reach,
                "high": one.mean + reach,
            }
        )
    return pd.DataFrame(rows)


def _check_level(level: float) -> None:
    if not 0.5 <= level < 1:
        raise ParameterError(
            f"`level` must be from 0.5 to below 1; got {level!r}. Write 0.95 for 95% intervals."
        )


def _check_planned(planned: float | None) -> None:
    if planned is not None and not (np.isfinite(planned) and planned > 0):
        raise ParameterError(
            f"`planned_contacts` must be a number above 0; got {planned!r}. Give how many contacts "
            "the test is to have at its end."
        )
