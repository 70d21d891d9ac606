"""What tuning gives away: its left-out loss against the least that brute force finds.

Tables of awkward shape are drawn (few rows, more columns than rows, text of two thousand levels,
columns twice, one campaign of 5 rows beside one of thousands, rates of 0.5%, …). Each is fitted
as a user would, by the default rule and by ``rule="best"``, and judged by exact refits: of every
fold that the fit left out, in float64, with code that is this script's own. Brute force is a grid
of 23 common strengths, then searches over the strength of every set and the slope on
concentration, with exact slopes, from the grid's best, from what either rule chose and from a
strong start, then each set alone over its whole range, and again. The least of all that was
looked at is the reference.

What counts, in per cent of the least left-out loss:

- ``worst_regret_pct, mean_regret_pct``: ``rule="best"`` by its own criterion, the left-out loss
  and ⅛ γ² for the slope γ on concentration (which it holds back as a prior would).
- ``safe_worst_regret_pct, safe_mean_regret_pct``: the default rule by the plain left-out loss. It
  may give away 0.2% where folds cannot tell, and 2% where it holds the strengths of sets together:
  this is what that costs, and no fault up to there.
- ``worst_over_grid_pct``: what the default rule loses more than the best common strength of a
  grid of nine. It must not pass the 0.2% that the rule allows itself.
- ``null_where_signal``: tables on which either rule keeps less than a tenth of what the best
  gains over the base rate, though that gain is above two standard errors (paired over folds) and
  above 0.5%.

Tables that a fit refuses are counted, with the message. `BENCH_TABLES` (default 300) sets how many
are drawn, `BENCH_JOBS` (2) how many at a time. The last line is one JSON object.
"""

import json
import os
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
import pandas as pd
from brute_force.exact import HIGHEST, LOWEST, LeftOut, Search
from brute_force.tables import draw
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from workbench import RidgePropensity, __version__
from workbench.errors import WorkbenchError

TABLES, JOBS = int(os.environ.get("BENCH_TABLES", "300")), int(os.environ.get("BENCH_JOBS", "2"))
FINE = np.linspace(HIGHEST, LOWEST, 23)
NINE = np.log(np.logspace(3, -5, 9))
STRONG = np.log(0.3)
WITNESSED = 10  # every so-manyth table is refitted by scikit-learn too


class Judged(NamedTuple):
    """What is found of a table; losses are means a contact, regrets in per cent."""

    kind: str
    contacts: int
    columns: int = 0
    sets: int = 0
    folds: int = 0
    null: float = np.nan
    least: float = np.nan
    best_regret: float = np.nan
    safe_regret: float = np.nan
    over_grid: float = np.nan
    null_by_best: bool = False
    null_by_safe: bool = False
    difference: float = np.nan  # of scikit-learn's refit, relative; of some tables
    seconds: float = 0.0  # of one fit
    refused: str = ""


@threadpool_limits.wrap(1)  # a process a table: threads of BLAS would contend
def judge(number):
    """Draw a table, fit it by both rules, search, and compare."""
    warnings.simplefilter("ignore")
    kind, frame, parameters = draw(number)
    start = time.perf_counter()
    try:
        models = [RidgePropensity(rule=one, **parameters).fit(frame) for one in ("best", "safe")]
    except WorkbenchError as refusal:
        return Judged(kind, len(frame), refused=f"{type(refusal).__name__}: {refusal}")
    seconds = (time.perf_counter() - start) / len(models)
    left_out = LeftOut(models[0], frame)
    search = Search(left_out)
    best, safe = (ended(left_out, search, model) for model in models)
    nine = min(search.common(NINE))
    search_everywhere(search, [best.at, safe.at])
    null, least = left_out.null(), search.least_loss
    return Judged(
        kind,
        len(frame),
        left_out.Z.shape[1],
        left_out.K,
        left_out.G,
        float(null.sum() / left_out.W),
        float(least / left_out.W),
        100 * (best.criterion - search.least) / least,
        100 * (safe.loss.sum() - least) / least,
        100 * (safe.loss.sum() / nine - 1),
        ends_at_null(best, search, null),
        ends_at_null(safe, search, null),
        witness(left_out, safe) if number % WITNESSED == 0 else np.nan,
        seconds,
    )


def search_everywhere(search, starts):
    """Search from the two lowest valleys of the grid, from what was chosen, and set by set."""
    fine = search.common(FINE)
    low = [k for k in range(len(fine)) if fine[k] == min(fine[max(0, k - 1) : k + 2])]
    of_sets = [search.alike(FINE[k]) for k in sorted(low, key=fine.__getitem__)[:2]]
    for start in [*of_sets, *starts, search.alike(STRONG)]:
        search.descend(start)
    search.each_alone()


def ends_at_null(end, search, null):
    """Say whether next to nothing of a clear gain over the base rate was kept."""
    gain = null - search.by_fold
    clear = max(2 * np.sqrt(len(gain)) * gain.std(ddof=1), 0.005 * null.sum())
    return bool(gain.sum() > clear and (null - end.loss).sum() < 0.1 * gain.sum())


class Ended(NamedTuple):
    """Where a rule ended: parameters, penalties, loss by fold, and the criterion."""

    at: np.ndarray
    penalties: np.ndarray
    loss: np.ndarray
    criterion: float


def ended(left_out, search, model):
    """Judge what a model chose."""
    penalties = model.penalties_[~model.columns_["dropped"]].to_numpy()
    slopes = np.array(list(model.co_data_.values()))
    heard = 0.0 if left_out.score is None else slopes[0] * left_out.score
    logs = np.log(penalties) - heard
    strength = np.bincount(left_out.member, logs) / np.bincount(left_out.member)
    at = np.clip(np.append(strength, slopes), LOWEST, HIGHEST)
    loss, _ = left_out(penalties)
    return Ended(at, penalties, loss, search.keep(loss, np.append(strength, slopes)))


def witness(left_out, end):
    """Refit without the first fold by scikit-learn; return how far its loss is from ours."""
    rest, root = left_out.fold != 0, np.sqrt(end.penalties)
    X = left_out.Z / root
    peer = LogisticRegression(C=1 / left_out.W, solver="lbfgs", tol=1e-10, max_iter=20_000)
    peer.fit(X[rest], left_out.y[rest], sample_weight=left_out.w[rest])
    eta = X[~rest] @ peer.coef_[0] + peer.intercept_[0]
    y, w = left_out.y[~rest], left_out.w[~rest]
    return abs(w @ (np.logaddexp(0, eta) - y * eta) / end.loss[0] - 1)


def print_kinds(found):
    """Print a line a kind of shape."""
    heads = "tables", "refused", "best worst", "mean", "safe worst", "mean", "> grid", "null"
    print(f"{'regret in %':<22}" + "".join(f"{head:>11}" for head in heads))
    for kind, own in [*found.groupby("kind", sort=False), ("all", found)]:
        fitted = own[own["refused"] == ""]
        figures = [len(own), len(own) - len(fitted)]
        for name in ("best_regret", "safe_regret"):
            figures += [fitted[name].max(), fitted[name].mean()]
        figures += [fitted["over_grid"].max(), int(fitted["null_at_all"].sum())]
        print(f"{kind:<22}" + "".join(f"{one:>11.4g}" for one in figures))


def main():
    """Judge all tables, and print."""
    began = time.perf_counter()
    with ProcessPoolExecutor(JOBS) as pool:
        found = pd.DataFrame(list(tqdm(pool.map(judge, range(TABLES)), total=TABLES, disable=None)))
    found["null_at_all"] = found["null_by_best"] | found["null_by_safe"]
    print_kinds(found)
    fitted = found[found["refused"] == ""]
    print("\nthe ten worst (rows of `draw`)")
    worst = fitted.assign(worse=fitted[["best_regret", "safe_regret"]].max(axis=1))
    print(worst.nlargest(10, "worse").drop(columns=["refused", "worse"]).to_string())
    for message, count in found.loc[found["refused"] != "", "refused"].value_counts().items():
        print(f"\nrefused {count}: {message}")
    print(
        json.dumps(
            {
                "worst_regret_pct": round(fitted["best_regret"].max(), 4),
                "mean_regret_pct": round(fitted["best_regret"].mean(), 4),
                "safe_worst_regret_pct": round(fitted["safe_regret"].max(), 4),
                "safe_mean_regret_pct": round(fitted["safe_regret"].mean(), 4),
                "worst_over_grid_pct": round(fitted["over_grid"].max(), 4),
                "null_where_signal": int(fitted["null_at_all"].sum()),
                "tables": len(found),
                "refused": len(found) - len(fitted),
                "rows": [int(found["contacts"].min()), int(found["contacts"].max())],
                "columns": [int(fitted["columns"].min()), int(fitted["columns"].max())],
                "agreement_with_sklearn": float(f"{fitted['difference'].max():.1e}"),
                "fit_seconds": round(fitted["seconds"].sum(), 1),
                "seconds": round(time.perf_counter() - began),
                "load": [round(one, 2) for one in os.getloadavg()],
                "workbench": __version__,
                "versions": {name: version(name) for name in ("numpy", "scipy", "scikit-learn")},
            }
        )
    )


if __name__ == "__main__":
    main()
