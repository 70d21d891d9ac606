"""Make the tutorial's three files, byte for byte: `python docs/tutorial/make_files.py`.

A made-up shop mails on the first Tuesday of a month. Who has ordered lately, or much, orders again;
a mail adds to that. One mailing fell on a sale, which brought everybody who had bought toys. The
last mailing is still to come.
"""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
SEED = 20240102
CUSTOMERS, MAILED = 900, 400
BEGIN, END = pd.Timestamp("2023-06-01"), pd.Timestamp("2025-01-06")
MAILINGS = pd.date_range("2024-01-01", "2025-01-01", freq="MS")
SALE = 7
KINDS = ("books", "toys", "garden")
TRUTH = {"nobody_lately": 0.03, "lately": 0.17, "mail_adds": 0.6, "toys_in_sale": 0.35}


def customers(rng: np.random.Generator) -> pd.DataFrame:
    """Draw who there is: a number with leading zeros, a town, and whether there is an app."""
    return pd.DataFrame(
        {
            "customer_no": [f"{number:06d}" for number in 1000 + 7 * np.arange(CUSTOMERS)],
            "town": rng.choice(["Bonn", "Graz", "Jena", "Ulm"], CUSTOMERS, p=[0.4, 0.3, 0.2, 0.1]),
            "has_app": rng.choice(["yes", "no"], CUSTOMERS, p=[0.3, 0.7]),
        }
    )


def _orders_on(days: pd.DatetimeIndex, who: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    minutes = pd.to_timedelta(rng.integers(7 * 60, 22 * 60, len(days)), unit="min")
    return pd.DataFrame(
        {
            "customer": who,
            "ordered_at": days + minutes,
            "kind": rng.choice(KINDS, len(days), p=[0.6, 0.15, 0.25]),
            "amount": np.round(rng.lognormal(3.3, 0.6, len(days)), 2),
        }
    )


def draw(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw the tables, month by month, as later orders depend on earlier ones."""
    people = customers(rng)
    rate = rng.gamma(0.8, 0.01, CUSTOMERS)  # orders a day, without any mail
    count = rng.poisson(rate * (END - BEGIN).days)
    days = BEGIN + pd.to_timedelta(rng.integers(0, (END - BEGIN).days, count.sum()), unit="D")
    orders = _orders_on(days, np.repeat(np.arange(CUSTOMERS), count), rng)
    contacts = []
    for number, month in enumerate(MAILINGS, 1):
        sent = month + pd.Timedelta(days=(1 - month.day_of_week) % 7)
        chosen = np.sort(rng.choice(CUSTOMERS, MAILED, replace=False))
        contacts.append(
            pd.DataFrame({"customer": chosen, "mailing": f"mail-{number:02d}", "mailed_on": sent})
        )
        before = orders[orders["ordered_at"] < sent]
        lately = set(before.loc[before["ordered_at"] >= sent - pd.Timedelta(days=91), "customer"])
        toys = set(before.loc[before["kind"] == "toys", "customer"])
        is_lately = np.isin(chosen, list(lately))
        chance = np.where(is_lately, TRUTH["lately"], TRUTH["nobody_lately"]) * TRUTH["mail_adds"]
        if number == SALE:
            chance = np.where(np.isin(chosen, list(toys)), TRUTH["toys_in_sale"], chance)
        moved = chosen[rng.random(MAILED) < chance]
        when = sent + pd.to_timedelta(rng.integers(1, 27, len(moved)), unit="D")
        orders = pd.concat([orders, _orders_on(pd.DatetimeIndex(when), moved, rng)])
    number_of = people["customer_no"].to_numpy()
    orders = orders[orders["ordered_at"] < END].sort_values(["ordered_at", "customer"])
    mailed = pd.concat(contacts)
    return {
        "customers": people,
        "contacts": pd.DataFrame(
            {
                "customer_no": number_of[mailed["customer"]],
                "mailing": mailed["mailing"],
                "mailed_on": mailed["mailed_on"].dt.strftime("%Y-%m-%d"),
            }
        ),
        "orders": pd.DataFrame(
            {
                "customer_no": number_of[orders["customer"]],
                "ordered_at": orders["ordered_at"].dt.strftime("%Y-%m-%d %H:%M"),
                "kind": orders["kind"],
                "amount": orders["amount"],
            }
        ),
    }


if __name__ == "__main__":
    for name, table in draw(np.random.default_rng(SEED)).items():
        table.to_csv(HERE / f"{name}.csv", index=False, lineterminator="\n")
