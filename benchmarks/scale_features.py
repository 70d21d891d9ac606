"""The same features built in memory and to a file: time, peak memory, and the difference.

Customers are contacted in every campaign, campaign by campaign, so that the rows of a part are
spread over the whole file. `--rows` says how many contacts (`BENCH_ROWS` too), `--events` how many
visits; `--to-file` leaves the build in memory out where memory would not do. Each build is a
process of its own, so that its peak is its own, and says what the tables alone took before it.
Prints a table; the last line is one JSON object.
"""

import argparse
import json
import os
import resource
import tempfile
import time
import warnings
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from of_scale import in_its_own

from workbench import CampaignData, Events, Outcome, __version__
from workbench.errors import DataWarning
from workbench.features import FeatureSet, cadence, decay, rfm, windows

CAMPAIGNS, CHANNELS = 12, ["app", "mail", "shop", "web"]
FIRST, DAY = np.datetime64("2023-01-01", "us"), np.timedelta64(1, "D")
PART = 1_000_000
BARS = {"cpu_vs_memory": 2.0, "different_columns": 0}


def write(folder: Path, customers: int, events: int) -> None:
    """Write the visits in parts, and the orders that are asked for."""
    rng = np.random.default_rng(20250601)
    with pq.ParquetWriter(folder / "visits.parquet", _visits(rng, 1, customers).schema) as writer:
        for start in range(0, events, PART):
            writer.write_table(_visits(rng, min(PART, events - start), customers))
    n = customers * CAMPAIGNS // 20
    orders = {"id": rng.integers(0, customers, n), "at": FIRST + rng.integers(360, 730, n) * DAY}
    pq.write_table(pa.table(orders), folder / "orders.parquet")


def _visits(rng: np.random.Generator, n: int, customers: int) -> pa.Table:
    return pa.table(
        {
            "id": rng.integers(0, customers, n),
            "at": FIRST + (rng.random(n) * 730 * 86_400_000_000).astype("timedelta64[us]"),
            "spend": rng.gamma(2, 20, n).round(2),
            "channel": np.array(CHANNELS)[rng.integers(0, len(CHANNELS), n)],
        }
    )


def built(how: str, folder: Path, customers: int) -> None:
    """Build once, and say what it took; runs in a process of its own."""
    warnings.simplefilter("ignore", DataWarning)  # look-backs before the first visit
    labels = [f"c{k:02d}" for k in range(CAMPAIGNS)]
    starts = FIRST + (365 + 30 * np.arange(CAMPAIGNS)) * DAY
    contacts = {"id": np.tile(np.arange(customers), CAMPAIGNS)}
    data = CampaignData(
        pd.DataFrame(contacts | {"campaign": np.repeat(labels, customers)}),
        pd.DataFrame({"campaign": labels, "start": starts}),
        events={
            name: Events(folder / f"{name}.parquet", time="at") for name in ("visits", "orders")
        },
        outcome=Outcome("orders", horizon_days=28),
        customer="id",
        campaign="campaign",
        as_of="start",
        observed_until="2025-01-01",
    )
    kinds = {"channel": CHANNELS}
    features = FeatureSet(
        windows("visits", values=["spend"], kinds=kinds, lookbacks_days=[7, 28, 91, 365]),
        rfm("visits", value="spend"),
        decay("visits", values=["spend"]),
        cadence(),
    )
    before, target = _peak(), folder / "features.parquet"
    start, cpu = time.perf_counter(), time.process_time()
    if how == "memory":
        frame = features.build(data, cache=False)
        took, cpu, peak = time.perf_counter() - start, time.process_time() - cpu, _peak()
        count = frame.X.shape[1]
        marks = {name: _mark(frame.X[name].to_numpy()) for name in frame.X}
    else:
        rows = features.build(data, to=target)
        took, cpu, peak = time.perf_counter() - start, time.process_time() - cpu, _peak()
        count = len(rows.groups)
        file = pq.ParquetFile(target)
        marks = {name: _mark(file.read([name])[name].to_numpy()) for name in rows.groups}
    found = {"seconds": took, "cpu": cpu, "before_gb": before, "peak_gb": peak, "features": count}
    size = target.stat().st_size / 1e9 if target.exists() else 0.0
    print(json.dumps(found | {"file_gb": size, "marks": marks}))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def _mark(values: np.ndarray) -> int:
    """Return a checksum of the bits of a column; a gap has the same everywhere."""
    return zlib.crc32(np.where(np.isnan(values), np.nan, values).tobytes())


def measured(how: str, folder: Path, customers: int) -> dict:
    """Build in a process of its own."""
    return in_its_own(__file__, "--build", how, folder, customers)


def main() -> None:
    """Write, build both ways, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    number = {"type": lambda text: int(text.replace("_", ""))}
    parser.add_argument("--rows", **number, default=int(os.environ.get("BENCH_ROWS", "1_200_000")))
    parser.add_argument("--events", **number, default=5_000_000)
    parser.add_argument("--to-file", action="store_true", help="leave the build in memory out")
    parser.add_argument("--folder", help="where the tables are written")
    parser.add_argument("--build", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.build:
        built(asked.build[0], Path(asked.build[1]), int(asked.build[2]))
        return
    customers = asked.rows // CAMPAIGNS
    with tempfile.TemporaryDirectory(dir=asked.folder) as place:
        write(Path(place), customers, asked.events)
        ways = ("file",) if asked.to_file else ("memory", "file")
        found = {how: measured(how, Path(place), customers) for how in ways}
    marks = {how: took.pop("marks") for how, took in found.items()}
    features = found["file"]["features"]
    print(f"{customers * CAMPAIGNS:,} contacts × {features} features, {asked.events:,} visits")
    print(f"{'':8} {'tables':>9} {'peak':>9} {'build':>9} {'cores':>9} {'file':>9}")
    for how, took in found.items():
        numbers = [f"{took[key]:6.2f} GB" for key in ("before_gb", "peak_gb")]
        numbers += [f"{took[key]:7.1f} s" for key in ("seconds", "cpu")]
        print(f"{how:8} {' '.join(numbers)} {took['file_gb']:6.2f} GB")
    report = {"benchmark": "scale_features", "version": __version__, "bars": BARS}
    report |= {"rows": customers * CAMPAIGNS, "events": asked.events, **found}
    if not asked.to_file:
        differ = [name for name, mark in marks["memory"].items() if marks["file"][name] != mark]
        report["different_columns"] = len(differ)
        report["cpu_vs_memory"] = found["file"]["cpu"] / found["memory"]["cpu"]
    print(json.dumps(report))


if __name__ == "__main__":
    main()
