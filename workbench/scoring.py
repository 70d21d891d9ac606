"""`workbench.score`: new contacts scored by a saved model, as the command does."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from workbench.arguments import guard
from workbench.checks import check_choice
from workbench.errors import DataError, DataWarning, ParameterError

if TYPE_CHECKING:
    from workbench.frame.feature_frame import FeatureFrame
    from workbench.frame.fewer_customers import FewerCustomers
    from workbench.governance.papers.governance import Governance
    from workbench.governance.papers.of_list import Papers
    from workbench.reading import Saying
    from workbench.reports.offered.offers_to_make import OffersToMake
    from workbench.reports.score import ScoredFile

FOR_TABLES = ("dates", "decimal", "encoding", "columns", "kinds")
"""What can be said of how a file is read, and is no matter of campaign tables."""


def score(  # noqa: PLR0913 - what can be said of a list
    *,
    output: str | os.PathLike[str],
    model: str | os.PathLike[str] = "reports/model.json",
    table: str | os.PathLike[str] | None = None,
    source: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    only_open: bool = False,
    offers: str | os.PathLike[str] | None = None,
    rank_within: str = "campaign",
    excel: str | None = None,
    suppress: Any = None,
    governance: str | os.PathLike[str] | Governance | None = None,
    stream: bool | None = None,
    **said: Unpack[Saying],
) -> ScoredFile:
    """Score new contacts with a saved model, and write them, ranked, with reasons.

    Their features are made as the model's own were: by the recipe that its file holds.

    Parameters
    ----------
    output : path
        ``*.csv``, ``*.xlsx`` or ``*.parquet``; whole or not at all, for its owner alone.
    model : path
        The ``model.json`` of a run, or what the `save` of RidgePropensity, RidgeUplift or
        NetworkPropensity wrote.
    table : path, optional
        A flat table, or a log of orders, where the model was made from one. A folder is all of its
        ``*.parquet``, in the order of their names.
    source : path or mapping, optional
        A ``campaigns.toml``, or what stands in one, or the name of a data set, where the model
        was made from campaign tables.
    only_open : bool
        Only contacts of a flat table whose outcome is not known; of the others all are open.
    offers : path, optional
        The ``offers.npz`` that the same run left: adds ``best_offer``, and
        ``best_offer_propensity``, the chance that the contact takes it.
    rank_within : {"campaign", "all"}
        "all": rank all contacts together, too, and write the best of all first.
    excel : {"de", "en"}, optional
        For which Excel a CSV is: see `workbench.reports.score.write_scores`.
    suppress : path, table, Series or list, optional
        Ids of customers who must not be scored, such as those who objected.
    governance : path or Governance, optional
        Who answers for the list, until when; its list of objections is left out as well. Left
        out, what the model remembers of its run. ``output`` with ``.json`` behind says it.
    stream : bool, optional
        True: read a flat table in blocks of rows and sort the list on disk, so that memory does
        not grow with it. False: read it at once. Left out, that of Parquet from a million rows
        on. The list is the same.
    **said
        How the table's file is read: `dates, decimal, encoding, columns, kinds`, as for
        `workbench.load`.

    Returns
    -------
    ScoredFile
        ``path, contacts, campaigns, beyond, by``, and in ``notes`` and ``warnings`` what is worth
        knowing of it, as text. Warnings are given as well.

    Raises
    ------
    MissingDataError
        There is no such model, or no such table.
    ParameterError
        The model was made from something else than is named, the file cannot be written, or
        `stream` is asked for where a row cannot be read by itself. Or the offers are of another run
        than the model.
    SchemaError
        The model is not as it was saved, or columns are missing that it needs.
    DataError
        No contact of the campaign tables is waiting.

    Warns
    -----
    DataWarning
        The report beside the model tells of another one.
    ExtrapolationWarning
        Numbers lie outside of the trained range.

    Examples
    --------
    >>> import workbench
    >>> workbench.score(table="new.csv", output="scores.csv", model="nowhere.json")
    Traceback (most recent call last):
        ...
    workbench.errors.MissingDataError: There is no model file 'nowhere.json'. Run `workbench
    run propensity` first, or name the file that it wrote.
    """
    return score_under(
        None,
        {"table": table, "source": source, **said},
        model=model,
        output=output,
        how={
            "only_open": only_open,
            "offers": offers,
            "rank_within": rank_within,
            "excel": excel,
            "stream": stream,
        },
        suppress=suppress,
        governance=governance,
    )


def score_under(
    rule: Callable[[Papers], None] | None,
    named: Mapping[str, Any],
    *,
    model: str | os.PathLike[str],
    output: str | os.PathLike[str],
    how: Mapping[str, Any],
    suppress: Any,
    governance: Any,
    without_governance: bool = False,
) -> ScoredFile:
    """Score as `score` does, where a rule allows it.

    Parameters
    ----------
    rule : function, optional
        Raises where what is known of the model's governance does not do.
    named, how : mapping
        ``table, source``, and how they are read; ``only_open, offers, rank_within, excel, stream``.
    model, output, suppress, governance
        As for `score`.
    without_governance : bool
        Said beside the list.
    """
    from workbench.frame.fewer_customers import FewerCustomers
    from workbench.governance.papers.of_list import Papers, said_beside
    from workbench.reports.pairing import mismatch
    from workbench.reports.score import check_scores_file
    from workbench.reports.score_blocks import score_blocks

    said = dict(named)
    table, source = said.pop("table"), said.pop("source")
    if table is not None and source is not None:
        raise ParameterError("`source` and `table` both say where the data are. Keep one of them.")
    place = Path(output)
    check_scores_file(place, how["excel"])
    check_choice(how["stream"], (None, True, False), name="stream")
    notes: list[str] = []
    with _heard() as heard:
        fitted = _saved(Path(model))
        offers = _offers(how.get("offers"), fitted)
        papers = Papers.of(governance, fitted)
        if rule is not None:
            rule(papers)
        elif missing := papers.fault_of_lists(suppress):
            warnings.warn(missing, DataWarning, stacklevel=3)
        left = FewerCustomers(papers.lists(suppress))
        if (fault := mismatch(Path(model))) is not None:
            warnings.warn(fault, DataWarning, stacklevel=3)
        coming = _coming(table, source, fitted.recipe_, said, notes, left, how)

        def beside(done: ScoredFile) -> Mapping[str, Any]:
            counts = left.counts if left.lists else None
            without = without_governance
            said = said_beside(done, Path(model), fitted, papers, counts, without=without)
            return said if offers is None else {**said, "offers": offers.record()}

        rank = {"rank_within": how["rank_within"], "excel": how["excel"]}
        on_disk, rows = coming.on_disk, coming.rows
        done = score_blocks(
            fitted,
            coming.frames,
            place,
            beside=beside,
            on_disk=on_disk,
            rows=rows,
            offers=offers,
            **rank,
        )
    if left.lists:
        notes.append(left.sentence())
    return replace(done, notes=tuple(notes), warnings=tuple(heard))


def _saved(path: Path) -> Any:
    """Load a model of propensities, or of uplifts, or a network."""
    from workbench.ridge import RidgePropensity, RidgeUplift
    from workbench.ridge.export.model_json import kind_of

    kind = kind_of(path)
    if kind == "NetworkPropensity":  # rare, and slower to import
        from workbench.networks import NetworkPropensity

        return NetworkPropensity.load(path)
    return RidgeUplift.load(path) if kind == RidgeUplift.__name__ else RidgePropensity.load(path)


def _offers(path: str | os.PathLike[str] | None, fitted: Any) -> OffersToMake | None:
    """Load the model of offers that goes with a model, if one is named."""
    if path is None:
        return None
    from workbench.reports.offered.offers_to_make import OffersToMake

    return OffersToMake.of(Path(path), fitted)


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Keep what warnings say, and pass them on in the end, each once."""
    heard: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield heard
    told = dict.fromkeys((one.category, str(one.message)) for one in caught)
    heard += [text for _, text in told]
    for category, text in told:
        warnings.warn(text, category, stacklevel=5)


class _Coming(NamedTuple):
    """Features of contacts in blocks; whether their list is sorted on disk; how many rows."""

    frames: Iterable[Any]
    on_disk: bool = False
    rows: int | None = None


def _coming(
    table: str | os.PathLike[str] | None,
    source: str | os.PathLike[str] | Mapping[str, Any] | None,
    recipe: Mapping[str, Any],
    said: Mapping[str, Any],
    notes: list[str],
    left: FewerCustomers,
    how: Mapping[str, Any],
) -> _Coming:
    """Make the features in blocks, where they can be.

    Every row of a flat table is scored unless only open ones are asked for; of campaign tables
    and of a log of orders all that is scored is open.
    """
    if recipe.get("kind") == "table":
        return _of_table(table, recipe, said, notes, left, how)
    of = "a log of orders" if recipe.get("kind") == "orders" else "campaign tables"
    if how["stream"]:
        raise ParameterError(
            f"`stream` is for a table with a row a contact; this model was made from {of}, which "
            "are read at once. Leave it out."
        )
    if recipe.get("kind") == "orders":
        return _Coming([_orders(table, recipe, said, notes, left)])
    if table is not None or source is None:
        raise ParameterError(
            "This model was made from campaign tables, not from one flat table: name the "
            "campaigns.toml that says what they are, or a data set, `source`."
        )
    for name in FOR_TABLES:
        if said.get(name):
            raise ParameterError(
                f"`{name}` says how a table's file is read; campaign tables say that of each of "
                "their own. Leave it out."
            )
    return _Coming([_of_campaigns(source, recipe, notes, left)])


def _of_table(
    table: str | os.PathLike[str] | None,
    recipe: Mapping[str, Any],
    said: Mapping[str, Any],
    notes: list[str],
    left: FewerCustomers,
    how: Mapping[str, Any],
) -> _Coming:
    from workbench.frame.scoring_blocks import frames_to_score, open_frames_to_score
    from workbench.frame.to_score import ToScore

    if table is None:
        raise ParameterError("This model was made from a table: name the new one, `table`.")
    only = how["only_open"]
    place = os.fspath(table)
    rows = ToScore.of(place, recipe, stream=how["stream"], only_open=only, **said)
    notes += [rows.note] if rows.note else []
    read = open_frames_to_score if only else frames_to_score
    return _Coming(left.frames(read(rows, recipe, **said)), rows.on_disk, rows.rows)


def _of_campaigns(
    source: str | os.PathLike[str] | Mapping[str, Any],
    recipe: Any,
    notes: list[str],
    left: FewerCustomers,
) -> FeatureFrame:
    from workbench.features import FeatureSet
    from workbench.loading import load

    data: Any = load(source, say=False)
    data = left.of_tables(data)
    if data.contacts["outcome"].notna().all():
        named = "these tables" if isinstance(source, Mapping) else os.fspath(source)
        raise DataError(
            f"No contact of {named} is waiting: all {len(data.contacts):,} have an outcome that "
            f"was known by {data.observed_until:%Y-%m-%d}. Add the contacts to come, or mend "
            "`observed_until` in the declaration."
        )
    notes += data.notes
    return FeatureSet.from_dict(recipe).build(data).unknown()


def _orders(
    table: str | os.PathLike[str] | None,
    recipe: Mapping[str, Any],
    said: Mapping[str, Any],
    notes: list[str],
    left: FewerCustomers,
) -> FeatureFrame:
    from workbench.features.order_log import orders_without

    if table is None:
        raise ParameterError("This model was made from a log of orders: name it, `table`.")
    frame = orders_without(os.fspath(table), recipe, left.of_tables, **said)
    notes.append(frame.notes[0])
    return frame


guard(globals(), ("score",))
