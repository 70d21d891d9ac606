"""How the model did on contacts that it had not seen: over all, by campaign, segment and group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from workbench.governance.card.figures import (
    ABSENT,
    count,
    day,
    fixed,
    loss,
    money,
    ratio,
    read,
    share,
)
from workbench.governance.card.gathered import Gathered, not_measured
from workbench.governance.card.parts import Grid, Number, Pieces, Row, Section, told
from workbench.governance.card.signed import sign_said
from workbench.governance.fairness_findings import MEASURES, NAMES
from workbench.governance.limits import MUCH_OUTSIDE, TOO_GOOD_AUC
from workbench.governance.told_rates import told_rates
from workbench.language import later, say, speaking

RESULTS, FAIRNESS = later("Evaluation Results"), later("Fairness")
LIMITS = later("Limits of use")
Write = Callable[[Any, str], Number]
_OUTSIDE = 10  # columns of which it is told how much lies outside


def results_section(of: Gathered) -> Section:
    """Give performance over all, by campaign and by segment, calibration, and what was earned."""
    grids = [
        _headline(of),
        _by_campaign(of),
        _segments(of),
        _calibration(of),
    ]
    found = tuple(grid for grid in grids if grid is not None)
    return Section("evaluation-results", RESULTS, say(RESULTS), tuple(_results(of)), found)


def fairness_section(of: Gathered) -> Section:
    """Give the rates of groups, and the gaps between them."""
    found = of["fairness"]
    if found is None:
        rows = (Row("groups", say("Groups"), not_measured()),)
        return Section("fairness", FAIRNESS, say(FAIRNESS), rows)
    rows = (Row("groups", say("Groups"), of.measured(found.sentence(), "fairness.sentence()")),)
    checks = tuple(
        Row(
            check.name,
            check.question,
            of.measured(check.evidence, "fairness.told().checks()"),
            check.state,
        )
        for check in found.told().checks()
    )
    return Section("fairness", FAIRNESS, say(FAIRNESS), rows + checks, (_groups(of),))


def limits_section(of: Gathered) -> Section:
    """Say how far the scores may be trusted: the trained range, and when to fit again."""
    beyond = of["beyond"]
    rows = [
        Row(
            "beyond",
            say("Outside of the trained range"),
            not_measured()
            if beyond is None
            else told(
                say("{share} of what moves the scores of new contacts."),
                share=share(beyond.share, "beyond.share"),
            ),
        ),
        Row("limit-beyond", say("Fit again"), _limit(of)),
        Row(
            "limit-auc",
            say("Look for leaks"),
            told(
                say("where AUC is above {auc}: nobody is foretold so well."),
                auc=fixed(TOO_GOOD_AUC, "limits.TOO_GOOD_AUC", ".2f"),
            ),
        ),
        Row("range", say("How numbers outside count"), (_held(of),)),
    ]
    grids = () if beyond is None or beyond.outside.empty else (_outside(of),)
    return Section("limits", LIMITS, say(LIMITS), tuple(rows), grids)


def _results(of: Gathered) -> Iterator[Row]:
    headline = of["headline"]
    if headline is not None and headline.read.verdict:
        shown = headline.read
        said = f"{say(shown.verdict)}. {shown.why}"
        yield Row("verdict", say("Verdict"), of.measured(said, "headline.verdict"))
    found = None if of["performance"] is None else _told_row(of["performance"])
    yield Row("performance", say("Ranking"), not_measured() if found is None else _ranking(found))
    if found is not None:
        yield Row("loss", say("Log loss"), _loss(found))
        yield Row("calibration", say("Calibration"), _in_the_large(found))
    if of["earned"] is not None:
        yield Row("earned", say("Earned"), _earned(of))
    if of["signs"] is not None and of["signs"].found:
        for sign in of["signs"].found:
            yield Row(
                f"sign-{sign.name}",
                say("Sign against it"),
                of.measured(sign_said(sign), "signs.found"),
                "needs repair",
            )


def _told_row(found: pd.Series[Any]) -> pd.Series[Any]:
    return told_rates(pd.DataFrame([found])).iloc[0]


def _ranking(found: pd.Series[Any]) -> Pieces:
    return told(
        say(
            "AUC {auc} (95% interval {low} to {high}); the best tenth respond {lift} times as "
            "often."
        ),
        auc=ratio(found["auc"], "performance.auc"),
        low=ratio(found["auc_low"], "performance.auc_low"),
        high=ratio(found["auc_high"], "performance.auc_high"),
        lift=fixed(found["lift_10"], "performance.lift_10", ".2f"),
    )


def _loss(found: pd.Series[Any]) -> Pieces:
    return told(
        say("{loss}, {ratio} of that of the base rate (95% interval {low} to {high})."),
        loss=loss(found["log_loss"], "performance.log_loss"),
        ratio=ratio(found["loss_ratio"], "performance.loss_ratio"),
        low=ratio(found["loss_ratio_low"], "performance.loss_ratio_low"),
        high=ratio(found["loss_ratio_high"], "performance.loss_ratio_high"),
    )


def _in_the_large(found: pd.Series[Any]) -> Pieces:
    return told(
        say("{rate} responded of {contacts} contacts, where {expected} were expected."),
        rate=share(found["rate"], "performance.rate"),
        contacts=count(found["contacts"], "performance.contacts"),
        expected=share(found["mean_propensity"], "performance.mean_propensity"),
    )


def _earned(of: Gathered) -> Pieces:
    return of.measured(of["earned"].sentence(of["currency"] or ""), "earned.sentence()")


_KINDS: dict[str, Write] = {"share": share, "count": count}


def _headline(of: Gathered) -> Grid | None:
    """Repeat the figures of the first page."""
    headline = of["headline"]
    if headline is None or not headline.read.figures:
        return None
    rows = []
    for place, figure in enumerate(headline.read.figures):
        source = f"headline.figures[{place}].value"
        rows.append(
            (
                (of.said(figure.name, "headline.figures"),),
                (_figure(figure, source),),
                of.measured(figure.note, "headline.figures") if figure.note else (ABSENT,),
            )
        )
    names = (say("Figure"), say("Value"), say("Note"))
    return Grid("figures", say("Figures of the first page"), names, tuple(rows))


def _figure(figure: Any, source: str) -> Number:
    """Write a figure as the first page does."""
    if figure.kind == "count":
        return count(figure.value, source)
    if figure.kind == "money":
        return money(figure.value, source, figure.unit)
    with speaking("en"):
        plain = figure.text
    return Number(read(plain), figure.text, source)


def _by_campaign(of: Gathered) -> Grid | None:
    table = of["by_campaign"]
    if table is None:
        return None
    return _grid(
        of,
        "by-campaign",
        say("Campaign by campaign"),
        told_rates(of.shown(table.set_index("campaign"))),
        "by_campaign",
        {
            say("Campaign"): "",
            say("Contacts"): ("contacts", count),
            say("Responded"): ("rate", share),
            say("Expected"): ("mean_propensity", share),
            say("Loss ratio"): ("loss_ratio", ratio),
            say("AUC"): ("auc", ratio),
        },
        len(table),
    )


def _segments(of: Gathered) -> Grid | None:
    found = of["segments"]
    if found is None:
        return None
    return _grid(
        of,
        "by-segment",
        say("By segment: {by}", by=of.frame.wording.of(found.by)),
        told_rates(found.table),
        "segments.table",
        {
            say("Segment"): "",
            say("Contacts"): ("contacts", count),
            say("Responded"): ("rate", share),
            say("Over expected"): ("ratio", ratio),
            say("AUC"): ("auc", ratio),
        },
        len(found.table),
        found.said,
    )


def _groups(of: Gathered) -> Grid:
    found = of["fairness"]
    columns: dict[str, Any] = {say("Group"): "", say("Contacts"): ("contacts", count)}
    writes: tuple[Write, ...] = (share, share, ratio, ratio)
    columns |= {
        _capital(say(NAMES[name])): (name, write)
        for name, write in zip(MEASURES, writes, strict=True)
    }
    table = told_rates(found.table)
    where = "fairness.table"
    said = found.said
    by = say("Groups by {by}, with 95% intervals", by=of.frame.wording.of(found.by))
    return _grid(of, "groups", by, table, where, columns, len(table), said)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _calibration(of: Gathered) -> Grid | None:
    table = of["calibration"]
    if table is None:
        return None
    shown = told_rates(table)
    rows = tuple(
        (
            (share(row["mean_propensity"], f"calibration.mean_propensity[{place}]"),),
            (share(row["rate"], f"calibration.rate[{place}]"),),
            (count(row["contacts"], f"calibration.contacts[{place}]"),),
        )
        for place, row in shown.iterrows()
    )
    names = (say("Expected"), say("Responded"), say("Contacts"))
    hidden = any(cell[0].value is None for row in rows for cell in row)
    remark = say("–: too few people to tell.") if hidden else ""
    return Grid("calibration", say("Calibration: expected and observed"), names, rows, remark)


def _grid(
    of: Gathered,
    key: str,
    caption: str,
    table: pd.DataFrame,
    where: str,
    columns: dict[str, Any],
    total: int,
    named: Callable[[str], str] = str,
) -> Grid:
    """Write a table of evidence, each number with its interval where it has one."""
    rows = tuple(
        tuple(
            (of.named(named(str(label)), where),)
            if column == ""
            else _cell(row, column[0], column[1], f"{where}.{{}}[{label}]")
            for column in columns.values()
        )
        for label, row in table.iterrows()
    )
    less = total - len(table)
    remark = say("Those of fewer than ten customers are not shown.") if less else ""
    hidden = any(
        cell and isinstance(cell[0], Number) and cell[0].value is None
        for row in rows
        for cell in row
    )
    remark = " ".join(filter(None, [remark, say("–: too few people to tell.") if hidden else ""]))
    return Grid(key, caption, tuple(columns), rows, remark)


def _cell(row: pd.Series[Any], name: str, write: Write, where: str) -> Pieces:
    value = write(row[name], where.format(name))
    low, high = f"{name}_low", f"{name}_high"
    if low not in row or value.value is None:
        return (value,)
    ends = [write(row[end], where.format(end)) for end in (low, high)]
    return (value,) if ends[0].value is None else (value, " (", ends[0], "–", ends[1], ")")


def _limit(of: Gathered) -> Pieces:
    return told(
        say("where more than {limit} lies outside; and at the review, {review}, at the latest."),
        limit=share(MUCH_OUTSIDE, "limits.MUCH_OUTSIDE"),
        review=_review(of),
    )


def _review(of: Gathered) -> Number:
    return day(of.governance.dates.review, "governance.dates.review")


def _held(of: Gathered) -> str:
    if getattr(of.model, "extrapolate", False):
        return say("They follow the slope on: what training could not check moves scores.")
    return say("As the nearest number that training saw.")


def _outside(of: Gathered) -> Grid:
    table = of.shown(of["beyond"].outside).iloc[:_OUTSIDE]
    rows = tuple(
        (
            (of.named(of.frame.wording.of(str(name)), "beyond.table"),),
            (share(row["below_share"], f"beyond.table.below_share[{name}]"),),
            (share(row["above_share"], f"beyond.table.above_share[{name}]"),),
        )
        for name, row in table.iterrows()
    )
    names = (say("Column"), say("Contacts below"), say("Contacts above"))
    return Grid("outside", say("Columns outside of the trained range"), names, rows)
