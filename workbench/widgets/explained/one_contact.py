"""Which contact is meant: by its customer and campaign, or by its row."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import is_whole
from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import say
from workbench.messages import count_of, listed

_HOW = "Give `customer`, and `campaign` where it has several; or `row`, from 0."


def row_of(frame: FeatureFrame, *, customer: Any, campaign: Any, row: int | None) -> int:
    """Return the row of the contact that is meant.

    Raises
    ------
    ParameterError
        Nothing is meant, or no contact, or several.
    """
    if row is not None:
        if customer is not None or campaign is not None:
            raise ParameterError(
                "A contact is chosen by its customer and campaign, or by its `row`; got both. "
                "Leave one out."
            )
        return _checked_row(row, len(frame))
    if customer is None:
        raise ParameterError(f"It must be said which contact to explain; nothing was. {_HOW}")
    if frame.customer is None:
        raise ParameterError(
            f"The frame names no customers, so that {customer!r} is nobody in it. Give `row`, "
            "from 0, or load the table with `customer=`."
        )
    found = _alike(frame.customer, customer)
    if not len(found):
        among = count_of(frame.customer.nunique(), "customer")
        raise ParameterError(
            f"The frame has no customer {customer!r}, among {among}. Check how it is spelled in "
            "`frame.customer`."
        )
    if campaign is not None:
        found = _of_campaign(frame, found, campaign)
    if len(found) > 1 and len(_distinct(frame, found)) > 1:
        raise _several(frame, found, customer, campaign)
    return int(found[0])


def facts_of(frame: FeatureFrame, row: int) -> list[str]:
    """Say who a row is: customer, campaign, moment and outcome, as far as they are known.

    Examples
    --------
    >>> table = pd.DataFrame({"who": ["ann", "bob"], "x": [1, 2], "bought": [0, 1]})
    >>> facts_of(FeatureFrame.from_table(table, target="bought", customer="who"), 1)
    ['customer bob', 'responded']
    """
    if frame.customer is None or pd.isna(frame.customer.iloc[row]):
        facts = [say("row {row}", row=row)]
    else:
        facts = [say("customer {name}", name=_label(frame.customer.iloc[row]))]
    if frame.campaign is not None:
        facts.append(say("campaign {name}", name=_label(frame.campaign.iloc[row])))
    if frame.as_of is not None:
        facts.append(say("decided on {day}", day=frame.as_of.iloc[row].date()))
    if frame.cell is not None:  # whose contacts differ in their outcome
        return facts
    outcome = frame.y.iloc[row]
    said = say("responded") if outcome == 1 else say("did not respond")
    return [*facts, say("outcome not known yet") if np.isnan(outcome) else said]


def _label(value: Any) -> str:
    """Write a label as it is; a whole number without the .0 that a gap in its column brings."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)


def _checked_row(row: Any, n: int) -> int:
    if not is_whole(row, least=0) or row >= n:
        raise ParameterError(
            f"`row` must be a whole number from 0 to {n - 1:,}, a row of the frame; got {row!r}."
        )
    return int(row)


def _alike(labels: pd.Series[Any], wanted: Any) -> npt.NDArray[np.intp]:
    """Find a label; where none is equal, one that is written alike, as 17 and "17" are."""
    same = (labels == wanted).fillna(value=False).to_numpy(dtype=bool)
    if not same.any():
        same = (labels.astype("str") == str(wanted)).to_numpy() & labels.notna().to_numpy()
    return np.flatnonzero(same)


def _of_campaign(
    frame: FeatureFrame, found: npt.NDArray[np.intp], campaign: Any
) -> npt.NDArray[np.intp]:
    if frame.campaign is None:
        raise ParameterError("The frame has no campaigns. Leave `campaign` out.")
    theirs = frame.campaign.iloc[found]
    inside = found[_alike(theirs, campaign)]
    if not len(inside):
        labels = list(dict.fromkeys(map(str, theirs)))
        raise ParameterError(
            f"This customer has no contact in campaign {campaign!r}; it has some in "
            f"{listed(labels)}. Give one of them."
        )
    return inside


def _distinct(frame: FeatureFrame, found: npt.NDArray[np.intp]) -> set[Any]:
    """Tell contacts apart: the rows of a cell differ in their outcome alone."""
    if frame.cell is None:
        return set(found.tolist())
    labels = frame.cell.iloc[found]
    own = pd.Series(found, index=labels.index)
    return set(labels.astype("object").where(labels.notna(), own).tolist())


def _several(
    frame: FeatureFrame, found: npt.NDArray[np.intp], customer: Any, campaign: Any
) -> ParameterError:
    how_many = count_of(len(found), "contact")
    if campaign is None and frame.campaign is not None:
        labels = list(dict.fromkeys(map(str, frame.campaign.iloc[found])))
        if len(labels) > 1:
            return ParameterError(
                f"Customer {customer!r} has {how_many}; give `campaign`, one of {listed(labels)}."
            )
    return ParameterError(
        f"Customer {customer!r} has {how_many} there; give `row` instead, one of "
        f"{listed(found.tolist())}."
    )
