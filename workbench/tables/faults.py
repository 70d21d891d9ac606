"""Faults of campaign tables: all of them found, then raised as one error."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from workbench.errors import DataError
from workbench.messages import count_of, did_you_mean, listed


@dataclass
class Faults:
    """Faults found so far, notes on what was worked around, and what tables must agree on."""

    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    zones: dict[str, bool] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    may_be_empty: Collection[str] = ()

    def add(self, line: str) -> None:
        """Note a fault, once; the work goes on, to find the others."""
        if line not in self.lines:
            self.lines.append(line)

    def columns(self, table: str, have: Iterable[str], needed: Sequence[str]) -> bool:
        """Note missing and repeated columns; return whether all needed are there."""
        have = [str(name) for name in have]
        twice = [name for name in dict.fromkeys(have) if have.count(name) > 1]
        if twice:
            self.add(f"{table}: columns {listed(twice)} stand more than once; rename the others.")
        missing = [name for name in needed if name not in have]
        for name in missing:
            self.add(
                f"{table}: there is no column {name!r}; it has {listed(have)}."
                f"{did_you_mean(name, have)}"
            )
        return not missing and not twice

    def zone(self, where: str, *, aware: bool) -> None:
        """Note whether a column of moments has a time zone."""
        self.zones[where] = aware

    def same_kind(self, key: str, table: str, kind: str | None) -> bool:
        """Note a key of another kind (text, numbers) than in the contacts; None is any kind."""
        expected = self.kinds.get(key, kind)
        if kind is None:
            return True
        if kind != expected:
            self.add(
                f"{table}: each {key} is given as {kind}, in contacts as {expected}; nothing would "
                "match. Give them the same type in both."
            )
        return kind == expected

    def without_clashes(
        self, table: str, columns: Iterable[str], reserved: Collection[str]
    ) -> list[str]:
        """Leave out columns whose names are taken by a key; capitals make no difference in SQL."""
        columns = list(columns)
        kept = [name for name in columns if str(name).casefold() not in reserved]
        if len(kept) < len(columns):
            lost = [name for name in columns if name not in kept]
            self.notes.append(
                f"Of {table}, columns {listed(lost)} are left out: key columns take these names. "
                "Rename them to keep them."
            )
        return kept

    def raise_if_any(self) -> None:
        """Raise one DataError that lists every fault."""
        if len(set(self.zones.values())) > 1:
            aware = [where for where, has_zone in self.zones.items() if has_zone]
            naive = [where for where, has_zone in self.zones.items() if not has_zone]
            self.add(
                f"Moments must all have a time zone, or none: {listed(aware)} have one, "
                f"{listed(naive)} have none; convert them to one zone first."
            )
        if self.lines:
            count = len(self.lines)
            listing = "\n".join(f"- {line}" for line in self.lines)
            raise DataError(
                f"The campaign data have {count_of(count, 'fault')}; "
                f"mend all of them, then try again:\n{listing}"
            )


def rows_have(count: int) -> str:
    """Begin a sentence on some rows.

    Examples
    --------
    >>> rows_have(1), rows_have(1234)
    ('1 row has', '1,234 rows have')
    """
    return count_of(count, "row has", "rows have")
