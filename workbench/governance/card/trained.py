"""What the model learned from: data, windows, label, features and penalties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from workbench.frame.column_names import GAP_FLAG
from workbench.governance.card.figures import ABSENT, count, day, fixed, whole
from workbench.governance.card.gathered import Gathered, not_measured
from workbench.governance.card.parts import Grid, Piece, Pieces, Row, Said, Section, told
from workbench.governance.disclosure import span
from workbench.language import later, say, say_count

TRAINING, PENALTIES = later("Training Procedure"), later("Hyperparameters")
MOST = 200
"""Features that are listed; a model of more says how many more."""


def training_section(of: Gathered) -> Section:
    """Say what was learned from: contacts, windows, label, and where features come from."""
    rows = [
        Row("contacts", say("Learned from"), _contacts(of)),
        Row("span", say("Window"), _span(of)),
        Row("label", say("Label"), _label(of)),
        Row("data", say("Data used"), _sources(of)),
        Row("split", say("Judged on"), _split(of)),
        _readiness(of),
    ]
    return Section("training-procedure", TRAINING, say(TRAINING), tuple(rows))


def penalty_section(of: Gathered) -> Section:
    """List the features with source, group, spikiness and penalty."""
    rows = (
        Row(
            "alpha",
            say("Strength of the penalty"),
            (fixed(of.model.alpha_, "model.alpha_", ".4g"),),
        ),
        Row("tuned", say("Chosen by"), (_chosen_by(of),)),
    )
    return Section("hyperparameters", PENALTIES, say(PENALTIES), rows, (_features(of),))


def _contacts(of: Gathered) -> Pieces:
    facts = of.model.training_
    said = told(
        say("{contacts} contacts, of whom {positives} responded"),
        contacts=count(facts["contacts"], "model.training_.contacts"),
        positives=count(facts["positives"], "model.training_.positives"),
    )
    if not facts.get("campaigns"):
        return (*said, ".")
    return (
        *said,
        *told(
            say(", in {campaigns} campaigns."),
            campaigns=whole(facts["campaigns"], "model.training_.campaigns"),
        ),
    )


def _span(of: Gathered) -> Pieces:
    if of.frame.as_of is None:
        return (say("No moments are known."),)
    first, last = span(of.frame)
    back = of.frame.catalogue["lookback_days"].replace(np.inf, np.nan).dropna()
    said = told(
        say("Decided on from {first} to {last}."),
        first=day(first, "frame.as_of.first"),
        last=day(last, "frame.as_of.last"),
    )
    if back.empty:
        return said
    return (
        *said,
        " ",
        *told(
            say("Features look back {days} days at most, where they are windows."),
            days=whole(back.max(), "frame.catalogue.lookback_days"),
        ),
    )


def _label(of: Gathered) -> Pieces:
    recipe = of.frame.recipe
    name = recipe.get("target") or _outcome(recipe.get("outcome"))
    said: Pieces = (say("Whether the contact responded"),)
    if name:
        said = told(
            say("Whether the contact responded: {name}"), name=of.named(name, "frame.recipe")
        )
    days = recipe.get("horizon_days")
    if not days:
        return (*said, ".")
    return (
        *said,
        *told(say(", within {days} days."), days=whole(days, "frame.recipe.horizon_days")),
    )


def _outcome(told_outcome: Any) -> str:
    if isinstance(told_outcome, dict):
        return str(told_outcome.get("events", ""))
    return str(told_outcome or "")


def _sources(of: Gathered) -> Pieces:
    """Count the features of each table that they come from."""
    catalogue = of.frame.catalogue
    by = by_table(catalogue["source"])
    parts: list[Piece] = []
    for name, number in by.items():
        parts += [", "] * bool(parts)
        own = name in ("", "table")  # of a flat table, which has no name
        table = say("the table") if own else of.named(name, "frame.catalogue.source")
        parts += [table, " (", whole(number, f"frame.catalogue.source[{name}]"), ")"]
    features = whole(len(catalogue), "frame.catalogue.features")
    return (*told(say("{n} features, made of these tables: "), n=features), *parts, ".")


def by_table(sources: pd.Series[Any]) -> pd.Series[int]:
    """Count the features that each table is a source of; several may be of one feature.

    Examples
    --------
    >>> by_table(pd.Series(["visits", "visits, offers", None])).to_dict()
    {'visits': 2, 'offers': 1, '': 1}
    """
    texts = sources.astype(object).where(sources.notna(), "")
    each = texts.map(lambda text: list(dict.fromkeys(str(text).split(", "))))
    return each.explode().value_counts()


def _readiness(of: Gathered) -> Row:
    """Say whether the data are fit for a pilot."""
    found, label = of["readiness"], say("Fit for a pilot")
    if found is None:
        return Row("readiness", label, not_measured())
    said = of.measured(found.sentence(), "readiness.sentence()")
    return Row("readiness", label, said, found.state)


def _split(of: Gathered) -> Pieces:
    if of["split"] is None:
        return (say("Not measured in this run."),)
    return of.measured(of["split"].sentence(), "split.sentence()")


def _chosen_by(of: Gathered) -> str:
    if of.model.tuning_ is None and of.model.grid_ is None:
        return say("Given, as found when the model was judged.")
    if of.model.campaigns_out_:
        return say("What would have worked on campaigns that were left out of the fit.")
    return say("What would have worked on contacts that were left out of the fit.")


def _features(of: Gathered) -> Grid:
    table = by_feature(of.model.columns_)
    catalogue = of.frame.catalogue
    shown = [name for name in catalogue.index if name in table.index]
    named = [name for name in shown if name not in of.screen.hidden]
    rows = [tuple(_line(of, str(name), table.loc[name])) for name in named[:MOST]]
    return Grid(
        "features",
        say("Features"),
        (say("Feature"), say("Group"), say("Source"), say("Lives in campaigns"), say("Penalty")),
        tuple(rows),
        _left_out(len(named) - MOST, len(shown) - len(named)),
    )


def by_feature(columns: pd.DataFrame) -> pd.DataFrame:
    """Gather design columns by feature: the campaigns that they live in, and their penalties.

    Examples
    --------
    >>> columns = pd.DataFrame({"feature": ["town"] * 3, "penalty": [1.0, 4.0, 90.0],
    ...                         "campaigns": [5.0, 2.0, 1.0]},
    ...                        index=["town=A", "town=B", "town (missing)"])
    >>> by_feature(columns).loc["town"].to_dict()
    {'penalty_least': 1.0, 'penalty_most': 4.0, 'campaigns_least': 2.0, 'campaigns_most': 5.0}
    """
    gap = columns.index.astype("str").str.endswith(GAP_FLAG)
    own = columns[
        ~gap | columns["feature"].isin(set(columns["feature"]) - set(columns["feature"][~gap]))
    ]
    found = own.groupby("feature", sort=False)
    ends = {
        f"{name}_{end}": getattr(found[name], of)()
        for name in ("penalty", "campaigns")
        for end, of in (("least", "min"), ("most", "max"))
    }
    return pd.DataFrame(ends)


def _line(of: Gathered, name: str, row: pd.Series[Any]) -> Iterator[Pieces]:
    catalogue, where = of.frame.catalogue.loc[name], f"frame.catalogue[{name}]"
    yield (of.named(of.frame.wording.of(name), where),)
    yield (of.named(catalogue["group"], where),)
    source = catalogue["source"]
    yield (of.named(source, where),) if isinstance(source, str) and source else (ABSENT,)
    yield _spiky(of, name, row)
    if np.isinf(row["penalty_most"]):
        yield (say("left out"),)
    else:
        yield _range(row, "penalty", name, ".3g")


def _range(row: pd.Series[Any], what: str, name: str, spec: str) -> Pieces:
    """Write a number of a feature; of several columns the least and the greatest."""
    source = f"model.columns_.{what}[{name}]"
    least, most = (fixed(row[f"{what}_{end}"], source, spec) for end in ("least", "most"))
    return (least,) if least.text == most.text else (least, "–", most)


def _spiky(of: Gathered, name: str, row: pd.Series[Any]) -> Pieces:
    """Say in how many campaigns a feature lives, and whether it lives on spikes."""
    if row["campaigns_most"] == 0:
        return (say("between campaigns alone"),)
    campaigns, spikes = _range(row, "campaigns", name, ".1f"), of["spikes"]
    if spikes is None:
        return campaigns
    marked = bool(spikes.loc[spikes["feature"] == name, "spiky"].any())
    return (*campaigns, " ", Said(say("spiky"), "spikes.spiky")) if marked else campaigns


def _left_out(more: int, few: int) -> str:
    said = []
    if more > 0:
        said.append(say_count("One more is in the model.", "{n:,.0f} more are in the model.", more))
    if few:
        said.append(
            say_count(
                "One that few people differ in is not named.",
                "{n:,.0f} that few people differ in are not named.",
                few,
            )
        )
    return " ".join(said)
