"""Days that cannot be: in the future, before the beginning, of a default, or of two readings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from workbench.governance.checked import Check
from workbench.governance.data_readiness.date_columns import (
    DEFAULTS,
    counted_days,
    day_counts,
    is_default,
    may_be_ahead,
    moments,
)
from workbench.governance.data_readiness.material import Material, names_of
from workbench.language import say
from workbench.reading.identifiers import words_of

_FAR_AHEAD = pd.Timestamp("2099-01-01")
_FEW = 0.3
"""Of a column's days; where more lie ahead, they are meant to."""
_BEGINS = frozenset(
    {
        *("first", "start", "started", "begin", "from", "joined", "since", "registered", "born"),
        *("birth", "birthday", "birthdate", "dob", "opened", "created", "signup", "ordered"),
        *("erste", "erster", "erstes", "beginn", "von", "ab", "geburt", "geburtsdatum", "seit"),
        *("geburtstag", "geboren", "bestellt", "angelegt", "eintritt", "erstkauf"),
    }
)
_ENDS = frozenset(
    {
        *("last", "end", "ended", "until", "to", "closed", "left", "delivered", "latest", "paid"),
        *("letzte", "letzter", "letztes", "ende", "bis", "geliefert", "austritt", "bezahlt"),
        *("letztkauf", "kuendigung", "kündigung", "cancelled"),
    }
)


def dates(m: Material) -> Check:
    """Ask whether all days can be."""
    question = say("Are all days possible?")
    counts = day_counts(m)
    if not counts:
        return Check("dates", question, "not applicable", say("There are no columns of days."))
    found = [*_in_future(m, counts), *_defaults(counts), *_backwards(m), *_impossible(m)]
    found += [*_remarks(m)]
    if not found:
        said = say(
            "Columns of days: {n}. None lies in the future or before its time.", n=len(counts)
        )
        return Check("dates", question, "pass", said)
    step = say("Mend these days at their source, or leave them empty.")
    return Check("dates", question, "needs repair", " ".join(found), step)


def _in_future(m: Material, counts: dict[str, pd.Series[int]]) -> Iterator[str]:
    for name, days in counts.items():
        if may_be_ahead(name) or name == "contacts.as_of":
            continue
        ahead = days[(days.index > m.now) & ~days.index.isin(DEFAULTS)]
        if name in ("as_of", m.roles.get("time")) and not m.is_log:
            ahead = _known_ahead(m, ahead)
        n = int(ahead.sum()) or _stray(days)
        if 0 < n <= _FEW * days.sum():
            yield say("{n:,.0f} rows have a day in the future in {name}.", n=n, name=f"'{name}'")


def _known_ahead(m: Material, ahead: pd.Series[int]) -> pd.Series[int]:
    """Of moments of decisions, those ahead whose outcome is known all the same."""
    if not m.has("as_of"):
        return ahead
    days = m.contacts["as_of"][m.known].dt.normalize()
    return counted_days(days[days.isin(ahead.index)])


def _stray(days: pd.Series[int]) -> int:
    """Count days far behind all others, as those of a mistyped year."""
    numbers = days.index.to_numpy().astype("datetime64[D]").astype("int64")
    real = ~days.index.isin(DEFAULTS)
    if days[real].sum() < 20:
        return 0
    all_days = np.repeat(numbers[real], days[real].to_numpy().clip(max=1000))
    low, high = np.quantile(all_days, [0.25, 0.75])
    return int(days[real & (numbers > high + 10 * max(high - low, 100))].sum())


def _defaults(counts: dict[str, pd.Series[int]]) -> Iterator[str]:
    for name, days in counts.items():
        suspects = [
            day
            for day in DEFAULTS
            if day in days.index and not (may_be_ahead(name) and day >= _FAR_AHEAD)
        ]
        told = [day for day in suspects if _is_default(day, days)]
        if told:
            written = ", ".join(f"{day.year:04d}-{day:%m-%d}" for day in told)
            yield say(
                "{n:,.0f} rows of {name} have the day that programs write for none: {days}.",
                n=int(days[told].sum()),
                name=f"'{name}'",
                days=written,
            )


def _is_default(day: pd.Timestamp, days: pd.Series[int]) -> bool:
    """Whether a day is far more frequent than others, or stands alone."""
    others = days.drop(day)
    if others.empty:
        return True
    near = others[(others.index > day - pd.Timedelta(days=366 * 2)) & (others.index < _after(day))]
    return near.empty or bool(days[day] >= max(3, 10 * others.median()))


def _after(day: pd.Timestamp) -> Any:
    return day + pd.Timedelta(days=366 * 2) if day < _FAR_AHEAD else pd.Timestamp.max.as_unit("us")


def _backwards(m: Material) -> Iterator[str]:
    table = moments(m)
    begins = [name for name in table if _BEGINS & set(words_of(str(name)))]
    ends = [name for name in table if _ENDS & set(words_of(str(name)))]
    ends += [name for name in table if name == m.roles.get("time") and name not in ends]
    for begin in begins:
        for end in ends:
            if begin == end:
                continue
            both = table[[begin, end]].dropna()
            both = both[~both.apply(is_default).any(axis=1)]
            n = int((both[end] < both[begin]).sum())
            if 0 < n <= _FEW * len(both):
                yield say(
                    "In {n:,.0f} rows {end} lies before {begin}.",
                    n=n,
                    end=f"'{end}'",
                    begin=f"'{begin}'",
                )


def _impossible(m: Material) -> Iterator[str]:
    for name, found in m.written_days.items():
        if found.spelling is not None and found.spelling.impossible:
            yield say("{name} has days that no calendar has.", name=f"'{name}'")


def _remarks(m: Material) -> Iterator[str]:
    """Repeat what the tables' own quality says of days, and of tables that end early."""
    if m.tables is None:
        return
    for name, remark in m.tables.quality(today=m.now)["remark"].items():
        for part in str(remark).split("; "):
            if "arrived before" in part or "before the beginning" in part:
                yield f"{name}: {part}."
    yield from (note for note in m.tables.notes if "is the table whole?" in note)


def date_order(m: Material) -> Check:
    """Ask whether it is plain which is the day and which is the month."""
    question = say("Are days written in one way, the day and the month told apart?")
    found = m.written_days
    if not found:
        said = say("No day is written as text.")
        return Check("date-order", question, "not applicable", said)
    wrong, doubtful = [], []
    for name, one in found.items():
        if one.both_orders or len(one.shapes) > 1 or one.others:
            wrong.append(name)
        elif one.spelling is not None and not one.spelling.order and not _told(m, name):
            doubtful.append(name)
    if wrong:
        said = say("Days are written in several ways in {names}.", names=names_of(wrong))
        step = say("Write them as YYYY-MM-DD, in every row.")
        return Check("date-order", question, "needs repair", said, step)
    if doubtful:
        said = say("05/03 may be March or May in {names}.", names=names_of(doubtful))
        step = say("Say which it is: `dates`.")
        return Check("date-order", question, "needs a person", said, step)
    said = say("Columns of days: {n}. Each is written in one way.", n=len(found))
    return Check("date-order", question, "pass", said)


def _told(m: Material, name: str) -> bool:
    return name in m.readings and bool(m.readings[name].order)


def time_zones(m: Material) -> Check:
    """Ask whether all moments are of one zone."""
    question = say("Are all moments of one time zone?")
    typed = [str(c) for c in m.typed if pd.api.types.is_datetime64_any_dtype(m.typed[c])]
    written = {name: one for name, one in m.written_days.items() if one.clocks}
    mixed = [name for name, one in written.items() if 0 < one.with_zone < one.clocks]
    if mixed:
        said = say("Some moments have a zone and some have none in {names}.", names=names_of(mixed))
        step = say("Convert them to one zone before they are joined.")
        return Check("time-zones", question, "needs repair", said, step)
    aware = {name: m.typed[name].dt.tz is not None for name in typed if _has_clock(m, name)}
    aware |= {name: one.with_zone > 0 for name, one in written.items()}
    if len(set(aware.values())) > 1:
        with_zone = [name for name, is_aware in aware.items() if is_aware]
        said = say(
            "Only {names} of {n} columns have a zone.", names=names_of(with_zone), n=len(aware)
        )
        step = say("Convert all of them to one zone: a day may be another one in the next.")
        return Check("time-zones", question, "needs repair", said, step)
    if not aware:
        said = say("Days have no time, and so no zone.")
        return Check("time-zones", question, "not applicable", said)
    if not any(aware.values()):
        return Check("time-zones", question, "pass", say("No moment has a zone: one is meant."))
    return Check("time-zones", question, "pass", say("All moments have a zone."))


def _has_clock(m: Material, name: str) -> bool:
    present = m.typed[name].dropna()
    plain = present if present.dt.tz is None else present.dt.tz_localize(None)
    return bool((plain != plain.dt.normalize()).any()) or present.dt.tz is not None
