"""Two runs side by side in words and tables, for the terminal, the notebook and the page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from workbench.digits import money_range_text
from workbench.language import speaking
from workbench.messages import count_of
from workbench.reports.headline import Figure
from workbench.reports.side_by_side.compared import Compared, end_of
from workbench.reports.table import Table

MOST = 15
"""Rows of a table; `Compared.to_dict` has them all."""


def parts_of(compared: Compared) -> Iterator[tuple[str, Table | str]]:
    """Yield each part under its heading: a table, or a sentence where there is none."""
    yield "What they were asked", Table(compared.asked, most=99)
    yield "What they found", _figures_written(compared)
    yield "Penalties by group", _penalties_written(compared)
    yield "Features", _features_written(compared)
    yield "Coefficients", _moved_written(compared)
    yield "Trained ranges", _ranges_written(compared)


def lines_of(compared: Compared) -> str:
    """Write it for a terminal: both places, what a reader must know first, and each part."""
    with speaking("en"):  # as its sentences are, whatever the notebook speaks
        parts = [f"old: {compared.old.place}\nnew: {compared.new.place}"]
        parts += ["\n".join(compared.cautions)]
        parts += [f"{heading}\n{shown}" for heading, shown in parts_of(compared)]
        return "\n\n".join(parts)


def _figures_written(compared: Compared) -> Table | str:
    if not compared.pairs:
        return "Neither run has figures."
    told = zip(compared.figures.iterrows(), compared.pairs, strict=True)
    rows = [_written(compared, row, *pair) for (_, row), pair in told]
    verdicts = [
        "" if one.headline is None else one.headline.verdict for one in (compared.old, compared.new)
    ]
    if any(verdicts):
        rows.insert(0, ("Verdict", *verdicts, ""))
    return Table(pd.DataFrame(rows, columns=["figure", "old", "new", "difference"]), most=99)


def _written(
    compared: Compared, row: pd.Series[Any], old: Figure | None, new: Figure | None
) -> tuple[str, ...]:
    name, told = str(row.name), new or old
    if old is None or new is None or told is None:
        said = ""
    elif math.isnan(row["difference"]):
        said = "not comparable" if not compared.may_differ(told) else ""
    elif row["better"] is None:
        said = "none" if old.text == new.text else _signed(told, row["difference"])
        said += " (within both intervals)" if told.better and old.text != new.text else ""
    else:
        verb = "better" if row["better"] else "worse"
        said = f"{_signed(told, row['difference'])} ({verb})"
    if old is not None and new is not None and old.name != new.name:
        name += f" (before: {old.name})"
    return name, _with_interval(old), _with_interval(new), said


def _penalties_written(compared: Compared) -> Table | str:
    table = compared.penalties
    if table.empty:
        return "Neither run saved a model."
    shown = table.assign(times=[_times(one) for one in table["times"]])
    return Table(
        shown[["columns_old", "columns_new", "penalty_old", "penalty_new", "times"]], most=99
    )


def _features_written(compared: Compared) -> str:
    if not (compared.old.model and compared.new.model):
        return "Only two models can be compared in their features."
    said = [
        f"{word}: {_named(names)}."
        for word, names in (("Came", compared.came), ("Went", compared.went))
        if names
    ]
    return " ".join(said) or "Both have the same features."


def _named(names: list[str]) -> str:
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (f", … {more:,} more" if more > 0 else "")


def _moved_written(compared: Compared) -> Table | str:
    found = compared.moved
    if compared.alike.models:
        return "Coefficients of other outcomes are not comparable."
    if not found.compared:
        return "No coefficient is in both."
    few = f" {found.few} of few people are not shown." if found.few else ""
    said = (
        f"{count_of(len(found.table) + found.few, 'coefficient')} of {found.compared:,} moved "
        f"by more than their errors say; {0.05 * found.compared:.0f} may by chance alone."
        f"{few} Per standard deviation of the old training"
    )
    if found.table.empty:
        return said.partition(" Per ")[0]
    return Table(found.table, caption=f"{said}:", most=MOST)


def _ranges_written(compared: Compared) -> Table | str:
    if not (compared.old.model and compared.new.model):
        return "Only two models can be compared in their ranges."
    if compared.ranges.empty:
        return "No range of a feature moved by more than a tenth of its width."
    shown = compared.ranges.assign(
        moved=[
            f"{one:.0%}" if math.isfinite(one) else "was constant"
            for one in compared.ranges["moved"]
        ]
    )
    return Table(shown, caption="Ends that moved by more than a tenth of the width", most=MOST)


def _with_interval(figure: Figure | None) -> str:
    """Write a figure with its interval, where it has one."""
    if figure is None:
        return ""
    low, high = end_of(figure, "low"), end_of(figure, "high")
    if math.isnan(low) or math.isnan(high) or low == high:
        return figure.text
    ends = (
        money_range_text(low, high)
        if figure.kind == "money"
        else f"{figure.written(low)} to {figure.written(high)}"
    )
    return f"{figure.text} ({ends})"


def _signed(figure: Figure, difference: float) -> str:
    """Write a difference with its sign, as its figure is written; a share's in points."""
    written = figure.written(abs(difference))
    if figure.kind == "share":
        written = written.replace("%", "") + " points"
    return f"{'+' if difference > 0 else '−'}{written}"


def _times(ratio: float) -> str:
    return "" if math.isnan(ratio) else f"× {ratio:.3g}"
