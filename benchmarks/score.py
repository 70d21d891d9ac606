"""What `workbench score` takes: 2,000,000 contacts × 20 columns, from CSV and from Parquet.

Each is scored in a process of its own, in which the highest resident memory is measured; once
more under a limit of address space (`BENCH_LIMIT_GB`). `BENCH_ROWS` scales the table.
`BENCH_BEFORE` names the folder of another version of the package, to be measured beside this
one. Prints a table; the last line is one JSON object.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from workbench import FeatureFrame, RidgePropensity, __version__

ROWS = int(os.environ.get("BENCH_ROWS", "2_000_000"))
LIMIT_GB = float(os.environ.get("BENCH_LIMIT_GB", "1.2"))
BEFORE = os.environ.get("BENCH_BEFORE")
HERE = str(Path(__file__).resolve().parents[1])
NUMBERS = 14


def contacts(rows, *, seed):
    """Return a key, a campaign and 18 features of planted contacts."""
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(rows, NUMBERS)).round(4)
    made = pd.DataFrame(numbers, columns=[f"x{k}" for k in range(NUMBERS)])
    made["visits"] = rng.poisson(3, rows)
    made["member"] = rng.random(rows) < 0.5
    made["region"] = rng.choice(["north", "south", "east"], rows)
    made["grade"] = rng.integers(1, 9, rows)
    made.insert(0, "id", np.arange(rows) + 1_000_000)
    made.insert(1, "month", rng.choice(["2024-01", "2024-02", "2024-03"], rows))
    return made


def model(folder):
    """Fit on 4,000 of them, and save."""
    train = contacts(4_000, seed=1)
    chance = 1 / (1 + np.exp(2 - train["x0"] - train["member"]))
    train["bought"] = (np.random.default_rng(3).random(len(train)) < chance).astype(int)
    train.to_csv(folder / "train.csv", index=False)
    roles = {"target": "bought", "campaign": "month", "customer": "id"}
    frame = FeatureFrame.from_table(folder / "train.csv", **roles)
    return RidgePropensity(alpha=0.01).fit(frame).save(folder / "m.json", recipe=frame.recipe)


def measured(saved, table, *, package=HERE, limit_gb=None):
    """Score a file in a process of its own; return its peak in MB, seconds and exit code."""

    def limited():
        if limit_gb is not None:
            resource.setrlimit(resource.RLIMIT_AS, (int(limit_gb * 1e9),) * 2)

    output = table.with_name("scores.csv")
    arguments = ["--model", saved, "--table", table, "--output", output]
    if package == HERE:  # earlier versions did not ask who answers for the list
        arguments.append("--without-governance")
    command = [sys.executable, "-m", "workbench", "score", *map(str, arguments)]
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": package, "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=limited,  # noqa: PLW1509 - nothing else runs here
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    return {"peak_mb": usage.ru_maxrss / 1024, "seconds": seconds, "exit": code}


def main():
    """Make the tables, score each, print."""
    warnings.simplefilter("ignore")
    found = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        saved, new = model(folder), contacts(ROWS, seed=2)
        tables = {".csv": folder / "new.csv", ".parquet": folder / "new.parquet"}
        new.to_csv(tables[".csv"], index=False)
        new.to_parquet(tables[".parquet"], index=False, row_group_size=100_000)
        del new
        for suffix, table in tables.items():
            if BEFORE:
                found[f"before {suffix}"] = measured(saved, table, package=BEFORE)
            found[f"after {suffix}"] = measured(saved, table)
            limited = f"after {suffix} in {LIMIT_GB:g} GB"
            found[limited] = measured(saved, table, limit_gb=LIMIT_GB)
    print(pd.DataFrame(found).T.round(1).to_string())
    facts = {"rows": ROWS, "workbench": __version__, "duckdb": version("duckdb")}
    print(json.dumps({**facts, "python": platform.python_version(), "runs": found}))


if __name__ == "__main__":
    main()
