"""A declaration proposed from a folder of files, written as TOML with every guess said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from workbench.tables.declared.declaration import LAST_EVENT
from workbench.tables.declared.looks import Look, look_at
from workbench.tables.declared.roles_guessed import (
    Guess,
    Keys,
    arms_of_contacts,
    flags_of,
    guess_as_of,
    guess_keys,
    guess_outcome,
    guess_roles,
    guess_until,
    rows_of,
    validity,
)

HORIZON_DAYS = 28
_NEVER_CHANGES = (
    "the values of today, used for the past, would tell the outcome: say `never_changes = true` "
    "if they were the same at every campaign, or name `valid_from`"
)


@dataclass(frozen=True)
class Proposal:
    """What was guessed, and what somebody must say.

    Parameters
    ----------
    text : str
        The declaration, in TOML.
    files : DataFrame
        Index file; ``taken_for, rows, why``.
    guesses, open : tuple of str
        What should be checked; what must be answered before a run.
    """

    text: str
    files: pd.DataFrame
    guesses: tuple[str, ...]
    open: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"  {file:<{self._width}}  {row.taken_for or 'left out':<10}  {row.rows:>12}  {row.why}"
            for file, row in self.files.iterrows()
        ]
        guessed = [f"guessed: {one}." for one in self.guesses]
        asked = [f"TO ANSWER: {one}." for one in self.open]
        return "\n".join([*lines, *guessed, *asked])

    @property
    def _width(self) -> int:
        return max(len(str(file)) for file in self.files.index)


def propose(folder: str | Path, *, home: str | Path | None = None) -> Proposal:
    """Look at the files of a folder, and propose what each of them is.

    Every file is read whole, once. Names of columns and tables are looked at in English and
    German; nothing is used before somebody has read the proposal.

    Parameters
    ----------
    folder : path
    home : path, optional
        The folder in which the declaration will be: paths begin there. Default: `folder`.

    Returns
    -------
    Proposal

    Raises
    ------
    MissingDataError
        There is no such folder.
    DataError
        It holds no tables, or none of contacts.

    Examples
    --------
    >>> from workbench.files.shipped import data_path
    >>> proposal = propose(data_path("contacts.csv").parent)
    >>> proposal.files["taken_for"].to_dict()["visits.csv"]
    'events'
    """
    place = Path(folder)
    looks, unread = look_at(place)
    keys = guess_keys(looks)
    guesses = guess_roles(looks, keys)
    written = _Writing(guesses, keys, _below(place, Path(folder if home is None else home)))
    lines = list(written.lines())
    lines += [f"# {name} is left out: {_flat(reason)}" for name, reason in unread.items()]
    files = pd.DataFrame(
        [(g.look.file, g.role, rows_of(g), g.why) for g in guesses],
        columns=["file", "taken_for", "rows", "why"],
    ).set_index("file")
    return Proposal("\n".join(lines) + "\n", files, tuple(written.guessed), tuple(written.asked))


def _below(folder: Path, home: Path) -> str:
    """Return how paths begin that lead from the declaration to the files."""
    relative = folder.resolve()
    try:
        way = relative.relative_to(home.resolve())
    except ValueError:
        return f"{relative.as_posix()}/"
    return "" if way == Path() else f"{way.as_posix()}/"


class _Writing:
    """Writes the sections one after another, and notes what was guessed and what is open."""

    def __init__(self, guesses: Sequence[Guess], keys: Keys, below: str) -> None:
        self.keys, self.below = keys, below
        self.guessed: list[str] = []
        self.asked: list[str] = []
        self.of = {
            role: [guess for guess in guesses if guess.role == role]
            for role in ("contacts", "campaigns", "events", "attributes", "offers", "")
        }

    def lines(self) -> Iterator[str]:
        yield "# What each table is. A line that says `guess` was guessed from names and values."
        yield from self._keys()
        for role in ("contacts", "campaigns"):
            for guess in self.of[role]:
                yield from self._table(f"[{role}]", guess)
        for role in ("events", "attributes", "offers"):
            for guess in self.of[role]:
                yield from self._table(f"[{role}.{_key(guess.look.name)}]", guess)
                yield from self._of_role(guess)
        yield from self._outcome()
        yield from self._treatment()
        for guess in self.of[""]:
            yield f"# {guess.look.file} is left out: {guess.why}."

    def _keys(self) -> Iterator[str]:
        contacts, campaigns = self.of["contacts"][0].look, self._campaigns()
        yield self._guess("customer", self.keys.customer, "who, in all tables")
        yield self._guess("campaign", self.keys.campaign, "which campaign")
        as_of, where, possible = guess_as_of(contacts, campaigns)
        if as_of:
            yield self._guess("as_of", as_of, f"when it was decided whom to contact, of {where}")
        else:
            yield f'# as_of = "…"  # TO ANSWER: {_one_of(possible)}'
            dates = (
                f"{where} have several dates" if possible else "no contact or campaign has a date"
            )
            self.asked.append(
                f"{dates}; `as_of` must name the column that holds when it was decided whom to "
                f"contact{': ' * bool(possible)}{_one_of(possible)}"
            )
        last = [guess.look.data[guess.time].max() for guess in self.of["events"] if guess.time]
        if last:
            until = f"the last event is of {max(map(_naive, last)):%Y-%m-%d}"
            yield self._guess("observed_until", LAST_EVENT, f"{until}; write a date if later")
        else:
            yield "# observed_until = 2024-06-01  # TO ANSWER"
            self.asked.append("`observed_until` must be the day up to which outcomes were recorded")

    def _table(self, header: str, guess: Guess) -> Iterator[str]:
        yield ""
        yield header
        yield f"file = {_text(self.below + guess.look.file)}  # {rows_of(guess)}; {guess.why}"
        if guess.rename:
            pairs = ", ".join(f"{_key(old)} = {_text(new)}" for old, new in guess.rename.items())
            yield f"rename = {{ {pairs} }}  # guess"
            self.guessed.append(f"{guess.look.file}: {pairs}")
        for doubt in guess.look.doubts:
            yield f"# {_flat(doubt)}"
            self.asked.append(f"{guess.look.file}: {_flat(doubt).rstrip('.')}")

    def _of_role(self, guess: Guess) -> Iterator[str]:
        if guess.role == "events" and guess.time:
            yield self._guess("time", guess.time, "when it happened", of=guess.look.file)
        elif guess.role == "events":
            which = _one_of(guess.look.dates)
            yield f'# time = "…"  # TO ANSWER: {which}'
            self.asked.append(f"{guess.look.file}: `time` must say when it happened: {which}")
        if guess.role == "attributes":
            if found := validity(guess.look):
                yield self._guess("valid_from", found, "from when it was true", of=guess.look.file)
                return
            yield f"# never_changes = true  # TO ANSWER: {_NEVER_CHANGES}"
            self.asked.append(f"{guess.look.file}: {_NEVER_CHANGES}")

    def _outcome(self) -> Iterator[str]:
        yield ""
        name, why = guess_outcome(self.of["events"], self.keys)
        flags = flags_of(self.of["contacts"][0].look)
        flag = flags[0] if len(flags) == 1 else ""
        if len(flags) > 1:
            yield "# [outcome]  # TO ANSWER"
            yield f'# column = "…"  # {_one_of(flags)}'
            yield f"# horizon_days = {HORIZON_DAYS}"
            self.asked.append(
                f"several columns of the contacts may say who responded: {_one_of(flags)}"
            )
            return
        if not (name or flag):
            yield "# [outcome]  # TO ANSWER: which events are responses, and within how many days?"
            yield '# events = "…"'
            yield f"# horizon_days = {HORIZON_DAYS}"
            self.asked.append(
                "no table is named like responses; `[outcome]` must say which events are, and "
                "within how many days. Without it contacts can be scored only"
            )
            return
        yield "[outcome]"
        if flag:
            yield self._guess("column", flag, "of the contacts: who responded")
        else:
            yield self._guess("events", name, why)
        yield from self._window("" if flag else name)

    def _treatment(self) -> Iterator[str]:
        """Propose the arms of a test, where a column of the contacts looks like them."""
        column, control = arms_of_contacts(self.of["contacts"][0].look)
        if not column:
            return
        yield ""
        yield "[treatment]"
        yield self._guess("column", column, "of the contacts: the arm of a test that each was in")
        yield self._guess("control", control, "the arm that was not contacted")

    def _window(self, responses: str) -> Iterator[str]:
        as_of, _, _ = guess_as_of(self.of["contacts"][0].look, self._campaigns())
        if until := guess_until(self._campaigns(), as_of):
            last_day = self._last_day(responses, until) if responses else ""
            ends = "the first moment that no longer counts"
            yield self._guess("until", until, f"{ends}, of campaigns{last_day}")
        else:
            yield f"horizon_days = {HORIZON_DAYS}  # guess: four weeks to respond"
            self.guessed.append(f"horizon_days = {HORIZON_DAYS}, four weeks to respond")

    def _last_day(self, outcome: str, until: str) -> str:
        """Say so where responses of a campaign are dated on the very day that ends it."""
        campaigns = self._campaigns()
        guess = next(guess for guess in self.of["events"] if guess.look.name == outcome)
        own = self.keys.campaign_in.get(outcome)
        if campaigns is None or own is None or not guess.time:
            return ""
        ends = campaigns.data.set_index(self.keys.campaign_in[campaigns.name])[until]
        after = guess.look.data[guess.time] - guess.look.data[own].map(ends)
        on_it = int(after.between(pd.Timedelta(0), pd.Timedelta(days=1), inclusive="left").sum())
        if not on_it:
            return ""
        self.asked.append(
            f"{on_it:,} rows of {guess.look.file} are dated on the day of {until!r}: if that day "
            "still counts, use `horizon_days`, or a column that is a day later"
        )
        return f"; TO ANSWER: {on_it:,} responses on that day would not count"

    def _campaigns(self) -> Look | None:
        return self.of["campaigns"][0].look if self.of["campaigns"] else None

    def _guess(self, key: str, value: str, why: str, *, of: str = "") -> str:
        self.guessed.append(f"{of + ': ' if of else ''}{key} = {value!r}, {why}")
        return f"{key} = {_text(value)}  # guess: {why}"


def _naive(moment: pd.Timestamp) -> pd.Timestamp:
    return moment.tz_localize(None) if moment.tzinfo is not None else moment


def _one_of(names: Sequence[str]) -> str:
    return " or ".join(map(repr, names))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _flat(text: str) -> str:
    return " ".join(text.split())
