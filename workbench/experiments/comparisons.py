"""The tables of a read-out: each comparison of two arms, as a whole and by campaign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.experiments.assignment import Assigned
from workbench.experiments.by_campaign import by_campaign, heterogeneity_of
from workbench.experiments.effects import Difference, difference, row_of
from workbench.experiments.result import ReadOut, holm
from workbench.experiments.tested import Tested
from workbench.experiments.together import level_of_each
from workbench.experiments.validity import Validity, one_look
from workbench.messages import listed
from workbench.numbers import Array

_ALONE = "each interval stands for itself"

FEW_RESPONSES = 10
"""Responses of an arm below which an interval of its rate is a rough one."""


def compared(
    found: Tested,
    given: Assigned,
    pairs: Sequence[tuple[int, int]],
    h: Sequence[Array] | None,
    *,
    rule: Validity,
    balance: pd.DataFrame,
    together: bool = True,
) -> ReadOut:
    """Compare pairs of arms, each on what its adjustment leaves."""
    plains = [difference(found, given, pair) for pair in pairs]
    adjusted = plains
    if h is not None:
        adjusted = [difference(found, given, *one) for one in zip(pairs, h, strict=True)]
    wide = _for_all(adjusted, rule) if together else rule
    rows, campaigns = [], []
    for k, pair in enumerate(pairs):
        names = {"arm": found.names[pair[0]], "against": found.names[pair[1]]}
        own, plain = None if h is None else h[k], plains[k]
        row = row_of(adjusted[k], wide)
        saved = 1 - (row["std_error"] / plain.std_error) ** 2 if plain.std_error > 0 else 0.0
        against = {"plain_effect": plain.effect, "plain_std_error": plain.std_error}
        rows.append(names | row | against | {"sample_saved": saved})
        parts = rule.of_parts(row["contacts"] + row["contacts_against"])
        campaigns.append(by_campaign(found, given, pair, own, parts).assign(**names))
    effects = pd.DataFrame(rows)
    if len(effects) > 1:
        effects["p_value"] = holm(effects["p_value"])
    one = effects["effect"].where(effects["effect"] > 0)
    effects["contacts_per_response"] = 1 / one if found.kind == "binary" else np.nan
    each = pd.concat(campaigns, ignore_index=True)
    contacts = float(effects["contacts"].iloc[0] + effects["contacts_against"].iloc[0])
    return ReadOut(
        effects=effects,
        arms=_arms(found, given, rule.of_parts(contacts)),
        balance=balance,
        by_campaign=each,
        heterogeneity=heterogeneity_of(each, rule.level),
        kind=found.kind,
        valid=rule.name,
        width_ratio=rule.bound(contacts) / one_look(rule.level),
        level=rule.level,
        mismatch=given.mismatch,
        notes=(*found.notes, *_notes(found, effects, together=together)),
        together=together and len(effects) > 1,
        together_ratio=wide.bound(contacts) / rule.bound(contacts),
    )


def _for_all(differences: Sequence[Difference], rule: Validity) -> Validity:
    """Return the rule by which the intervals of all these differences hold together."""
    influences = [one.influence for one in differences]
    return rule.at(level_of_each(rule.level, influences, once=rule.once))


def _arms(found: Tested, given: Assigned, rule: Validity) -> pd.DataFrame:
    """Describe each arm by itself, as it came."""
    rows: list[dict[str, Any]] = []
    for code, name in enumerate(found.names):
        one = difference(found, given, (code, code))
        reach = rule.reach(one.contacts, one.freedom) * float(np.sqrt(one.variance[0, 0]))
        numbers = {"share": one.contacts / float(found.weight.sum())}
        numbers |= {"planned_share": given.planned[code], "mean": one.mean}
        numbers |= {"low": one.mean - reach, "high": one.mean + reach}
        rows.append({"arm": name, "contacts": one.contacts} | numbers)
    return pd.DataFrame(rows)


def _notes(found: Tested, effects: pd.DataFrame, *, together: bool) -> list[str]:
    notes = []
    if len(effects) > 1:
        how = "intervals hold for all of them together" if together else _ALONE
        notes.append(
            f"{len(effects)} comparisons: {how}, and p-values are corrected by Holm's method."
        )
    responses = np.bincount(found.arm, weights=found.weight * found.y)
    few = [name for name, n in zip(found.names, responses, strict=True) if n < FEW_RESPONSES]
    if found.kind == "binary" and few:
        notes.append(
            f"Fewer than {FEW_RESPONSES} responses in {listed(few)}: intervals and p-values are "
            "rough until there are more."
        )
    return notes
