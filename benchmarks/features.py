"""Windowed features at ten million events, against an inequality join, featuretools and pandas.

200,000 customers × 12 dates = 2.4 million rows, 4 windows × 16 measures = 64 features. Every
contender computes the same values from the same tables, held to 1e-9 relative in the same run.
`BENCH_EVENTS` scales it down. featuretools runs at `BENCH_PEER_EVENTS` events (a fifth), and
so do we against it, in an environment that is made once, in the folder `BENCH_PEER_VENV` (among
the system's temporary files if not given). Prints tables; the last line is one JSON object.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from workbench import CampaignData, Events, __version__
from workbench.features import Builder, Equals, Feature, FeatureSet, Measure, Source, register

EVENTS = int(float(os.environ.get("BENCH_EVENTS", "10_000_000")))
PEER_EVENTS = int(float(os.environ.get("BENCH_PEER_EVENTS", EVENTS // 5)))
HERE = Path(__file__).parent
CHANNELS, VALUES, LOOKBACKS = ["app", "mail", "shop", "web"], ["spend", "points"], [7, 28, 91, 365]
DAY = np.timedelta64(1, "D")
FIRST = np.datetime64("2022-01-01", "us")


@register("bench_windows")
@dataclass(frozen=True)
class BenchWindows(Builder):
    """Counts, sums and means of visits, and of each channel."""

    lookbacks_days: tuple[int, ...] = tuple(LOOKBACKS)
    channels: tuple[str, ...] = tuple(CHANNELS)

    def features(self, tables):
        """Declare 4 features a window, and 3 a window and channel."""
        del tables
        for days in self.lookbacks_days:
            for channel in (None, *self.channels):
                where = () if channel is None else (Equals("channel", channel),)
                begin = "" if channel is None else f"{channel}_"
                count = Measure(Source("visits"), "count", None, where, days)
                sums = {v: Measure(Source("visits"), "sum", v, where, days) for v in VALUES}
                yield self.feature(f"{begin}count_{days}d", count)
                if channel is None:
                    yield self.feature(f"spend_mean_{days}d", sums["spend"] / count)
                for value, total in sums.items():
                    yield self.feature(f"{begin}{value}_sum_{days}d", total)

    def feature(self, name, value):
        """Declare a feature."""
        return Feature(name, value, "windows", "unit", f"{name}.")


def make_tables(events, *, dates=12):
    """Two years of visits of one customer in 50 visits, decided on once a month in the second."""
    rng = np.random.default_rng(20240601)
    customers = max(events // 50, 1)
    visits = pd.DataFrame(
        {
            "customer": rng.integers(0, customers, events),
            "time": FIRST + rng.integers(0, 730 * 86_400_000_000, events).astype("m8[us]"),
            "spend": np.round(rng.lognormal(3, 1, events), 2),
            "points": rng.integers(0, 500, events).astype("float64"),
            "channel": pd.Series(rng.choice(CHANNELS, events), dtype="str"),
        }
    )
    days = np.linspace(365, 365 + 330, dates).astype(int)
    campaigns = pd.DataFrame(
        {"campaign": [f"c{i:03}" for i in range(dates)], "as_of": FIRST + days * DAY}
    )
    rows = pd.DataFrame(
        {
            "customer": np.tile(np.arange(customers), dates),
            "campaign": np.repeat(campaigns["campaign"].to_numpy(), customers),
            "as_of": np.repeat(campaigns["as_of"].to_numpy(), customers),
        }
    )
    return visits, campaigns, rows


def as_data(visits, campaigns, rows):
    """Hand the tables to the workbench."""
    return CampaignData(
        rows[["customer", "campaign"]],
        campaigns,
        events={"visits": Events(visits, time="time")},
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until="2024-06-01",
    )


def ours(data, builder=None, **settings):
    """Build as a user would, without looking on disk."""
    settings = {"cache": False, **settings}
    return FeatureSet(builder or BenchWindows()).build(data, progress=False, **settings).X


def inequality_join(data):
    """Join every contact with its events, in DuckDB, and filter every aggregate."""
    columns = []
    for days in LOOKBACKS:
        inside = f"e.time >= c.as_of - INTERVAL {days} DAY"
        for channel in (None, *CHANNELS):
            where = inside if channel is None else f"{inside} AND e.channel = '{channel}'"
            begin = "" if channel is None else f"{channel}_"
            aggregates = {f"{v}_sum": f"coalesce(sum(e.{v}) FILTER (WHERE {where}), 0)"
                          for v in VALUES}  # fmt: skip
            aggregates["count"] = f"count(e.time) FILTER (WHERE {where})"
            if channel is None:
                aggregates["spend_mean"] = f"avg(e.spend) FILTER (WHERE {where})"
            columns += [f"{sql} AS {begin}{name}_{days}d" for name, sql in aggregates.items()]
    query = (
        f"SELECT {', '.join(columns)} FROM contacts c LEFT JOIN visits e "
        "ON e.customer = c.customer AND e.time < c.as_of "
        f"AND e.time >= c.as_of - INTERVAL {LOOKBACKS[-1]} DAY "
        "GROUP BY c.contact ORDER BY c.contact"
    )
    return data.connect().execute(query).df()


def in_pandas(visits, campaigns, rows):
    """Group the events of each window of each date by customer, and by customer and channel."""
    parts = []
    customers = pd.RangeIndex(int(rows["customer"].max()) + 1)
    for as_of in campaigns["as_of"]:
        seen = visits[(visits["time"] < as_of) & (visits["time"] >= as_of - LOOKBACKS[-1] * DAY)]
        columns = {}
        for days in LOOKBACKS:
            window = seen[seen["time"] >= as_of - days * DAY]
            by_customer = window.groupby("customer")
            total = by_customer[VALUES].sum().reindex(customers, fill_value=0.0)
            count = by_customer.size().reindex(customers, fill_value=0)
            columns[f"count_{days}d"] = count
            columns[f"spend_mean_{days}d"] = total["spend"] / count
            columns |= {f"{v}_sum_{days}d": total[v] for v in VALUES}
            by_channel = window.groupby(["customer", "channel"])
            totals, counts = by_channel[VALUES].sum().unstack(), by_channel.size().unstack()
            for channel in CHANNELS:
                columns[f"{channel}_count_{days}d"] = counts[channel].reindex(customers).fillna(0)
                for v in VALUES:
                    found = totals[v][channel].reindex(customers).fillna(0)
                    columns[f"{channel}_{v}_sum_{days}d"] = found
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def in_featuretools(visits, rows):
    """Run the peer in its own environment; return its features, seconds and versions."""
    folder = Path(os.environ.get("BENCH_PEER_VENV", Path(tempfile.gettempdir()) / "featuretools"))
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        pins = ["featuretools==1.31.0", "pandas<3", "pyarrow", "setuptools<81"]
        subprocess.run([python, "-m", "pip", "install", "-qq", *pins], check=True)
        (folder / "ready").touch()
    with tempfile.TemporaryDirectory() as place:
        visits.to_parquet(Path(place) / "events.parquet")
        rows.to_parquet(Path(place) / "rows.parquet")
        script = HERE / "peers" / "windows_in_featuretools.py"
        command = [python, script, place, json.dumps(LOOKBACKS)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        told = json.loads(said.splitlines()[-1])
        return pd.read_parquet(Path(place) / "featuretools.parquet"), told


def timed(work):
    """Return the result and the seconds of one call."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def largest_difference(found, wanted):
    """Return the largest relative difference; missing values must agree."""
    worst = 0.0
    for name in found:
        a, b = found[name].to_numpy("float64"), wanted[name].to_numpy("float64")
        assert (np.isnan(a) == np.isnan(b)).all(), name
        scale = np.maximum(np.abs(b), 1e-3)
        worst = max(worst, float(np.nanmax(np.abs(a - b) / scale, initial=0)))
    assert worst < 1e-9, worst
    return worst


def line(what, seconds, note=""):
    """Print a line of the table, with how busy the machine was."""
    print(f"{what:<46}{seconds:>9.2f} s   load {os.getloadavg()[0]:4.1f}   {note}", flush=True)


def peak_gb():
    """Return the largest memory of a process that reads the tables and builds once."""
    with tempfile.TemporaryDirectory() as place:
        for name, table in zip(("visits", "campaigns", "rows"), make_tables(EVENTS), strict=True):
            table.to_parquet(Path(place) / f"{name}.parquet")
        command = [sys.executable, __file__, "--peak", place]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(said.splitlines()[-1])


def report_peak(place):
    """Build from Parquet files, and say how much memory it took."""
    data = as_data(
        Path(place) / "visits.parquet",
        pd.read_parquet(Path(place) / "campaigns.parquet"),
        pd.read_parquet(Path(place) / "rows.parquet"),
    )
    ours(data)
    # not ru_maxrss, which begins with what the parent had
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(json.dumps(int(status["VmHWM"].split()[0]) / 1e6))


def cost_table():
    """Show what events, rows, windows and measures cost, one at a time."""
    base = {"events": EVENTS // 5, "dates": 12, "windows": 4, "channels": 4}
    changes = [
        {},
        {"events": EVENTS // 10},
        {"events": EVENTS // 5 * 2},
        {"dates": 3},
        {"dates": 6},
        {"dates": 48},
        {"windows": 1},
        {"windows": 2},
        {"channels": 0},
        {"channels": 2},
    ]
    print(f"\n{'events':>10} {'rows':>10} {'windows':>8} {'measures':>9} {'seconds':>8}  plan")
    for change in changes:
        size = base | change
        data = as_data(*make_tables(size["events"], dates=size["dates"]))
        builder = BenchWindows(
            tuple(LOOKBACKS[: size["windows"]]), tuple(CHANNELS[: size["channels"]])
        )
        X, seconds = timed(lambda data=data, builder=builder: ours(data, builder))
        plan = FeatureSet(builder).explain(data)["plan"].iloc[0]
        print(
            f"{size['events']:>10,} {len(X):>10,} {size['windows']:>8} "
            f"{X.shape[1] // size['windows']:>9} {seconds:>8.2f}  {plan}",
            flush=True,
        )


def compare_here(tables, data):
    """Run all contenders of this environment in turn; return our features and their seconds."""
    X, first = timed(lambda: ours(data))
    line("workbench", first)
    joined, join_seconds = timed(lambda: inequality_join(data))
    difference = largest_difference(X, joined)
    line("inequality join", join_seconds, f"largest difference {difference:.1e}")
    del joined
    again = [timed(lambda: ours(data))[1]]
    line("workbench", again[-1])
    by_pandas, pandas_seconds = timed(lambda: in_pandas(*tables))
    largest_difference(X, by_pandas)
    line("pandas, a group-by a window and date", pandas_seconds)
    del by_pandas
    again.append(timed(lambda: ours(data))[1])
    line("workbench", again[-1])
    seconds = {"ours": sorted([first, *again])[1], "join": join_seconds, "pandas": pandas_seconds}
    return X, seconds, difference


def find_on_disk(data, X):
    """Keep features, find them again, bit by bit the same; return the seconds of finding them."""
    with tempfile.TemporaryDirectory() as place:
        _, kept = timed(lambda: ours(data, cache=place))
        line("workbench, and kept on disk", kept)
        found, looked_up = timed(lambda: ours(data, cache=place))
        line("workbench, found on disk", looked_up)
        assert largest_difference(found, X) == 0
    return looked_up


def are_kept_unasked(data):
    """Say whether a build of these tables is kept where nobody asks for it."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["WORKBENCH_CACHE"] = place
        ours(data, cache=None)
        return any(Path(place).glob("*.features"))


def compare_with_featuretools():
    """Run the peer of another environment, between our runs; return our seconds, and its answer."""
    tables = make_tables(PEER_EVENTS)
    data = as_data(*tables)
    runs = [timed(lambda: ours(data)) for _ in range(2)]
    peer, told = in_featuretools(tables[0], tables[2])
    runs.append(timed(lambda: ours(data)))
    largest_difference(runs[0][0], peer)
    seconds = sorted(seconds for _, seconds in runs)[1]
    line(f"workbench at {PEER_EVENTS:,} events", seconds)
    line(f"featuretools at {PEER_EVENTS:,} events", told["seconds"], "one dfs call a window")
    return seconds, told | {"rows": len(tables[2])}


def main():
    """Measure all in turn; print tables, and one JSON object at the end."""
    tables = make_tables(EVENTS)
    data = as_data(*tables)
    print(f"{EVENTS:,} events, {len(tables[2]):,} rows, {len(LOOKBACKS)} windows, 64 features\n")
    print(FeatureSet(BenchWindows()).explain(data).T.to_string(header=False), "\n")
    X, seconds, difference = compare_here(tables, data)
    looked_up = find_on_disk(data, X)
    del X
    unasked, peak = are_kept_unasked(data), peak_gb()
    print(f"peak memory {peak:.2f} GB")
    small_seconds, told = compare_with_featuretools()
    cost_table()
    result = {
        "speedup_vs_inequality_join": round(seconds["join"] / seconds["ours"], 2),
        "speedup_vs_featuretools": round(told["seconds"] / small_seconds, 2),
        "speedup_vs_pandas": round(seconds["pandas"] / seconds["ours"], 2),
        "peak_gb": round(peak, 2),
        "seconds": round(seconds["ours"], 2),
        "seconds_found_on_disk": round(looked_up, 2),
        "cache_read_share": round(looked_up / seconds["ours"], 3),
        "kept_unasked": unasked,  # only where a fifth or less is measured
        "largest_difference": difference,
        "events": EVENTS,
        "rows": len(tables[2]),
        "features": 64,
        "featuretools_events": PEER_EVENTS,
        "featuretools_rows": told["rows"],
        "load": [round(one, 2) for one in os.getloadavg()],
        "workbench": __version__,
        "versions": {n: version(n) for n in ("duckdb", "numpy", "pandas", "pyarrow")}
        | {"featuretools": told["featuretools"], "featuretools' pandas": told["pandas"]},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    if "--peak" in sys.argv:
        report_peak(sys.argv[-1])
    else:
        main()
