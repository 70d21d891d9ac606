"""Sparse rows: which products to build on, and a fit of 100,000 one-hot columns.

First the three products of a fit (X v, X'r, and the weighted Gram) by this package's
blocks, by scipy.sparse and by tabmat, on rows of twenty entries. Then one whole public
`fit` with 100,000 columns: time, memory, and the largest entry of the gradient, computed
here again. `BENCH_ROWS` scales it down; `BENCH_TUNE=1` tunes three groups as well. Prints
tables; the last line is one JSON object.
"""

import json
import os
import resource
import time
from importlib.metadata import version

import numpy as np
import tabmat
from scipy.sparse import csr_array
from scipy.special import expit

from workbench import RidgePropensity, __version__
from workbench.ridge.rows.sparse import SparseRows

ROWS, ENTRIES = int(os.environ.get("BENCH_ROWS", "200_000")), 20
NARROW, WIDE = 2_000, 100_000
rng = np.random.default_rng(20240601)


def one_hot(columns):
    """Return rows of twenty ones: as many features, each of columns / 20 levels."""
    levels = columns // ENTRIES
    # levels of very unequal size, as real ones are
    level = (levels * rng.random((ROWS, ENTRIES)) ** 2).astype("int32")
    places = (level + levels * np.arange(ENTRIES, dtype="int32")).ravel()
    bounds = np.arange(0, ROWS * ENTRIES + 1, ENTRIES, dtype="int32")
    return csr_array((np.ones(ROWS * ENTRIES), places, bounds), shape=(ROWS, columns))


def timed(work, repeats=3):
    """Return the result and the least seconds of some calls."""
    least = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        least = min(least, time.perf_counter() - start)
    return result, least


def gram(block):
    """Add up a weighted Gram, as fitting does."""
    weighted = block.X * np.sqrt(block.weight)[:, None]
    return (weighted.T @ weighted,)


figures = {}
print(f"{ROWS:,} rows × {ENTRIES} ones, seconds\n")
print(f"{'':<14}{'columns':>9}{'X v':>9}{'r X':>9}{'Gram':>9}")
for columns in (NARROW, WIDE):
    X = one_hot(columns)
    v, r = rng.random(columns), rng.random(ROWS)
    blocks, other = SparseRows(X, np.zeros(ROWS), r), tabmat.SparseMatrix(X.tocsc())
    contenders = {
        "workbench": (
            lambda blocks=blocks, v=v: blocks.total(lambda block: ((block.X @ v).sum(),)),
            lambda blocks=blocks: blocks.total(lambda block: (block.weight @ block.X,)),
            lambda blocks=blocks: blocks.total(gram),
        ),
        "scipy.sparse": (
            lambda X=X, v=v: X @ v,
            lambda X=X, r=r: X.T @ r,
            lambda X=X, r=r: (X.T @ X.multiply(r[:, None]).tocsr()).toarray(),
        ),
        "tabmat": (
            lambda other=other, v=v: other.matvec(v),
            lambda other=other, r=r: other.transpose_matvec(r),
            lambda other=other, r=r: other.sandwich(r),
        ),
    }
    for name, works in contenders.items():
        seconds = [timed(work)[1] for work in works[: 3 if columns == NARROW else 2]]
        print(f"{name:<14}{columns:>9,}" + "".join(f"{one:>9.3f}" for one in seconds))
        figures[f"{name} {columns}"] = [round(one, 4) for one in seconds]

effect = rng.normal(0, 0.3, WIDE)
y = (rng.random(ROWS) < expit(X @ effect - 2)).astype("float64")
campaign = rng.integers(0, 10, ROWS)
groups = {f"x{j}": f"feature {3 * j // WIDE}" for j in range(WIDE)}


def residual(model):
    """Return the largest gradient entry on standardised columns."""
    mean, scale = (model.columns_[name].to_numpy() for name in ("mean", "scale"))
    r = expit(X @ model.coef_[0] + model.intercept_[0]) - y
    gradient = (X.T @ r - mean * r.sum()) / scale / ROWS
    used = ~model.columns_["dropped"].to_numpy()
    gradient += np.where(used, model.columns_["penalty"], 0.0) * model.columns_["coef_standardised"]
    return float(max(np.abs(gradient[used]).max(), abs(r.sum()) / ROWS))


def fit(alpha):
    """Fit as a user would."""
    return RidgePropensity(alpha, rule="best").fit(X, y, campaign=campaign, groups=groups)


before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
model, seconds = timed(lambda: fit(1e-3), repeats=1)
again = timed(lambda: model.refit({"feature 0": 1e-2}, errors=False), repeats=1)[1]
memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**20
figures |= {
    "fit_seconds": round(seconds, 1),
    "refit_seconds": round(again, 1),
    "memory_gb": round(memory, 2),
    "kkt": residual(model),
    "edf": round(model.edf_, 1),
    "edf_error": round(model.training_["edf_error"], 2),
}
print(
    f"\n{WIDE:,} columns: fit {seconds:.1f} s with estimated errors, refit {again:.1f} s, "
    f"{memory:.2f} GB more, KKT {figures['kkt']:.1e}, edf {model.edf_:.0f} ± "
    f"{figures['edf_error']}"
)
if os.environ.get("BENCH_TUNE"):
    tuned, figures["tune_seconds"] = timed(lambda: fit("tuned"), repeats=1)
    print(f"three penalties tuned {figures['tune_seconds']:.1f} s, KKT {residual(tuned):.1e}")
    print(tuned.tuning_)
print(
    json.dumps(
        {
            **figures,
            "rows": ROWS,
            "load": [round(one, 2) for one in os.getloadavg()],
            "workbench": __version__,
            "versions": {name: version(name) for name in ("numpy", "scipy", "tabmat")},
        }
    )
)
