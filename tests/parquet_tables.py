"""A table of mailings with all that features may be, and Parquet files of it."""

from itertools import pairwise

import numpy as np
import pandas as pd


def mailings(n=1500, *, months=6, seed=0):
    """Rows of all months in turn, with gaps, levels, flags in words, and outcomes to come."""
    rng = np.random.default_rng(seed)
    month = np.arange(n) % months
    table = pd.DataFrame(
        {
            "month": [f"2024-{m + 1:02d}" for m in month],
            "web_visits": rng.poisson(2, n),
            "web_spend": rng.normal(40, 12, n),
            "mail_opens": rng.random(n) < 0.3,
            "mail_clicks": rng.integers(0, 2, n),
            "job": rng.choice(["cook", "smith", "baker", None], n),
            "opted": rng.choice(["yes", "no"], n),
        }
    )
    table.loc[rng.random(n) < 0.1, "web_spend"] = np.nan
    log_odds = 0.4 * table["web_visits"] - 2 + 0.5 * (table["job"] == "cook") + 0.2 * np.sin(month)
    table["bought"] = (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(float)
    table.loc[rng.random(n) < 0.03, "bought"] = np.nan
    return table


def written(table, folder, *, parts=3, row_group_size=200):
    """Write a table to so many files in a folder, cut anywhere; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    edges = np.linspace(0, len(table), parts + 1).astype(int)
    for k, (start, stop) in enumerate(pairwise(edges)):
        part = table.iloc[start:stop].reset_index(drop=True)
        part.to_parquet(folder / f"part-{k}.parquet", row_group_size=row_group_size)
    return folder
