"""A shop's contacts without a defect, and who asks of them, as a table with changed columns."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.governance import readiness
from workbench.governance.data_readiness.table_material import material_of_table

TODAY = dt.date(2024, 12, 1)
ROLES = {"target": "bought", "campaign": "month", "customer": "id", "time": "sent_on"}


@pytest.fixture
def shop():
    """Seven months of 150 contacts; customers come again."""
    rng = np.random.default_rng(5)
    months = pd.period_range("2024-01", periods=7, freq="M")
    who = np.concatenate([rng.choice(600, 150, replace=False) for _ in months])
    visits = rng.poisson(3, 1050)
    return pd.DataFrame(
        {
            "id": [f"K{one:04d}" for one in who],
            "month": np.repeat(months.astype(str), 150),
            "sent_on": np.repeat(months.start_time, 150),
            "visits": visits,
            "spend": rng.lognormal(3, 0.7, 1050).round(2),
            "region": rng.choice(["north", "south", "east"], 600)[who],
            "born_on": pd.Timestamp("1960-05-07") + pd.to_timedelta(17 * who, "D"),
            "bought": (rng.random(1050) < 1 / (1 + np.exp(1.5 - 0.3 * visits))).astype(int),
        }
    )


@pytest.fixture
def ask(shop):
    """Ask of the shop with some columns changed; what else is said comes after."""

    def asked(columns=None, /, **said):
        table = shop.assign(**(columns or {}))
        return readiness(table, today=said.pop("today", TODAY), **{**ROLES, **said})

    return asked


@pytest.fixture
def material(shop):
    """What is put to single questions."""

    def made(columns=None, /, **said):
        table = shop.assign(**(columns or {}))
        given = {"frame": None, "papers": said.pop("papers", None), "today": TODAY}
        return material_of_table(table, {**ROLES, **said}, **given)

    return made


@pytest.fixture
def as_file(tmp_path):
    """Write a table as text, and ask of the file: nothing has a type there."""

    def asked(table, **said):
        path = tmp_path / "shop.csv"
        table.to_csv(path, index=False)
        return readiness(path, today=TODAY, **{**ROLES, **said})

    return asked
