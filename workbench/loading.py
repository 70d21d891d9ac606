"""One call for data of any kind: a data set by its name, tables as declared, a table, a log."""

from __future__ import annotations

import math
import numbers
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Unpack, overload

import numpy as np

from workbench.errors import MissingDataError, ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.fewer_customers import frame_without
from workbench.frame.offers import check_offer_named
from workbench.frame.personal_columns import check_allowed
from workbench.frame.treatment_columns import check_treatment_named
from workbench.messages import did_you_mean, listed
from workbench.reading import Saying
from workbench.tables.campaign_data import CampaignData
from workbench.tables.campaign_order import AUTO
from workbench.tables.declared.campaigns_file import declared_data

OF_CONTACTS = (
    *("target", "campaign", "trials", "treatment", "control", "arm_probability"),
    *("offer", "no_offer"),
    *("positive", "drop", "groups", "order", "horizon_days", "allow"),
)
"""What goes with a row a contact, and not with a log of orders, of which contacts are made."""

OF_CAMPAIGNS = ("allow",)
"""What can be said of campaign tables here: the rest stands in their declaration."""

FRAMES = ("sample-test",)


class Description(Saying, total=False):
    """What can be said of a table, as keyword arguments of `load`."""

    target: str | None
    campaign: str | None
    time: str | None
    customer: str | None
    trials: str | None
    treatment: str | None
    control: object
    arm_probability: str | None
    offer: str | None
    no_offer: object
    positive: object
    orders_within: float | None
    amount: str | None
    drop: Sequence[str]
    groups: Mapping[str, str] | None
    order: str | Sequence[Any]
    periods: str
    horizon_days: float | None
    allow: Mapping[str, str] | None


@overload
def load(
    data: Literal["complete-journey", "sample"], *, say: bool = ..., suppress: Any = ...
) -> CampaignData: ...
@overload
def load(data: Mapping[str, Any], *, say: bool = ..., suppress: Any = ...) -> CampaignData: ...
@overload
def load(
    data: Any, *, say: bool = ..., suppress: Any = ..., **described: Unpack[Description]
) -> FeatureFrame: ...
def load(
    data: Any, *, say: bool = True, suppress: Any = None, **described: Unpack[Description]
) -> CampaignData | FeatureFrame:
    """Load what an analysis begins with, and say in a notebook what was assumed on the way.

    Parameters
    ----------
    data : str, path, mapping, DataFrame or other table
        - The name of a data set: "complete-journey", "sample" or "sample-test".
        - A declaration of campaign tables: a file ``*.toml``, or the same as a mapping
          (`workbench.tables.declared.campaigns_file.declared_data` says what stands in it).
        - A table: a file, or anything else that `workbench.read_table` reads. A file that is
          called as a data set is ``"./sample"``.
    say : bool
        In a notebook, show how many contacts there are, the notes, and how columns were read
        (`workbench.reports.introduce`). Elsewhere nothing is shown; the notes are in
        ``FeatureFrame.notes``.
    suppress : path, table, Series or list, optional
        Ids of customers who must not be used, such as those who objected; a table needs
        ``customer``. Nothing of theirs is learned from, and only how many there were is kept.
    **described : optional
        What can be said of a table, by name:

        - ``target, campaign, time, customer, trials``: the columns with these roles, as in
          `FeatureFrame.from_table`. A table with one row a contact needs ``target``.
        - ``treatment, control, arm_probability``: the column with the arm of a test that each row
          was in, the arm that was not contacted, and the column with the row's chance of its arm.
        - ``offer, no_offer``: the column with the offer that each contact took, of several that all
          could take, and its value where nothing was taken, if it is not empty there.
        - ``orders_within``: days. The table is then a log with one row an order, and needs
          ``customer`` and ``time``. The question is who orders within so many days of the
          beginning of each period (`workbench.features.frame_from_orders`).
        - ``amount``: the column with the value of an order, with ``orders_within``.
        - ``positive, drop, groups, order, periods, horizon_days``: as in
          `FeatureFrame.from_table`.
        - ``allow``: columns with personal data that are features all the same, each with its
          reason. Without it they are left out, and a warning names them. Of campaign tables, too:
          then columns of attributes, and of campaigns.
        - ``dates, decimal, encoding, kinds, columns``: how to read what a file leaves open, as in
          `workbench.read_table`.

    Returns
    -------
    CampaignData or FeatureFrame
        Campaign tables, from which a FeatureSet builds features (`FeatureSet.declared`); or a
        frame of contacts with features.

    Raises
    ------
    MissingDataError
        There is neither a data set nor a file of this name.
    ParameterError
        Something is said that does not go with the data, or with the rest of what is said.
    DataError
        The table cannot be used; the message says why.

    Examples
    --------
    >>> import pandas as pd
    >>> import workbench
    >>> table = pd.DataFrame({"visits": [3, 0, 1, 5], "bought": ["yes", "no", "no", "yes"]})
    >>> workbench.load(table, target="bought")
    FeatureFrame: 4 contacts × 1 feature in 1 group; no campaigns; 2 of 4 known outcomes positive
    >>> workbench.load("sample")
    CampaignData: 2,000 contacts of 593 customers in 8 campaigns; outcome known for 1,750, ...
    """
    given = what_is_said(described)
    if isinstance(data, str) and data in DATA_SETS:
        _refuse_all(given, data, but=() if data in FRAMES else OF_CAMPAIGNS)
        return _without(_allowing(DATA_SETS[data](), given), suppress)
    if is_declaration(data):
        name = "a declaration" if isinstance(data, Mapping) else str(data)
        _refuse_all(given, name, but=OF_CAMPAIGNS)
        return _without(_allowing(declared_data(data), given), suppress)
    _check_there(data)
    check_description(given)
    if "orders_within" in given:
        frame = _from_orders(data, given, suppress)
    elif suppress is not None:
        frame = frame_without(data, suppress, given)
    else:
        frame = FeatureFrame.from_table(data, **given)
    if say and _in_notebook():
        from workbench.reports import introduce

        introduce(frame)
    return frame


def is_declaration(data: object) -> bool:
    """Whether data are campaign tables as somebody declared them, and no single table.

    Examples
    --------
    >>> is_declaration("campaigns.toml"), is_declaration("orders.csv")
    (True, False)
    """
    if isinstance(data, (str, os.PathLike)):
        return os.fspath(data).casefold().endswith(".toml")
    return isinstance(data, Mapping)


def what_is_said(described: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: None, an empty list, and the order or periods "auto".

    Raises
    ------
    ParameterError
        A name is of nothing that can be said of a table.

    Examples
    --------
    >>> what_is_said({"target": "bought", "drop": [], "order": "auto", "time": None})
    {'target': 'bought'}
    """
    known = Description.__annotations__
    for name in described:
        if name not in known:
            raise ParameterError(
                f"`{name}` is nothing that can be said of a table; there is {listed(known, 99)}."
                f"{did_you_mean(name, known)}"
            )
    return {name: value for name, value in described.items() if not _says_nothing(name, value)}


def _says_nothing(name: str, value: object) -> bool:
    if name in ("order", "periods") and isinstance(value, str):
        return value == AUTO
    return value is None or (isinstance(value, (list, tuple, dict)) and len(value) == 0)


def check_description(given: Mapping[str, Any]) -> None:
    """Raise ParameterError where what is said of a table does not go together.

    Parameters
    ----------
    given : mapping
        Names of `load` with what is said; what is not said is left out.

    Raises
    ------
    ParameterError
        A role is needed that is not named, or two things contradict each other.

    Examples
    --------
    >>> check_description({"target": "bought", "campaign": "month"})
    >>> check_description({"orders_within": 30, "time": "day"})
    Traceback (most recent call last):
        ...
    workbench.errors.ParameterError: `orders_within` needs `customer`, the column that holds who ...
    """
    if "orders_within" in given:
        _check_orders(given)
        return
    if "amount" in given:
        raise ParameterError(
            "`amount` is of a log of orders: say `orders_within` too, or leave it out."
        )
    if "target" not in given:
        raise ParameterError(
            "A table needs `target`, the column that holds the outcome; of a log of orders say "
            "`orders_within`."
        )
    if "trials" in given and "positive" in given:
        raise ParameterError(
            "`positive` names a value of the target; with `trials` the target is a count. "
            "Leave one of them out."
        )
    check_treatment_named(given)
    check_offer_named(given)
    _check_campaigns(given)


def _check_orders(given: Mapping[str, Any]) -> None:
    days = given["orders_within"]
    is_number = isinstance(days, numbers.Real) and not isinstance(days, (bool, np.bool_))
    if not (is_number and 0 < float(days) < math.inf):
        raise ParameterError(f"`orders_within` must be a number of days above 0; got {days!r}.")
    for role, what in (("customer", "who ordered"), ("time", "when")):
        if role not in given:
            raise ParameterError(f"`orders_within` needs `{role}`, the column that holds {what}.")
    for name in OF_CONTACTS:
        if name in given:
            raise ParameterError(
                f"`{name}` is of a table with one row a contact; with `orders_within` contacts "
                "and their outcomes are made. Leave one of the two out."
            )


def _check_campaigns(given: Mapping[str, Any]) -> None:
    """Raise ParameterError where something is said of campaigns, and there can be none."""
    if "campaign" not in given:
        if "order" in given:
            raise ParameterError("`order` needs `campaign`, the column whose campaigns it orders.")
        if "periods" in given and "time" not in given:
            raise ParameterError(
                "`periods` needs `campaign`, the column to tell them by, or `time`."
            )
    elif "order" in given and "time" in given:
        raise ParameterError("`time` gives the order of campaigns already: leave `order` out.")


def _allowing(
    data: CampaignData | FeatureFrame, given: Mapping[str, Any]
) -> CampaignData | FeatureFrame:
    """Return campaign tables of which more columns are allowed as features."""
    if isinstance(data, CampaignData) and "allow" in given:
        names = data.own_columns()
        check_allowed(given["allow"], names)
        data.allow = {**data.allow, **given["allow"]}
    return data


def _refuse_all(given: Mapping[str, Any], data: str, *, but: Sequence[str]) -> None:
    for name in given:
        if name in but:
            continue
        raise ParameterError(
            f"`{name}` says something of a table; {data!r} is several, and says its own. Leave it "
            "out, or give the file of a table."
        )


def _check_there(data: Any) -> None:
    """Raise MissingDataError where a name is of nothing at all."""
    if isinstance(data, str) and not (Path(data).suffix or os.path.isfile(data)):  # noqa: PTH113 - a path may be too long to ask for
        raise MissingDataError(
            f"There is no file {data!r}, and no data set of that name; there is "
            f"{listed(DATA_SETS)}.{did_you_mean(data, DATA_SETS)}"
        )


def _without(data: CampaignData | FeatureFrame, suppress: Any) -> CampaignData | FeatureFrame:
    return data if suppress is None else data.without_customers(suppress)


def _from_orders(data: Any, given: Mapping[str, Any], suppress: Any) -> FeatureFrame:
    from workbench.features import frame_from_orders

    horizon = {"horizon_days": given["orders_within"]}
    rest = {name: value for name, value in given.items() if name != "orders_within"}
    return frame_from_orders(data, suppress=suppress, **horizon, **rest)


def _in_notebook() -> bool:
    """Whether IPython runs, which shows things."""
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def _complete_journey() -> CampaignData:
    from workbench import datasets

    return datasets.complete_journey().with_history(days=28)


def _sample() -> CampaignData:
    from workbench import datasets

    return datasets.sample()


def _sample_test() -> FeatureFrame:
    from workbench import datasets

    return datasets.sample_test()


DATA_SETS: Mapping[str, Callable[[], CampaignData | FeatureFrame]] = {
    "complete-journey": _complete_journey,
    "sample": _sample,
    "sample-test": _sample_test,
}
"""What a name stands for."""
