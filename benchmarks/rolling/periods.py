"""Public tables in periods, from a folder that holds them: shop visits, offers, orders.

What the folder must hold, as far as it does (what is not there is passed over, and said):

- ``online_shoppers_intention.csv``: UCI 468 (Sakar & Kastro); campaigns are its months;
- ``coupon.csv``: UCI 603 (Wang et al.); campaigns are the kinds of coupon, in no order;
- ``CDNOW_master.txt``: Fader & Hardie; on the first of each month: who orders within 30 days?
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from rolling.origins import Table
from workbench import FeatureFrame

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
HORIZON = pd.Timedelta(days=30)


def period_tables(folder):
    """Return the tables that the folder holds."""
    found = []
    for file, name, make in (
        ("CDNOW_master.txt", "monthly orders", orders),
        ("coupon.csv", "kinds of offers", offers),
        ("online_shoppers_intention.csv", "shop visits", visits),
    ):
        if (folder / file).is_file():
            found.append(Table(name, make(folder / file)))
        else:
            print(f"Passed over: {name}, as there is no {file} in the folder of periods.")
    return found


def framed(X, y, campaign, groups, as_of=None):
    """Return a frame whose catalogue says these groups."""
    catalogue = pd.DataFrame({"group": [groups(name) for name in X.columns]}, index=X.columns)
    moment = None if as_of is None else pd.Series(as_of, index=X.index)
    return FeatureFrame(
        X, y.astype("float64"), campaign=campaign, as_of=moment, catalogue=catalogue
    )


def visits(path):
    """Read the visits of a shop: campaigns are months, from February to December."""
    table = pd.read_csv(path, sep=";")
    month = table.pop("Month")
    bought = table.pop("Revenue").astype(str).str.upper().eq("TRUE")
    kinds = ["OperatingSystems", "Browser", "Region", "TrafficType"]
    table = table.astype(dict.fromkeys(kinds, "str"))
    table["Weekend"] = table["Weekend"].astype(str).str.upper().eq("TRUE").astype(float)

    def group(name):
        if name in kinds:
            return "technical"
        pages = ("Administrative", "Informational", "ProductRelated")
        return "pages" if name.startswith(pages) else "visit"

    as_of = pd.to_datetime([f"2021-{MONTHS.index(one) + 1:02d}-01" for one in month])
    return framed(table, bought, month, group, as_of)


def offers(path):
    """Read offers to drivers: campaigns are the kinds of coupon, in no order of time."""
    table = pd.read_csv(path).drop(columns="toCoupon_GEQ5min")
    table = table.drop(columns="car", errors="ignore")
    kind, taken = table.pop("coupon"), table.pop("Y")
    habits = ("Bar", "CoffeeHouse", "CarryAway", "RestaurantLessThan20", "Restaurant20To50")
    person = ("gender", "age", "maritalStatus", "has_children", "education", "occupation", "income")

    def group(name):
        return "habits" if name in habits else "person" if name in person else "situation"

    return framed(table, taken, kind, group)


def orders(path):
    """Read orders, and ask each month who of the known customers orders within 30 days."""
    raw = pd.read_csv(path, sep=r"\s+", names=["customer", "day", "units", "amount"])
    raw["day"] = pd.to_datetime(raw["day"].astype(str))
    first = raw["day"].min() + pd.DateOffset(months=2)
    last = raw["day"].max() - HORIZON
    dates = pd.date_range(first, last, freq="MS")
    parts = [contacts(raw, date) for date in dates]
    X = pd.concat(parts, ignore_index=True)
    as_of, y = X.pop("as_of"), X.pop("y")
    return framed(X, y, as_of.dt.strftime("%Y-%m"), order_group, as_of)


def contacts(raw, date):
    """Describe every customer known at a date, from the orders before it."""
    before = raw[raw["day"] < date]
    after = raw[(raw["day"] >= date) & (raw["day"] < date + HORIZON)]
    known = before.groupby("customer")
    table = pd.DataFrame(
        {
            "recency_days": (date - known["day"].max()).dt.days.astype(float),
            "tenure_days": (date - known["day"].min()).dt.days.astype(float),
            "frequency": np.log1p(known.size()),
            "amount_mean": np.log1p(known["amount"].mean()),
            "amount_last": np.log1p(known["amount"].last()),
            "units_mean": np.log1p(known["units"].mean()),
        }
    )
    edges = (0, 30, 91, 182)
    for near, far in pairwise(edges):
        within = before[
            (before["day"] >= date - pd.Timedelta(days=far))
            & (before["day"] < date - pd.Timedelta(days=near))
        ].groupby("customer")
        table[f"orders_{near}_{far}"] = within.size().reindex(table.index, fill_value=0)
        amount = within["amount"].sum().reindex(table.index, fill_value=0.0)
        table[f"amount_{near}_{far}"] = np.log1p(amount)
    month = before[before["day"] >= date - HORIZON]
    table["orders_of_all_30"] = np.log(len(month) / len(table))
    table["as_of"], table["y"] = date, table.index.isin(after["customer"])
    return table.astype({"y": float})


def order_group(name):
    """Return the group of a feature of `contacts`."""
    if name == "orders_of_all_30":
        return "everybody"
    windows = name.startswith("orders_") or name[-1].isdigit()
    return "windows" if windows else "history"
