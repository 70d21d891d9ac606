"""`workbench score` of Parquet in streams and at once: rows a second, peak memory, the same list.

Contacts are drawn on the spot: 140 columns of 12 campaigns, in a folder of files. Each way is a
process of its own, so that its peak is its own. `--rows` says how many (`BENCH_ROWS` too),
`--streamed` leaves out what reads the table at once, where memory would not do. Prints a table;
the last line is one JSON object.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from of_scale import parser_of

from workbench import FeatureFrame, RidgePropensity, __version__
from workbench.files.digest import digest_of

COLUMNS, CAMPAIGNS, PART, PART_OF_FILE = 140, 12, 100_000, 10
LEVELS = ["north", "south", "east", "west"]
ROLES = {"target": "bought", "campaign": "month", "customer": "id"}
BARS = {"peak_gb": 1.0}
WAYS = {"streamed": ["--stream"], "at once": ["--no-stream"]}


def contacts(rows: int, start: int) -> pa.Table:
    """Draw contacts: a key, a campaign, a level, and numbers as a warehouse rounds them."""
    rng = np.random.default_rng([20241130, start])
    numbers = rng.standard_normal((COLUMNS - 1, rows), dtype=np.float32).round(3).astype("float64")
    month = rng.integers(0, CAMPAIGNS, rows)
    return pa.table(
        {
            "id": np.arange(start, start + rows) + 10_000_000,
            "month": pa.array([f"2024-{m + 1:02d}" for m in range(CAMPAIGNS)]).take(month),
            "region": pa.array(LEVELS).take(rng.integers(0, len(LEVELS), rows)),
            **{f"x{j}": values for j, values in enumerate(numbers)},
        }
    )


def write(folder: Path, rows: int) -> None:
    """Write the table in files of a million rows, each with rows of every campaign."""
    folder.mkdir()
    starts = list(range(0, rows, PART))
    for k in range(0, len(starts), PART_OF_FILE):
        writer = None
        for start in starts[k : k + PART_OF_FILE]:
            part = contacts(min(PART, rows - start), start)
            writer = writer or pq.ParquetWriter(folder / f"part-{k:05d}.parquet", part.schema)
            writer.write_table(part)
        writer.close()


def model(folder: Path) -> None:
    """Fit on 20,000 contacts, and save."""
    train = contacts(20_000, 0).to_pandas()
    chance = 1 / (1 + np.exp(2 - train["x0"] - 0.5 * train["x1"] - (train["region"] == "east")))
    train["bought"] = (np.random.default_rng(3).random(len(train)) < chance).astype(int)
    frame = FeatureFrame.from_table(train, **ROLES)
    RidgePropensity(alpha=0.01).fit(frame).save(folder / "m.json", recipe=frame.recipe)


def scored(folder: Path, how: str, output: str) -> dict[str, float]:
    """Score in a process of its own."""
    command = [sys.executable, "-m", "workbench", "score", "--without-governance", *WAYS[how]]
    command += ["--model", "m.json", "--table", "new", "--output", output]
    start = time.monotonic()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as run:
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {run.returncode}")
    seconds = time.monotonic() - start
    peak_gb = usage.ru_maxrss * 1024 / 1e9
    return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "peak_gb": peak_gb}


def check(output: Path, rows: int) -> None:
    """See that campaigns stand in their order, best first, and that nobody is missing."""
    columns = ["customer", "campaign", "propensity", "rank"]
    files, seen, last = pq.ParquetFile(output), 0, ("", 0.0, 0)
    total = 0
    for batch in files.iter_batches(columns=columns):
        part = batch.to_pandas()
        first = pd.DataFrame([last], columns=columns[1:])
        order = pd.concat([first, part[columns[1:]]], ignore_index=True)
        same = order["campaign"].eq(order["campaign"].shift())[1:]
        falls = order["propensity"].diff()[1:] <= 0
        rises = order["rank"].diff()[1:] >= 0
        later = order["campaign"].ge(order["campaign"].shift(fill_value=""))[1:]
        assert (later & ((falls & rises) | ~same)).all()
        assert (order["rank"][1:][~same] == 1).all()
        last = tuple(part[columns[1:]].iloc[-1])
        seen, total = seen + len(part), total + int(part["customer"].sum())
    assert (seen, total) == (rows, rows * 10_000_000 + rows * (rows - 1) // 2)


def main() -> None:
    """Write, score both ways, compare."""
    parser = parser_of(__doc__, left_out="what reads at once")
    parser.add_argument("--suffix", choices=("parquet", "csv"), default="parquet")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as place:
        folder = Path(place)
        write(folder / "new", asked.rows)
        model(folder)
        of_table = sum(file.stat().st_size for file in (folder / "new").iterdir()) / 1e9
        ways = ["streamed"] if asked.streamed else list(WAYS)
        found = {how: scored(folder, how, f"{how}.{asked.suffix}") for how in ways}
        lists = [folder / f"{how}.{asked.suffix}" for how in ways]
        same = len({digest_of(one) for one in lists}) == 1
        if asked.suffix == "parquet":
            check(lists[0], asked.rows)
        of_list = lists[0].stat().st_size / 1e9
    print(f"{asked.rows:,} rows × {COLUMNS} columns, {of_table:.2f} GB; list of {of_list:.2f} GB")
    print(f"{'':10} {'all':>9} {'cores':>9} {'rows/s':>9} {'peak':>9}")
    for how, took in found.items():
        seconds = " ".join(f"{took[key]:7.1f} s" for key in ("seconds", "cpu"))
        speed = asked.rows / took["seconds"]
        print(f"{how:10} {seconds} {speed:9,.0f} {took['peak_gb']:6.2f} GB")
    report = {"benchmark": "scale_score", "version": __version__, "rows": asked.rows, "bars": BARS}
    report |= {"peak_gb": found["streamed"]["peak_gb"], "runs": found}
    report |= {"rows_per_second": asked.rows / found["streamed"]["seconds"]}
    print(json.dumps(report | ({} if asked.streamed else {"same_list": same})))


if __name__ == "__main__":
    main()
