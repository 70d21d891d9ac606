"""A test on later campaigns from Parquet, in memory and streamed: time, peak memory, same numbers.

Contacts are those of `scale.py`, with a customer each. Both ways part them by campaign, fit the
earlier ones under one penalty, score the later ones, and work out the figures of a report. Each is
a process of its own, so that its peak is its own. `--rows` says how many (`BENCH_ROWS` too),
`--streamed` leaves out what needs the table in memory. Prints a table; the last line is one JSON
object.
"""

import argparse
import json
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from of_scale import in_its_own, parser_of, used

from workbench import FeatureFrame, ParquetRows, RidgePropensity, __version__, evidence, metrics

COLUMNS, CAMPAIGNS, PART = 40, 12, 100_000
ROLES = {"target": "bought", "campaign": "month", "customer": "id"}
BARS = {"difference": 1e-8, "time_per_row_vs_memory": 1.5}


def write(folder: Path, rows: int) -> None:
    """Write a file a part; each has rows of every campaign, and gaps."""
    rng = np.random.default_rng(20241130)
    effects, own = rng.normal(0, 0.15, COLUMNS), rng.normal(0, 0.3, CAMPAIGNS)
    for k, start in enumerate(range(0, rows, PART)):
        n = min(PART, rows - start)
        X, month = rng.standard_normal((n, COLUMNS)), rng.integers(0, CAMPAIGNS, n)
        chance = 1 / (1 + np.exp(2.5 - own[month] - X @ effects))
        X[rng.random(n) < 0.1, 0] = np.nan
        columns = {f"x{j}": X[:, j] for j in range(COLUMNS)}
        table = {
            "id": rng.integers(0, rows // 3, n),
            "month": [f"2024-{m + 1:02d}" for m in month.tolist()],
            "bought": (rng.random(n) < chance).astype("int8"),
            "region": rng.choice(["north", "south", "east"], n),
        }
        pq.write_table(pa.table(table | columns), folder / f"part-{k:05d}.parquet")


def judged(how: str, folder: Path, result: Path) -> None:
    """Part, fit, score and judge once, and say what it took; runs in a process of its own."""
    warnings.simplefilter("ignore")
    times = [time.perf_counter()]
    if how == "memory":
        tables = [pq.read_table(file) for file in sorted(folder.glob("*.parquet"))]
        data = FeatureFrame.from_table(pa.concat_tables(tables).to_pandas(), **ROLES)
        del tables
    else:
        data = ParquetRows(folder, scratch=folder, **ROLES)
    times.append(time.perf_counter())
    split = evidence.out_of_time(data)
    model = RidgePropensity(alpha=0.001).fit(split.train)
    times.append(time.perf_counter())
    if how == "memory":
        test, propensity = split.test, model.propensity(split.test)
        beyond = evidence.beyond_training(model, test, fewest=10)
    else:
        found = evidence.scored_rows(model, split.test, fewest=10)
        test, propensity, beyond = found.contacts, found.propensity, found.beyond
    times.append(time.perf_counter())
    tables = [
        metrics.performance(test.y, propensity, weight=test.weight),
        metrics.calibration_table(test.y, propensity, weight=test.weight),
        metrics.by_campaign(test.y, propensity, test.campaign, weight=test.weight),
        metrics.gain_curve(test.y, propensity, weight=test.weight),
        evidence.earned(test, propensity, cost=1.0, margin=10.0).curve,
        beyond.table.sort_index(),
    ]
    times.append(time.perf_counter())
    told = [table.select_dtypes("number").to_numpy(dtype=float).ravel() for table in tables]
    np.savez(result, told=np.concatenate(told))
    took = dict(zip(("read", "fit", "score", "figures"), np.diff(times).tolist(), strict=True))
    took |= {"seconds": times[-1] - times[0], "tested": len(test), **used()}
    print(json.dumps(took))


def measured(how: str, folder: Path, place: Path) -> tuple[dict[str, float], np.ndarray]:
    """Judge in a process of its own."""
    result = place / f"{how}.npz"
    return in_its_own(__file__, "--judge", how, folder, result), np.load(result)["told"]


def main() -> None:
    """Write, judge both ways, compare."""
    parser = parser_of(__doc__, left_out="what needs the table in memory")
    parser.add_argument("--judge", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.judge:
        judged(asked.judge[0], Path(asked.judge[1]), Path(asked.judge[2]))
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as place:
        folder = Path(place) / "table"
        folder.mkdir()
        write(folder, asked.rows)
        ways = ("streamed",) if asked.streamed else ("memory", "streamed")
        found = {how: measured(how, folder, Path(place)) for how in ways}
    print(f"{asked.rows:,} rows × {COLUMNS} columns, {CAMPAIGNS} campaigns")
    parts = ("read", "fit", "score", "figures", "seconds", "cpu")
    print(f"{'':10} {' '.join(f'{name:>9}' for name in parts)} {'peak':>9}")
    for how, (took, _) in found.items():
        seconds = " ".join(f"{took[key]:7.1f} s" for key in parts)
        print(f"{how:10} {seconds} {took['peak_gb']:6.2f} GB")
    report = {"benchmark": "scale_evidence", "version": __version__, "bars": BARS}
    report |= {"rows": asked.rows}
    report |= found["streamed"][0]
    if not asked.streamed:
        (memory, ours), (streamed, theirs) = found["memory"], found["streamed"]
        report |= {
            "memory_peak_gb": memory["peak_gb"],
            "time_per_row_vs_memory": streamed["seconds"] / memory["seconds"],
            "cpu_per_row_vs_memory": streamed["cpu"] / memory["cpu"],
            "difference": float(np.nanmax(np.abs(ours - theirs) / np.maximum(1, np.abs(ours)))),
        }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
