"""The sections of a governance file, as values: text that is missing is "", all else None."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """What the model is for, and what not."""

    name: str = ""
    purpose: str = ""
    population: str = ""
    intended_use: str = ""
    out_of_scope: str = ""


@dataclass(frozen=True)
class People:
    """Who answers, makes, approves, decides otherwise, stops, and is written to."""

    owner: str = ""
    author: str = ""
    approver: str = ""
    override: str = ""
    roll_back: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Legal:
    """The legal basis, what it rests on, and the impact assessment."""

    basis: str = ""
    interest: str = ""
    dpia: str = ""


@dataclass(frozen=True)
class Channel:
    """A way in which customers are contacted."""

    name: str = ""
    consent: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Kpi:
    """A measure with its number of today, the one that is wanted, and by when."""

    name: str = ""
    kind: str = ""
    unit: str = ""
    baseline: float | None = None
    target: float | None = None
    date: dt.date | None = None


@dataclass(frozen=True)
class Dates:
    """When the model is looked at again, and when it is deleted."""

    review: dt.date | None = None
    retention: dt.date | None = None


@dataclass(frozen=True)
class Pilot:
    """The pilot: when, how long, what it must be able to find, and what decides."""

    start: dt.date | None = None
    weeks: int | None = None
    responses_rate: float | None = None
    effect: float | None = None
    control: float | None = None
    go: str = ""
    no_go: str = ""


@dataclass(frozen=True)
class Uses:
    """Uses that Annex III of the AI Act lists."""

    credit: bool | None = None
    insurance: bool | None = None
    work: bool | None = None


@dataclass(frozen=True)
class Suppression:
    """Where the customers are listed who must not be used or contacted."""

    file: str = ""
    column: str | None = None
