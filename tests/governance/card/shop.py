"""A made-up shop: its contacts, its papers, a first page and a test."""

from datetime import date

import numpy as np
import pandas as pd

from workbench import FeatureFrame
from workbench.experiments import read_out
from workbench.governance.papers.governance import Governance
from workbench.reports import Figure, Headline

TODAY = date(2026, 12, 1)
DAYS = pd.date_range("2026-01-05", periods=8, freq="28D")
PAPERS = {
    "model": {
        "name": "Letters",
        "purpose": "Write to those who are likely to buy.",
        "population": "Customers who bought before.",
        "intended_use": "Rank customers for a letter.",
        "out_of_scope": "Prices and credit.",
    },
    "people": {
        "owner": "Olga Owner",
        "author": "Arthur Author",
        "approver": "Anna Approver",
        "override": "Oscar Override",
        "roll_back": "Rita Rollback",
        "contact": "privacy@shop.example",
    },
    "legal": {
        "basis": "legitimate interest",
        "interest": "letters to customers",
        "dpia": "none needed, screened",
    },
    "channels": [{"name": "letter", "consent": "not needed", "basis": "legitimate interest"}],
    "kpis": [
        {
            "name": "responses",
            "kind": "conversion",
            "unit": "share",
            "baseline": 0.1,
            "target": 0.125,
            "date": "2027-06-30",
        }
    ],
    "dates": {"review": "2027-11-30", "retention": "2028-12-31"},
    "uses": {"credit": False, "insurance": False, "work": False},
    "pilot": {
        "start": "2027-01-11",
        "weeks": 7,
        "responses_rate": 0.2,
        "effect": 0.1,
        "control": 0.4,
        "go": "more respond",
        "no_go": "fewer respond",
    },
}


def shop(n=2400, seed=7):
    """Contacts in eight campaigns; young ones respond more, and towns do not differ."""
    rng = np.random.default_rng(seed)
    visits, old = rng.poisson(3, n), rng.random(n) < 0.4
    chance = 1 / (1 + np.exp(2.0 - 0.5 * visits + 0.8 * old))
    at = np.sort(rng.integers(8, size=n))
    table = pd.DataFrame(
        {
            "visits": visits,
            "age_band": np.where(old, "older", "younger"),
            "town": rng.choice(["Ulm", "Bonn", "Kiel"], n),
            "campaign": np.char.add("C", (at + 1).astype(str)),
            "day": DAYS[at],
            "who": np.concatenate(
                [rng.choice(n // 2, size, replace=False) for size in np.bincount(at)]
            ).astype(str),
            "bought": (rng.random(n) < chance).astype(int),
        }
    )
    roles = {"campaign": "campaign", "time": "day", "customer": "who", "horizon_days": 14}
    return FeatureFrame.from_table(table, target="bought", **roles)


def papers(**changed):
    """Papers with some sections changed: a section's keys, or a list in its place."""
    told = dict(PAPERS)
    for name, change in changed.items():
        told[name] = {**told.get(name, {}), **change} if isinstance(change, dict) else change
    return Governance.of(told)


def headline():
    figures = [
        Figure("AUC", 0.7312, digits=3, note="0.5 is chance"),
        Figure("Contacts", 1203, kind="count"),
        Figure("Profit", 1234.5, kind="money", unit="EUR"),
    ]
    told = {"verdict": "with care", "why": "It was judged on 3 campaigns.", "next_step": "Wait."}
    return Headline("Who buys?", "It ranks.", figures, **told)


def effect():
    rng = np.random.default_rng(1)
    arm = pd.Series(rng.choice(["letter", "none"], 1000))
    y = pd.Series((rng.random(1000) < 0.1 + 0.1 * (arm == "letter")).astype(float))
    return read_out(
        FeatureFrame(pd.DataFrame({"x": rng.random(1000)}), y, treatment=arm, control="none")
    )
