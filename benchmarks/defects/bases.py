"""Six tables without a defect, of different houses: what defects are planted into.

Two are invented, one of them German; the others are the tables that ship with the workbench, and
Complete Journey. Where a table lacks a column that a defect needs, such as a day of birth, it is
drawn. Each is written as a file of its house: separators, decimal marks and days differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import workbench
from workbench.datasets import planted
from workbench.features import FeatureSet
from workbench.files.shipped import data_path

ENGLISH = {
    "customer": "customer_id",
    "campaign": "campaign",
    "time": "contacted_on",
    "target": "responded",
    "arm": "arm",
    "born": "date_of_birth",
    "first": "first_order_on",
    "last": "last_order_on",
    "opted_out": "opted_out",
    "amount": "spend_90d",
    "level": "region",
}
GERMAN = {
    "customer": "Kundennummer",
    "campaign": "Aktion",
    "time": "Versanddatum",
    "target": "gekauft",
    "arm": "Gruppe",
    "born": "Geburtsdatum",
    "first": "erste_Bestellung",
    "last": "letzte_Bestellung",
    "opted_out": "Werbewiderspruch",
    "amount": "Umsatz",
    "level": "Bundesland",
}
DAYS = ("time", "born", "first", "last")
HORIZON = 14


@dataclass(frozen=True)
class Base:
    """A table, what its columns are called by what they are for, and how its house writes."""

    house: str
    table: pd.DataFrame
    names: Mapping[str, str]
    today: date
    words: tuple[str, str] = ("no", "yes")
    days: str = "%Y-%m-%d"
    separator: str = ","
    decimal: str = "."
    described: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, role: str) -> pd.Series:
        return self.table[self.names[role]]

    def having(self, **columns: Any) -> "Base":
        """Return the same with other columns, each named by what it is for."""
        named = {self.names.get(role, role): values for role, values in columns.items()}
        return replace(self, table=self.table.assign(**named))

    def rows(self, at: Any) -> "Base":
        """Return some of the rows, in this order."""
        return replace(self, table=self.table.iloc[at].reset_index(drop=True))

    @property
    def roles(self) -> dict[str, Any]:
        """What the table is described by."""
        of = {role: self.names[role] for role in ("customer", "campaign", "time", "target")}
        horizon = {"horizon_days": HORIZON, "treatment": self.names["arm"]}
        return {**of, **horizon, **self.described}

    def write(self, folder: Path) -> Path:
        """Write it as its house does."""
        table = self.table.copy()
        for role in DAYS:
            column = self[role]
            if pd.api.types.is_datetime64_any_dtype(column):
                table[self.names[role]] = column.dt.strftime(self.days)
        path = folder / f"{self.house}.csv"
        table.to_csv(path, index=False, sep=self.separator, decimal=self.decimal)
        return path


def _completed(
    house: str, table: pd.DataFrame, names: Mapping[str, str], seed: int, **how: Any
) -> Base:
    """Draw the columns that a table lacks; those of a customer are alike in all rows."""
    rng = np.random.default_rng(seed)
    who = pd.factorize(table[names["customer"]])[0]
    n, people = len(table), who.max() + 1
    time = pd.to_datetime(table[names["time"]])
    first = time.min() - pd.to_timedelta(rng.integers(30, 1400, people), "D")
    ago = pd.to_timedelta(rng.integers(1, 300, n), "D")
    drawn: dict[str, Callable[[], Any]] = {
        "born": lambda: (
            pd.Timestamp("1940-01-01")
            + pd.to_timedelta(rng.integers(0, 22_000, people), "D").to_numpy()[who]
        ),
        "first": lambda: first.to_numpy()[who],
        "last": lambda: np.maximum(first.to_numpy()[who], (time - ago).to_numpy()),
        "opted_out": lambda: how.get("words", ("no", "yes"))[0],
        "amount": lambda: rng.lognormal(3.5, 0.8, n).round(2),
        "level": lambda: rng.choice(["north", "east", "south", "west"], people)[who],
        "arm": lambda: rng.choice(["mail", "mail", "mail", "control"], n),
    }
    lacking = {names[role]: make() for role, make in drawn.items() if names[role] not in table}
    made = table.assign(**lacking).reset_index(drop=True)
    made[names["time"]] = time.to_numpy()
    today = (time.max() + pd.Timedelta(days=60)).date()
    return Base(house, made, names, today, **how)


def _invented(seed: int, names: Mapping[str, str], words: tuple[str, str]) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    starts = pd.date_range("2023-01-09", periods=8, freq="35D")
    people = np.arange(1, 1201) * 7 + 40_000
    rows = []
    for k, start in enumerate(starts):
        chosen = rng.choice(people, 450, replace=False)
        visits = rng.poisson(3, 450)
        likely = 1 / (1 + np.exp(2.2 - 0.35 * visits))
        rows.append(
            pd.DataFrame(
                {
                    names["customer"]: [f"K{one}" for one in chosen],
                    names["campaign"]: f"{start:%Y-%m}" if words[0] == "no" else f"Aktion {k + 1}",
                    names["time"]: start,
                    "visits_28d": visits,
                    "opens": rng.poisson(1.2, 450),
                    "discount": rng.choice([5.5, 10.5, 15.5], 450),
                    names["target"]: np.where(rng.random(450) < likely, words[1], words[0]),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def shop() -> Base:
    """Invent a shop in English: days as ISO, campaigns as months, a third known from before."""
    return _completed("shop", _invented(1, ENGLISH, ("no", "yes")), ENGLISH, 11)


def versand() -> Base:
    """Invent a mail-order house in German: semicolons, decimal commas, 31.12.2023, ja."""
    table = _invented(2, GERMAN, ("nein", "ja"))
    how = {"words": ("nein", "ja"), "days": "%d.%m.%Y", "separator": ";", "decimal": ","}
    return _completed("versand", table, GERMAN, 12, **how)


def mailing() -> Base:
    """Take the shipped test: no customer in two waves, numbers in the order of the file."""
    names = {**ENGLISH, "customer": "customer", "campaign": "wave", "target": "ordered"}
    table = pd.read_csv(data_path("experiment/mailing.csv"))
    table["contacted_on"] = pd.to_datetime(table["wave"] + "-16")
    names |= {"amount": "basket_eur", "level": "region"}
    return _completed("mailing", table, names, 13, words=("0", "1"), days="%d/%m/%Y")


def sample() -> Base:
    """Take the shipped campaign tables with their features, as one table."""
    return _of_tables("sample", "sample", 14)


def journey() -> Base:
    """Take Complete Journey: a grocer's real customers, with features built from its tables."""
    return _of_tables("journey", "complete-journey", 15)


def _of_tables(house: str, name: str, seed: int) -> Base:
    data = workbench.load(name)
    frame = FeatureSet.declared(data).build(data, progress=False)
    rng = np.random.default_rng(seed)
    numeric = [c for c in frame.X if frame.X[c].dtype.kind == "f" and frame.X[c].nunique() > 50]
    texts = [c for c in frame.X if frame.X[c].dtype.kind not in "fib"][:2]
    kept = [*rng.choice(numeric, min(8, len(numeric)), replace=False), *texts]
    table = frame.X[kept].copy()
    table["customer_id"] = "H" + frame.customer.astype("str").str.zfill(6)
    table["campaign"] = "wave " + frame.campaign.astype("str")
    table["contacted_on"] = frame.as_of
    table["responded"] = frame.y
    known = frame.y.notna().to_numpy()
    counts = frame.campaign[known].value_counts()
    large = frame.campaign.isin(counts.index[counts >= 60]).to_numpy()
    table = table[known & large].astype({"responded": int})
    return _completed(house, table, ENGLISH, seed, words=("0", "1"))


def simulated() -> Base:
    """Take `planted`: normal columns, and columns that are filled in some campaigns alone."""
    frame = planted(train_campaigns=8, new_campaigns=0, rows=500, stable=5, spiky=5, dose=0.5).frame
    rng = np.random.default_rng(16)
    table = frame.X.round(4)
    table["customer_id"] = np.concatenate([rng.choice(2000, 500, replace=False) for _ in range(8)])
    table["customer_id"] += 700_001
    table["campaign"], table["contacted_on"] = frame.campaign, frame.as_of
    table["responded"] = frame.y.astype(int)
    how = {"words": ("0", "1"), "separator": "\t", "days": "%Y/%m/%d"}
    return _completed("simulated", table, ENGLISH, 16, **how)


BASES = (shop, versand, mailing, sample, journey, simulated)
