"""The same fit from Parquet in memory and streamed: time a row, peak memory, and the difference.

Rows are drawn on the spot: 140 columns in 8 groups, of 12 campaigns, and written to a folder of
files. Each fit, with everything tuned, is a process of its own, so that its peak is its own.
`--rows` says how many (`BENCH_ROWS` too), `--streamed` leaves the fit in memory out where memory
would not do. Prints a table; the last line is one JSON object.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from of_scale import in_its_own, parser_of, used

from workbench import FeatureFrame, ParquetRows, RidgePropensity, __version__

COLUMNS, GROUPS, CAMPAIGNS, PART = 140, 8, 12, 100_000
FILES = 4
ROLES = {"target": "bought", "campaign": "month"}
BARS = {"time_per_row_vs_memory": 1.3, "peak_gb": 2.0, "coefficient_difference": 1e-8}


def write(folder: Path, rows: int) -> None:
    """Write the table in parts; each file has rows of every campaign."""
    rng = np.random.default_rng(20241130)
    effects = rng.normal(0, 0.12, COLUMNS) * (rng.random(COLUMNS) < 0.6)
    own = rng.normal(0, 0.3, CAMPAIGNS)
    names = [f"g{j * GROUPS // COLUMNS}_x{j}" for j in range(COLUMNS)]
    writers: dict[int, pq.ParquetWriter] = {}
    for part, start in enumerate(range(0, rows, PART)):
        n = min(PART, rows - start)
        X, month = rng.standard_normal((n, COLUMNS)), rng.integers(0, CAMPAIGNS, n)
        chance = 1 / (1 + np.exp(2.5 - own[month] - X @ effects))
        table = pa.table(
            {
                "month": [f"2024-{m + 1:02d}" for m in month.tolist()],
                "bought": (rng.random(n) < chance).astype("int8"),
                **{name: X[:, j] for j, name in enumerate(names)},
            }
        )
        k = part % FILES
        if k not in writers:
            writers[k] = pq.ParquetWriter(folder / f"part-{k}.parquet", table.schema)
        writers[k].write_table(table)
    for writer in writers.values():
        writer.close()


def fitted(how: str, folder: Path, result: Path) -> None:
    """Fit once, and say what it took; runs in a process of its own."""
    start = time.perf_counter()
    if how == "memory":
        tables = [pq.read_table(file) for file in sorted(folder.glob("*.parquet"))]
        rows = FeatureFrame.from_table(pa.concat_tables(tables).to_pandas(), **ROLES)
        del tables
    else:
        rows = ParquetRows(folder, scratch=folder, **ROLES)
    read = time.perf_counter() - start
    model = RidgePropensity().fit(rows)
    took = time.perf_counter() - start
    columns = model.columns_
    np.savez(
        result,
        coefficients=np.append(columns["coef_standardised"], model.intercept_),
        penalties=np.log(columns["penalty"].to_numpy(dtype=float)),
        errors=columns["std_error"].to_numpy(dtype=float),
        left_out=model.workspace_.left_out()["loss"].to_numpy(dtype=float),
    )
    print(json.dumps({"read": read, "fit": took - read, "seconds": took, **used()}))


def measured(how: str, folder: Path) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Fit in a process of its own."""
    result = folder / f"{how}.npz"
    return in_its_own(__file__, "--fit", how, folder, result), dict(np.load(result))


def main() -> None:
    """Write, fit both ways, compare."""
    parser = parser_of(__doc__, left_out="the fit in memory")
    parser.add_argument("--fit", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.fit:
        fitted(asked.fit[0], Path(asked.fit[1]), Path(asked.fit[2]))
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as place:
        folder = Path(place)
        write(folder, asked.rows)
        ways = ("streamed",) if asked.streamed else ("memory", "streamed")
        found = {how: measured(how, folder) for how in ways}
    print(f"{asked.rows:,} rows × {COLUMNS} columns, {GROUPS} groups, {CAMPAIGNS} campaigns")
    print(f"{'':10} {'read':>9} {'fit':>9} {'all':>9} {'cores':>9} {'peak':>9}")
    for how, (took, _) in found.items():
        seconds = [f"{took[key]:7.1f} s" for key in ("read", "fit", "seconds", "cpu")]
        print(f"{how:10} {' '.join(seconds)} {took['peak_gb']:6.2f} GB")
    report = {"benchmark": "scale", "version": __version__, "rows": asked.rows, "bars": BARS}
    report |= {
        "peak_gb": found["streamed"][0]["peak_gb"],
        "seconds": found["streamed"][0]["seconds"],
    }
    if not asked.streamed:
        (memory, ours), (streamed, theirs) = found["memory"], found["streamed"]
        report |= {
            "memory_peak_gb": memory["peak_gb"],
            "time_per_row_vs_memory": streamed["seconds"] / memory["seconds"],
            "cpu_per_row_vs_memory": streamed["cpu"] / memory["cpu"],
            "fit_time_vs_memory": streamed["fit"] / memory["fit"],
            "coefficient_difference": float(
                np.abs(ours["coefficients"] - theirs["coefficients"]).max()
            ),
            "other_difference": max(
                float(np.abs(ours[key] - theirs[key]).max())
                for key in ("penalties", "errors", "left_out")
            ),
        }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
