"""The tables that methods are compared on: planted, built from a package, or from folders."""

import json
import os
import pickle

import pandas as pd

from rolling.origins import Table, sampled
from workbench import FeatureFrame, datasets

ROWS = int(os.environ.get("BENCH_ROWS", "1500"))
EARLIER = 13  # campaigns of Complete Journey; `benchmarks/shift.py` judges on those after them
DRIFTS = {"planted drift": (0.2, 0.05), "violent drift": (0.6, 0.05), "no drift": (0.0, 0.0)}


def planted_tables(seeds):
    """Return spikes and drifts; draws of one world share a name."""
    found = []
    for seed in range(seeds):
        for dose in (0.5, 1.0):
            world = datasets.planted(
                dose=dose, seed=200 + seed, train_campaigns=12, new_campaigns=6, rows=300
            )
            name = f"planted spikes, dose {dose:g}"
            found.append(Table(name, world.frame, world.probability, "planted"))
        for name, (walk, turn) in DRIFTS.items():
            drift = datasets.planted_drift(seed=300 + seed, rows=300, walk=walk, turn=turn)
            found.append(Table(name, drift.frame, drift.probability, "planted"))
    return found


def journey_table():
    """Build the earlier campaigns of Complete Journey, as `benchmarks/defaults.py` does."""
    from shift import journey

    known = journey().known()
    first = known.campaign.isin(known.campaigns[:EARLIER]).to_numpy()
    return Table("Complete Journey, earlier", known.rows(first))


def given_tables(folder):
    """Read every frame of a folder: pickles, and Parquet files with what stands beside them."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix in (".pkl", ".pickle", ".parquet"):
            try:
                frame = read_frame(path).known()
                found.append(Table(path.stem, sampled(frame, ROWS)))
            except Exception as error:  # noqa: BLE001 - one bad file must not stop the others
                print(f"Passed over: {path.name}: {type(error).__name__}: {error}", flush=True)
    return found


def read_frame(path):
    """Read one frame; see the docstring of `benchmarks/forward.py` for what a file holds."""
    parquet = path.suffix == ".parquet"
    held = pd.read_parquet(path) if parquet else pickle.loads(path.read_bytes())  # noqa: S301 - the caller's own files
    frame = held if isinstance(held, FeatureFrame) else flat_frame(held, beside(path))
    if frame.campaign is None:
        raise ValueError("it has no campaigns")
    return frame


def beside(path):
    """Return what NAME.json beside the file says, or nothing."""
    sidecar = path.with_suffix(".json")
    return json.loads(sidecar.read_text("utf-8")) if sidecar.is_file() else {}


def flat_frame(table, said):
    """Make a frame of a flat table, by the column names that the benchmark documents."""
    table = table.reset_index(drop=True)
    roles = {name: table.pop(name) for name in ("target", "campaign")}
    optional = ("as_of", "matured_at", "weight", "customer")
    more = {name: table.pop(name) for name in optional if name in table}
    for name in ("as_of", "matured_at"):
        if name in more:
            more[name] = pd.to_datetime(more[name])
    groups = said.get("groups", table.attrs.get("groups", {}))
    names = [str(name) for name in table.columns]
    group = [groups.get(name, "features") for name in names]
    catalogue = pd.DataFrame({"group": group}, index=pd.Index(names))
    y = roles["target"].astype("float64")
    return FeatureFrame(table, y, campaign=roles["campaign"], catalogue=catalogue, **more)
