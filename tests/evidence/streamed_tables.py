"""A table of mailings in memory and in files, split alike, with a model of each."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tests.parquet_tables import mailings, written
from workbench import FeatureFrame, ParquetRows, RidgePropensity, evidence


@dataclass
class Both:
    """The same in memory and in files."""

    frame: FeatureFrame
    rows: ParquetRows

    def split(self, **asked):
        return evidence.out_of_time(self.frame, **asked), evidence.out_of_time(self.rows, **asked)

    def fitted(self, alpha=0.01, **asked):
        here, there = self.split(**asked)
        models = RidgePropensity(alpha).fit(here.train), RidgePropensity(alpha).fit(there.train)
        return here, there, *models


def both(table, folder, *, weight=None, parts=3, **roles):
    """Read a table in memory and from files; what no frame reads from a column is put in."""
    rows = ParquetRows(written(table, folder, parts=parts), weight=weight, **roles)
    frame = FeatureFrame.from_table(table.drop(columns=[weight] if weight else []), **roles)
    if weight is not None:
        frame = replace(frame, weight=table[weight])
    return Both(frame, rows)


def hard(n=1500, seed=0):
    """Campaigns of unequal size, customers that recur or are not known, weights with zeros."""
    rng = np.random.default_rng(seed)
    size = rng.dirichlet(np.full(7, 1.5))
    month = np.sort(rng.choice(7, n, p=size)) if seed % 2 else rng.choice(7, n, p=size)
    table = mailings(n, seed=seed).assign(month=[f"2024-{m + 1:02d}" for m in month])
    table["who"] = rng.choice([*(f"k{i}" for i in range(n // 3)), None], n)
    table["w"] = rng.choice([0.0, 0.5, 1.0, 3.0], n, p=[0.1, 0.2, 0.4, 0.3])
    table["town"] = np.where(
        month < 5, rng.choice(["Bonn", "Ulm"], n), rng.choice(["Ulm", "Aal"], n)
    )
    table["spent"] = rng.normal(month, 1.0 + month, n).astype("float32")
    # a flag in what is learned from, and none later
    table["visits_flag"] = np.where(month < 5, rng.integers(0, 2, n), rng.integers(0, 4, n))
    return table


def timed(n=1200, seed=0, *, campaigns=6):
    """Campaigns that overlap, with moments to the second."""
    rng = np.random.default_rng(seed)
    k = rng.integers(0, campaigns, n)
    table = mailings(n, seed=seed).assign(month=[f"c{one}" for one in k])
    hours = 4 * k + rng.exponential(5, n)
    moment = pd.Timestamp("2024-01-01") + pd.to_timedelta((3600 * hours).round(), unit="s")
    return table.assign(at=moment)
