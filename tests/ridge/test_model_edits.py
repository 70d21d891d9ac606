"""Model files that somebody edited at random, also under a checksum that fits the edit."""

import contextlib
import json
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from workbench import RidgePropensity
from workbench.errors import DataWarning, WorkbenchError
from workbench.ridge import scoring_sql
from workbench.ridge.export.model_schema import checksum_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::workbench.errors.ExtrapolationWarning"),  # edited ranges
]
EDITS = 100  # of each kind of model
VALUES = (
    *(None, True, -1, 0, 1, 2**70, 10**400, 1e308, -0.5, "inf", "", "1", "\ud800", [], {}),
    *("'; DROP TABLE x; --", json.loads("[" * 30 + "]" * 30)),
)


def tables():
    rng = np.random.default_rng(1)
    n = 400
    numbers = pd.DataFrame({"a": rng.normal(size=n), "b": rng.poisson(3, n) * 1.0})
    numbers["z"] = rng.normal(size=n)
    mixed = numbers.assign(
        job=rng.choice(["Köchin", 'quote"d', "inf"], n), flag=rng.random(n) < 0.5
    )
    mixed.loc[3:9, "b"] = np.nan
    sparse = sp.random(n, 30, density=0.1, random_state=0, format="csr")
    return {
        "numbers": numbers,
        "array": numbers.to_numpy(),
        "mixed": mixed,
        "matrix": sparse,
        "columns": pd.DataFrame.sparse.from_spmatrix(
            sparse[:, :4].tocsc(), columns=list("pqrs")
        ).join(numbers),
        "levels": numbers.assign(word=[f"w{k}" for k in rng.integers(0, 120, n)]),
    }


TABLES = tables()
Y = (np.random.default_rng(2).random(400) < 1 / (1 + np.exp(-TABLES["numbers"]["a"]))).astype(int)
CAMPAIGNS = np.repeat([f"2024-{month:02d}" for month in range(1, 9)], 50)
KINDS = {
    "numbers": ("numbers", {"alpha": 0.1}, None),
    "extrapolating": ("numbers", {"alpha": 0.1, "extrapolate": True}, None),
    "array": ("array", {"alpha": 0.1}, None),
    "mixed": ("mixed", {"alpha": 0.1, "penalty_factors": {"a": np.inf, "job": 0.5}}, None),
    "tuned": ("mixed", {}, CAMPAIGNS),
    "half-life": ("numbers", {"half_life": 3.0}, CAMPAIGNS),
    "matrix": ("matrix", {"alpha": 0.1}, None),
    "sparse columns": ("columns", {"alpha": 0.1}, None),
    "many levels": ("levels", {"alpha": 0.1, "most_levels": 500}, None),
}


@pytest.fixture(params=KINDS)
def saved(request, tmp_path):
    """Save a model; the file, its table, and the scores of the table."""
    name, settings, campaigns = KINDS[request.param]
    X = TABLES[name]
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        model = RidgePropensity(**settings).fit(X, Y, campaign=campaigns)
    recipe = {"kind": "table", "target": "bought", "drop": ["id"]}
    return model.save(tmp_path / "model.json", recipe=recipe), X, model.predict_proba(X)


def places(content):
    """List every place of a file: the thing that holds it, and under which key."""
    found, layer = [], [content]
    while layer:
        held = layer.pop()
        keys = list(held) if isinstance(held, dict) else range(len(held))
        found += [(held, key) for key in keys]
        layer += [held[key] for key in keys if isinstance(held[key], (dict, list))]
    return found


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def edited(content, rng):
    """Change one thing at random; whether that is no more than another number or flag there."""
    spots = places(content)
    held, key = spots[rng.integers(len(spots))]
    value, how = held[key], rng.integers(8)
    if how == 0:
        del held[key]
    elif how == 1 and isinstance(held, list):
        held.append(value)
    elif how == 2 and isinstance(value, list):
        value.reverse()
    elif how == 3 and isinstance(value, list) and value:
        value.pop(rng.integers(len(value)))
    elif how == 4 and isinstance(held, list):
        other = rng.integers(len(held))
        held[key], held[other] = held[other], value
    elif how == 5 and isinstance(value, float):
        held[key] = str(value)
    elif how == 6 and isinstance(value, float):
        held[key] *= 1 + 10.0 ** rng.integers(-15, 3)
        return True
    else:
        held[key] = VALUES[rng.integers(len(VALUES))]
        return (is_number(held[key]) and is_number(value)) or type(held[key]) is type(value)
    return False


def used(path, X):
    """Load a model and do with it what people do; its scores."""
    model = RidgePropensity.load(path)
    scores = model.predict_proba(X)
    model.reasons(X[:20])
    str(model.summary())
    model._repr_html_()
    with contextlib.suppress(WorkbenchError):  # of names that a dialect cannot hold
        scoring_sql(model, dialect="duckdb")
    return scores


@pytest.mark.parametrize("sealed_again", [False, True], ids=["as it is", "sealed again"])
def test_random_edits_change_no_score_and_end_in_no_traceback(saved, sealed_again):
    """Whoever seals a file anew is its author: other numbers give other scores, and no more."""
    path, X, expected = saved
    text, rng = path.read_text("utf-8"), np.random.default_rng(11)
    assert used(path, X).tolist() == expected.tolist()
    refused = changed = 0
    for _ in range(EDITS):
        content = json.loads(text)
        only_a_value = edited(content, rng)
        if json.dumps(content) == json.dumps(json.loads(text)):
            continue
        changed += 1
        if sealed_again:
            content["checksum"] = checksum_of(content)
        path.write_text(json.dumps(content))
        try:
            scores = used(path, X)
        except WorkbenchError:
            refused += 1
        else:
            assert scores.tolist() == expected.tolist() or (sealed_again and only_a_value)
    assert refused > (0.5 if sealed_again else 0.97) * changed


def test_random_bytes_in_a_file_change_no_score_and_end_in_no_traceback(saved):
    path, X, expected = saved
    raw, rng = path.read_bytes(), np.random.default_rng(12)
    for _ in range(EDITS):
        place, damaged = rng.integers(len(raw)), bytearray(raw)
        damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            scores = used(path, X)
        except WorkbenchError:
            continue
        assert scores.tolist() == expected.tolist()  # a blank became another, or nothing did
