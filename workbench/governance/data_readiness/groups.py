"""Who is kept apart: the control group, and groups so small that they are single people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.frame.treatment import NOT_ASSIGNED
from workbench.governance.checked import Check
from workbench.governance.data_readiness.material import ENOUGH_ROWS, Material, names_of
from workbench.governance.disclosure import FEWEST_PEOPLE, is_number, rare_levels
from workbench.governance.people import People
from workbench.language import say
from workbench.reading.control_words import control_among, names_control

KEPT = 0.01
"""Of a campaign; a smaller control group tells nothing of it."""


def control_group(m: Material) -> Check:
    """Ask whether some are kept without contact, in every campaign."""
    question = say("Is a control group kept, in every campaign?")
    name = "control-group"
    if not m.has("arm"):
        return _unnamed(m, name, question)
    arms = m.contacts["arm"].astype("object").where(m.contacts["arm"].notna(), None)
    control = _control(m, arms)
    step = say("Keep some without contact at random: else nobody knows what contacts add.")
    if control is None:
        said = say("No arm of {name} is one without contact.", name=_column(m))
        return Check(name, question, "needs repair", said, step)
    kept = (arms == control).to_numpy()
    in_test = arms.notna().to_numpy() & (arms != NOT_ASSIGNED).to_numpy()
    groups = {k: at[in_test[at]] for k, at in m.rows_of.items()} or {"": np.flatnonzero(in_test)}
    shares = {k: float(kept[at].mean()) for k, at in groups.items() if len(at) >= ENOUGH_ROWS}
    lost = [label for label, share in shares.items() if not KEPT <= share <= 1 - KEPT]
    if lost:
        said = say("There are not two arms in {names}.", names=names_of(lost))
        return Check(name, question, "needs repair", said, step)
    said = say(
        "{share:.0%} of the contacts; {least:.0%} at least in each campaign.",
        share=float(kept[in_test].mean()) if in_test.any() else 0.0,
        least=min(shares.values(), default=0.0),
    )
    return Check(name, question, "pass", said)


def _unnamed(m: Material, name: str, question: str) -> Check:
    step = say("Say whether some are kept without contact, and name the column: `treatment`.")
    for column in m.columns:
        values = m.columns[column]
        levels = [str(level) for level in values.dropna().unique()[:6]]
        if control_among(str(column), levels) is not None:
            said = say("{name} looks like one, and is not named.", name=names_of([column]))
            return Check(name, question, "needs a person", said, step)
    said = say("No arm of a test is named.")
    return Check(name, question, "needs a person", said, step)


def _column(m: Material) -> str:
    return names_of([m.roles.get("treatment", "treatment")])


def _control(m: Material, arms: pd.Series[Any]) -> object | None:
    if m.frame is not None and m.frame.control is not None:
        return m.frame.control
    levels = [level for level in arms.dropna().unique() if level != NOT_ASSIGNED]
    said = m.roles.get("control")
    if said is not None:
        return next((level for level in levels if str(level) == str(said)), None)
    if len(levels) < 2:
        return None
    called = [level for level in levels if names_control(str(level))]
    found = called or [level for level in levels if str(level) in ("0", "0.0", "False", "no")]
    return found[0] if len(found) == 1 else None


def small_cells(m: Material) -> Check:
    """Ask whether campaigns and levels are of ten people or more."""
    question = say("Are campaigns and levels of ten customers or more?")
    name = "small-cells"
    people = _people(m)
    small = []
    if m.has("campaign"):
        counts = people.by(m.contacts["campaign"])
        small = list(counts.index[counts < FEWEST_PEOPLE])
    if small:
        said = say("Fewer than ten customers: {names}.", names=names_of(small))
        step = say("Put these campaigns together with others, or leave them out.")
        return Check(name, question, "needs repair", said, step)
    rare = _rare(m, people)
    if rare:
        said = say("Levels of fewer than ten customers stand in {names}.", names=names_of(rare))
        step = say("Say whether they are needed: reports call them other, models learn nothing.")
        return Check(name, question, "needs a person", said, step)
    return Check(name, question, "pass", say("None is smaller."))


def _people(m: Material) -> People:
    if m.frame is not None and len(m.frame) == len(m.contacts):
        return People.of(m.frame)
    if not m.has("customer"):
        return People.each(np.arange(len(m.contacts)))
    return People.each(pd.factorize(m.contacts["customer"], use_na_sentinel=False)[0])


def _rare(m: Material, people: People) -> list[str]:
    if m.frame is None or len(m.frame) != len(m.contacts):
        return []
    X = m.frame.X
    return [str(n) for n in X if not is_number(X[n]) and rare_levels(X[n], people)]
