"""Penalties tuned on a Spark cluster: ours, and Spark ML's cross-validation, in one session.

Rows are drawn on the spot: 60 columns in 8 groups, of 12 campaigns, written to Parquet and read by
Spark (`local[2]`). Ours tunes a penalty for each group on campaigns left out; `LogisticRegression`
of Spark ML tunes one, by `CrossValidator` over a grid of nine, with campaigns as folds. Both hold
the rows in the session's memory. The same table is fitted in memory, to compare coefficients.
`--rows` says how many (`BENCH_ROWS` too); the bar on speed is of a million. Prints a table; the
last line is one JSON object.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from workbench import FeatureFrame, RidgePropensity, SparkRows, __version__

COLUMNS, GROUPS, CAMPAIGNS, PARTS = 60, 8, 12, 4
GRID = np.logspace(-6, 0, 9)
ROLES = {"target": "bought", "campaign": "month"}
BARS = {"speedup_vs_spark_ml": 5.0, "coefficient_difference": 1e-8}


def write(folder: Path, rows: int) -> list[str]:
    """Write the table in parts, each with rows of every campaign; return the features' names."""
    rng = np.random.default_rng(20241130)
    effects = rng.normal(0, 0.15, COLUMNS) * (rng.random(COLUMNS) < 0.6)
    own = rng.normal(0, 0.3, CAMPAIGNS)
    names = [f"g{j * GROUPS // COLUMNS}_x{j}" for j in range(COLUMNS)]
    for part in range(PARTS):
        n = (rows * (part + 1)) // PARTS - (rows * part) // PARTS
        X, month = rng.standard_normal((n, COLUMNS)), rng.integers(0, CAMPAIGNS, n)
        chance = 1 / (1 + np.exp(2.5 - own[month] - X @ effects))
        table = pd.DataFrame(X, columns=names)
        table.insert(0, "bought", (rng.random(n) < chance).astype("int32"))
        table.insert(0, "month", [f"2024-{m + 1:02d}" for m in month.tolist()])
        table.to_parquet(folder / f"part-{part}.parquet")
    return names


def session() -> object:
    """Start Spark on two cores."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "6g",
        "spark.log.level": "OFF",
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    return SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()


def of_spark_ml(table: object, names: list[str]) -> dict[str, float]:
    """Tune one penalty by campaigns left out, as Spark ML does."""
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.evaluation import BinaryClassificationEvaluator
    from pyspark.ml.feature import VectorAssembler
    from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
    from pyspark.sql import functions as of

    start = time.perf_counter()
    fold = of.substring("month", 6, 2).cast("int") - 1
    rows = VectorAssembler(inputCols=names, outputCol="features").transform(table)
    rows = rows.select("features", of.col("bought").alias("label"), fold.alias("fold")).persist()
    model = LogisticRegression(elasticNetParam=0.0)
    grid = ParamGridBuilder().addGrid(model.regParam, GRID.tolist()).build()
    search = CrossValidator(
        estimator=model,
        estimatorParamMaps=grid,
        evaluator=BinaryClassificationEvaluator(),
        numFolds=CAMPAIGNS,
        foldCol="fold",
        parallelism=2,
    )
    found = search.fit(rows)
    took = time.perf_counter() - start
    rows.unpersist()
    return {"seconds": took, "alpha": float(GRID[int(np.argmax(found.avgMetrics))])}


def ours(table: object) -> tuple[dict[str, float], RidgePropensity]:
    """Tune a penalty for each group, and all that is scored by."""
    start = time.perf_counter()
    rows = SparkRows(table, **ROLES)
    read = time.perf_counter() - start
    model = RidgePropensity().fit(rows)
    return {"read": read, "seconds": time.perf_counter() - start}, model


def main() -> None:
    """Write, fit three ways, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked = int(os.environ.get("BENCH_ROWS", "100_000"))
    parser.add_argument("--rows", type=lambda text: int(text.replace("_", "")), default=asked)
    rows = parser.parse_args().rows
    warnings.filterwarnings("ignore", "PySpark does not yet fully support", FutureWarning)
    spark = session()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        names = write(folder, rows)
        table = spark.read.parquet(str(folder))
        table.count()
        found, model = ours(table)
        peer = of_spark_ml(table, names)
        start = time.perf_counter()
        memory = RidgePropensity().fit(
            FeatureFrame.from_table(pq.read_table(folder).to_pandas(), **ROLES)
        )
        in_memory = time.perf_counter() - start
        spark_version = spark.version
        spark.stop()
    difference = max(
        float(np.abs(model.coef_ - memory.coef_).max()),
        float(np.abs(model.intercept_ - memory.intercept_).max()),
    )
    print(
        f"{rows:,} rows × {COLUMNS} columns, {GROUPS} groups, {CAMPAIGNS} campaigns; Spark local[2]"
    )
    print(f"{'SparkRows, 8 penalties':32} {found['seconds']:8.1f} s")
    print(f"{'Spark ML, one of nine penalties':32} {peer['seconds']:8.1f} s")
    print(f"{'in memory, 8 penalties':32} {in_memory:8.1f} s")
    report = {
        "benchmark": "scale_spark",
        "version": __version__,
        "spark": spark_version,
        "rows": rows,
        "bars": BARS,
        "seconds": found["seconds"],
        "spark_ml_seconds": peer["seconds"],
        "spark_ml_alpha": peer["alpha"],
        "memory_seconds": in_memory,
        "speedup_vs_spark_ml": peer["seconds"] / found["seconds"],
        "coefficient_difference": difference,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
