"""One ridge fit at a million rows, against glum and scikit-learn: cold, and refitted.

Every contender gets the same raw float32 array and reaches the same optimum, certified by
the largest entry of the gradient relative to W, which is computed here again in float64.
`BENCH_ROWS` scales it down. Prints a table; the last line is one JSON object.
"""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import numpy as np
from glum import GeneralizedLinearRegressor
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from workbench import RidgePropensity, __version__

ROWS, COLUMNS, GROUP = int(os.environ.get("BENCH_ROWS", "1_000_000")), 200, 25
KKT = 1e-7
REPEATS = 3
rng = np.random.default_rng(20240601)
X = rng.standard_normal((ROWS, COLUMNS), dtype=np.float32)
y = (rng.random(ROWS) < expit(X @ rng.normal(0, 0.1, COLUMNS) - 2)).astype("float64")
factors = np.exp(rng.normal(size=COLUMNS)) * 1e-2
moved = np.where(np.arange(COLUMNS) < GROUP, 10.0, 1.0) * factors
# the penalty is on standardised columns; peers get it on the columns as they are
scale = X.std(axis=0, dtype="float64")


def residual(b0: float, b: np.ndarray, penalties: np.ndarray) -> float:
    """Return the largest gradient entry on standardised columns, in float64, in blocks."""
    gradient, total = np.zeros(COLUMNS), 0.0
    mean = X.mean(axis=0, dtype="float64")
    for low in range(0, ROWS, 50_000):
        block = X[low : low + 50_000].astype("float64")
        r = expit(b0 + block @ b) - y[low : low + 50_000]
        gradient += r @ block
        total += r.sum()
    standardised = (gradient - mean * total) / scale / ROWS + penalties * scale * b
    return float(max(np.abs(standardised).max(), abs(total) / ROWS))


def timed(work):
    """Return the result and the seconds of one call."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def ours():
    """Fit as a user would."""
    names = {f"x{j}": float(f) for j, f in enumerate(factors)}
    return RidgePropensity(alpha=1.0, penalty_factors=names).fit(X, y)


def glum(kind, penalties=factors, start=None):
    """Fit with glum; a start warms it up."""
    peer = GeneralizedLinearRegressor(
        family="binomial",
        alpha=1.0,
        l1_ratio=0,
        P2=(penalties * scale**2).astype(kind),
        gradient_tol=KKT / 2,
        max_iter=25,  # more than it needs; float32 may never see its own tolerance
        start_params=start,
    )
    return peer.fit(X.astype(kind, copy=False), y.astype(kind))


def sklearn(solver, penalties=factors, warm=None):
    """Fit with scikit-learn: columns are scaled by the root of their penalty."""
    root = (np.sqrt(penalties) * scale).astype("float32")
    # C weighs the sum over rows; lbfgs stops on the same mean-scaled gradient
    peer = LogisticRegression(
        C=1 / ROWS, solver=solver, tol=KKT / 30, max_iter=2000, warm_start=True
    )
    if warm is not None:
        peer.coef_, peer.intercept_ = (warm[1] * root)[None, :], np.array([warm[0]])
        peer.classes_ = np.array([0.0, 1.0])
    peer.fit(X / root, y)
    return float(peer.intercept_[0]), peer.coef_[0] / root


def one_gram() -> float:
    """Time the fastest weighted Gram we can write: two threads of single-threaded BLAS."""
    weight = rng.random(ROWS, dtype=np.float32)
    half = ROWS // 2

    def part(low, high):
        out, buffer = np.zeros((COLUMNS, COLUMNS)), np.empty((8192, COLUMNS), np.float32)
        for start in range(low, high, 8192):
            rows = slice(start, min(start + 8192, high))
            block = np.multiply(X[rows], weight[rows, None], out=buffer[: rows.stop - start])
            out += block.T @ block
        return out

    def whole():
        with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
            return sum(pool.map(part, (0, half), (half, ROWS)))

    return min(timed(whole)[1] for _ in range(5))


def row(name, seconds, kkt):
    """Print a line of the table; say where a contender did not reach the optimum."""
    print(f"{name:<34}{seconds:>9.2f} s   KKT {kkt:.1e}{'' if kkt <= KKT else '  not reached'}")


print(f"{ROWS:,} rows × {COLUMNS} columns, float32, a penalty per column\n\ncold")
cold = [timed(ours) for _ in range(REPEATS)]
model, our_cold = cold[-1][0], min(seconds for _, seconds in cold)
our_kkt = residual(model.intercept_[0], model.coef_[0], factors)
row("workbench (with errors and edf)", our_cold, our_kkt)
peers = {}
for kind in ("float32", "float64"):
    fitted, seconds = timed(lambda kind=kind: glum(kind))
    peers[f"glum {kind}"] = (fitted.intercept_, fitted.coef_.astype("float64"), seconds)
for solver in ("newton-cholesky", "lbfgs"):
    (b0, b), seconds = timed(lambda solver=solver: sklearn(solver))
    peers[f"scikit-learn {solver}"] = (b0, b, seconds)
reached = {}
for name, (b0, b, seconds) in peers.items():
    kkt = residual(b0, b, factors)
    row(name, seconds, kkt)
    if kkt <= KKT:
        reached[name] = seconds

print(f"\none group's {GROUP} penalties × 10, warm")
change = {f"x{j}": float(moved[j]) for j in range(GROUP)}
again = [timed(lambda: model.refit(change, errors=False)) for _ in range(REPEATS)]
refit, our_warm = again[-1][0], min(seconds for _, seconds in again)
row("workbench", our_warm, residual(refit.intercept_[0], refit.coef_[0], moved))
warm = {}
for kind in ("float32", "float64"):
    b0, b, _ = peers[f"glum {kind}"]
    start = np.append(b0, b).astype(kind)
    fitted, seconds = timed(lambda kind=kind, start=start: glum(kind, moved, start))
    warm[f"glum {kind}"] = (fitted.intercept_, fitted.coef_.astype("float64"), seconds)
for solver in ("newton-cholesky", "lbfgs"):
    known = peers[f"scikit-learn {solver}"][:2]
    (b0, b), seconds = timed(lambda solver=solver, known=known: sklearn(solver, moved, known))
    warm[f"scikit-learn {solver}"] = (b0, b, seconds)
warm_reached = {}
for name, (b0, b, seconds) in warm.items():
    kkt = residual(b0, b, moved)
    row(name, seconds, kkt)
    if kkt <= KKT:
        warm_reached[name] = seconds

gram = one_gram()
preview = sorted(timed(lambda: model.preview(change))[1] for _ in range(21))[10]
print(f"\none weighted Gram {gram:.3f} s, one preview {1e3 * preview:.1f} ms")
fastest, fastest_warm = (min(found.values(), default=np.nan) for found in (reached, warm_reached))
print(
    json.dumps(
        {
            "cold_speedup": round(fastest / our_cold, 2),
            "refit_speedup": round(fastest_warm / our_warm, 2),
            "cold_in_grams": round(our_cold / gram, 2),
            "preview_ms": round(1e3 * preview, 2),
            "rows": ROWS,
            "columns": COLUMNS,
            "load": [round(one, 2) for one in os.getloadavg()],
            "workbench": __version__,
            "versions": {
                name: version(name) for name in ("numpy", "scipy", "glum", "scikit-learn")
            },
        }
    )
)
