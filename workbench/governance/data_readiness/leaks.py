"""Columns that give the outcome away, as `workbench.frame.leakage` finds them."""

from __future__ import annotations

import re

from workbench.frame.leakage import SUSPECT_AUC, signs_of_leakage
from workbench.governance.checked import Check
from workbench.governance.data_readiness.material import Material, names_of
from workbench.language import say

_PERFECT = 0.9995


def leakage(m: Material) -> Check:
    """Ask whether a column was filled in with the outcome known."""
    question = say("Does no column give the outcome away?")
    name = "leakage"
    if m.frame is None or not m.known.any():
        return Check(name, question, "not applicable", say("There are no features yet."))
    found = dict(m.frame.suspects) or _looked_for(m)
    if not found:
        said = say("None of {n:,.0f} columns gives it away.", n=m.frame.X.shape[1])
        return Check(name, question, "pass", said)
    step = say("Leave out what is known only afterwards: `drop`.")
    said = say("May give it away: {names}.", names=names_of(list(found)))
    perfect = [column for column, why in found.items() if _auc(why) >= _PERFECT]
    if perfect:
        said = f"{said} {say('Perfectly: {names}.', names=names_of(perfect))}"
        return Check(name, question, "blocked", said, step)
    if any(_is_sure(why) for why in found.values()):
        return Check(name, question, "needs repair", said, step)
    step = say("Say when these columns are filled in; leave them out if afterwards: `drop`.")
    return Check(name, question, "needs a person", said, step)


def _looked_for(m: Material) -> dict[str, str]:
    frame = m.frame
    if frame is None or frame.recipe.get("kind") == "table":  # looked at when it was read
        return {}
    whole = None if frame.cell is None else frame.cell.to_numpy()
    return signs_of_leakage(frame.X, frame.y, frame.weights, whole)


def _is_sure(why: str) -> bool:
    """Whether it ranks almost perfectly, or all of a level responded, or none: beyond chance.

    That it ranks far better than the others, or that gaps tell, an honest column may do too.
    """
    return _auc(why) > SUSPECT_AUC or why.endswith("responded")


def _auc(why: str) -> float:
    found = re.fullmatch(r"AUC ([\d.]+) alone", why)
    return float(found[1]) if found else 0.0
