"""What two finished reports tell of the one customer by whom their tables differ; JSON last.

The propensity report is run on a table, and on the same without one customer. The attacker holds
both files, knows which customer is missing and of which campaign, and asks whether this one
responded: from the counts in the tables, and from the log loss times the number of contacts. The
share recovered beyond guessing takes off what is right by guessing that nobody responds; half of
the customers that are drawn did.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from release import shop

from workbench.files.shipped import notebook_path
from workbench.governance.private.secret import FOLDER
from workbench.reports.run import run_notebook
from workbench.widgets.tuner.attacks import beyond_guessing

VICTIMS = int(sys.argv[1]) if len(sys.argv) > 1 else 16
ROWS = 1200
LOSS_IN_DOUBT = float(np.log(2))


def tables_of(table: pd.DataFrame, folder: Path) -> list[pd.DataFrame]:
    """Run the report, and read its tables as a reader sees them."""
    folder.mkdir()
    table.to_csv(folder / "contacts.csv", index=False)
    given = {"table": str(folder / "contacts.csv"), "target": "bought", "campaign": "month"}
    run = run_notebook(
        notebook_path("propensity.ipynb"), output=folder, parameters=given, progress=False
    )
    html = re.sub(r"base64,[A-Za-z0-9+/=]+", "", run.report.read_text(encoding="utf-8"))
    found = []
    for one in re.findall(r"<table.*?</table>", html, re.DOTALL):
        rows = [
            re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
            for row in re.findall(r"<tr>(.*?)</tr>", one, re.DOTALL)
        ]
        if len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows):
            found.append(pd.DataFrame(rows[1:], columns=rows[0]).set_index(rows[0][0]))
    return found


def numbers(tables: list[pd.DataFrame], column: str) -> np.ndarray:
    """Return a column of all tables that have it; NaN where no number is told."""
    told = [one[column] for one in tables if column in one]
    text = pd.concat(told).str.replace(",", "") if told else pd.Series(dtype=str)
    return pd.to_numeric(text, errors="coerce").to_numpy()


def by_counts(first: list[pd.DataFrame], second: list[pd.DataFrame]) -> bool:
    """Guess a response where a count of positives is smaller without the customer."""
    with_them, without = (numbers(one, "positives") for one in (first, second))
    return bool(np.nansum(with_them - without) > 0)


def by_loss(first: list[pd.DataFrame], second: list[pd.DataFrame]) -> bool:
    """Take N L − (N − 1) L' for the customer's own loss; a large one is a response."""
    (one, two), n = (
        [numbers(tables, "log loss")[0] for tables in (first, second)],
        numbers([t for t in first if "log loss" in t], "contacts")[0],
    )
    return bool(n * (one - two) + two > LOSS_IN_DOUBT)


def drawn(table: pd.DataFrame, among: np.ndarray, count: int) -> list[int]:
    """Draw customers, half of whom responded: what is usual is right for half of them."""
    rng, responded = np.random.default_rng(3), table["bought"].to_numpy() == 1
    parts = ((responded, count // 2), (~responded, count - count // 2))
    return [
        int(row)
        for which, many in parts
        for row in rng.choice(np.flatnonzero(among & which), many, replace=False)
    ]


def main() -> None:
    """Attack, measure, print."""
    table = shop(ROWS)
    later = (table["month"] >= "2024-05").to_numpy()
    chosen = [*drawn(table, later, VICTIMS // 2), *drawn(table, ~later, VICTIMS - VICTIMS // 2)]
    got: dict[str, list[bool]] = {"counts": [], "loss": []}
    with tempfile.TemporaryDirectory() as folder:
        os.environ[FOLDER] = folder
        whole = tables_of(table, Path(folder) / "all")
        for victim in chosen:
            less = tables_of(table.drop(index=victim), Path(folder) / str(victim))
            got["counts"].append(by_counts(whole, less))
            got["loss"].append(by_loss(whole, less))
    true, usual = table.loc[chosen, "bought"], np.zeros(len(chosen))
    judged = np.arange(len(chosen)) < VICTIMS // 2
    out: dict[str, float] = {"victims": VICTIMS, "responded": int(true.sum())}
    for name, guessed in got.items():
        success = beyond_guessing(guessed, true, usual)
        out[f"{name}_attack_success"] = round(float(success.mean()), 4)
        out[f"{name}_attack_success_judged"] = round(float(success[judged].mean()), 4)
    for name, value in out.items():
        print(f"{name:32s} {value}")
    print(json.dumps(out))


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main()
