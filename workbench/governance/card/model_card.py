"""The card of a model, made of its papers and of the evidence of its run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd

from workbench.errors import ParameterError
from workbench.evidence.beyond import BeyondTraining
from workbench.evidence.earned import Earned
from workbench.evidence.segment_findings import Segments
from workbench.evidence.split import Split
from workbench.experiments import ReadOut
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.suppressed import SUPPRESSED, of_frame
from workbench.governance.card.card import ModelCard
from workbench.governance.card.described import model_section, start_sections, uses_section
from workbench.governance.card.evaluated import (
    fairness_section,
    limits_section,
    results_section,
)
from workbench.governance.card.gathered import Gathered
from workbench.governance.card.law import open_duties, regulation_section
from workbench.governance.card.overseen import kpi_section, oversight_section, pilot_section
from workbench.governance.card.parts import Section
from workbench.governance.card.protected import personal_section, several
from workbench.governance.card.signed import checks_of_signs
from workbench.governance.card.trained import penalty_section, training_section
from workbench.governance.checked import Check
from workbench.governance.data_readiness.result import Readiness
from workbench.governance.disclosure import RELEASES
from workbench.governance.fairness_findings import Fairness
from workbench.governance.guarantee import Guarantee
from workbench.governance.ledger import Together
from workbench.governance.papers.governance import Governance
from workbench.governance.personal_data import PersonalData
from workbench.governance.regulation import Regulation, day_of, regulation
from workbench.governance.roadmap import Roadmap, pace, pilot_plan, roadmap
from workbench.language import language, say


def model_card(  # noqa: PLR0913 - a run has so much evidence, and each piece may be missing
    model: Any,
    frame: FeatureFrame,
    governance: Governance | str | os.PathLike[str],
    *,
    split: Split | None = None,
    performance: pd.Series[Any] | pd.DataFrame | None = None,
    by_campaign: pd.DataFrame | None = None,
    segments: Segments | None = None,
    calibration: pd.DataFrame | None = None,
    fairness: Fairness | None = None,
    readiness: Readiness | None = None,
    signs: Any = None,
    personal: PersonalData | None = None,
    headline: Any = None,
    release: Any = None,
    beyond: BeyondTraining | None = None,
    earned: Earned | None = None,
    experiment: ReadOut | None = None,
    suppressed: Any = None,
    spikes: pd.DataFrame | None = None,
    ledger: Together | str | None = None,
    command: str = "",
    currency: str = "",
    data: str | os.PathLike[str] | None = None,
    saved: str | os.PathLike[str] | None = None,
    pilot: Roadmap | None = None,
    law: Regulation | None = None,
    today: date | None = None,
) -> ModelCard:
    """Make the card of a model: each sentence from its papers, each number from its evidence.

    What a run did not measure says so. The state of the card is the worst of its checks. It turns
    by itself when a date is past or the table of regulations goes stale. No state says that a
    model is lawful, and the card is no legal advice.

    Parameters
    ----------
    model : RidgePropensity
        Fitted; that which is used from here on.
    frame : FeatureFrame
        All contacts of the run.
    governance : Governance or path
        What a person answers for.
    split : Split, optional
        How it was judged.
    performance : Series or DataFrame, optional
        From `workbench.metrics.performance`, on contacts that it had not seen.
    by_campaign, calibration : DataFrame, optional
        From `workbench.metrics.by_campaign` and `workbench.metrics.calibration_table`.
    segments : Segments, optional
        From `workbench.evidence.by_segment`.
    fairness : Fairness, optional
        From `workbench.governance.fairness`.
    readiness : Readiness, optional
        From `workbench.governance.readiness`.
    personal : PersonalData, optional
        From `workbench.governance.personal_data`.
    signs : Signs, optional
        From `workbench.reports.signs_against`.
    headline : Headline, optional
        The first page of the report.
    release : str or Guarantee, or several, optional
        How views leave the house: "private", "static" or "exact".
    beyond : BeyondTraining, optional
    earned : Earned, optional
    experiment : ReadOut, optional
        A test with a control group, and what contacts added.
    suppressed : Suppressed, optional
        Who was left out on objection: counts of ``customers, rows, unknown``. By default those
        that the frame remembers, where it was loaded with ``suppress=``.
    spikes : DataFrame, optional
        From `workbench.evidence.spikiness`: features that live on spikes are marked.
    ledger : Together, optional
        What has left the folder before.
    command : str
        That repeats the run.
    currency : str
        Of what was earned.
    data : path, optional
        The data file, whose SHA-256 the card bears; else the contacts as they were read have one.
    saved : path, optional
        The model's file, as `RidgePropensity.save` wrote it: the card bears its hash.
    pilot : Roadmap, optional
        By default planned here, from the section ``[pilot]`` and the known contacts.
    law : Regulation, optional
        By default that of the package.
    today : date, optional
        By default the day of now.

    Returns
    -------
    ModelCard

    Raises
    ------
    ParameterError
        `governance` is neither a Governance nor a path, the model is not fitted, or a piece of
        evidence is not what it must be.
    MissingDataError, DataError, SchemaError
        As for `Governance.read`.

    References
    ----------
    Mitchell et al. (2019), Model cards for model reporting, FAT*. Section names are those of
    skops' model cards, where these have one.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> table = pd.DataFrame({"visits": [0, 1, 2, 3] * 20, "bought": [0, 0, 1, 0, 0, 1, 1, 1] * 10})
    >>> frame = FeatureFrame.from_table(table, target="bought")
    >>> papers = Governance.of({"people": {"owner": "Ada Lovelace"}})
    >>> card = model_card(RidgePropensity(alpha=1.0).fit(frame), frame, papers)
    >>> card.state, card.row("model-description", "owner").text
    ('needs repair', 'Ada Lovelace')
    """
    papers = _papers(governance)
    if not hasattr(model, "columns_"):
        raise ParameterError(
            f"`model` must be a fitted model of the workbench; got a {type(model).__name__}"
            f"{'' if hasattr(model, 'fit') is False else ' that is not fitted'}. Fit it first."
        )
    day = day_of(today)
    row = performance.iloc[0] if isinstance(performance, pd.DataFrame) else performance
    evidence = {
        "split": split,
        "performance": row,
        "by_campaign": by_campaign,
        "segments": segments,
        "calibration": calibration,
        "fairness": fairness,
        "readiness": readiness,
        "signs": signs,
        "personal": personal,
        "headline": headline,
        "release": release,
        "beyond": beyond,
        "earned": earned,
        "experiment": experiment,
        "spikes": spikes,
        "suppressed": suppressed or _left_out(frame),
        "ledger": ledger,
        "command": command,
        "data": data,
        "saved": saved,
        "currency": currency,
    }
    for name, (kind, said) in _KINDS.items():
        _check_kind(name, evidence[name], kind, said)
    planned = pilot or roadmap(papers, plan=pilot_plan(frame, papers), per_week=pace(frame))
    law = law or regulation()
    made = Gathered(model, frame, papers, planned, law, day, evidence)
    found = tuple(_checks(made))
    with_checks = Gathered(model, frame, papers, planned, law, day, evidence, found)
    checks = (*found, *open_duties(with_checks))
    return ModelCard(
        title=papers.model.name or say("A model without a name"),
        checks=tuple(_screened(with_checks, checks)),
        sections=tuple(_sections(with_checks)),
        made=day,
        dates={
            "review": papers.dates.review,
            "retention": papers.dates.retention,
            "regulation": law.dated,
        },
        owner=papers.people.owner,
        language=language(),
    )


_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "split": (lambda one: isinstance(one, Split), "a Split, from `evidence.hold_out`"),
    "performance": (
        lambda one: isinstance(one, pd.Series) and {"auc", "log_loss"} <= set(one.index),
        "a row of `metrics.performance`",
    ),
    "by_campaign": (lambda one: _has(one, "campaign", "auc"), "from `metrics.by_campaign`"),
    "calibration": (lambda one: _has(one, "rate"), "from `metrics.calibration_table`"),
    "spikes": (lambda one: _has(one, "feature", "spiky"), "from `evidence.spikiness`"),
    "segments": (lambda one: isinstance(one, Segments), "Segments, from `evidence.by_segment`"),
    "fairness": (lambda one: isinstance(one, Fairness), "from `governance.fairness`"),
    "beyond": (
        lambda one: isinstance(one, BeyondTraining),
        "from `evidence.beyond_training`",
    ),
    "earned": (lambda one: isinstance(one, Earned), "from `evidence.earned`"),
    "experiment": (lambda one: isinstance(one, ReadOut), "a ReadOut, from `experiments.read_out`"),
    "readiness": (lambda one: isinstance(one, Readiness), "from `governance.readiness`"),
    "personal": (lambda one: isinstance(one, PersonalData), "from `governance.personal_data`"),
    "signs": (
        lambda one: hasattr(one, "found") and hasattr(one, "looked_at"),
        "Signs, from `reports.signs_against`",
    ),
    "headline": (lambda one: hasattr(one, "read"), "a Headline"),
    "suppressed": (
        lambda one: all(hasattr(one, name) for name in ("customers", "rows", "unknown")),
        "what `suppress` returns, with counts",
    ),
    "ledger": (lambda one: isinstance(one, Together | str), "from the ledger of what was released"),
    "release": (lambda one: all(map(_is_release, several(one))), '"private", "static" or "exact"'),
    "command": (lambda one: isinstance(one, str), "text"),
    "currency": (lambda one: isinstance(one, str), "text"),
}


def _has(table: Any, *columns: str) -> bool:
    return isinstance(table, pd.DataFrame) and set(columns) <= set(table)


def _is_release(one: Any) -> bool:
    return isinstance(one, Guarantee) or (isinstance(one, str) and one in RELEASES)


def _check_kind(name: str, given: Any, kind: Callable[[Any], bool], said: str) -> None:
    if given is not None and not kind(given):
        raise ParameterError(
            f"`{name}` must be {said}; got a {type(given).__name__}. Leave it out where the run "
            "has none."
        )


def _left_out(frame: FeatureFrame) -> SimpleNamespace | None:
    """Return how many were left out as the data were loaded, where a list was given then."""
    found = frame.recipe.get(SUPPRESSED)
    return None if found is None else SimpleNamespace(**found, unknown=None)


def _papers(governance: Any) -> Governance:
    if isinstance(governance, Governance):
        return governance
    if isinstance(governance, str | os.PathLike):
        return Governance.read(os.fspath(governance))
    raise ParameterError(
        "`governance` must be a governance file or what `Governance.read` makes of one; got a "
        f"{type(governance).__name__}. `workbench new governance.toml` writes one to fill in."
    )


def _checks(of: Gathered) -> Iterator[Check]:
    """Gather the checks of papers and evidence."""
    yield from of.governance.checks(of.today)
    yield from _objections(of)
    if of["readiness"] is not None:
        for check in of["readiness"].checks:
            if check.name != "objections":  # the papers ask it, too
                yield replace(check, name=f"readiness-{check.name}")
    if of["personal"] is not None:
        yield from of["personal"].checks(dict(of.governance.allowed))
    if of["fairness"] is not None:
        yield from of["fairness"].told().checks()
    if of["signs"] is not None:
        yield from checks_of_signs(of["signs"])
    yield of.regulation.check(of.today)
    yield from of.roadmap.checks()


def _objections(of: Gathered) -> Iterator[Check]:
    """Say whether a list of objections that is named was given to the run."""
    if of.governance.suppression is None:
        return
    question = say("Were those who objected left out of this run?")
    if of["suppressed"] is None:
        yield Check(
            "objections-used",
            question,
            "needs repair",
            say("A list is named, and was not given to this run."),
            say("Run again with the list: `--suppress`."),
        )
    elif _objectors_are_there(of):
        yield Check(
            "objections-used",
            question,
            "blocked",
            say("Customers of the list that is named are among the contacts."),
            say("Run again with the list: `--suppress`."),
        )
    else:
        yield Check("objections-used", question, "pass", say("None of the list is among them."))


def _objectors_are_there(of: Gathered) -> bool:
    """Look for those of the governance file's list, which may be another than was used."""
    file = of.governance.suppressed_file
    listing = of.governance.objections() if file is not None and file.is_file() else None
    if listing is None or of.frame.customer is None:
        return False
    return bool(of_frame(of.frame, listing).rows.any())


def _screened(of: Gathered, checks: Sequence[Check]) -> Iterator[Check]:
    """Leave out of checks what stands for few people; planned sizes are of nobody yet."""
    planned = of.roadmap.checks()
    for check in checks:
        if check in planned:
            yield check
            continue
        told = (of.screen.said(text) for text in (check.evidence, check.next_step))
        yield Check(check.name, check.question, check.state, *told)


def _sections(of: Gathered) -> Iterator[Section]:
    yield model_section(of)
    yield uses_section(of)
    yield training_section(of)
    yield penalty_section(of)
    yield results_section(of)
    yield fairness_section(of)
    yield limits_section(of)
    yield personal_section(of)
    yield oversight_section(of)
    yield kpi_section(of)
    yield pilot_section(of)
    yield regulation_section(of)
    yield from start_sections(of)
