"""Choosing eight penalties on left-out campaigns, against one alpha by scikit-learn and glum.

All choose on the same campaigns, left out one at a time, from the same raw float32 array; peers
search 20 alphas at their own default tolerance. What was chosen is then judged by exact refits,
and held against a long derivative-free search. A second table shows what tuning costs as the
problem grows. `BENCH_ROWS` scales everything down: at full size the peers take minutes. The last
line is one JSON object.
"""

import json
import os
import time
import tracemalloc
import warnings
from dataclasses import replace
from importlib.metadata import version
from statistics import median

import numpy as np
from glum import GeneralizedLinearRegressorCV
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

from workbench import RidgePropensity, __version__
from workbench.errors import DataWarning
from workbench.ridge.solve import leave_out
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.tune.strengths import STRONGEST

ROWS, CAMPAIGNS = int(os.environ.get("BENCH_ROWS", "200_000")), 10
SCALE = ROWS / 200_000
ALPHAS = np.logspace(0, -5, 20)
SEARCH = 300  # evaluations from the best single strength, and half as many from our choice
REPEATS = 3
# group: columns, spread of the effects that last, spread of those drawn anew for each campaign
TRUTH = {
    "strong": (10, 0.30, 0.00),
    "steady": (20, 0.10, 0.00),
    "weak": (20, 0.02, 0.01),
    "noise": (15, 0.00, 0.00),
    "spikes": (15, 0.00, 0.40),
    "drifting": (10, 0.10, 0.15),
    "fleeting": (5, 0.10, 0.20),  # zero but in two campaigns: the default rule minds that
    "shared": (5, 0.05, 0.05),  # goes with the first column
}


def draw(rows, truth, campaigns, seed=20240602):
    """Draw standardised columns, outcomes, campaigns in stretches, and the group of each column."""
    rng = np.random.default_rng(seed)
    sizes = [columns for columns, _, _ in truth.values()]
    group = np.repeat(list(truth), sizes)
    lasting, anew = (np.repeat([t[k] for t in truth.values()], sizes) for k in (1, 2))
    campaign = np.arange(rows) * campaigns // rows
    X = rng.standard_normal((rows, sum(sizes)), dtype=np.float32)
    X[:, group == "shared"] += X[:, :1]
    X[np.ix_(~np.isin(campaign, (1, 3)), group == "fleeting")] = 0
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    effects = rng.normal(0, 1, sum(sizes)) * lasting
    own = (effects + rng.normal(size=(campaigns, sum(sizes))) * anew).astype("float32")
    log_odds = np.repeat(rng.normal(-2.0, 0.5, campaigns), np.bincount(campaign))
    for g in range(campaigns):
        log_odds[campaign == g] += X[campaign == g] @ own[g]
    y = (rng.random(rows) < expit(log_odds)).astype("float64")
    names = [f"x{j}" for j in range(sum(sizes))]
    return X, y, campaign, dict(zip(names, group.tolist(), strict=True))


def timed(work):
    """Return the result and the seconds of one call."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def folds(campaign):
    """Return the rows to learn from and to judge, without each campaign in turn."""
    return [
        (np.flatnonzero(campaign != g), np.flatnonzero(campaign == g)) for g in np.unique(campaign)
    ]


def by_sklearn(X, y, splits, solver, jobs):
    """Choose one alpha; C weighs the sum over rows, so that the penalty stays as rows go."""
    peer = LogisticRegressionCV(
        Cs=1 / (ALPHAS * len(y)),
        l1_ratios=(0.0,),
        cv=splits,
        solver=solver,
        scoring="neg_log_loss",
        max_iter=1000,
        n_jobs=jobs,
        use_legacy_attributes=False,
    ).fit(X, y)
    return 1 / (peer.C_ * len(y))


def by_glum(X, y, splits, jobs):
    """Choose one alpha; it weighs a mean over the rows that are left."""
    share = len(splits[0][0]) / len(y)
    peer = GeneralizedLinearRegressorCV(
        family="binomial", l1_ratio=0, alphas=ALPHAS / share, cv=splits, n_jobs=jobs
    ).fit(X, y.astype(X.dtype))
    return peer.alpha_ * share


class ExactLoss:
    """The mean loss on left-out campaigns, every one refitted, at log-penalties of the groups."""

    def __init__(self, model):
        self.objective = model.workspace_.given
        self.stats = model.workspace_.stats
        columns = model.columns_["group"]
        self.groups = list(dict.fromkeys(columns))
        self.member = columns.map(self.groups.index).to_numpy()
        self.count = 0

    def __call__(self, strength):
        """Fit, take the statistics there, refit without each campaign."""
        self.count += 1
        penalties = np.exp(np.minimum(strength, np.log(STRONGEST)))[self.member]
        at = replace(self.objective, penalties=penalties)
        fit = minimise(at, start=self.stats.b)
        self.stats = DenseStatistics.take(at.rows, at.scaling, fit.b)
        return leave_out.exact(at.rows, at.scaling, self.stats, penalties)[0].sum() / at.total

    def search(self, start, evaluations):
        """Look for less by Powell's method, which asks for no slope."""
        found = minimize(
            self, start, method="Powell", options={"maxfev": evaluations, "xtol": 1e-3, "ftol": 0}
        )
        return np.minimum(found.x, np.log(STRONGEST)), float(found.fun)


def brute_force(X, y, campaign, penalties, out):
    """Refit without a campaign by scikit-learn, in float64; return the summed loss there."""
    root, rest = np.sqrt(penalties), campaign != out
    peer = LogisticRegression(C=1 / len(y), solver="newton-cholesky", tol=1e-9, max_iter=200)
    peer.fit(X[rest].astype("float64") / root, y[rest])
    log_odds = X[~rest].astype("float64") @ (peer.coef_[0] / root) + peer.intercept_[0]
    return float((np.logaddexp(0, log_odds) - y[~rest] * log_odds).sum())


def cost(rows, columns, campaigns, penalties):
    """Return the seconds of tuning, and what it held at most beside the rows, in MB."""
    kinds, sizes = list(TRUTH.values()), np.diff(np.linspace(0, columns, penalties + 1).astype(int))
    truth = {f"g{k}": (int(size), *kinds[k % 8][1:]) for k, size in enumerate(sizes)}
    X, y, campaign, groups = draw(rows, truth, campaigns)

    def tune():
        return RidgePropensity(rule="best", penalty_factors=dict.fromkeys(truth, "tuned")).fit(
            X, y, campaign=campaign, groups=groups
        )

    _, seconds = timed(tune)
    tracemalloc.start()
    tune()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return seconds, peak


def print_costs():
    """Vary rows, columns, campaigns and penalties, each alone."""
    base = {"rows": 100_000, "columns": 50, "campaigns": 10, "penalties": 8}
    sweeps = {
        "rows": [10_000, 100_000, 1_000_000],
        "columns": [25, 100, 400],
        "campaigns": [5, 50, 500],
        "penalties": [1, 8, 50, 200],
    }
    print("\nwhat tuning costs (above 30 campaigns, neighbours are merged to 30 folds)")
    print(f"{'rows':>10}{'columns':>9}{'campaigns':>11}{'penalties':>11}{'s':>9}{'peak MB':>10}")
    for name, values in sweeps.items():
        for value in values:
            # 200 penalties need 200 columns; the sweep over penalties has them throughout
            sizes = {**base, **({"columns": 200} if name == "penalties" else {}), name: value}
            sizes["rows"] = max(2_000, int(sizes["rows"] * min(SCALE, 1.0)))
            seconds, peak = cost(**sizes)
            print("{rows:>10,}{columns:>9}{campaigns:>11}{penalties:>11}".format(**sizes), end="")
            print(f"{seconds:>9.2f}{peak:>10.0f}", flush=True)


warnings.simplefilter("ignore", DataWarning)  # small samples: a campaign without positives
X, y, campaign, groups = draw(ROWS, TRUTH, CAMPAIGNS)
splits = folds(campaign)
print(f"{ROWS:,} rows × {X.shape[1]} columns, {CAMPAIGNS} campaigns, float32\n")


def ours(rule="best"):
    """Tune a penalty for each of the eight groups, nothing beside them, and fit."""
    model = RidgePropensity(alpha="tuned", rule=rule, co_data=None)
    return model.fit(X, y, campaign=campaign, groups=groups)


runs = [timed(ours) for _ in range(REPEATS)]
model, our_seconds = runs[-1][0], median(seconds for _, seconds in runs)
print(f"{'workbench, 8 penalties':<40}{our_seconds:>8.2f} s", flush=True)
peers, alphas = {}, {}
for jobs in (1, 2):
    for solver in ("lbfgs", "newton-cholesky"):
        name = f"scikit-learn {solver}, n_jobs={jobs}"
        alphas[name], peers[name] = timed(lambda s=solver, j=jobs: by_sklearn(X, y, splits, s, j))
    name = f"glum, n_jobs={jobs}"
    alphas[name], peers[name] = timed(lambda j=jobs: by_glum(X, y, splits, j))
for name, seconds in peers.items():
    print(f"{name + ', 1 alpha of 20':<40}{seconds:>8.2f} s   alpha {alphas[name]:.2g}", flush=True)

exact = ExactLoss(model)
chosen = np.log(model.tuning_["penalty"].reindex(exact.groups).to_numpy())
safe = np.log(ours("safe").tuning_["penalty"].reindex(exact.groups).to_numpy())
uniform = np.log(alphas[min(peers, key=peers.get)])
losses = {
    "the peers' alpha for all": exact(np.full(8, uniform)),
    "the default rule": exact(safe),
    'rule="best"': exact(chosen),
}
penalties = np.exp(chosen)[exact.member]
refitted, _ = leave_out.exact(exact.objective.rows, exact.objective.scaling, exact.stats, penalties)
difference = max(
    abs(brute_force(X, y, campaign, penalties, g) / refitted[g] - 1) for g in (0, CAMPAIGNS - 1)
)
found = [exact.search(np.full(8, uniform), SEARCH), exact.search(chosen, SEARCH // 2)]
best, least = min(found, key=lambda pair: pair[1])
losses[f"a search of {exact.count} exact losses"] = least
print("\nmean loss on left-out campaigns, every one refitted")
for name, loss in losses.items():
    print(f"{name:<40}{loss:>12.6f}   {100 * (loss / least - 1):+.4f}%")
print(f"(refits by scikit-learn of two campaigns agree to {difference:.0e})\n")
print(f"{'group':<12}{'best':>10}{'default':>10}{'search':>10}")
for name, *row in zip(exact.groups, *np.exp([chosen, safe, best]), strict=True):
    print(f"{name:<12}" + "".join(f"{value:>10.2g}" for value in row))
print_costs()
print(
    json.dumps(
        {
            "tune_speedup": round(min(peers.values()) / our_seconds, 2),
            "tune_regret_pct": round(100 * (losses['rule="best"'] / least - 1), 4),
            "safe_rule_loss_pct": round(100 * (losses["the default rule"] / least - 1), 4),
            "tune_seconds": round(our_seconds, 3),
            "rows": ROWS,
            "columns": X.shape[1],
            "campaigns": CAMPAIGNS,
            "penalties": len(TRUTH),
            "load": [round(one, 2) for one in os.getloadavg()],
            "workbench": __version__,
            "versions": {
                name: version(name) for name in ("numpy", "scipy", "glum", "scikit-learn")
            },
        }
    )
)
