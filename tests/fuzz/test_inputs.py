"""Three thousand odd inputs: each is taken, or refused in the project's own words.

Anything else that is raised is a finding, and hypothesis shrinks it. Seeded: a run can be
repeated. `make test-fuzz` runs this.
"""

import contextlib
import os
import warnings

import numpy as np
import pandas as pd
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from workbench import FeatureFrame, RidgePropensity, evidence, features, metrics
from workbench.errors import WorkbenchError, WorkbenchWarning
from workbench.reports.score import score_contacts, write_scores
from workbench.ridge import scoring_sql
from workbench.tables import read_table

pytestmark = pytest.mark.fuzz
SHARE = float(os.environ.get("WORKBENCH_FUZZ_SHARE", "1"))  # of the inputs, for a quick look


def budget(examples):
    return settings(
        max_examples=max(1, round(examples * SHARE)),
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


@contextlib.contextmanager
def own_words():
    """Let the project's own errors and warnings pass, and nothing else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WorkbenchWarning)
        with contextlib.suppress(WorkbenchError, NotFittedError):
            yield


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 60),  # a count of draws may be any: a billion is slow, and no fault
    st.floats(),
    st.text(max_size=6),
    st.binary(max_size=4),
    st.just(pd.NaT),
    st.just(pd.NA),
    st.just(1j),
    st.lists(st.one_of(st.integers(), st.floats(), st.text(max_size=3)), max_size=4),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.just(object()),
    st.just(pd.DataFrame({"a": [1]})),
)
Y, P, CAMPAIGN = [0, 1, 0, 1, 1, 0], [0.1, 0.8, 0.3, 0.6, 0.7, 0.2], list("aabbcc")
TABLE = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6], "g": list("ababab"), "month": CAMPAIGN, "y": Y})
FRAME = FeatureFrame.from_table(TABLE, target="y", campaign="month")
MODEL = RidgePropensity(alpha=0.1).fit(FRAME)

CALLS = {
    "auc": (metrics.auc, {"y": Y, "propensity": P, "weight": None}),
    "log_loss": (metrics.log_loss, {"y": Y, "propensity": P, "weight": None}),
    "brier": (metrics.brier, {"y": Y, "propensity": P}),
    "lift_at": (metrics.lift_at, {"y": Y, "propensity": P, "depth": 0.5}),
    "gain_curve": (metrics.gain_curve, {"y": Y, "propensity": P}),
    "profit": (metrics.profit_by_depth, {"y": Y, "propensity": P, "cost": 1.0, "margin": 5.0}),
    "expected_profit": (metrics.expected_profit, {"propensity": P, "cost": 1.0, "margin": 5.0}),
    "out_of_time": (evidence.out_of_time, {"frame": FRAME, "test_campaigns": 1}),
    "loss_difference": (
        evidence.loss_difference,
        {"test": FRAME, "propensity": P, "other": P, "repeats": 20, "seed": 0},
    ),
    "from_table": (
        FeatureFrame.from_table,
        {"table": TABLE, "target": "y", "campaign": "month", "drop": (), "groups": None},
    ),
    "path": (MODEL.path, {"group": "x", "multipliers": [1.0, 2.0]}),
    "refit": (MODEL.refit, {"penalties": {"x": 0.2}}),
    "reasons": (lambda most: MODEL.reasons(FRAME, most=most), {"most": 2}),
    "scoring_sql": (scoring_sql, {"model": MODEL, "dialect": "spark", "table": "t", "key": "k"}),
    "rfm": (features.rfm, {"events": "e", "value": "v", "lookback_days": 28, "prefix": None}),
    "windows": (features.windows, {"events": "e", "values": ["v"], "lookbacks_days": (28,)}),
    "read_table": (read_table, {"source": TABLE}),
}


@given(name=st.sampled_from(sorted(CALLS)), data=st.data())
@budget(1500)
def test_arguments_of_any_type(name, data):
    function, good = CALLS[name]
    argument = data.draw(st.sampled_from(sorted(good)))
    with own_words():
        function(**{**good, argument: data.draw(ODD)})


@given(raw=st.one_of(st.binary(max_size=60), st.text(',;"\n\r\t0123456789.-a=\x00ä', max_size=60)))
@budget(1200)
def test_any_bytes_as_a_table(tmp_path_factory, raw):
    file = tmp_path_factory.getbasetemp() / "odd.csv"
    file.write_bytes(raw if isinstance(raw, bytes) else raw.encode("utf-16"))
    with own_words():
        read_table(file)


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


@given(
    name=NAMES,
    level=NAMES,
    value=st.floats(allow_nan=True, allow_infinity=True),
    dialect=st.sampled_from(["duckdb", "spark", "bigquery", "snowflake", "postgres"]),
)
@budget(300)
def test_any_names_levels_and_values_from_fit_to_scores(
    tmp_path_factory, name, level, value, dialect
):
    table = TABLE.rename(columns={"x": name, "g": f"{name} kind"})
    table[f"{name} kind"] = [level, "b"] * 3
    table.loc[2, name] = value
    file = tmp_path_factory.getbasetemp() / "scores.csv"
    with own_words():
        frame = FeatureFrame.from_table(table, target="y", campaign="month")
        model = RidgePropensity(alpha=0.1).fit(frame)
        expected = model.propensity(frame)
        assert np.isfinite(expected).all()
        model.save(file.with_suffix(".json"), recipe=frame.recipe)
        again = RidgePropensity.load(file.with_suffix(".json")).propensity(frame)
        assert again.tolist() == expected.tolist()  # never another score in silence
        write_scores(score_contacts(model, frame), file)
        assert len(sqlglot.parse(scoring_sql(model, dialect=dialect), read=dialect)) == 1


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["1.0", "TRUE", "nan", "1e999", "01", "2024-03-01", "1_0", "", " "]),
    st.decimals(allow_nan=False),  # pandas does not ask a signalling one whether it is missing
    st.dates(),
    st.datetimes(),
    st.timedeltas(),
    st.binary(max_size=3),
    st.just(pd.NaT),
    st.just(1j),
    st.lists(st.integers(), max_size=2),
)
TYPES = (
    *("object", "str", "float32", "float64", "int8", "Int64", "bool", "boolean", "category"),
    *("datetime64[us]", "timedelta64[us]", "string", "Sparse[float64]"),
)


def fitted():
    """One model with every kind of feature."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        {
            "amount": rng.normal(size=80),
            "member": rng.random(80) < 0.5,
            "grade": pd.Categorical(rng.integers(1, 4, 80)),
            "name": rng.choice(["a", "b", "TRUE"], 80),
        }
    )
    return RidgePropensity(alpha=0.1).fit(X, rng.random(80) < 0.5)


FITTED = fitted()


@given(
    cells=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=4),
    types=st.lists(st.sampled_from(TYPES), min_size=4, max_size=4),
    away=st.sampled_from([None, None, None, "amount", "name"]),
)
@budget(200)
def test_any_rows_to_scores_and_reasons(cells, types, away):
    X = pd.DataFrame(cells, columns=["amount", "member", "grade", "name"], dtype=object)
    for name, kind in zip(list(X), types, strict=True):
        with contextlib.suppress(Exception), warnings.catch_warnings():  # as far as it goes
            warnings.simplefilter("ignore")
            X[name] = X[name].astype(kind)
    X = X.drop(columns=[] if away is None else away)
    with own_words():
        found = FITTED.predict_proba(X)
        assert np.isfinite(found).all()
        assert found.shape == (len(cells), 2)
        alone = [FITTED.predict_proba(X.iloc[[row]])[0].tolist() for row in range(len(X))]
        assert alone == found.tolist()  # no row has a say in another's score
        assert FITTED.reasons(X).shape == (len(cells), 3)
