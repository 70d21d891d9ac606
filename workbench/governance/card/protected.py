"""Personal data: what is used and why, who objected, for how long, and what may leave the house."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.governance.card.figures import ABSENT, count, day, figures_in, whole
from workbench.governance.card.gathered import Gathered, joined, not_measured
from workbench.governance.card.parts import Grid, Number, Piece, Pieces, Row, Said, Section, told
from workbench.governance.disclosure import EXACT, FEWEST_PEOPLE, PRIVATE, ROUNDED_TO, STATIC
from workbench.governance.guarantee import Guarantee
from workbench.governance.personal_words import USES, kind_said
from workbench.language import later, retold, say

PERSONAL = later("Personal data")
CLASSES = {
    "direct identifier": later("direct identifier"),
    "special category": later("special category"),
    "proxy": later("proxy"),
}
LEDGER = "ledger"
"""The row that says what has left the folder before."""


def personal_section(of: Gathered) -> Section:
    """Say on which basis data are used, what was found in them, and how people are kept out."""
    rows = (
        Row("legal-basis", say("Legal basis"), _basis(of)),
        of.paper("impact", say("Impact assessment"), "legal.dpia"),
        Row("found", say("Personal data among columns"), _found(of)),
        Row("allowed", say("Allowed as features"), _allowed(of)),
        Row("objection", say("Objection"), _objection(of)),
        Row("suppressed", say("Left out on objection"), _suppressed(of)),
        Row("retention", say("Kept until"), _until(of)),
        Row("disclosure", say("What may leave the house"), tuple(_released(of))),
        Row(LEDGER, say("What has left before"), ledger_pieces(of["ledger"])),
    )
    grids = tuple(grid for grid in (_channels(of), _columns(of)) if grid.rows)
    return Section("personal-data", PERSONAL, say(PERSONAL), rows, grids)


def ledger_pieces(together: Any) -> Pieces:
    """Say what has left a folder with and before this file.

    Parameters
    ----------
    together : Together or str, optional
        From `workbench.governance.ledger`; None where nothing was exported yet.
    """
    if together is None:
        return (say("Not exported yet: the ledger of the folder says it then."),)
    text = together if isinstance(together, str) else together.standing()
    return figures_in(text, "ledger")


def _basis(of: Gathered) -> Pieces:
    return joined([*of.answer("legal.basis"), *of.answer("legal.interest")], ": ")


def _found(of: Gathered) -> Pieces:
    personal = of["personal"]
    if personal is None:
        return not_measured()
    table = personal.table()
    if len(table) == 0:
        return (say("None was found by name, pattern or checksum; that proves none to be absent."),)
    parts: list[Piece] = []
    for name, number in table["class"].value_counts().items():
        told_class = say(CLASSES.get(str(name), str(name)))
        parts += ["; "] * bool(parts)
        parts += [f"{told_class}: ", whole(number, f"personal.table().class[{name}]")]
    return tuple(parts)


def _columns(of: Gathered) -> Grid:
    personal = of["personal"]
    names = (say("Column"), say("Kind"), say("Class"), say("Used as"), say("Found by"))
    rows: list[tuple[Pieces, ...]] = []
    if personal is not None:
        for row in personal.table().to_dict("records"):
            told_class = say(CLASSES.get(row["class"], row["class"]))
            use = say(USES.get(row["use"], row["use"])) if row["use"] else ABSENT
            cells = [row["column"], kind_said(row["kind"]), told_class, use, retold(row["why"])]
            rows.append(tuple((of.said(str(cell), "personal.table()"),) for cell in cells))
    return Grid("personal", say("Personal data among columns"), names, tuple(rows), words=True)


def _allowed(of: Gathered) -> Pieces:
    allowed = {**dict(of.frame.recipe.get("allowed") or {}), **of.governance.allowed}
    if not allowed:
        return (say("None."),)
    return joined(
        [of.said(f"{name}: {why}", "governance.allowed") for name, why in allowed.items()], "; "
    )


def _objection(of: Gathered) -> Pieces:
    contact = of.answer("people.contact")
    if not contact:
        return ()
    return told(
        say("Whoever objects writes to {contact}; no training, score or list has them after that."),
        contact=contact[0],
    )


def _suppressed(of: Gathered) -> Pieces:
    """Count whom objections left out; never name one."""
    found = of["suppressed"]
    if found is None:
        if of.governance.suppression is None:
            return (say("No list of objections is named in the governance file."),)
        return (say("A list is named, and was not given to this run."),)
    who = {
        "customers": count(found.customers, "suppressed.customers"),
        "rows": count(found.rows, "suppressed.rows"),
    }
    if found.unknown is None:  # as of a frame, which keeps no more
        return told(say("{customers} customers, with {rows} contacts."), **who)
    said = say(
        "{customers} customers, with {rows} contacts; {unknown} on the list are not among these "
        "data."
    )
    return told(said, unknown=count(found.unknown, "suppressed.unknown"), **who)


def _until(of: Gathered) -> Pieces:
    date = of.governance.dates.retention
    return () if date is None else (day(date, "governance.dates.retention"),)


def _released(of: Gathered) -> Iterator[Piece]:
    """Say under which guarantee the file leaves."""
    for place, one in enumerate(several(of["release"])):
        yield from (" ",) if place else ()
        if isinstance(one, Guarantee):
            yield from figures_in(one.sentence(), "release.sentence()")
        elif one == EXACT:
            yield Said(Guarantee(EXACT).sentence(), "release.sentence()")
        elif one == PRIVATE:
            yield say(
                "Live views stand on clipped statistics with noise; each says its own guarantee "
                "below it. It is not differential privacy."
            )
        elif one == STATIC:
            yield say("Pictures and tables alone leave; no view is live.")
        else:
            yield say("It was not said how the file is released.")
    yield " "
    yield from told(
        say("Nothing is told of fewer than {fewest} customers, and counts are rounded to {step}."),
        fewest=Number(FEWEST_PEOPLE, str(FEWEST_PEOPLE), "disclosure.FEWEST_PEOPLE"),
        step=Number(ROUNDED_TO, str(ROUNDED_TO), "disclosure.ROUNDED_TO"),
    )


def several(release: Any) -> list[Any]:
    """Return what is said of the release of each view.

    Examples
    --------
    >>> several("static"), several(["private", "exact"])
    (['static'], ['private', 'exact'])
    """
    return list(release) if isinstance(release, list | tuple) and release else [release]


def _channels(of: Gathered) -> Grid:
    rows = tuple(
        tuple(
            (Said(text, f"governance.channels[{place}]"),) if text else ()
            for text in (one.name, one.consent, one.basis)
        )
        for place, one in enumerate(of.governance.channels)
    )
    names = (say("Channel"), say("Consent"), say("Legal basis"))
    return Grid("channels", say("Consent by channel"), names, rows, words=True)
