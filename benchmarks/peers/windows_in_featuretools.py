"""The windows of `benchmarks/features.py` in featuretools, one `dfs` call a window.

Runs in an environment of its own: featuretools needs an older pandas. Reads events.parquet
and rows.parquet in the folder that it is given, writes featuretools.parquet (one row a contact,
in the order of rows.parquet), and prints the seconds that the calls took.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import pandas as pd

warnings.simplefilter("ignore")

import featuretools as ft  # noqa: E402

folder, lookbacks = Path(sys.argv[1]), json.loads(sys.argv[2])
events = pd.read_parquet(folder / "events.parquet")
rows = pd.read_parquet(folder / "rows.parquet")
channels = sorted(events["channel"].unique())
events["channel"] = events["channel"].astype("category")
events.insert(0, "event", range(len(events)))

tables = ft.EntitySet("shop")
tables.add_dataframe(
    dataframe_name="customers",
    dataframe=pd.DataFrame({"customer": rows["customer"].unique()}),
    index="customer",
)
tables.add_dataframe(
    dataframe_name="visits",
    dataframe=events,
    index="event",
    time_index="time",
    logical_types={"channel": "Categorical", "spend": "Double", "points": "Double"},
)
tables.add_relationship("customers", "customer", "visits", "customer")
tables.add_interesting_values(dataframe_name="visits", values={"channel": channels})
cutoffs = pd.DataFrame({"customer": rows["customer"], "time": rows["as_of"]})

names = {"COUNT(visits)": "count", "MEAN(visits.spend)": "spend_mean"}
names |= {f"SUM(visits.{value})": f"{value}_sum" for value in ("spend", "points")}
for kind in channels:
    names[f"COUNT(visits WHERE channel = {kind})"] = f"{kind}_count"
    for value in ("spend", "points"):
        names[f"SUM(visits.{value} WHERE channel = {kind})"] = f"{kind}_{value}_sum"

seconds, found = 0.0, []
for days in lookbacks:
    start = time.perf_counter()
    matrix, _ = ft.dfs(
        entityset=tables,
        target_dataframe_name="customers",
        cutoff_time=cutoffs,
        cutoff_time_in_index=True,
        include_cutoff_time=False,
        training_window=ft.Timedelta(days, "d"),
        agg_primitives=["count", "sum", "mean"],
        where_primitives=["count", "sum"],
        trans_primitives=[],
        max_depth=1,
        drop_exact=["MEAN(visits.points)"],
        chunk_size=len(cutoffs),
    )
    seconds += time.perf_counter() - start
    matrix = matrix[list(names)].rename(columns={k: f"{v}_{days}d" for k, v in names.items()})
    index = pd.MultiIndex.from_frame(cutoffs)
    found.append(matrix.reindex(index).reset_index(drop=True).astype("float64"))
pd.concat(found, axis=1).to_parquet(folder / "featuretools.parquet")
print(json.dumps({"seconds": seconds, "featuretools": ft.__version__, "pandas": pd.__version__}))
