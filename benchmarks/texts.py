"""How well, how surely and how fast texts are routed, beside scikit-learn on the same columns.

BANKING77 (10,003 texts to train on, 3,080 to test, 77 intents; Casanueva et al. 2020, CC BY 4.0)
lies in a folder as ``train.csv`` and ``test.csv`` with the columns ``text, category``
(``--banking77`` or `BENCH_BANKING77`). The router tunes two penalties, of words and of letters,
and reads its threshold from the texts that it leaves out. Peers have one strength for all columns,
tuned on five folds over the strengths that the router tries: LogisticRegressionCV at its own
tolerance, and LinearSVC. `--exact` runs LogisticRegressionCV at a tolerance at which weak
strengths are solved, too: at its own it takes what a stronger one left.

``--splits`` draws the texts of both files anew, and asks how often the promised precision holds
on the texts kept aside; the penalties are those of the official split. JSON last.
"""

import argparse
import importlib.metadata
import json
import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import GridSearchCV
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from workbench.ridge.multinomial.tuning import LADDER
from workbench.texts import TextRouter
from workbench.texts.routing.answers import calibration_error
from workbench.texts.routing.text_router import DEFAULT_NGRAMS

PRECISION = 0.98
PARTS = 5


def timed(work):
    """Return what some work gave, its seconds, and the processor's."""
    began, used = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - began, time.process_time() - used


def ours(train, test):
    """Return the router, and what came of it."""
    router = TextRouter(precision=PRECISION)
    router, seconds, used = timed(lambda: router.fit(train["text"], train["category"]))
    said = router.coverage("all", texts=test["text"], labels=test["category"]).iloc[0]
    chances = router.predict_proba(test["text"])
    right = router.classes_[chances.argmax(axis=1)] == test["category"].to_numpy()
    return router, {
        "accuracy": float(right.mean()),
        "realised_precision": float(said["precision"]),
        "coverage": float(said["answered"]),
        "calibration_error": calibration_error(chances.max(axis=1), right),
        "seconds": seconds,
        "cpu_seconds": used,
    }


def peers(router, train, test, *, exact):
    """Return the accuracy and the time of each peer, on the router's own columns."""
    X, Z = (csr_matrix(router.columns_.matrix(list(one["text"]))) for one in (train, test))
    strengths = 1 / (len(train) * np.exp(LADDER))
    logistic = {"Cs": strengths, "cv": PARTS, "max_iter": 1000, "use_legacy_attributes": False}
    models = {
        "LogisticRegressionCV": LogisticRegressionCV(**logistic),
        "LinearSVC": GridSearchCV(
            LinearSVC(max_iter=5000), {"C": [0.01, 0.03, 0.1, 0.3, 1, 3, 10]}, cv=PARTS
        ),
    }
    if exact:
        models["LogisticRegressionCV, solved"] = LogisticRegressionCV(**logistic, tol=1e-6)
    found = {}
    for name, model in models.items():
        fitted, seconds, used = timed(lambda m=model: m.fit(X, train["category"]))
        accuracy = float((fitted.predict(Z) == test["category"].to_numpy()).mean())
        found[name] = {"accuracy": accuracy, "seconds": seconds, "cpu_seconds": used}
    return found


def splits(train, test, router, count):
    """Return the realised precision and the coverage of each split that was drawn."""
    every = pd.concat([train, test], ignore_index=True)
    given = router.model_.tuning_["penalty"].to_dict()
    rows = []
    for seed in tqdm(range(count), disable=None):
        order = np.random.default_rng(seed).permutation(len(every))
        inside, aside = every.iloc[order[: len(train)]], every.iloc[order[len(train) :]]
        again = TextRouter(precision=PRECISION, alpha=1.0, penalty_factors=given)
        again.fit(inside["text"], inside["category"])
        said = again.coverage("all", texts=aside["text"], labels=aside["category"]).iloc[0]
        rows.append((said["precision"], said["answered"]))
    return pd.DataFrame(rows, columns=["precision", "coverage"])


def main():
    """Run all, and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--banking77", default=os.environ.get("BENCH_BANKING77"))
    arguments.add_argument("--splits", type=int, default=int(os.environ.get("BENCH_SPLITS", "0")))
    arguments.add_argument("--exact", action="store_true")
    asked = arguments.parse_args()
    if asked.banking77 is None:
        sys.exit("This needs BANKING77: name its folder, `--banking77 FOLDER`.")
    train, test = (pd.read_csv(Path(asked.banking77) / f"{one}.csv") for one in ("train", "test"))
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        router, found = ours(train, test)
        beside = peers(router, train, test, exact=asked.exact)
        drawn = splits(train, test, router, asked.splits)
    print(f"{'TextRouter':32}{found['accuracy']:9.4f}{found['seconds']:10.1f} s")
    for name, one in beside.items():
        print(f"{name:32}{one['accuracy']:9.4f}{one['seconds']:10.1f} s")
    print(router.model_.tuning_.to_string())
    results = {key: round(value, 4) for key, value in found.items()}
    results["accuracy_of_peers"] = {name: round(one["accuracy"], 4) for name, one in beside.items()}
    for name, key in [("", ""), (", solved", "_solved")]:
        if (one := beside.get(f"LogisticRegressionCV{name}")) is not None:
            results[f"fit_vs_logistic_cv{key}"] = round(found["seconds"] / one["seconds"], 3)
            results[f"cpu_vs_logistic_cv{key}"] = round(
                found["cpu_seconds"] / one["cpu_seconds"], 3
            )
    if len(drawn):
        results["splits"] = len(drawn)
        results["precision_held_pct"] = round(100 * (drawn["precision"] >= PRECISION).mean(), 1)
        results["precision_of_splits"] = round(drawn["precision"].mean(), 4)
        results["coverage_of_splits"] = round(drawn["coverage"].mean(), 4)
    results |= {"texts": len(train), "classes": len(router.classes_), "ngrams": DEFAULT_NGRAMS}
    results["versions"] = {
        name: importlib.metadata.version(name) for name in ("numpy", "scipy", "scikit-learn")
    }
    print(json.dumps(results))


if __name__ == "__main__":
    main()
