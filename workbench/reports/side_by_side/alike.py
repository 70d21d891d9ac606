"""In what two runs are alike: only there is a difference of their figures one of their models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.digits import price_text
from workbench.messages import count_of
from workbench.reports.judged_on import CONTACTS, same_contacts
from workbench.reports.pairing import NETWORK
from workbench.reports.side_by_side.one_run import OneRun
from workbench.ridge.export.model_schema import MODELS, PROPENSITY

_MOST_NAMED = 6


@dataclass(frozen=True)
class Alike:
    """Why figures of two runs cannot be compared; where there is no reason, they can.

    Parameters
    ----------
    figures : tuple of str
        Against any difference of figures.
    money : tuple of str
        Against differences of money alone, and of what is chosen by it.
    waiting : tuple of str
        Against differences of who waits.
    models : tuple of str
        Against comparing coefficients and penalties.
    """

    figures: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


def alike(old: OneRun, new: OneRun) -> Alike:
    """Look for what stands against a comparison.

    Parameters
    ----------
    old, new : OneRun

    Returns
    -------
    Alike
    """
    outcome = _outcomes(old, new)
    return Alike(
        figures=(*outcome, *_contacts(old, new)),
        money=tuple(_money(old.judged, new.judged)),
        waiting=tuple(_waiting(old.judged, new.judged)),
        models=outcome,
    )


def _outcomes(old: OneRun, new: OneRun) -> tuple[str, ...]:
    """Say that the runs foretell different things."""
    kinds = [one.model.get("model") for one in (old, new)]
    if None not in kinds and not _of_one_kind(kinds):
        return (f"Another kind of outcome: a {kinds[0]} before, a {kinds[1]} now.",)
    said = []
    if old.target and new.target and old.target != new.target:
        said.append(f"Another outcome: {old.target!r} before, {new.target!r} now.")
    classes = [one.model.get("classes") for one in (old, new)]
    if None not in classes and classes[0] != classes[1]:
        said.append(f"Other classes of the outcome: {classes[0]} before, {classes[1]} now.")
    return tuple(said)


def _of_one_kind(kinds: list[Any]) -> bool:
    """Whether both foretell the same: a network is a ridge model of more columns."""
    return len({MODELS[PROPENSITY] if one == NETWORK else one for one in kinds}) == 1


def _contacts(old: OneRun, new: OneRun) -> tuple[str, ...]:
    """Say that the figures are of other contacts, or that it is not known of which."""
    missing = [one.place for one in (old, new) if one.headline is None]
    if missing:
        return (f"Saved without a headline, so without figures: {' and '.join(missing)}.",)
    untold = [one.place for one in (old, new) if CONTACTS not in one.judged]
    if untold:
        are = "does" if len(untold) == 1 else "do"
        said = (
            f"{' and '.join(untold)} {are} not tell which contacts the figures are of: an earlier "
            "version, or another notebook, wrote that."
        )
        return (said,)
    return () if same_contacts(old.judged, new.judged) else (_others(old.judged, new.judged),)


def _others(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say in what contacts differ, as far as it is known."""
    if before[CONTACTS] == now[CONTACTS]:
        return (
            "Not known to be judged on the same contacts: some have no customer, and the features "
            "of both runs do not show that these are the same."
        )
    if before["kind"] != now["kind"]:
        return f"Judged otherwise: {before['kind']} before, {now['kind']} now."
    if before["campaigns"] != now["campaigns"]:
        return f"Judged on other campaigns: {_judged(before)} before, {_judged(now)} now."
    return (
        f"Judged on other contacts, or on other outcomes of the same: {_judged(before)} before, "
        f"{_judged(now)} now."
    )


def _judged(on: Mapping[str, Any]) -> str:
    said = f"{count_of(on['contacts'], 'contact')}, {count_of(on['responses'], 'response')}"
    return f"{_named(on['campaigns'])} ({said})" if on["campaigns"] else said


def _named(campaigns: Sequence[str]) -> str:
    more = len(campaigns) - _MOST_NAMED
    named = ", ".join(campaigns[:_MOST_NAMED])
    return f"{named}, … {more} more" if more > 0 else named


def _money(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    said: list[str] = []
    if not (old and new):
        return said  # which is told of all figures
    for name in ("cost", "margin"):
        if old.get(name) != new.get(name):
            before, now = (_price(one, name) for one in (old, new))
            said.append(f"Another {name}: {before} before, {now} now.")
    if old.get("currency", "") != new.get("currency", ""):
        before, now = (one.get("currency") or "none named" for one in (old, new))
        said.append(f"Another currency: {before} before, {now} now.")
    return said


def _price(on: Mapping[str, Any], name: str) -> str:
    return "not told" if on.get(name) is None else price_text(on[name], on.get("currency", ""))


def _waiting(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    if not (old and new) or old.get("release") == new.get("release"):
        return []
    before, now = (one.get("release") or "not told" for one in (old, new))
    said = (
        f"Another release mode: {before} before, {now} now. Where it is 'private', those chosen "
        "are counted under noise."
    )
    return [said]
