"""Scores of new contacts: whom to contact first, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from workbench.checks import check_choice, check_propensity
from workbench.errors import ParameterError
from workbench.evidence import beyond_training
from workbench.files.whole_file import whole_file
from workbench.frame.feature_frame import FeatureFrame
from workbench.reports.excel_book import check_excel, check_fits, write_book
from workbench.reports.ranked_file import write_excel_text
from workbench.reports.spreadsheet_text import EXCEL_TEXT, as_text_only
from workbench.ridge import RidgePropensity, RidgeUplift
from workbench.ridge.design.trained_range import knows_ranges
from workbench.ridge.export.scoring_sql import OF_UPLIFT

SUFFIXES = (".csv", ".parquet", ".xlsx")
RANKS = ("campaign", "all")
"""Among whom contacts are ranked first: those of their campaign, or all that are scored."""

LEAST_SHARE = 0.001


def score_contacts(
    model: RidgePropensity | RidgeUplift, frame: FeatureFrame, *, rank_within: str = "campaign"
) -> pd.DataFrame:
    """Score contacts, rank them within their campaign, and give reasons.

    Parameters
    ----------
    model : RidgePropensity, RidgeUplift or NetworkPropensity
        Fitted.
    frame : FeatureFrame
        The contacts; outcomes are not looked at.
    rank_within : {"campaign", "all"}
        "all": a column ``rank_overall`` after ``rank`` ranks all contacts together, and they
        stand in its order.

    Returns
    -------
    DataFrame
        One row a contact: ``customer`` and ``campaign`` where the frame has them (else
        ``row``, its place in the table, from 0), ``propensity``, ``rank`` (1 = the
        highest propensity of its campaign; equal ones share the better rank),
        ``reason_1, reason_2, reason_3``. Campaigns in time order, best first. Of a RidgeUplift,
        ``uplift, propensity_treated, propensity_untreated`` in place of ``propensity``: the
        largest uplift is ranked first.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame, RidgePropensity
    >>> table = pd.DataFrame({"id": ["a", "b", "c", "d"], "visits": [0, 9, 4, 5],
    ...                       "bought": [0, 1, 0, 1]})
    >>> frame = FeatureFrame.from_table(table, target="bought", customer="id")
    >>> scores = score_contacts(RidgePropensity(alpha=0.1).fit(frame), frame)
    >>> scores[["customer", "rank", "reason_1"]]
      customer  rank            reason_1
    0        b     1  visits = 9 (+...)
    1        d     2  visits = 5 (+...)
    2        c     3  visits = 4 (-...)
    3        a     4  visits = 0 (-...)
    """
    check_propensity(model, "Scores are", uplift=True)
    check_choice(rank_within, RANKS, name="rank_within")
    scores = keys_of(frame)
    if frame.customer is None:
        scores.insert(0, "row", range(len(frame)))
    said = said_of(model, frame)
    scores = scores.join(said)
    ranked = said.iloc[:, 0]
    of_campaign = ranked if frame.campaign is None else ranked.groupby(frame.campaign)
    scores["rank"] = of_campaign.rank(method="min", ascending=False).astype("int64")
    first = ["_place", "rank"]
    if rank_within == "all":
        among_all = ranked.rank(method="min", ascending=False)
        scores["rank_overall"] = among_all.astype("int64")
        first = ["rank_overall", *first]
    scores = scores.join(model.reasons(frame))
    place = pd.Series(0, index=scores.index)
    if frame.campaign is not None:
        place = frame.campaign.map({label: k for k, label in enumerate(frame.campaigns)})
    order = scores.assign(_place=place).sort_values(first, kind="stable").index
    return scores.loc[order].reset_index(drop=True)


def said_of(model: RidgePropensity | RidgeUplift, frame: FeatureFrame) -> pd.DataFrame:
    """Return what a model says of each contact; the first column ranks."""
    if isinstance(model, RidgeUplift):
        return model.scores(frame)
    return model.propensity(frame).to_frame("propensity")


def keys_of(frame: FeatureFrame) -> pd.DataFrame:
    """Return what contacts are told apart by, where the frame has it."""
    keys = {"customer": frame.customer, "campaign": frame.campaign}
    given = {name: series for name, series in keys.items() if series is not None}
    return pd.DataFrame(given, index=frame.X.index)


@dataclass(frozen=True)
class ScoredFile:
    """What was written.

    Parameters
    ----------
    path : path
    contacts : int
    campaigns : int
        0 where there are none.
    beyond : str
        A clause on how much of the scores lies outside of the trained range, if any does.
    unit : {"contact", "cell"}
        What a row stands for.
    by : {"propensity", "uplift"}
        What ranks.
    notes, warnings : tuple of str
        What is worth knowing of the contacts and of their scores, where `workbench.score` wrote it.
    """

    path: Path
    contacts: int
    campaigns: int
    beyond: str
    unit: str = "contact"
    by: str = "propensity"
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def scores_of(model: RidgePropensity | RidgeUplift) -> tuple[str, ...]:
    """Return the columns that a model's scores have; the first one ranks."""
    return OF_UPLIFT if isinstance(model, RidgeUplift) else ("propensity",)


def beyond_note(model: RidgePropensity, frame: FeatureFrame) -> str:
    """Say in a clause how much of the scores lies outside of the trained range, if any does."""
    if not knows_ranges(model):
        return ""
    return clause_of(beyond_training(model, frame).share)


def clause_of(share: float) -> str:
    """Say a share of the scores that lies outside of the trained range, unless it is tiny."""
    if share < LEAST_SHARE:
        return ""
    return f"; {share:.1%} of what moves the scores lies outside of the trained range"


def check_scores_file(output: str | Path, excel: str | None = None) -> None:
    """Raise ParameterError unless scores can be written to a file of that suffix.

    Raises
    ------
    ParameterError
        The suffix is none that is written, or `excel` is said of a file that is no CSV.
    MissingPackageError
        A book of Excel is asked for, and what writes it is not installed.
    """
    suffix = Path(output).suffix.lower()
    check_choice(suffix, SUFFIXES, name="output")
    if excel is not None:
        check_choice(excel, tuple(EXCEL_TEXT), name="excel")
        if suffix != ".csv":
            raise ParameterError(
                f"`excel` says for which Excel a CSV is; `output` is a file *{suffix}. Leave "
                "`excel` out, or write *.csv."
            )
    if suffix == ".xlsx":
        check_excel()


def write_scores(scores: pd.DataFrame, output: str | Path, *, excel: str | None = None) -> Path:
    """Write scores to CSV, Excel or Parquet, as the file's suffix says; whole or not at all.

    Only the file's owner may read it. In CSV, text that a spreadsheet would run as a formula
    (it begins with ``= + - @``, a tab or a carriage return) has an apostrophe before it;
    numbers, and all of Parquet, are as they are. In a book of Excel, customers and campaigns are
    text whatever they were, and text is as it is: a cell of text is not run.

    Parameters
    ----------
    scores : DataFrame
        Of `score_contacts`.
    output : path
        ``*.csv``, ``*.xlsx`` or ``*.parquet``.
    excel : {"de", "en"}, optional
        A CSV for Excel in German (semicolons, decimal commas) or English, to be opened by a
        double click: UTF-8 with a byte order mark, and customers and campaigns that Excel would
        change are written as ``="007"``, which it shows as 007.

    Raises
    ------
    ParameterError
        The suffix is none of these, the file cannot be written, or a sheet of Excel has too few
        rows.
    """
    path = Path(output)
    check_scores_file(path, excel)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        check_fits(len(scores))
    with whole_file(path, private=True) as unfinished:
        if excel is not None:
            write_excel_text(
                scores, unfinished, language=excel, first=True, quoted=_returns(scores)
            )
        elif suffix == ".csv":
            _write_csv(scores.apply(as_text_only), unfinished)
        elif suffix == ".xlsx":
            batches = pa.Table.from_pandas(scores, preserve_index=False).to_batches()
            write_book(iter(batches), unfinished)
        else:
            scores.to_parquet(unfinished, index=False)
    return path


def _write_csv(scores: pd.DataFrame, path: Path) -> None:
    """Write as few quotes as possible; a carriage return outside them would begin a new row."""
    scores.to_csv(path, index=False, quoting=2 if _returns(scores) else 0)


def _returns(scores: pd.DataFrame) -> bool:
    """Whether a carriage return stands in some text."""
    return any(
        bool(scores[name].astype("str").str.contains("\r", regex=False).any())
        for name in scores
        if not pd.api.types.is_numeric_dtype(scores[name])
    )
