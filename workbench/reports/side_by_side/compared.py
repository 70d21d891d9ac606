"""What differs between two runs, as tables of numbers: none where no difference may be told."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from workbench.messages import count_of
from workbench.reports.headline import Figure
from workbench.reports.side_by_side import models
from workbench.reports.side_by_side.alike import Alike
from workbench.reports.side_by_side.asked import ASKED
from workbench.reports.side_by_side.one_run import OneRun

_AMOUNT = re.compile(r"\d[\d.,]*(?![\d.,]|\s?%)")  # a share is none
_CHOSEN = "share"  # the kind of figure that follows from cost and margin


@dataclass(frozen=True)
class Compared:
    """What two runs found, and which differences mean anything.

    Parameters
    ----------
    old, new : OneRun
    alike : Alike
        What stands against calling one better than the other.
    """

    old: OneRun
    new: OneRun
    alike: Alike

    @cached_property
    def cautions(self) -> list[str]:
        """What a reader must know first: what cannot be compared, and why."""
        told = [*self.old.remarks, *self.new.remarks]
        against = self.alike
        if against.figures:
            told.append(
                "Figures stand side by side, without a difference, as they are not of one test."
            )
        told += [*against.figures, *(one for one in against.models if one not in against.figures)]
        told += [f"{one} So money has no difference." for one in against.money]
        told += against.waiting
        if not against.figures:
            told.append(
                f"Both were judged on the same {count_of(self.new.judged['contacts'], 'contact')}. "
                "Whether a difference is more than chance, these figures cannot tell: "
                "`workbench.evidence.loss_difference` asks the scores of both."
            )
        return list(dict.fromkeys(told))

    @cached_property
    def asked(self) -> pd.DataFrame:
        """What each run was asked, and of what: old and new as text."""
        rows: dict[str, tuple[str, str]] = {}
        for name, tell in ASKED:
            before, now = tell(self.old), tell(self.new)
            if before or now:
                rows[name] = (before, now)
        table = pd.DataFrame.from_dict(rows, orient="index", columns=["old", "new"])
        return table.rename_axis("asked")

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Return headline figures by name: ``old, new`` and ``difference`` (NaN where none may be).

        ``better`` is True or False where the difference says so. It is None where none may be
        told, or where each figure lies within the interval of the other. Intervals are
        ``old_low, old_high, new_low, new_high``.
        """
        rows = [self._row(*pair) for pair in self.pairs]
        names = ["figure", "old", "new", "difference", "better"]
        names += ["old_low", "old_high", "new_low", "new_high"]
        return pd.DataFrame(rows, columns=names).set_index("figure")

    @cached_property
    def penalties(self) -> pd.DataFrame:
        """Penalties by group: see `workbench.reports.side_by_side.models.penalties`."""
        table = models.penalties(self.old, self.new)
        return table.assign(times=math.nan) if self.alike.models else table

    @cached_property
    def came(self) -> list[str]:
        """Features that the new model alone has."""
        return models.features(self.old, self.new)[0]

    @cached_property
    def went(self) -> list[str]:
        """Features that the old model alone has."""
        return models.features(self.old, self.new)[1]

    @cached_property
    def moved(self) -> models.Moved:
        """Coefficients that differ by more than their errors say; none of other outcomes."""
        if self.alike.models:
            return models.Moved(pd.DataFrame(), 0, 0)
        return models.moved(self.old, self.new)

    @cached_property
    def ranges(self) -> pd.DataFrame:
        """Trained ranges that changed: see `workbench.reports.side_by_side.models.ranges`."""
        return models.ranges(self.old, self.new)

    @cached_property
    def pairs(self) -> list[tuple[Figure | None, Figure | None]]:
        """Figures of one name; of one pattern, where a name tells a cost that changed."""
        before, now = (
            [] if one.headline is None else list(one.headline.figures)
            for one in (self.old, self.new)
        )
        left = list(before)
        pairs: list[tuple[Figure | None, Figure | None]] = []
        for figure in now:
            same = [each for each in left if each.name == figure.name]
            same = same or [
                each
                for each in left
                if _of_one_price(each, figure) and each.name not in {one.name for one in now}
            ]
            pairs.append((same[0] if same else None, figure))
            left = [each for each in left if each is not (same[0] if same else None)]
        return [*pairs, *((figure, None) for figure in left)]

    def _row(self, old: Figure | None, new: Figure | None) -> tuple[Any, ...]:
        told = new or old or Figure("", None)
        values = [math.nan if one is None or one.value is None else one.value for one in (old, new)]
        ends = [end_of(one, name) for one in (old, new) for name in ("low", "high")]
        difference = values[1] - values[0] if self.may_differ(told) else math.nan
        same = new is not None and old is not None and old.text == new.text
        better = None
        if not (math.isnan(difference) or same or _within(values, ends)) and told.better:
            better = (difference > 0) == (told.better == "higher")
        return (told.name, *values, difference, better, *ends)

    def may_differ(self, figure: Figure) -> bool:
        """Whether a difference of this figure is one of the models."""
        of_money = figure.kind in ("money", _CHOSEN)
        return not (self.alike.figures or (of_money and self.alike.money))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "old": self.old.place,
            "new": self.new.place,
            "cautions": self.cautions,
            "comparable": {
                "figures": not self.alike.figures,
                "money": not (self.alike.figures or self.alike.money),
                "models": not self.alike.models,
            },
            "asked": _records(self.asked),
            "verdicts": [
                None if one.headline is None else one.headline.verdict
                for one in (self.old, self.new)
            ],
            "figures": _records(self.figures),
            "penalties": _records(self.penalties),
            "features": {"came": self.came, "went": self.went},
            "moved": _records(self.moved.table),
            "coefficients_compared": self.moved.compared,
            "ranges": _records(self.ranges),
        }


def end_of(figure: Figure | None, name: str) -> float:
    """Return an end of a figure's interval; NaN where it has none."""
    value = None if figure is None else getattr(figure, name)
    return math.nan if value is None else float(value)


def _within(values: list[float], ends: list[float]) -> bool:
    """Whether each value lies within the interval of the other: then neither is the better."""
    old, new = values
    old_low, old_high, new_low, new_high = ends
    return old_low <= new <= old_high and new_low <= old <= new_high


def _of_one_price(old: Figure, new: Figure) -> bool:
    """Whether two names differ in amounts of money alone: "best 10%" and "best 20%" are two."""
    if not old.kind == new.kind == "money":
        return False
    return _AMOUNT.sub("#", old.name) == _AMOUNT.sub("#", new.name)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    named = table.rename_axis(str(table.index.name or "column")).reset_index()
    return [{str(name): value for name, value in row.items()} for row in named.to_dict("records")]
