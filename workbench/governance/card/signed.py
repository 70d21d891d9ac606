"""Checks of the signs against a model: what was found, and only of what was looked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.governance.checked import Check
from workbench.language import language, later, say

LOOKED_FOR = {
    "leak": later("columns that give the outcome away"),
    "undated": later("campaigns without an order"),
    "perfect": later("figures too good to be true"),
    "drift": later("contacts unlike those of training"),
    "readiness": later("a test too small to prove a gain"),
}
"""The conditions of `workbench.reports.signs_against`, as readers know them."""
ASKED = later("Does anything speak against using the model?")


def checks_of_signs(signs: Any) -> Iterator[Check]:
    """Make a check of each sign against the model, or one of none.

    Parameters
    ----------
    signs : Signs
        With ``found`` and ``looked_at``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> [check] = checks_of_signs(SimpleNamespace(found=[], looked_at=["leak"]))
    >>> print(check.evidence)
    No sign against it was found. Looked for: columns that give the outcome away.
    """
    question = say(ASKED)
    for sign in signs.found:
        local = _local(sign)
        told = (local, say("Mend that, and run again.")) if local else (sign.what, sign.then)
        yield Check(f"signs-{sign.name}", question, "needs repair", *told)
    if not signs.looked_at:
        nothing = say("This run looked for no sign against it: whether there is one is not known.")
        step = say("Look for them with `reports.signs_against`, and run again.")
        yield Check("signs-none", question, "needs a person", nothing, step)
    elif not signs.found:
        words = ", ".join(say(LOOKED_FOR.get(name, name)) for name in signs.looked_at)
        looked = say("Looked for: {words}.", words=words)
        yield Check(
            "signs-none", question, "pass", f"{say('No sign against it was found.')} {looked}"
        )


def sign_said(sign: Any) -> str:
    """Return a sign and what follows, in the reader's language where the run told it so."""
    return _local(sign) or f"{sign.what} {sign.then}"


def _local(sign: Any) -> str:
    return str(getattr(sign, "local", "")) if language() != "en" else ""
