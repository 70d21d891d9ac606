"""From a log of orders to contacts: who orders again, asked at the beginning of each period.

A log has one row an order and no contacts. They are made: each customer who had ordered before
is one on each contact date, with features of the orders before it, and the target of whether
an order follows within the horizon. Dates whose horizon is not over when the log ends are left
out, as are those with too little of the log before them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Unpack

import pandas as pd

from workbench.arguments import explained
from workbench.checks import check_columns
from workbench.errors import DataError, DataWarning, ParameterError
from workbench.features.builders.logged import logged
from workbench.features.builders.rfm import rfm
from workbench.features.builders.windows import windows
from workbench.features.contact_dates import ContactDates, contact_dates
from workbench.features.feature_set import FeatureSet
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.flat_reading import FlatTable, read_flat, read_flat_again
from workbench.frame.flat_table import check_one_role_each, moments_of
from workbench.frame.kinds import odd_kind
from workbench.frame.suppressed import SUPPRESSED, still_read
from workbench.messages import count_of, listed
from workbench.reading import Saying, Told
from workbench.tables.campaign_data import CampaignData
from workbench.tables.roles import Events, Outcome
from workbench.tables.suppression import SuppressionList

ORDERS = "orders"
KIND = "orders"  # of a recipe
_DAY = pd.Timedelta(days=1)
_A_YEAR = 366 * _DAY
_KEYS = ("customer", "time", "campaign", "arrived", "as_of", "contact")


@dataclass(frozen=True)
class OrderLog:
    """A log that was read: its orders under fixed names, and what was decided on the way."""

    orders: pd.DataFrame
    amount: str | None
    readings: Mapping[str, Any]
    notes: tuple[str, ...]

    @property
    def first(self) -> pd.Timestamp:
        """The day of the first order."""
        return pd.Timestamp(self.orders["time"].min()).normalize()

    @property
    def until(self) -> pd.Timestamp:
        """The end of the last day that has an order: up to there the log is taken as whole."""
        return pd.Timestamp(self.orders["time"].max()).normalize() + _DAY


@explained
def frame_from_orders(
    table: Any,
    *,
    customer: str,
    time: str,
    horizon_days: float,
    amount: str | None = None,
    periods: str = "auto",
    suppress: Any = None,
    **said: Unpack[Saying],
) -> FeatureFrame:
    """Make contacts of a log of orders, and their features.

    A contact is a customer on a contact date, the first moment of a period, who had ordered
    before it. With t the date, features know the orders of (−∞, t), and y = 1 where one of the
    customer's orders lies in [t, t + horizon).

    Parameters
    ----------
    table : DataFrame, or path of a file
        One row an order, or a line of one: orders of one customer at one moment are one
        occasion. Anything that `workbench.read_table` reads.
    customer, time : str
        The columns that hold who ordered, and when.
    horizon_days : float
        Length of the outcome window.
    amount : str, optional
        The column with the value of an order. Without it no feature knows of money.
    periods : {"auto", "day", "week", "month", "quarter", "year"}
        How far contact dates lie apart. "auto": months, or weeks where the log is too short.
    suppress : path, table, Series or list, optional
        Customers who must not be used. When the log begins and ends is read of all its orders.
    **said : dates, decimal, encoding, kinds, columns
        How to read what a file leaves open, as in `workbench.read_table`; `columns` names
        those of a file without a header line.

    Returns
    -------
    FeatureFrame
        Its notes say which dates were made, and which were left out; its recipe holds what
        `orders_to_score` needs.

    Raises
    ------
    SchemaError
        A named column is missing.
    DataError
        The log is too short for two contact dates, an order has no customer or no date, or
        the amount is no number.

    Examples
    --------
    >>> days = pd.date_range("2023-01-03", "2023-12-20", freq="9D")
    >>> log = pd.DataFrame({"who": ["a", "b"] * 20, "day": days[:40], "paid": 5.0})
    >>> frame = frame_from_orders(log, customer="who", time="day", amount="paid", horizon_days=14)
    >>> frame.campaigns[0], frame.campaigns[-1], len(frame)
    ('2023-05', '2023-12', 16)
    """
    told = Told.of(**said)
    log = read_orders(table, customer=customer, time=time, amount=amount, told=told)
    dates = contact_dates(log.first, log.until, horizon_days=horizon_days, periods=periods)
    data, readings = contacts_of(log, dates), log.readings
    if suppress is not None:
        data = data.without_customers(_listed_for(suppress, customer))
        readings = _of_those_left(readings, customer, data)
    features = default_features(log, dates, data.contacts["customer"])
    frame = features.build(data, progress=False)
    recipe = {
        "kind": KIND,
        "customer": customer,
        "time": time,
        "amount": amount,
        "horizon_days": horizon_days,
        "outcome": f"an order within {dates.horizon}",
        "periods": dates.length,
        "history_days": dates.history_days,
        "first": f"{log.first:%Y-%m-%d}",
        "columns": list(told.columns),
        "reading": dict(readings),
        "features": frame.recipe["features"],
        **({SUPPRESSED: dict(data.suppressed)} if data.suppressed else {}),
    }
    return replace(frame, recipe=recipe, notes=(*log.notes, *dates.notes(), *frame.notes))


@explained
def orders_to_score(
    table: Any, recipe: Mapping[str, Any], *, suppress: Any = None, **said: Unpack[Saying]
) -> FeatureFrame:
    """Make a contact of each customer of a newer log, on the day after its last order.

    Parameters
    ----------
    table : DataFrame, or path of a file
        The whole log up to now: features know all of a customer's orders.
    recipe : mapping
        Of a frame that `frame_from_orders` made.
    suppress : path, table, Series or list, optional
        Customers who must not be scored.
    **said : dates, decimal, encoding, kinds, columns
        How to read what a file leaves open, as for `frame_from_orders`.

    Returns
    -------
    FeatureFrame
        Outcomes unknown.

    Raises
    ------
    ParameterError
        The recipe is not that of a log of orders.
    SchemaError
        A column is missing.
    DataError
        The log is shorter than the features look back.

    Warns
    -----
    DataWarning
        The log begins later than that of training: earlier orders are not known.

    Examples
    --------
    >>> days = pd.date_range("2023-01-03", periods=40, freq="9D")
    >>> log = pd.DataFrame({"who": ["a", "b"] * 20, "day": days})
    >>> frame = frame_from_orders(log, customer="who", time="day", horizon_days=14)
    >>> orders_to_score(log, frame.recipe).campaigns
    ['2023-12-21']
    """

    def without(data: CampaignData) -> CampaignData:
        listed_for = str(recipe.get("customer"))
        return data.without_customers(_listed_for(suppress, listed_for))

    return orders_without(table, recipe, None if suppress is None else without, **said)


def orders_without(
    table: Any,
    recipe: Mapping[str, Any],
    without: Callable[[CampaignData], CampaignData] | None,
    **said: Unpack[Saying],
) -> FeatureFrame:
    """Score as `orders_to_score` does, without the customers that a function leaves out."""
    told = Told.of(**said)
    if missing := [name for name in ("customer", "time", "features") if not recipe.get(name)]:
        raise ParameterError(
            f"`recipe` must say how a log of orders was read; got none of {listed(missing)}. Give "
            "`frame.recipe` of `features.frame_from_orders`, or a model's `recipe_`."
        )
    customer, time, amount = (recipe.get(name) for name in ("customer", "time", "amount"))
    named = [name for name in (customer, time, amount) if name is not None]
    data = read_flat_again(table, recipe, told)
    check_columns(data, named, name="The log")
    log = OrderLog(_orders(data, customer, time, amount), _name(amount), {}, ())
    _check_history(log, recipe)
    contacts = log.orders[["customer"]].drop_duplicates().reset_index(drop=True)
    label = f"{log.until:%Y-%m-%d}"
    made = CampaignData(
        contacts.assign(campaign=label),
        pd.DataFrame({"campaign": [label], "as_of": [log.until]}),
        events={ORDERS: Events(log.orders, time="time")},
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until=log.until,
    )
    if without is not None:
        made = without(made)
    features = FeatureSet.from_dict({"kind": "features", "features": recipe["features"]})
    frame = features.build(made, progress=False).unknown()
    note = f"Every customer of the log is a contact on {label}, the day after its last order."
    return replace(frame, recipe=dict(recipe), notes=(note, *frame.notes))


def read_orders(
    table: Any, *, customer: str, time: str, amount: str | None, told: Told
) -> OrderLog:
    """Read a log: customers, moments and amounts, under fixed names.

    Raises
    ------
    DataError
        An order has no customer or no date, or the amount is no number.
    """
    roles = {"customer": customer, "time": time, "amount": amount}
    check_one_role_each(roles)
    said = told.kinds
    if amount is not None:
        told = replace(told, kinds={amount: "number", **told.kinds})
    flat = read_flat(table, roles=roles, drop=(), told=told, look=False)
    orders = _orders(flat.data, customer, time, amount)
    named = [name for name in roles.values() if name is not None]
    readings = flat.kept(named)
    if amount is not None and amount not in said:
        readings[amount]["told"] = False  # nobody said so: it follows from its role
    return OrderLog(orders, _name(amount), readings, _notes(flat, orders, named, amount))


def contacts_of(log: OrderLog, dates: ContactDates) -> CampaignData:
    """Make the contacts: on each date, every customer with an order before it."""
    known = log.orders.groupby("customer", sort=False)["time"].min()
    of_dates = [
        pd.DataFrame({"customer": known.index[known < start], "campaign": label})
        for label, start in zip(dates.labels, dates.starts, strict=True)
    ]
    return CampaignData(
        pd.concat(of_dates, ignore_index=True),
        pd.DataFrame({"campaign": dates.labels, "as_of": dates.starts}),
        events={ORDERS: Events(log.orders, time="time")},
        outcome=Outcome(ORDERS, horizon_days=dates.horizon_days),
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until=log.until,
    )


def default_features(
    log: OrderLog, dates: ContactDates, customers: pd.Series[Any] | None = None
) -> FeatureSet:
    """Recency, frequency and value over all of the log, and in windows that it has room for.

    Parameters
    ----------
    log : OrderLog
    dates : ContactDates
    customers : Series, optional
        Those with contacts, who alone decide whether amounts are refunds; by default all.
    """
    values = [log.amount] if log.amount is not None else []
    made = (
        rfm(ORDERS, value=log.amount),
        windows(ORDERS, values=values, lookbacks_days=dates.lookbacks_days),
    )
    ours = log.orders
    if customers is not None:
        ours = ours[ours["customer"].isin(customers.unique())]
    refunds = log.amount is not None and bool((ours[log.amount] < 0).any())
    return FeatureSet(*made) if refunds else FeatureSet(logged(*made))


def _listed_for(suppress: Any, customer: str) -> SuppressionList:
    """Read a list whose column is called as the log's customers are."""
    return SuppressionList.of(suppress).for_customers(customer)


def _of_those_left(
    readings: Mapping[str, Any], customer: str, data: CampaignData
) -> Mapping[str, Any]:
    return {**readings, customer: still_read(readings[customer], data.contacts["customer"])}


def _name(amount: str | None) -> str | None:
    """Call the amount as the file does, where that is no name of a key."""
    return "amount" if amount is not None and amount.casefold() in _KEYS else amount


def _orders(data: pd.DataFrame, customer: Any, time: Any, amount: Any) -> pd.DataFrame:
    if (gaps := int(data[customer].isna().sum())) > 0:
        raise DataError(
            f"Every order must have a customer; {count_of(gaps, 'row has', 'rows have')} none in "
            f"{customer!r}. Leave them out of the file: nobody can be contacted for them."
        )
    orders = pd.DataFrame({"customer": data[customer], "time": moments_of(data[time])})
    _check_days(orders["time"], time)
    if amount is not None:
        if data[amount].isna().all():
            raise DataError(
                f"The amount {amount!r} must hold numbers; no row has one. Name another column, or "
                "leave `amount` out."
            )
        if not pd.api.types.is_numeric_dtype(data[amount]):
            raise DataError(
                f"The amount {amount!r} must hold numbers; it holds "
                f"{odd_kind(data[amount]) or 'text'}. Name another column, or leave `amount` out."
            )
        orders[_name(amount)] = data[amount].astype("float64")
    return orders.reset_index(drop=True)


def _check_days(time: pd.Series[Any], name: str) -> None:
    """Raise where moments are months, which hide the days, or one lies far from all others."""
    days = pd.Series(time.dropna().dt.normalize().unique()).sort_values(ignore_index=True)
    if len(days) < 2:
        return
    if (days.dt.day == 1).all():
        raise DataError(
            f"The time column {name!r} must hold the day of each order; it holds months, which do "
            "not say whether an order lies within the days after a date. Name another column."
        )
    gaps = days.diff()
    widest = int(gaps.argmax())
    if gaps[widest] > max(_A_YEAR, (days.iloc[-1] - days.iloc[0]) / 2):
        raise DataError(
            f"Orders must follow one another; in {name!r} none lies between "
            f"{days[widest - 1]:%Y-%m-%d} and {days[widest]:%Y-%m-%d}, longer than all the rest of "
            "the log. Mend a mistyped year, or leave out what lies before or after."
        )


def _notes(
    flat: FlatTable, orders: pd.DataFrame, named: Sequence[str], amount: str | None
) -> tuple[str, ...]:
    others = [str(name) for name in flat.data.columns if name not in named]
    said = list(flat.notes)
    if others:
        said.append(f"Of the log, these columns are not used: {', '.join(others)}.")
    if amount is not None and (orders[_name(amount)] < 0).any():
        said.append(
            f"Orders with {amount!r} below 0 (returns, perhaps) count as orders as well, as events "
            "and as the target. Leave them out of the file where they are none."
        )
    return tuple(said)


def _check_history(log: OrderLog, recipe: Mapping[str, Any]) -> None:
    days = (log.until - log.first).days
    if days < (needed := recipe.get("history_days") or 0):
        raise DataError(
            f"The log must hold at least {count_of(needed, 'day')} of orders, as far as features "
            "look back; it "
            f"begins on {log.first:%Y-%m-%d}, {count_of(days, 'day')} before {log.until:%Y-%m-%d}. "
            "Give the whole log, old orders and new."
        )
    if recipe.get("first") and log.first > pd.Timestamp(recipe["first"]):
        warnings.warn(
            f"The log begins on {log.first:%Y-%m-%d}, that of training on {recipe['first']}: what "
            "customers did before is not known here, and their histories look shorter. Give the "
            "whole log, old orders and new.",
            DataWarning,
            stacklevel=3,
        )
