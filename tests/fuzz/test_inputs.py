"""Three thousand odd inputs: each is taken, or refused in the project's own words.

Anything else that is raised is a finding, and hypothesis shrinks it. Seeded: a run can be
repeated. `make test-fuzz` runs this.
"""

import contextlib
import datetime as dt
import io
import os
import tempfile
import warnings
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError
from traitlets import TraitError

import workbench
from workbench import (
    Attributes,
    CampaignData,
    Events,
    Explained,
    FeatureFrame,
    Offers,
    Outcome,
    ParquetRows,
    Query,
    RidgeAmount,
    RidgeCount,
    RidgeMultinomial,
    RidgePropensity,
    RidgeUplift,
    Routed,
    ShiftView,
    Targeting,
    Tuner,
    charts,
    datasets,
    evidence,
    experiments,
    features,
    governance,
    metrics,
    networks,
    reports,
    ridge,
    texts,
    widgets,
)
from workbench.cli import main
from workbench.errors import WorkbenchError, WorkbenchWarning
from workbench.features import encode
from workbench.governance.run_evidence.evidence import RunEvidence
from workbench.governance.run_evidence.places import Place
from workbench.reports.score import score_contacts, write_scores
from workbench.ridge import jackknife_errors, scoring_sql
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
Y, P, CAMPAIGN = [0, 1, 0, 1, 1, 0] * 4, [0.1, 0.8, 0.3, 0.6, 0.7, 0.2] * 4, list("aabbccdd") * 3
TABLE = pd.DataFrame(
    {
        "x": np.arange(24.0) % 7,
        "g": list("ab") * 12,
        "month": [f"2024-0{ord(label) - 96}" for label in CAMPAIGN],
        "y": Y,
    }
)
LOG = pd.DataFrame(
    {
        "u": [f"c{k % 6}" for k in range(60)],
        "t": pd.date_range("2024-01-01", periods=60, freq="2D"),
        "v": 1.5,
    }
)
FRAME = FeatureFrame.from_table(TABLE, target="y", campaign="month")
PARQUET = str(Path(tempfile.mkdtemp()) / "table.parquet")
TABLE.to_parquet(PARQUET)
ROWS_OF_FILES = ParquetRows(PARQUET, target="y", campaign="month")
MODEL = RidgePropensity(alpha=0.1).fit(FRAME)
MAILED = replace(FRAME, treatment=pd.Series(list("mnnm") * 6), control="n")
TAKEN = FRAME.with_offer(pd.Series([None, "m", None, "n", "m", None] * 4))
OFFERS = RidgeMultinomial(0.1).fit(TABLE[["x", "g"]], pd.Series(list("mn") * 12))
UPLIFT = RidgeUplift(alpha=0.1).fit(MAILED)
TUNED = RidgePropensity().fit(FRAME)
_WORLD = datasets.planted(train_campaigns=5, new_campaigns=1, rows=200, stable=2, spiky=1).frame
_LAST = (_WORLD.campaign == _WORLD.campaigns[-1]).to_numpy()
KNOWN, COMING = _WORLD.rows(~_LAST), _WORLD.rows(_LAST)
SAID = [f"{'my card' if k % 2 else 'late parcel'} {' '.join('abcdef'[: k % 7])}" for k in range(30)]
SAID_OF = ["parcel", "card"] * 15
ROUTER = texts.TextRouter([(1, 2, "letters")], precision=0.5, confidence=0.6).fit(SAID, SAID_OF)
CLAUSES = texts.TextRouter([(1, 2, "letters")], precision=0.5, confidence=0.6).fit(
    SAID, SAID_OF, period=list("abc") * 10
)
UPDATABLE = RidgePropensity(alpha=0.1).fit(KNOWN)
TICKETS = pd.DataFrame({"body": ["my card", "late parcel"] * 9, "queue": ["a", "b"] * 9})
TICKETS["day"] = list("abc") * 6
AMOUNTS = np.arange(len(TABLE), dtype=float) % 7
WHO = [f"u{k}" for k in range(8)]
VISITS = pd.DataFrame(
    {
        "u": WHO * 3,
        "t": pd.date_range("2024-01-01", periods=24),
        "v": 1.0,
        "channel": list("ab") * 12,
        "key": list("pq") * 12,
    }
)
TABLES = {
    "contacts": pd.DataFrame({"u": WHO, "c": list("st") * 4, "arm": list("mmnn") * 2}),
    "campaigns": pd.DataFrame(
        {"c": ["s", "t"], "at": pd.to_datetime(["2024-06-01", "2024-07-01"]), "name": "Free tea"}
    ),
    "events": {"e": Events(VISITS, time="t")},
    "attributes": {"a": Attributes(pd.DataFrame({"u": WHO, "age": 40.0}), never_changes=True)},
    "offers": {"o": Offers(pd.DataFrame({"c": ["s", "t"], "key": ["p", "q"]}))},
    "outcome": Outcome("e", horizon_days=10),
    "customer": "u",
    "campaign": "c",
    "as_of": "at",
    "observed_until": "2024-09-01",
}
DATA = CampaignData(**TABLES)
SCORED = {"y": Y, "propensity": P, "weight": None}
MONEY = {"cost": 1.0, "margin": 5.0}


def built(builder):
    """Build what a builder says, so that settings that are only used later are used."""
    return lambda **settings: features.FeatureSet(builder(**settings)).build(
        DATA, progress=False, cache=False
    )


def encoded(encoder):
    """Fit an encoder on two campaigns, and encode all."""
    return lambda **settings: encode.encoded(
        FRAME,
        encoder(**settings).set_output(transform="pandas"),
        training=["2024-01", "2024-02"],
    )


def drawn(chart):
    def call(**given):
        try:
            chart(**given)
        finally:
            plt.close("all")

    return call


def set_on(view, **setting):
    """Move one control of a view, as a hand in the notebook would."""
    for name, value in setting.items():
        with contextlib.suppress(TraitError):  # the widget's own refusal of a wrong kind
            setattr(view, name, value)


TREATED = [1, 0] * 12
ARMS = pd.Series(["mail", "no"] * 12)
TOLD = {"treatment": ARMS, "control": "no", "arm_probability": pd.Series([0.5] * 24)}
TESTED_ROWS = {"y": Y, "treated": TREATED, "score": P, "treated_share": 0.5, "weight": None}
RULE = {**TESTED_ROWS, "contacted": [1.0, 1.0, 0.0] * 8, **MONEY}
del RULE["score"]
METRICS = {
    "uplift_by_depth": (
        metrics.uplift_by_depth,
        {**TESTED_ROWS, "bins": 3, "level": 0.9, "cluster": None, "campaign": None},
    ),
    "qini": (metrics.qini, TESTED_ROWS),
    "incremental_profit_by_depth": (
        metrics.incremental_profit_by_depth,
        {**TESTED_ROWS, **MONEY, "bins": 3},
    ),
    "policy_value": (metrics.policy_value, {**RULE, "if_treated": P, "untreated": P}),
    **{name: (getattr(metrics, name), SCORED) for name in ("auc", "log_loss", "brier")},
    "performance": (metrics.performance, SCORED),
    "gain_curve": (metrics.gain_curve, SCORED),
    "calibration_in_the_large": (metrics.calibration_in_the_large, SCORED),
    "calibration_slope": (metrics.calibration_slope, SCORED),
    "calibration_table": (metrics.calibration_table, {**SCORED, "bins": 3, "confidence": 0.9}),
    "ranking_table": (metrics.ranking_table, {**SCORED, "bins": 3}),
    "lift_at": (metrics.lift_at, {**SCORED, "depth": 0.5}),
    "by_campaign": (partial(metrics.by_campaign, campaign=CAMPAIGN), SCORED),
    "expected_value": (metrics.expected_value, {"propensity": P, "amount": [3.0] * 24}),
    "profit_by_depth": (metrics.profit_by_depth, {**SCORED, **MONEY}),
    "expected_profit": (metrics.expected_profit, {"propensity": P, "weight": None, **MONEY}),
    "burstiness": (metrics.burstiness, {"counts": [1, 2, 0, 4]}),
    "weighted_auc": (metrics.weighted_auc, {"table": metrics.by_campaign(Y, P, CAMPAIGN)}),
    "best_depth": (
        metrics.best_depth,
        {"table": metrics.expected_profit(P, **MONEY), "by": "expected_profit"},
    ),
    "by_group": (metrics.by_group, {"coefficients": MODEL.coefficients()}),
}
BUILDERS = {
    "rfm": (features.rfm, {"events": "e", "value": "v", "lookback_days": 28, "prefix": None}),
    "windows": (features.windows, {"events": "e", "values": ["v"], "lookbacks_days": (28,)}),
    "kinds": (features.windows, {"events": "e", "kinds": {"channel": ["a"]}, "trends": [[7, 28]]}),
    "decay": (
        features.decay,
        {"events": "e", "values": ["v"], "half_lives_days": (7,), "saturation": "log"},
    ),
    "engagement": (features.engagement, {"events": "e", "within_days": 14, "strength": 10.0}),
    "channel": (features.channel, {"events": "e", "column": "channel", "levels": 2}),
    "offer": (features.offer, {"events": "e", "offers": "o", "key": "key", "value": "v"}),
    "attributes": (features.attributes, {"table": "a", "columns": ["age"]}),
    "campaign": (features.campaign, {"columns": ["name"]}),
    "text": (features.text, {"column": "name", "words": ["free"], "keep": False}),
    "cadence": (features.cadence, {"lookbacks_days": (7,), "same": ["name"], "prior": (1, 9)}),
    "calendar": (features.calendar, {"harmonics": 1, "holidays": ("easter",), "pay_days": (1,)}),
    "logged": (features.logged, {"builders": [features.rfm("e")]}),
}
ENCODERS = {
    "CampaignEncoder": (
        encode.CampaignEncoder,
        {"method": "target", "columns": ["g"], "shrinkage": 20.0},
    ),
    "HiddenUnits": (
        encode.HiddenUnits,
        {"units": 6, "groups": "one", "scales": (1.0, 1.0), "random_state": 0},
    ),
    "MissingFlags": (encode.MissingFlags, {"columns": ["x"]}),
    "RareLevels": (encode.RareLevels, {"columns": ["g"], "min_share": 0.01}),
    "TextNgrams": (
        partial(encode.TextNgrams, ["g"]),
        {"length": (1, 1), "pieces": "letters", "least": 1, "hashed": None},
    ),
}
EVIDENCE = {
    "out_of_time": (evidence.out_of_time, {"frame": FRAME, "test_campaigns": 1, "gap_days": 0.0}),
    "random_hold_out": (evidence.random_hold_out, {"frame": FRAME, "share": 0.3, "seed": 0}),
    "loss_difference": (
        evidence.loss_difference,
        {"test": FRAME, "propensity": P, "other": P, "repeats": 20, "seed": 0},
    ),
    "next_offer": (
        partial(evidence.next_offer, test=TAKEN),
        {"train": TAKEN, "margins": {"m": 1.0, "n": 2.0}, "fewest": 2, "seed": 0},
    ),
    "offer_classes": (evidence.offer_classes, {"frame": TAKEN, "fewest": 2}),
    "best_offers": (
        evidence.best_offers,
        {"model": OFFERS, "frame": FRAME, "margins": {"m": 1.0, "n": 2.0}},
    ),
    "by_segment": (
        partial(evidence.by_segment, FRAME, P),
        {"by": "x", **MONEY, "bins": 2, "fewest": 1},
    ),
    "uplift_gain": (
        partial(evidence.uplift_gain, frame=replace(FRAME, treatment=ARMS, control="no")),
        {"uplift": P, "propensity": P, "depth": 0.4, "arm": "mail", "outcome": None, **MONEY},
    ),
    "incremental": (
        partial(evidence.incremental, replace(FRAME, **TOLD)),
        {"propensity": P, "uplift": P, "arm": "mail", **MONEY},
    ),
    "two_arms": (evidence.two_arms, {"frame": MAILED, "arm": "m"}),
    "roles_of_test": (evidence.roles_of_test, {"frame": MAILED}),
    "segment_labels": (partial(evidence.segment_labels, FRAME), {"by": "x", "bins": 2}),
    "bursts": (evidence.bursts, {"data": DATA, "until": None}),
    "spikiness": (partial(evidence.spikiness, model=MODEL), {"frame": FRAME}),
    "spiky_count": (evidence.spiky_count, {"scores": evidence.spikiness(FRAME, MODEL)}),
    "monitor": (
        partial(evidence.monitor, MODEL, FRAME, FRAME),
        {"limits": None},
    ),
    "monitor_uplift": (
        partial(evidence.monitor_uplift, UPLIFT, MAILED, MAILED),
        {"limits": None, "depth": 0.4, "parts": 3, "level": 0.9},
    ),
    "stress": (
        partial(evidence.stress, MODEL, FRAME),
        {"changes": {"t": {"x": evidence.Times(2.0)}}, **MONEY},
    ),
    **{
        name: (
            lambda kind=kind, **given: evidence.stress(MODEL, FRAME, {"t": {"x": kind(**given)}}),
            good,
        )
        for name, kind, good in (
            ("Spike", evidence.Spike, {"share": 0.2, "deviations": 3.0, "seed": 0}),
            ("Times", evidence.Times, {"factor": 2.0}),
        )
    },
    "NewLevel": (
        lambda **given: evidence.stress(MODEL, FRAME, {"t": {"g": evidence.NewLevel(**given)}}),
        {"share": 1.0, "level": "new", "seed": 0},
    ),
    "Limits": (
        lambda **given: evidence.monitor(MODEL, FRAME, FRAME, evidence.Limits(**given)),
        {"feature_psi": 0.1, "score_psi": 0.1, "rate": 0.2, "false_alarms": 0.05},
    ),
}
OF_NUMBERS = {
    "alpha": 0.1,
    "penalty_factors": None,
    "co_data": "auto",
    "deviations": False,
    "folds": "auto",
    "rule": "safe",
    "max_iterations": 100,
    "tolerance": 1e-8,
    "most_levels": 100,
    "extrapolate": False,
}
MODELS = {
    "RidgePropensity": (
        lambda **given: RidgePropensity(**{"alpha": 0.1, **given}).fit(FRAME),
        {
            "alpha": 0.1,
            "penalty_factors": None,
            "co_data": "auto",
            "deviations": False,
            "criterion": "loss",
            "folds": "auto",
            "half_life": None,
            "slope": 1.0,
            "base_rate": "auto",
            "most_levels": 100,
            "extrapolate": False,
        },
    ),
    "RidgeAmount": (
        lambda **given: RidgeAmount(**{"alpha": 0.1, **given}).fit(FRAME, AMOUNTS),
        OF_NUMBERS,
    ),
    "RidgeCount": (
        lambda **given: RidgeCount(**{"alpha": 0.1, **given}).fit(FRAME, AMOUNTS),
        OF_NUMBERS,
    ),
    "RidgeMultinomial": (
        lambda **given: RidgeMultinomial(**{"alpha": 0.1, **given}).fit(
            TABLE[["x", "g"]], TABLE["month"]
        ),
        {
            "alpha": 0.1,
            "penalty_factors": {"x": 2.0},
            "class_factors": None,
            "folds": "auto",
            "standardise": True,
            "most_levels": 100,
            "max_iterations": 50,
            "tolerance": 1e-6,
            "extrapolate": False,
        },
    ),
    "fit of several answers": (
        RidgeMultinomial(0.1).fit,
        {"X": TABLE[["x", "g"]], "y": TABLE["month"], "sample_weight": None, "campaign": None},
    ),
    "RidgeUplift": (
        lambda **given: RidgeUplift(**{"alpha": 0.1, **given}).fit(MAILED),
        {
            "alpha": 0.1,
            "penalty_factors": {"uplift: x": 2.0},
            "arm": None,
            "co_data": "auto",
            "deviations": False,
            "criterion": "loss",
            "folds": "auto",
            "rule": "safe",
            "most_levels": 100,
            "extrapolate": False,
        },
    ),
    "NetworkPropensity": (
        lambda **given: networks.NetworkPropensity(
            **{"units": 4, "weight_decay": 0.1, "hidden": "always", **given}
        ).fit(FRAME),
        {
            "units": 4,
            "weight_decay": 0.1,
            "hidden": "always",
            "products": 5,
            "penalty_factors": {"x": 2.0},
            "scales": (1.0, 1.0),
            "random_state": 0,
            "folds": "auto",
            "rule": "safe",
            "most_levels": 100,
            "extrapolate": False,
            "base_rate": "auto",
            "half_life": None,
            "slope": 1.0,
        },
    ),
    "tune_weight_decay": (
        networks.tune_weight_decay,
        {
            "jacobian": np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 1.0]]),
            "outcome": [0, 1, 0, 1],
            "campaign": ["a", "a", "b", "b"],
            "layers": ["one", "two"],
            "log_odds": np.zeros(4),
            "parameters": np.zeros(2),
            "decay": {"one": 0.1, "two": 0.1},
            "weight": np.ones(4),
            "refit": None,
            "rounds": 1,
        },
    ),
    "fit of uplifts": (RidgeUplift(0.1).fit, {"X": MAILED}),
    "uplift": (UPLIFT.uplift, {"X": FRAME}),
    "reasons of uplifts": (partial(UPLIFT.reasons, FRAME), {"most": 2}),
    "load of uplifts": (RidgeUplift.load, {"path": "nowhere.json"}),
    "fit of amounts": (RidgeAmount(0.1).fit, {"X": FRAME, "y": AMOUNTS}),
    "fit of counts": (
        partial(RidgeCount(0.1).fit, TABLE[["x", "g"]], AMOUNTS),
        {"exposure": AMOUNTS + 1, "campaign": TABLE["month"], "sample_weight": AMOUNTS},
    ),
    "fit": (
        partial(RidgePropensity(0.1).fit, TABLE[["x", "g"]], Y),
        {"groups": None, "sample_weight": AMOUNTS, "campaign": CAMPAIGN},
    ),
    "path": (MODEL.path, {"group": "x", "multipliers": [1.0, 2.0]}),
    "refit": (MODEL.refit, {"penalties": {"x": 0.2}, "errors": False}),
    "update": (UPDATABLE.update, {"X": COMING}),
    "collect": (UPDATABLE.collect, {"X": COMING}),
    "combine": (
        partial(RidgePropensity.combine, UPDATABLE),
        {"sums": [UPDATABLE.collect(KNOWN), UPDATABLE.collect(COMING)], "again": True},
    ),
    "combine with": (
        partial(RidgePropensity.combine, sums=[UPDATABLE.collect(KNOWN)]),
        {"model": UPDATABLE},
    ),
    "forget": (UPDATABLE.forget, {"campaign": KNOWN.campaigns[0]}),
    "preview": (MODEL.preview, {"penalties": {"x": 0.2}}),
    "reasons": (partial(MODEL.reasons, FRAME), {"most": 2}),
    "summary": (lambda most: str(MODEL.summary(most=most)), {"most": 3}),
    "load": (RidgePropensity.load, {"path": "nowhere.json"}),
    "jackknife_errors": (jackknife_errors, {"model": TUNED}),
    "scoring_sql": (scoring_sql, {"model": MODEL, "dialect": "spark", "table": "t", "key": "k"}),
}
TABLES_IN = {
    "from_table": (
        FeatureFrame.from_table,
        {"table": TABLE, "target": "y", "campaign": "month", "drop": (), "groups": None},
    ),
    "from_test": (
        FeatureFrame.from_table,
        {
            "table": TABLE.assign(p=0.5),
            "target": "y",
            "treatment": "g",
            "control": "b",
            "arm_probability": "p",
        },
    ),
    "with_treatment": (
        FRAME.with_treatment,
        {
            "arms": TABLE["g"],
            "control": "b",
            "arm_probability": pd.Series(0.5, index=TABLE.index),
        },
    ),
    "with_offer": (
        FRAME.with_offer,
        {"taken": pd.Series([None, "m", None, "n", "m", None] * 4), "no_offer": None},
    ),
    "from_offers": (
        FeatureFrame.from_table,
        {
            "table": TABLE.assign(took=[None, "m", None, "n", "m", None] * 4),
            "target": "y",
            "offer": "took",
            "no_offer": None,
        },
    ),
    "ParquetRows": (
        ParquetRows,
        {"path": PARQUET, "target": "y", "campaign": "month", "drop": (), "groups": None},
    ),
    "ParquetRows.only": (ROWS_OF_FILES.only, {"campaigns": ["2024-01"]}),
    "scored_rows": (
        partial(evidence.scored_rows, MODEL),
        {"rows": ROWS_OF_FILES, "columns": ["x"], "fewest": 2},
    ),
    "to_score": (FeatureFrame.to_score, {"table": TABLE, "recipe": FRAME.recipe}),
    "FeatureFrame": (
        FeatureFrame,
        {
            "X": TABLE[["x"]],
            "y": pd.Series(Y, dtype="float64"),
            "customer": pd.Series(Y),
            "treatment": TABLE["g"],
            "control": "b",
            "arm_probability": pd.Series(0.5, index=TABLE.index),
        },
    ),
    "read_table": (read_table, {"source": TABLE}),
    "read_labels": (workbench.read_labels, {"source": {"x": "Visits"}}),
    "columns": (workbench.columns, {"data": TABLE, "target": "y", "campaign": "month"}),
    "load": (
        workbench.load,
        {
            "data": TABLE,
            "say": True,
            "target": "y",
            "campaign": "month",
            "customer": "g",
            "positive": 1,
            "drop": [],
            "groups": {},
            "order": "auto",
            "periods": "auto",
            "kinds": {},
        },
    ),
    "load_orders": (
        workbench.load,
        {"data": LOG, "customer": "u", "time": "t", "amount": "v", "orders_within": 7.0},
    ),
    "frame_from_orders": (
        features.frame_from_orders,
        {"table": LOG, "customer": "u", "time": "t", "amount": "v", "horizon_days": 7.0},
    ),
    "orders_to_score": (
        features.orders_to_score,
        {
            "table": LOG,
            "recipe": features.frame_from_orders(
                LOG, customer="u", time="t", amount="v", horizon_days=7.0
            ).recipe,
        },
    ),
    "Query": (lambda **given: read_table(Query(**given)), {"sql": "SELECT 1"}),
    "CampaignData": (
        partial(CampaignData, observed_until="2024-09-01"),
        {name: given for name, given in TABLES.items() if name != "observed_until"}
        | {"treatment": "arm", "control": "n", "arm_probability": None},
    ),
    "Events": (
        lambda **given: CampaignData(**{**TABLES, "events": {"e": Events(**given)}}),
        {"table": VISITS, "time": "t", "arrived": None},
    ),
    "Attributes": (
        lambda **given: CampaignData(**{**TABLES, "attributes": {"a": Attributes(**given)}}),
        {"table": pd.DataFrame({"u": WHO, "from": "2024-01-01"}), "valid_from": "from"},
    ),
    "Offers": (
        lambda **given: CampaignData(**{**TABLES, "offers": {"o": Offers(**given)}}),
        {"table": pd.DataFrame({"c": ["s"], "key": ["p"]})},
    ),
    "Outcome": (
        lambda **given: CampaignData(**{**TABLES, "outcome": Outcome(**given)}),
        {"events": "e", "horizon_days": 10, "until": None},
    ),
    "from_dict": (features.FeatureSet.from_dict, {"recipe": {"kind": "features", "features": []}}),
    "sql": (features.FeatureSet(features.rfm("e")).sql, {"data": DATA, "dialect": "spark"}),
    "default": (features.FeatureSet.default, {"data": DATA}),
    "sample_tickets": (datasets.sample_tickets, {"tickets": 100, "seed": 0}),
    "caravan": (datasets.caravan, {"path": "nowhere.csv"}),
}
VIEWS = {
    "Tuner": (partial(Tuner, TUNED, FRAME), {**MONEY, "release": "static"}),
    "Targeting": (
        partial(Targeting, TUNED, FRAME),
        {**MONEY, "depth": 0.5, "release": "static", "keep_control": 0.1, "seed": 0},
    ),
    "Targeting, by value": (
        partial(Targeting, TUNED, FRAME),
        {"cost": 1.0, "margin": "x", "depth": 0.5, "release": "exact"},
    ),
    "ShiftView": (
        partial(ShiftView, FRAME, TUNED),
        {"column": "x", "release": "static"},
    ),
    "Explained": (
        lambda **given: Explained(TUNED, FRAME, **given),
        {"customer": None, "campaign": None, "row": 3, "labels": {"x": "X"}},
    ),
    "Routed": (partial(Routed, ROUTER), {"table": None}),
    "Routed.of": (partial(Routed(ROUTER).of), {"text": "a parcel"}),
    "Explained.move": (
        lambda **given: Explained(TUNED, FRAME, row=3).move({"x": 1.0} | given),
        {"x": 2.0},
    ),
    "explanation": (
        lambda **given: MODEL.explanation(FRAME.rows([3]), **given),
        {"by": "feature", "most": 1},
    ),
    "Targeting.set": (
        lambda **given: set_on(Targeting(TUNED, FRAME), **given),
        {**MONEY, "depth": 0.5},
    ),
    "Tuner.set": (lambda **given: set_on(Tuner(TUNED, FRAME), **given), MONEY),
    "ShiftView.set": (
        lambda **given: set_on(ShiftView(FRAME, TUNED), **given),
        {"column": "x"},
    ),
}
REPORTS = {
    "Table": (
        lambda **given: reports.Table(**given)._repr_html_(),
        {"data": TABLE, "caption": "", "columns": ["x"], "most": 3, "search": False},
    ),
    "Figure": (
        lambda **given: str(reports.Headline("t", figures=[reports.Figure(**given)])),
        {"name": "auc", "value": 0.5, "kind": "number", "note": "", "previous": 0.4},
    ),
    "Headline": (
        lambda **given: reports.Headline(**given)._repr_mimebundle_(),
        {"title": "t", "sentence": "s", "facts": {"a": "b"}, "about": ""},
    ),
    "previous_headline": (reports.previous_headline, {"model": None}),
}
CHARTS = {
    "charts.calibration": (drawn(charts.calibration), {"table": metrics.calibration_table(Y, P)}),
    "charts.coefficients": (
        drawn(charts.coefficients),
        {"table": MODEL.coefficients(), "most": 3},
    ),
    "charts.methods": (
        drawn(charts.methods),
        {
            "table": pd.DataFrame(
                dict.fromkeys(
                    ("log_loss", "low", "high", "loss_more", "more_low", "more_high"), 0.3
                )
                | {"proven": False},
                index=["this model", "other"],
            ),
            "ours": "this model",
        },
    ),
    "charts.lift": (drawn(charts.lift), {"table": metrics.ranking_table(Y, P)}),
    "charts.gain": (drawn(charts.gain), {"table": metrics.gain_curve(Y, P)}),
    "charts.uplift_by_decile": (
        drawn(charts.uplift_by_decile),
        {"table": metrics.uplift_by_depth(Y, TREATED, P, bins=3), "unit": "EUR"},
    ),
    "charts.qini_curve": (
        drawn(charts.qini_curve),
        {
            "table": metrics.uplift_by_depth(Y, TREATED, P, bins=3),
            "qini": metrics.qini(Y, TREATED, P),
            "unit": "EUR",
        },
    ),
    "charts.incremental_profit": (
        drawn(charts.incremental_profit),
        {
            "table": metrics.incremental_profit_by_depth(Y, TREATED, P, **MONEY, bins=3),
            "currency": "€",
            "digits": 3,
        },
    ),
    "charts.by_segment": (
        drawn(charts.by_segment),
        {"table": evidence.by_segment(FRAME, P, by="x", bins=2, fewest=1).table, "most": 3},
    ),
    "charts.waterfall": (
        drawn(charts.waterfall),
        {"table": MODEL.explanation(FRAME.rows([3])), "foretells": "propensity"},
    ),
    "charts.profit": (
        drawn(charts.profit),
        {"table": metrics.expected_profit(P, **MONEY), "currency": "€", "digits": 3},
    ),
}
TEST = FeatureFrame(
    pd.DataFrame({"x": np.arange(120.0) % 11, "g": list("abc") * 40}),
    pd.Series(np.arange(120) % 3 == 0).astype(float),
    treatment=pd.Series(["mail", "none"] * 60),
    control="none",
)
TEST_AMOUNTS, TEST_WHO = np.arange(120.0) % 13, np.arange(120) // 2 * 2 + np.arange(120) % 2
READ = experiments.read_out(TEST)


def keep_to_file(**told):
    """Keep a look in a file that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        experiments.keep_look(Path(folder) / "looks.jsonl", **told)


def looks_at(path):
    """Read what odd paths hold, or the looks of a file that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "looks.jsonl"
        experiments.keep_look(file, READ)
        experiments.looks(file if path is None else path)


EXPERIMENTS = {
    "plan": (
        partial(experiments.plan, FRAME),
        {
            "smallest_effect": 0.1,
            "relative": None,
            "contacts": None,
            "power": 0.8,
            "share": 0.5,
            "level": 0.95,
            "looks": 2,
            "contacts_per_day": 10.0,
            "rate": 0.4,
        },
    ),
    "plan of an outcome": (
        partial(experiments.plan, FRAME),
        {"contacts": 1000.0, "outcome": AMOUNTS, "rate": None},
    ),
    "read_out": (
        experiments.read_out,
        {
            "frame": TEST,
            "outcome": None,
            "kind": None,
            "covariates": "auto",
            "valid": "any_time",
            "planned_contacts": 1000.0,
            "shares": {"none": 1, "mail": 1},
            "cluster": None,
            "pairs": True,
            "level": 0.95,
            "seed": 0,
        },
    ),
    "read_out of an amount": (
        partial(experiments.read_out, TEST),
        {"outcome": TEST_AMOUNTS, "covariates": ["x"], "cluster": TEST_WHO},
    ),
    "ReadOut.profit": (READ.profit, {"cost": 0.1, "margin": 5.0}),
    "ReadOut.sentence": (READ.sentence, {"arm": "mail", "outcome": "visits"}),
    "ReadOut.effect_of": (READ.effect_of, {"arm": "mail"}),
    "keep_look": (keep_to_file, {"read": READ, "at": "2024-05-01"}),
    "looks": (looks_at, {"path": None}),
    "heterogeneity": (
        metrics.heterogeneity,
        {"effect": [0.1, 0.2, 0.4], "std_error": [0.1, 0.1, 0.2], "level": 0.9},
    ),
    "assign": (
        experiments.assign,
        {
            "frame": FRAME,
            "share": 0.8,
            "by": ["campaign", "x"],
            "propensity": P,
            "seed": 0,
        },
    ),
    "assign to arms": (
        partial(experiments.assign, FRAME),
        {"arms": {"mail": 0.3, "app": 0.3}, "seed": 0},
    ),
    "arm_probability": (
        experiments.arm_probability,
        {"arms": experiments.assign(FRAME, seed=0)},
    ),
    "charts.effect_over_time": (
        drawn(charts.effect_over_time),
        {
            "looks": pd.DataFrame({"contacts": [9], "effect": 0.1, "low": 0.0, "high": 0.2}),
            "bounds": None,
            "by": "contacts",
            "kind": "binary",
        },
    ),
    "charts.effects_by_campaign": (
        drawn(charts.effects_by_campaign),
        {
            "table": pd.DataFrame(
                {
                    "campaign": ["a"],
                    "effect": 0.1,
                    "low": 0.0,
                    "high": 0.2,
                    "contacts": 9,
                    "contacts_against": 8,
                }
            ),
            "mean": {"mean": 0.1, "low": 0.0, "high": 0.2},
            "most": 3,
        },
    ),
}
SPLIT = evidence.out_of_time(FRAME, test_campaigns=1)
_TWICE = TABLE.loc[np.repeat(TABLE.index, 8)].reset_index(drop=True)
_TOOK = np.where(_TWICE["y"] == 1, np.where(np.arange(192) % 3 > 0, "m", "n"), None)
OFFERED = evidence.out_of_time(
    FeatureFrame.from_table(_TWICE.assign(took=_TOOK), target="y", campaign="month", offer="took"),
    test_campaigns=1,
)
CELLS_OF_CONTACTS = FeatureFrame.from_table(
    TABLE.assign(y=[1, 9, 2, 8] * 6, n=10), target="y", trials="n", campaign="month"
)
OF_CELLS = RidgePropensity(alpha=0.1).fit(CELLS_OF_CONTACTS)
TESTED = {
    "log_loss": 0.34,
    "base_log_loss": 0.44,
    "loss_ratio": 0.77,
    "note": "",
    "loss_ratio_low": 0.72,
    "loss_ratio_high": 0.82,
    "auc_low": 0.6,
    "auc_high": 0.7,
}
SIZES = {"rows": 20, "seed": 0}
FOUND = {
    "Prose": (lambda text: reports.Prose(text)._repr_html_(), {"text": "Learned."}),
    "Notes": (lambda text: reports.Notes(text)._repr_html_(), {"text": "Learned."}),
    "finding": (reports.finding, {"performance": TESTED, "unseen": "May", "drawn": "cells"}),
    "auc_interval": (reports.auc_interval, {"performance": TESTED, "drawn": "cells"}),
    "introduce": (reports.introduce, {"frame": FRAME}),
    "offer_findings": (
        reports.offer_findings,
        {"split": OFFERED, "margins": {"m": 1.0, "n": 2.0}, "currency": "EUR", "seed": 0},
    ),
    "load_texts": (
        texts.load_texts,
        {
            "data": TICKETS,
            "text": "body",
            "target": "queue",
            "period": "day",
            "text_language": None,
            "customer": None,
            "handed_over": ["a"],
            "encoding": None,
            "columns": None,
            "dates": None,
            "decimal": None,
            "kinds": {},
        },
    ),
    "introduce_texts": (
        reports.introduce_texts,
        {"table": texts.TextTable(TICKETS["body"], TICKETS["queue"])},
    ),
    "charts.answered_curve": (
        drawn(charts.answered_curve),
        {
            "table": pd.DataFrame(
                {"share": [0.5], "precision": [0.9], "precision_low": [0.8], "chosen": [True]}
            ),
            "target": 0.9,
            "confidence": 0.9,
        },
    ),
    "Sign": (lambda **given: str(reports.Sign(**given)), {"name": "leak", "what": "", "then": ""}),
    "Signs": (
        lambda **given: reports.Signs(**given)._repr_mimebundle_(),
        {"found": [reports.Sign("leak", "", "")], "looked_at": ["leak"]},
    ),
    "signs_against": (
        reports.signs_against,
        {
            "split": SPLIT,
            "performance": {**TESTED, "auc": 0.6},
            "suspects": {},
            "beyond": evidence.beyond_training(MODEL, FRAME),
            "forward": None,
        },
    ),
    "cautions": (reports.cautions, {"split": SPLIT}),
    "unseen": (reports.unseen, {"split": SPLIT}),
    "beyond_training": (
        evidence.beyond_training,
        {"model": MODEL, "new": FRAME, "fewest": 1},
    ),
    "bootstrap_interval": (
        evidence.bootstrap_interval,
        {
            "predictions": pd.DataFrame({"y": Y, "propensity": P, "campaign": CAMPAIGN}),
            "statistic": metrics.auc,
            "cluster": "campaign",
            "repeats": 20,
            "confidence": 0.9,
            "seed": 0,
        },
    ),
    "earned": (partial(evidence.earned, FRAME), {"propensity": P, **MONEY}),
    "hold_out": (evidence.hold_out, {"frame": FRAME, "test_campaigns": 1, "seed": 0}),
    "over_campaigns": (
        evidence.over_campaigns,
        {"frame": FRAME, "model": MODEL, "columns": ["x"]},
    ),
    "cell_dispersion": (
        evidence.cell_dispersion,
        {"model": OF_CELLS, "frame": CELLS_OF_CONTACTS},
    ),
    "CellDispersion": (
        lambda **given: repr(evidence.CellDispersion(**given)),
        {"value": 4.0, "cells": 50, "freedom": 48.0, "of_sums": 3.0},
    ),
    "Outage": (
        lambda **given: evidence.stress(MODEL, FRAME, {"t": {"x": evidence.Outage(**given)}}),
        {"value": 0.0},
    ),
    "psi": (metrics.psi, {"reference": P, "current": P, "bins": 3, "weight": None}),
    "psi_table": (
        metrics.psi_table,
        {"reference": P, "current": P, "bins": 3, "reference_weight": None},
    ),
    "wilson_interval": (
        metrics.wilson_interval,
        {"positives": [1, 2], "contacts": [4, 5], "confidence": 0.9},
    ),
    "worst_campaign": (
        metrics.worst_campaign,
        {"table": metrics.by_campaign(Y, P, CAMPAIGN), "min_positives": 2},
    ),
    "overdispersion": (
        metrics.overdispersion,
        {**SCORED, "cell": CAMPAIGN, "fitted": 0.0},
    ),
    "planted": (
        datasets.planted,
        {
            **SIZES,
            "dose": 1.0,
            "train_campaigns": 3,
            "new_campaigns": 1,
            "stable": 3,
            "spiky": 3,
            "treated": 0.5,
            "uplift": 0.3,
            "curved": 0.5,
            "curvature": "products",
        },
    ),
    "planted_drift": (
        datasets.planted_drift,
        {**SIZES, "campaigns": 3, "columns": 2, "walk": 0.2, "turn": 0.05},
    ),
}
VISITED = features.Measure(features.Source("e"), "count")


@dataclass(frozen=True)
class Fuzzed(features.Builder):
    """One feature, as a user's own builder would declare it."""

    feature: features.Feature

    def features(self, tables):
        """Declare the one."""
        return [self.feature]


def valued(make):
    """Build a feature of what a word of builders makes."""
    return lambda **given: built(Fuzzed)(
        feature=features.Feature("f", make(**given), "g", "unit", "What it is.")
    )


def where(make):
    return valued(
        lambda **given: features.Measure(features.Source("e"), "count", where=(make(**given),))
    )


WORDS_OF_BUILDERS = {
    "FeatureSet": (
        lambda builder: features.FeatureSet(builder).build(DATA, progress=False, cache=False),
        {"builder": features.rfm("e")},
    ),
    "Feature": (
        lambda **given: built(Fuzzed)(feature=features.Feature(**given)),
        {"name": "f", "value": VISITED, "group": "g", "unit": "count", "description": "d"},
    ),
    "Measure": (
        valued(features.Measure),
        {
            "source": features.Source("e"),
            "how": "sum",
            "column": "v",
            "where": (),
            "lookback_days": 28,
            "half_life_days": None,
        },
    ),
    "Lookup": (
        valued(features.Lookup),
        {
            "source": features.Source("a"),
            "column": "age",
            "key": "customer",
            "dated": False,
            "number": True,
        },
    ),
    "Formula": (
        valued(features.Formula),
        {"template": "1 + {0}", "operands": (VISITED,), "text": False},
    ),
    "Source": (
        valued(lambda **given: features.Measure(features.Source(**given), "count")),
        {"name": "e", "sql": None},
    ),
    "Equals": (where(features.Equals), {"column": "channel", "level": "a"}),
    "Present": (where(features.Present), {"column": "v"}),
    "Listed": (
        where(features.Listed),
        {
            "items": features.Source("offered", 'SELECT campaign, "key" AS item FROM o'),
            "column": "key",
        },
    ),
    "days_between": (
        valued(features.days_between),
        {
            "first": features.Measure(features.Source("e"), "first"),
            "last": features.Measure(features.Source("e"), "last"),
        },
    ),
    "days_since": (
        valued(features.days_since),
        {"moment": features.Measure(features.Source("e"), "last")},
    ),
    "hill": (valued(features.hill), {"value": VISITED, "half": 2.0, "steepness": 1.0}),
    "or_zero": (valued(features.or_zero), {"value": VISITED}),
    "signed_log": (valued(features.signed_log), {"value": VISITED}),
    "share": (valued(features.share), {"part": VISITED, "whole": VISITED}),
    "rate": (
        valued(features.rate),
        {"successes": VISITED, "trials": VISITED, "prior": (1.0, 9.0)},
    ),
    "trend": (valued(features.trend), {"recent": VISITED, "base": VISITED, "days": (7, 28)}),
    "register": (features.register, {"name": "rfm"}),
}
MANY = FeatureFrame.from_table(
    TABLE.loc[np.arange(24_000) % 24].assign(x=np.arange(24_000) % 11), target="y", campaign="month"
)
LEFT = Path(tempfile.mkdtemp())
RunEvidence(
    "spring",
    "2026-11-30T06:00:00",
    "1",
    "3",
    "workbench run spring",
    Place.of(LEFT, LEFT),
    governance=governance.Governance.of({"dates": {"review": "2027-01-31"}}).to_dict(),
    regulation="2026-11-30",
).write(LEFT / "spring.evidence.json")
GOVERNANCE = {
    "status": (governance.status, {"folder": str(LEFT), "today": dt.date(2026, 12, 1)}),
    "personal_data": (governance.personal_data, {"data": TABLE}),
    "readiness": (
        governance.readiness,
        {
            "data": TABLE,
            "frame": None,
            "governance": None,
            "today": dt.date(2026, 11, 30),
            "target": "y",
            "campaign": "month",
            "horizon_days": 14,
        },
    ),
    "private_ridge": (
        partial(governance.private_ridge, MANY),
        {
            "bounds": {"x": (0, 11), "g": ["a", "b"]},
            "campaigns": MANY.campaigns,
            "contacts": 1,
            "epsilon": 3.0,
            "delta": 1e-7,
        },
    ),
    "suppress": (
        partial(governance.suppress, TABLE.assign(who=[f"C-{k}" for k in range(len(TABLE))])),
        {"ids": ["C-1", "C-99"], "column": None, "customer": "who"},
    ),
    "Governance": (
        governance.Governance.of,
        {"said": {"people": {"owner": "Ada"}, "dates": {"review": "2027-06-30"}}},
    ),
    "fairness": (
        partial(governance.fairness, MODEL, FRAME),
        {"by": "g", "depth": 0.5, "fewest": 2},
    ),
    "model_card": (
        partial(governance.model_card, MODEL, FRAME, governance.Governance.of({})),
        {"command": "workbench run propensity", "currency": "EUR", "release": "static"},
    ),
    "regulation": (governance.regulation, {"path": None}),
    "roadmap": (partial(governance.roadmap, governance.Governance.of({})), {"per_week": 100.0}),
}
CALLS = {
    **METRICS,
    **{name: (built(builder), good) for name, (builder, good) in BUILDERS.items()},
    **{name: (encoded(encoder), good) for name, (encoder, good) in ENCODERS.items()},
    **EVIDENCE,
    **MODELS,
    **TABLES_IN,
    **VIEWS,
    **REPORTS,
    **CHARTS,
    **EXPERIMENTS,
    **FOUND,
    **WORDS_OF_BUILDERS,
    **GOVERNANCE,
    "TextRouter": (
        lambda **given: texts.TextRouter(**{"precision": 0.5, **given}).fit(SAID, SAID_OF),
        {
            "ngrams": ((1, 2, "letters"),),
            "precision": 0.5,
            "confidence": 0.6,
            "handed_over": [],
            "least": 1,
            "alpha": "tuned",
            "penalty_factors": {"letters": 1.0},
            "class_factors": None,
        },
    ),
    "fit of texts": (
        texts.TextRouter([(1, 2, "letters")], precision=0.5, confidence=0.6).fit,
        {"texts": SAID, "labels": SAID_OF, "period": list("abc") * 10, "language": None},
    ),
    "route": (ROUTER.route, {"texts": SAID, "most": 2}),
    "coverage": (
        ROUTER.coverage,
        {"by": "class", "texts": SAID, "labels": SAID_OF, "period": None, "language": None},
    ),
    "confusions": (ROUTER.confusions, {"most": 3}),
    "save of a router": (ROUTER.save, {"path": f"{PARQUET}.npz"}),
    "check_text": (
        texts.check_text,
        {
            "texts": {"a.html": "<p>gra<b>tis</b> nur heute"},
            "kind": "mailing",
            "language": "auto",
            "as_of": "2026-12-01",
            "jurisdiction": "DE",
            "rules": None,
            "encoding": "",
        },
    ),
    "check_text of clauses": (
        partial(texts.check_text, "My card. No parcel."),
        {"clauses": CLAUSES, "harmless": "card"},
    ),
    "clauses_of": (texts.clauses_of, {"texts": ["One clause."], "encoding": ""}),
}
LATER = {
    "executes a notebook": "run",
    "reads a model's file, as the command does below": "score",
    "minutes, and made of what is here": "compare forward_estimate nested_estimate shift_report "
    "Findings FeatureFindings ExperimentFindings OfferFindings TextFindings shift_headline "
    "cluster_headline",
    "no argument of its own": "sample sample_test complete_journey report_figures registered "
    "Builder ColumnEncoder Tables",
    "tried by all encoders": "encoded",
    "hands on what it is given": "as_ridge shift_row param_groups",
    "takes a table of Spark: see tests/frame/streamed/test_spark_table.py": "SparkRows",
    "takes a network of scikit-learn": "linearised parameter_layers",
    "a table, as `load_texts` gives it": "TextTable",
    "what functions give back": "BeyondTraining Comparison Earned ForwardEstimate Incremental "
    "LossDifference Monitored MonitoredUplift NestedEstimate NextOffer OfferClasses PrivateRidge "
    "Segments ShiftReport ScoredRows SpikyCount Split StreamedSplit StressTest Suppressed Plan "
    "Planted PlantedDrift ReadOut Fairness ModelCard Readiness Regulation Roadmap Repeat Status "
    "PersonalData LeftOutGain Linearised TunedDecay Screening",
}


def test_every_public_name_is_tried():
    rooms = (
        *(workbench, datasets, evidence, experiments, features, encode, governance, metrics),
        *(networks, reports, ridge, texts, widgets),
    )
    public = {name for room in rooms for name in room.__all__ if callable(getattr(room, name))}
    later = set(" ".join(LATER.values()).split())
    assert public - set(CALLS) - later == set(), "try them, or say here why not"


@pytest.mark.parametrize("name", CALLS)
def test_the_good_arguments_are_good(name):
    """Else nothing would be tried but one refusal."""
    function, good = CALLS[name]
    if name in ("load", "load of uplifts", "caravan", "from_dict"):
        return
    with warnings.catch_warnings(action="ignore", category=WorkbenchWarning):
        function(**good)


@given(name=st.sampled_from(sorted(CALLS)), data=st.data())
@budget(1500)
def test_arguments_of_any_type(name, data):
    function, good = CALLS[name]
    argument = data.draw(st.sampled_from(sorted(good)))
    with own_words():
        function(**{**good, argument: data.draw(ODD)})


WORDS = (
    *("score", "new", "propensity", "--model", "--table", "--output", "--data", "--force"),
    *("--target", "--campaign", "--time", "--customer", "--trials", "--positive", "--drop"),
    *("--set", "seed=x", "cost=2", "--parameters", "table=t.csv", "target=y", "sed=1", "x="),
    *("--group", "--cost", "--margin", "--test-campaigns", "--seed", "--author", "t.csv"),
    *("m.json", "s.csv", "s.parquet", "x.ipynb", "y", "x", "month", "-1", "0", "nan", "1e400"),
)


@given(
    first=st.sampled_from([["score"], ["new"], ["run", "nowhere.ipynb"], []]),
    words=st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), max_size=7),
)
@budget(300)
def test_any_words_after_the_command(tmp_path_factory, first, words):
    folder = tmp_path_factory.getbasetemp() / "command"
    folder.mkdir(exist_ok=True)
    TABLE.to_csv(folder / "t.csv", index=False)
    MODEL.save(folder / "m.json", recipe=FRAME.recipe)
    said = io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stderr(said),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        try:
            code = main([*first, *words])
        except SystemExit as stopped:  # --help, --version
            code = stopped.code
    assert code in (0, 2)
    assert (said.getvalue() != "") or code == 0


@given(raw=st.one_of(st.binary(max_size=60), st.text(',;"\n\r\t0123456789.-a=\x00ä', max_size=60)))
@budget(900)
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
    table[f"{name} kind"] = [level, "b"] * 12
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
