"""What the model is, how it comes to a score, what it is for, and how to get it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import __version__
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.card.figures import day, fixed, share, whole
from workbench.governance.card.gathered import Gathered, joined
from workbench.governance.card.parts import Piece, Row, Said, Section, told
from workbench.governance.run_evidence.seal import digest_of_json
from workbench.language import later, say
from workbench.ridge.export.model_json import parsed, plain
from workbench.ridge.export.model_schema import mark_of

MODEL, USES = later("Model description"), later("Intended uses & limitations")
START = later("How to Get Started with the Model")
AUTHORS, CONTACT = later("Model Card Authors"), later("Model Card Contact")
_NAMED = 3
_DIGITS = 12
"""Of a hash that is shown; files hold all of it."""


def model_section(of: Gathered) -> Section:
    """Describe the model: owner, version, marks of what it is made from, and its logic."""
    rows = (
        of.paper("name", say("Name"), "model.name"),
        of.paper("owner", say("Owner"), "people.owner"),
        Row("version", say("Version"), _version(of)),
        Row("logic", say("Logic involved"), _logic(of)),
        *_marks(of),
    )
    return Section("model-description", MODEL, say(MODEL), rows)


def uses_section(of: Gathered) -> Section:
    """Say what the model is for, what not, and what follows for a person."""
    papers = (
        ("purpose", say("Purpose"), "model.purpose"),
        ("population", say("Population"), "model.population"),
        ("intended-use", say("Intended use"), "model.intended_use"),
        ("out-of-scope", say("Not to be used for"), "model.out_of_scope"),
    )
    rows = (
        *(of.paper(*one) for one in papers),
        Row("effects", say("What follows for a person"), _effects(of)),
        Row("annex-iii", say("Credit, insurance or work"), _annex(of)),
        Row("limits", say("Known limits"), _limits(of)),
    )
    return Section("intended-uses-limitations", USES, say(USES), rows)


def start_sections(of: Gathered) -> tuple[Section, ...]:
    """Say how to make the model again, who wrote the card, and whom to ask."""
    command = of["command"] or ""
    start = Row(
        "command",
        say("Command to repeat"),
        (Said(command, "command"),) if command else (),
        code=True,
    )
    authors = (
        of.paper("author", say("Author"), "people.author"),
        of.paper("approver", say("Approved by"), "people.approver"),
    )
    contact = of.paper("contact", say("Questions about data"), "people.contact")
    return (
        Section("getting-started", START, say(START), (start,)),
        Section("authors", AUTHORS, say(AUTHORS), authors),
        Section("contact", CONTACT, say(CONTACT), (contact,)),
    )


def _version(of: Gathered) -> tuple[Piece, ...]:
    return told(
        say("Workbench {version}, card of {day}."),
        version=Said(__version__, "workbench.__version__"),
        day=day(of.today, "today"),
    )


def _logic(of: Gathered) -> tuple[Piece, ...]:
    """Say how a score comes about: a sum, whose largest parts are named."""
    columns = of.model.columns_
    strongest, where = _strongest(of)
    kept = [name for name in strongest if name not in of.screen.hidden]
    sources = (f"model.{where}[{name}]" for name in kept)
    names: list[Piece] = [
        of.named(of.frame.wording.of(str(name)), source)
        for name, source in zip(kept[:_NAMED], sources, strict=False)
    ]
    return (
        *told(
            say(
                "A score is a sum: a start, and for each of {weights} weights the weight times "
                "what is known of the contact. The sum is made a chance between 0 and 1. Weights "
                "are held small by a penalty: they count as {edf} free ones. What weighs most: "
            ),
            weights=whole(int((~columns["dropped"]).sum()), "model.columns_.dropped"),
            edf=fixed(of.model.edf_, "model.edf_", ".1f"),
        ),
        *joined(names),
        ". ",
        *_units(of),
        say(
            "So each score can be told as reasons, the largest parts of its sum: "
            "`workbench score` writes them beside each customer."
        ),
    )


def _strongest(of: Gathered) -> tuple[list[str], str]:
    """Return what weighs most, first, and where that stands: of a network, by feature."""
    if _networks(of):
        shares = of.model.shares_of_features().abs().sort_values(ascending=False, kind="stable")
        return [*map(str, shares.index)], "shares_of_features()"
    size = of.model.columns_["coef_standardised"].abs()
    ordered = size.sort_values(ascending=False, kind="stable")
    return [*map(str, ordered.index)], "columns_.coef_standardised"


def _networks(of: Gathered) -> bool:
    """Whether the model has hidden units; known by what it can do, as its room is not seen here."""
    return hasattr(of.model, "shares_of_features") and not of.model.shrunk_out_


def _units(of: Gathered) -> tuple[Piece, ...]:
    """Say that some weights are of hidden units, and what these were worth."""
    if not _networks(of):
        return ()
    said = told(
        say(
            "{units} of the weights are of hidden units: bounded curves of one feature, or of two "
            "together, drawn at random. Among them are products of two whose effect recurred over "
            "campaigns, where any were found. {worth}. "
        ),
        units=whole(len(of.model.layer_.names), "model.layer_.names"),
        worth=Said(of.model.hidden_fact(), "model.hidden_fact()"),
    )
    return tuple(said)


def _marks(of: Gathered) -> Iterator[Row]:
    """Give the hashes of data, recipe, model and governance file."""
    for key, label, found in (
        ("data-hash", say("Hash of the data"), data_mark(of.frame, of["data"])),
        ("recipe-hash", say("Hash of the recipe"), recipe_mark(of.frame)),
        ("model-hash", say("Hash of the model"), model_mark(of["saved"])),
        ("governance-hash", say("Hash of the governance file"), of.governance.sha256),
    ):
        pieces: tuple[Piece, ...] = (Said(f"sha256 {found[:_DIGITS]}…", found),) if found else ()
        yield Row(key, label, pieces)


_READ = ("y", "campaign", "as_of", "weight", "customer", "treatment")
"""What is read of contacts besides their columns."""


def data_mark(frame: FeatureFrame, data: Any = None) -> str:
    """Return the SHA-256 of a data file; without one, of the contacts as they were read.

    Examples
    --------
    >>> frame = FeatureFrame(pd.DataFrame({"x": [1.0, 2.0]}), pd.Series([0.0, 1.0]))
    >>> data_mark(frame) == data_mark(frame.rows([0, 1])), data_mark(frame) == data_mark(
    ...     frame.rows([1, 0]))
    (True, False)
    """
    if isinstance(data, str | Path) and Path(data).is_file():
        with Path(data).open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    made = hashlib.sha256()
    columns = [frame.X[name] for name in frame.X]
    columns += [part for part in (getattr(frame, name) for name in _READ) if part is not None]
    for column in columns:
        made.update(str(column.name).encode())
        made.update(np.ascontiguousarray(pd.util.hash_pandas_object(column, index=False)).tobytes())
    return made.hexdigest()


def recipe_mark(frame: FeatureFrame) -> str:
    """Return the SHA-256 of a frame's recipe, as the evidence of a run has it.

    Examples
    --------
    >>> frame = FeatureFrame(pd.DataFrame({"x": [1.0, 2.0]}), pd.Series([0.0, 1.0]))
    >>> len(recipe_mark(frame))
    64
    """
    return digest_of_json(plain(frame.recipe))


def model_mark(saved: Any) -> str:
    """Return the SHA-256 of what a model's file holds of the model; "" where none was saved.

    The file gets the name and hash of its report later, and these are left out.
    """
    return "" if saved is None else mark_of(parsed(Path(saved)))


def _effects(of: Gathered) -> tuple[Piece, ...]:
    earned = of["earned"]
    said: tuple[Piece, ...] = (
        say("A score decides who is contacted first; who is low may get no offer. "),
    )
    if earned is not None:
        said += told(
            say("At the depth that was expected to earn most, {share} of contacts are made. "),
            share=share(earned.best["depth"], "earned.best.depth"),
        )
    kept = of.answer("people.override")
    return said + (told(say("{who} may decide otherwise."), who=kept[0]) if kept else ())


def _annex(of: Gathered) -> tuple[Piece, ...]:
    uses = {
        say("credit"): of.governance.uses.credit,
        say("insurance"): of.governance.uses.insurance,
        say("work"): of.governance.uses.work,
    }
    answers = {True: say("yes"), False: say("no"), None: say("not answered")}
    parts: list[Piece] = [
        Said(f"{name}: {answers[value]}", "governance.uses") for name, value in uses.items()
    ]
    return joined(parts)


def _limits(of: Gathered) -> tuple[Piece, ...]:
    """Say what the run itself found to be beyond the model."""
    said = [getattr(of["split"], "too_few", "") or "", *(of.frame.notes or ())]
    if of["split"] is not None and not of["split"].later:
        said.append(say("It was not judged on later campaigns."))
    found = [of.measured(one, "frame.notes") for one in said if one]
    if not found:
        return (say("None was noted by the run; see the limits of use."),)
    return tuple(piece for one in found for piece in (*one, " "))[:-1]
