"""Scores of new contacts: whom to contact first, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from workbench._checks import check_choice
from workbench._whole_file import whole_file
from workbench.evidence import beyond_training
from workbench.feature_frame import FeatureFrame
from workbench.ridge import RidgePropensity
from workbench.ridge.trained_range import knows_ranges

SUFFIXES = (".csv", ".parquet")
LEAST_SHARE = 0.001
RUN_BY_SPREADSHEETS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # what a formula, or a way to one, begins with


def score_contacts(model: RidgePropensity, frame: FeatureFrame) -> pd.DataFrame:
    """Score contacts, rank them within their campaign, and give reasons.

    Parameters
    ----------
    model : RidgePropensity
        Fitted.
    frame : FeatureFrame
        The contacts; outcomes are not looked at.

    Returns
    -------
    DataFrame
        One row a contact: ``customer`` and ``campaign`` where the frame has them (else
        ``row``, its place in the table, from 0), ``propensity``, ``rank`` (1 = the
        highest propensity of its campaign; equal ones share the better rank),
        ``reason_1, reason_2, reason_3``. Campaigns in time order, best first.

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
    scores = pd.DataFrame(index=frame.X.index)
    if frame.customer is None:
        scores["row"] = range(len(frame))
    else:
        scores["customer"] = frame.customer
    if frame.campaign is not None:
        scores["campaign"] = frame.campaign
    scores["propensity"] = model.propensity(frame)
    of_campaign = (
        scores["propensity"]
        if frame.campaign is None
        else scores["propensity"].groupby(frame.campaign)
    )
    scores["rank"] = of_campaign.rank(method="min", ascending=False).astype("int64")
    scores = scores.join(model.reasons(frame))
    place = pd.Series(0, index=scores.index)
    if frame.campaign is not None:
        place = frame.campaign.map({label: k for k, label in enumerate(frame.campaigns)})
    order = scores.assign(_place=place).sort_values(["_place", "rank"], kind="stable").index
    return scores.loc[order].reset_index(drop=True)


def beyond_note(model: RidgePropensity, frame: FeatureFrame) -> str:
    """Say in a clause how much of the scores lies outside of the trained range, if any does."""
    if not knows_ranges(model):
        return ""
    share = beyond_training(model, frame).share
    if share < LEAST_SHARE:
        return ""
    return f"; {share:.1%} of what moves the scores lies outside of the trained range"


def check_scores_file(output: str | Path) -> None:
    """Raise ParameterError unless scores can be written to a file of that suffix."""
    check_choice(Path(output).suffix.lower(), SUFFIXES, name="output")


def write_scores(scores: pd.DataFrame, output: str | Path) -> Path:
    """Write scores to CSV or Parquet, as the file's suffix says; whole or not at all.

    Only the file's owner may read it. In CSV, text that a spreadsheet would run as a formula
    (it begins with ``= + - @``, a tab or a carriage return) has an apostrophe before it;
    numbers, and all of Parquet, are as they are.

    Raises
    ------
    ParameterError
        The suffix is neither, or the file cannot be written.
    """
    path = Path(output)
    check_scores_file(path)
    with whole_file(path, private=True) as unfinished:
        if path.suffix.lower() == ".csv":
            _write_csv(scores.apply(_as_text_only), unfinished)
        else:
            scores.to_parquet(unfinished, index=False)
    return path


def _write_csv(scores: pd.DataFrame, path: Path) -> None:
    """Write as few quotes as possible; a carriage return outside them would begin a new row."""
    returns = any(
        scores[name].astype("str").str.contains("\r", regex=False).any()
        for name in scores
        if not pd.api.types.is_numeric_dtype(scores[name])
    )
    scores.to_csv(path, index=False, quoting=2 if returns else 0)  # all text, or what needs it


def _as_text_only(column: pd.Series[Any]) -> pd.Series[Any]:
    """Let spreadsheets read the text of a column as text: it may come from anybody."""
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    return column.map(
        lambda cell: f"'{cell}" if str(cell).startswith(RUN_BY_SPREADSHEETS) else cell,
        na_action="ignore",
    )
