"""Scores of new contacts in blocks: each scored by itself, ranked over all, told of together."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from workbench.checks import check_choice
from workbench.evidence.beyond import Measured, measured, of_columns, told, with_columns
from workbench.files.whole_file import whole_file
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.level_spelling import spelled
from workbench.progress import Progress
from workbench.reading.new_words import new_words_together
from workbench.reports.beside_list import both_or_neither, write_sidecar
from workbench.reports.offered.offers_to_make import OffersToMake
from workbench.reports.ranked_file import Unranked, write_blocks
from workbench.reports.ranked_on_disk import UnrankedOnDisk
from workbench.reports.score import (
    RANKS,
    ScoredFile,
    check_scores_file,
    clause_of,
    keys_of,
    said_of,
    scores_of,
)
from workbench.ridge import RidgePropensity, RidgeUplift
from workbench.ridge.design.remarks import Remarks, gathered
from workbench.ridge.design.trained_range import knows_ranges, warn_outside


def score_blocks(
    model: RidgePropensity | RidgeUplift,
    frames: Iterable[FeatureFrame | tuple[FeatureFrame, npt.NDArray[np.int64]]],
    output: str | Path,
    *,
    rank_within: str = "campaign",
    excel: str | None = None,
    beside: Callable[[ScoredFile], Mapping[str, Any]] | None = None,
    on_disk: bool = False,
    rows: int | None = None,
    offers: OffersToMake | None = None,
) -> ScoredFile:
    """Score contacts some at a time, and write them as `write_scores` does, ranked over all.

    Each score and reason has the bits that it would have among all rows at once; what is
    noted of them is told of all blocks together.

    Parameters
    ----------
    model : RidgePropensity, RidgeUplift or NetworkPropensity
        Fitted.
    frames : iterable of FeatureFrame, or of pairs
        The contacts, in blocks that are read one after another; beside a block, the places of
        its rows in the table, where some are left out.
    output : path
        ``*.csv``, ``*.xlsx`` or ``*.parquet``; whole or not at all, for its owner alone.
    rank_within : {"campaign", "all"}
        As for `score_contacts`.
    excel : {"de", "en"}, optional
        As for `write_scores`.
    beside : function, optional
        What to say of the list in a file beside it, of the same name with ``.json`` behind: both
        are written, or neither.
    on_disk : bool
        Sort them on disk, so that memory does not grow with them; the file is the same.
    rows : int, optional
        How many there may be, for a bar that shows how far it is.
    offers : OffersToMake, optional
        Adds ``best_offer, best_offer_propensity`` to each row.

    Raises
    ------
    ParameterError
        The suffix is none of these, the file cannot be written, the disk is full, or a sheet of
        Excel has too few rows.
    MemoryError
        There is not enough for one block, or for sorting in memory.
    """
    path = Path(output)
    check_scores_file(path, excel)
    check_choice(rank_within, RANKS, name="rank_within")
    with _told_once(), both_or_neither(path), whole_file(path, private=True) as unfinished:
        sort = UnrankedOnDisk if on_disk else Unranked
        kept = sort(unfinished.with_name("unranked"), scores=scores_of(model))
        found = _Found(model, offers)
        with new_words_together(), _bar("Scoring", rows) as bar:
            for block in frames:
                frame, places = block if isinstance(block, tuple) else (block, None)
                kept.add(found.scored(frame), places)
                bar.update(len(frame))
        found.tell()
        labels = found.campaigns()
        write_blocks(
            _watched(kept.ranked(labels, overall=rank_within == "all"), kept.rows),
            unfinished,
            quoted=kept.returns,
            rows=kept.rows,
            excel=excel or "",
        )
        beyond = found.clause()
        unit = "cell" if (getattr(model, "recipe_", None) or {}).get("trials") else "contact"
        done = ScoredFile(path, kept.rows, len(labels), beyond, unit, scores_of(model)[0])
        if beside is not None:
            write_sidecar(path, unfinished, beside(done))
    return done


def _bar(doing: str, rows: int | None) -> Progress:
    """Make a bar that tells rows a second."""
    return Progress(total=rows, desc=doing, unit=" rows", unit_scale=True)


def _watched(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    with _bar("Writing", rows) as bar:
        for batch in batches:
            yield batch
            bar.update(len(batch))


class _Found:
    """What adds up over blocks: remarks, what lies outside, campaigns with their first moment."""

    def __init__(
        self, model: RidgePropensity | RidgeUplift, offers: OffersToMake | None = None
    ) -> None:
        self.model, self.offers = model, offers
        self.measured: Measured | None = None
        self._remarks, self._starts, self._rows = Remarks(), pd.DataFrame(), 0

    def scored(self, frame: FeatureFrame) -> pd.DataFrame:
        """Score a block, unranked; reading it again for reasons says nothing twice."""
        scores = keys_of(frame)
        self._rows += len(frame)
        with gathered(self._remarks):
            scores = scores.join(said_of(self.model, frame))
        with gathered(Remarks()):
            scores = scores.join(self.model.reasons(frame))
            if self.offers is not None:
                scores = scores.join(self.offers.said(frame, scores["propensity"]))
            if knows_ranges(self.model):
                wide = with_columns(self.model, frame)
                here = measured(of_columns(self.model), wide.X, frame.weights)
                self.measured = here if self.measured is None else self.measured + here
        if frame.campaign is not None:
            self._add_campaigns(frame)
        return scores

    def _add_campaigns(self, frame: FeatureFrame) -> None:
        as_of = pd.Series(pd.NaT, frame.X.index) if frame.as_of is None else frame.as_of
        here = pd.DataFrame({"campaign": frame.campaign, "as_of": as_of})
        both = pd.concat([self._starts, here]) if len(self._starts) else here
        first = both.groupby("campaign", sort=False)["as_of"].min()
        self._starts = first.reset_index()

    def campaigns(self) -> list[str]:
        """Return the labels as text, in the order that a frame of all rows would have."""
        if self._starts.empty:
            return []
        dated = self._starts["as_of"].notna().all()
        nothing = pd.Series(float("nan"), self._starts.index)
        frame = FeatureFrame(
            X=nothing.to_frame("nothing"),
            y=nothing,
            campaign=self._starts["campaign"],
            as_of=self._starts["as_of"] if dated else None,
        )
        return spelled(pd.Series(frame.campaigns)).tolist()

    def clause(self) -> str:
        """Say how much of the scores lies outside of the trained range, if any does."""
        if self.measured is None:
            return ""
        return clause_of(told(of_columns(self.model), self.measured).share)

    def _moving(self) -> Any:
        """Return the model whose columns move the scores."""
        model = of_columns(self.model)
        return model.moving if isinstance(model, RidgeUplift) else model

    def tell(self) -> None:
        """Warn of what was found in all blocks together."""
        self._remarks.tell()
        if self.measured is not None:
            trained = self.model.training_["rows"]
            warn_outside(self._moving(), self.measured.outside, rows=self._rows, trained=trained)


@contextmanager
def _told_once() -> Iterator[None]:
    """Pass each warning on once, however many blocks give it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for category, text in dict.fromkeys((w.category, str(w.message)) for w in caught):
        warnings.warn(text, category, stacklevel=4)
