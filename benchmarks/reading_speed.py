"""How long a wide and a long file of text take, until every column has its type.

`BENCH_COLUMNS` (20,000) columns of 300 rows, and `BENCH_ROWS` (1,000,000) rows of 20 columns:
amounts, measurements, counts, words, codes, flags, and days with a time. Seconds of one process
on one core. Prints a table; the last line is one JSON object.
"""

import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.reading import find_readings, read_file

COLUMNS = int(os.environ.get("BENCH_COLUMNS", "20000"))
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))


def main():
    """Write both files, read them, and print the seconds of each step."""
    shapes = {"wide": (300, COLUMNS), "long": (ROWS, 20)}
    with tempfile.TemporaryDirectory() as folder:
        seconds = {name: _seconds(Path(folder), *shape) for name, shape in shapes.items()}
    table = pd.DataFrame(seconds).T
    table["all"] = table.sum(axis=1)
    table.insert(0, "shape", [f"{n:,} × {p:,}" for n, p in shapes.values()])
    print(table.round(1).to_string())
    print(json.dumps({name: round(float(table.loc[name, "all"]), 2) for name in shapes}))


def _seconds(folder, n, p):
    path = folder / f"{n}x{p}.csv"
    _table(n, p).to_csv(path, index=False)
    clocks = [time.process_time()]
    raw = read_file(path)
    clocks.append(time.process_time())
    reading = find_readings(raw)
    clocks.append(time.process_time())
    reading.apply(raw.data)
    clocks.append(time.process_time())
    return dict(zip(("file", "finding out", "applying"), np.diff(clocks), strict=True))


def _table(n, p):
    rng = np.random.default_rng(1)
    day_zero = pd.Timestamp("2020-01-01")
    kinds = (
        lambda: rng.lognormal(3, 1, n).round(2),
        lambda: rng.normal(size=n),
        lambda: rng.integers(0, 1000, n),
        lambda: rng.choice(["north", "south", "east"], n),
        lambda: [f"K{k:07d}" for k in range(n)],
        lambda: rng.choice(["yes", "no"], n),
        lambda: _german(day_zero + pd.to_timedelta(rng.integers(0, 10**8, n), "s")),
    )
    return pd.DataFrame({f"c{k}": kinds[k % len(kinds)]() for k in range(p)})


def _german(moments):
    return pd.Series(moments).dt.strftime("%d.%m.%Y %H:%M:%S")


if __name__ == "__main__":
    main()
