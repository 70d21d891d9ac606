"""Cells of contacts against the same contacts one by one: every public function says the same.

The walk at the end finds every public function and method that takes a FeatureFrame, and the
public names of the rooms that measure and model. Each has a case here, or stands in NOT_WANTED
with the reason why equal results cannot be wanted. Three tables hold the same contacts:

- ``cells``: two weighted rows a cell, as `trials` makes them;
- ``contacts``: a row a contact, which knows of its cell;
- ``single``: a row a contact, which knows of none.

``contacts`` must say what ``cells`` say, whatever is dealt or drawn. ``single`` must too, but for
what is dealt, drawn, or called chance: cells are drawn as wholes, contacts one by one.
"""

import contextlib
import importlib
import inspect
import io
import json
import pkgutil
import re
import tempfile
import warnings
from base64 import b64decode
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

import workbench
from workbench import (
    Explained,
    FeatureFrame,
    RidgeAmount,
    RidgeCount,
    RidgeMultinomial,
    RidgePropensity,
    RidgeUplift,
    ShiftView,
    Targeting,
    Tuner,
    evidence,
    metrics,
    networks,
    reports,
    ridge,
)
from workbench.evidence import baselines, fits, origins, protocol
from workbench.evidence.drawn_again import drawn_again
from workbench.evidence.forward_losses import forward_losses, rates_known
from workbench.evidence.stress import scores_of
from workbench.experiments import assign, plan, read_out
from workbench.features import encode
from workbench.frame import dealing, periods
from workbench.governance import disclosure, people
from workbench.governance.fairness import fairness
from workbench.governance.roadmap import pace
from workbench.reports import score
from workbench.ridge.over_campaigns import examined
from workbench.ridge.over_campaigns import spikes as spiky_columns
from workbench.ridge.uplift.arms import arm_rows
from workbench.ridge.uplift.unseen import unseen_chances
from workbench.widgets.shift import shift_state
from workbench.widgets.targeting import ranked_contacts
from workbench.widgets.targeting.amounts import amounts_of
from workbench.widgets.targeting.kept_back import arms_of
from workbench.widgets.tuner import settings as widget_settings

EXACT, FITTED, TUNED = 1e-9, 1e-6, 1e-4
GROUPS = {"offer_*": "offer", "segment": "who", "note": "who"}
ROLES = {
    "campaigns": {"drop": ["ad"]},
    "customers": {"customer": "ad"},
    "neither": {
        "campaign": None,
        "time": None,
        "horizon_days": None,
        "drop": ["ad", "month", "start"],
    },
}


def table_of_cells(seed=0, campaigns=8, cells=10):
    """Cells whose rates differ by more than their features say; text, gaps, numbers."""
    rng = np.random.default_rng(seed)
    n = campaigns * cells
    table = pd.DataFrame(
        {
            "month": np.repeat([f"2024-{k + 1:02d}" for k in range(campaigns)], cells),
            "start": np.repeat(pd.date_range("2024-01-01", periods=campaigns, freq="MS"), cells),
            "ad": [f"ad{k}" for k in rng.integers(0, 25, n)],
            "offer_price": rng.normal(size=n).round(2),
            "offer_size": rng.gamma(2.0, 2.0, n).round(1),
            "segment": rng.choice(list("aabc"), n),
            "note": np.where(rng.random(n) < 0.3, np.nan, rng.normal(size=n).round(1)),
            "sent": rng.integers(4, 40, n),
        }
    )
    eta = -1.2 + 0.5 * table["offer_price"] + 0.4 * (table["segment"] == "b")
    table["bought"] = rng.binomial(table["sent"], expit(eta + rng.normal(0, 0.4, n)))
    return table


@dataclass(frozen=True)
class World:
    """A frame, and of each of its rows the row of the frame of cells."""

    frame: FeatureFrame
    row: np.ndarray

    def per_row(self, values):
        """Least and greatest of what was said of each row of cells."""
        told = pd.DataFrame(np.asarray(values).reshape(len(self.row), -1)).groupby(self.row)
        return pd.concat([told.min(), told.max()], axis=1).to_numpy()

    def rows(self, chosen):
        return World(self.frame.rows(chosen), self.row[chosen])


def worlds(seed=0, **roles):
    given_roles = {"campaign": "month", "time": "start", "horizon_days": 20, **roles}
    frame = FeatureFrame.from_table(
        table_of_cells(seed), target="bought", trials="sent", groups=GROUPS, **given_roles
    )
    each = np.arange(len(frame))
    one_by_one = np.repeat(each, frame.weights.astype(int))
    contacts = replace(frame.rows(one_by_one), weight=None)
    return {
        "cells": World(frame, each),
        "contacts": World(contacts, one_by_one),
        "single": World(replace(contacts, cell=None), one_by_one),
    }


@pytest.fixture(
    scope="module",
    params=["campaigns", pytest.param("customers", marks=pytest.mark.slow), "neither"],
)
def world(request):
    return worlds(**ROLES[request.param])


# --- what is compared


def contents(frame):
    """What a frame holds, row order and weights aside: contacts of each kind."""
    table = frame.X.assign(y=frame.y, campaign=frame.campaign, customer=frame.customer)
    table["contacts"] = frame.weights
    kinds = [name for name in table if name != "contacts"]
    return table.groupby(kinds, dropna=False)["contacts"].sum().reset_index()


def plain(value):
    """Turn a result into lists, numbers and text."""
    if isinstance(value, FeatureFrame):
        value = [contents(value), value.notes, value.groups]
    elif isinstance(value, pd.DataFrame):
        value = {"": list(map(str, value.index)), **{str(c): value[c].tolist() for c in value}}
    elif isinstance(value, pd.Series | np.ndarray | pd.Index):
        value = value.tolist()
    elif isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9+/]{20,}=*", value):
        value = numbers_of(value)
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(one) for one in (sorted(value) if isinstance(value, set) else value)]
    return value


def numbers_of(packed):
    """Read what a view's state packs: float64, or float32 where that is what it must be."""
    raw = b64decode(packed)
    doubles = np.frombuffer(raw, np.float64) if len(raw) % 8 == 0 else np.array([np.nan])
    sensible = np.isfinite(doubles).all() and (np.abs(doubles) < 1e12).all()
    with_size = np.abs(doubles[doubles != 0])
    if sensible and (not len(with_size) or with_size.min() > 1e-30):
        return doubles.tolist()
    return np.frombuffer(raw, np.float32).round(4).tolist()


def differences(a, b, tolerance, at=""):
    if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
        return [d for k in a for d in differences(a[k], b[k], tolerance, f"{at}.{k}")]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [d for k in range(len(a)) for d in differences(a[k], b[k], tolerance, f"{at}[{k}]")]
    if isinstance(a, float | int) and isinstance(b, float | int):
        close = abs(a - b) <= tolerance * max(1.0, abs(a), abs(b))
        missing = bool(np.isnan(a) and np.isnan(b))
        return [] if a == b or close or missing else [f"{at}: {a!r} and {b!r}"]
    same = a == b or (pd.api.types.is_scalar(a) and pd.isna(a) and pd.isna(b))
    return [] if same else [f"{at}: {str(a)[:200]} and {str(b)[:200]}"]


def said(case, one):
    """The result, and what was warned of; that a contact is a row is no difference."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        result = plain(case(one))
    return [result, sorted({str(w.message).replace(" contact", " row") for w in warned})]


# --- the cases


@dataclass(frozen=True)
class Case:
    """How a result is got, how close it must be, and why contacts without cells may differ."""

    call: object
    tolerance: float = EXACT
    single: str = ""
    needs_campaigns: bool = True
    slow: bool = False


def model_of(one, **asked):
    return RidgePropensity(**{"alpha": 0.01, **asked}).fit(one.frame)


def fit_facts(model):
    tuning = None if model.tuning_ is None else model.tuning_
    outlook = [model.slope_, model.half_life_, model.base_rate_, model.forward_, model.proven_]
    facts = {name: value for name, value in model.training_.items() if name != "rows"}
    return [model.coef_, model.intercept_, model.columns_, tuning, model.folds_, *outlook, facts]


def of_sums(model):
    """What sums say of a model; bins of like score part the contacts of a cell otherwise."""
    facts = {name: value for name, value in model.training_.items() if name != "rows"}
    return [model.coef_, model.columns_, model.statistics_.names, facts]


def updated(one):
    last = (one.frame.campaign == one.frame.campaigns[-1]).to_numpy()
    model = RidgePropensity(0.01).fit(one.frame.rows(~last))
    return of_sums(model.update(one.frame.rows(last)))


SUMMED = ("contacts", "responses", "curvature", "score", "loss", "product")


def combined(one):
    model = model_of(one)
    return of_sums(RidgePropensity.combine(model, [model.collect(one.frame)], again=True))


def fitted(**asked):
    return lambda one: fit_facts(RidgePropensity(**asked).fit(one.frame))


def read_test(**asked):
    """Read a test whose arms are in the last digit of a feature."""

    def call(one):
        size = one.frame.X["offer_size"].to_numpy(dtype=float)
        arm = pd.Series(np.where(np.round(10 * size) % 2 > 0, "mail", "none"))
        test = replace(one.frame, treatment=arm, control="none")
        cell = size * 1000 + one.frame.X["offer_price"].to_numpy(dtype=float)  # assigned as a whole
        found = read_out(test, cluster=cell, **asked)
        tables = [found.effects, found.arms, found.balance, found.by_campaign, found.heterogeneity]
        return [*tables, found.width_ratio]

    return call


def planned(one):
    found = plan(one.frame, smallest_effect=0.05)
    return [found.rate, found.saved, found.variance, found.clustering, found.rarer]


def split_of(one):
    split = evidence.out_of_time(one.frame)
    return [split.train, split.test, split.purged, split.sentence(), split.describe()]


def later(one):
    """A model of the earlier campaigns, these, and the later ones."""
    split = evidence.out_of_time(one.frame)
    test = one.rows(one.frame.campaign.isin(split.test.campaigns).to_numpy())
    return RidgePropensity(alpha=0.01).fit(split.train), split.train, test


def propensities(one):
    return model_of(one).propensity(one.frame)


def measured(metric, **asked):
    """A metric of the model's propensities, weighted as the frame says."""

    def call(one):
        return metric(one.frame.y, propensities(one), weight=one.frame.weight, **asked)

    return call


def clustered(metric):
    def call(one):
        frame, drawn = one.frame, dealing.drawn(one.frame, campaigns=False)
        given_rows = {"weight": frame.weight, "cluster": drawn.label}
        return [metric(frame.y, propensities(one), **given_rows), drawn.name]

    return call


def of_a_test(metric, **asked):
    """A metric of a test in which offers of an even size were the contacts."""

    def call(one):
        frame, whole = one.frame, dealing.wholes(one.frame)
        treated = (frame.X["offer_size"].round() % 2 == 0).to_numpy(dtype=float)
        given_rows = {"weight": frame.weight, "cluster": whole}
        return metric(frame.y, treated, frame.X["offer_price"], **given_rows, **asked)

    return call


def gained(one):
    treated = one.frame.X["offer_size"].round() % 2 == 0
    arms = treated.map({True: "mail", False: "none"}).astype("str")
    frame = replace(one.frame, treatment=arms, control="none", campaign=None)
    return evidence.uplift_gain(one.frame.X["offer_price"], frame, propensity=propensities(one))


def hold_out(one):
    split = evidence.random_hold_out(one.frame)
    return [split.train, split.test, split.sentence(), split.describe()]


def held_out(one):
    split = evidence.hold_out(one.frame)
    return [split.train, split.test, split.sentence(), split.kind]


def by_periods(one):
    """Moments alone, and days as campaigns that are too small to be judged."""
    days = one.frame.as_of + pd.to_timedelta(one.frame.X["offer_size"] % 5, unit="D").dt.floor("D")
    days = days.astype("datetime64[us]")
    moments = replace(one.frame, campaign=None, as_of=days, matured_at=None)
    small = replace(one.frame, campaign=days.dt.strftime("%Y-%m-%d"), as_of=None, matured_at=None)
    return [
        periods.with_campaigns(moments, campaign=None, time="start"),
        periods.with_campaigns(small, campaign="day", time=None),
    ]


def all_origins(one):
    return [
        [o.kind, o.name, sorted(set(one.row[o.train])), sorted(set(one.row[o.test]))]
        for o in origins.origins(one.frame, earlier=4)
    ]


def judged(one):
    origin = origins.origins(one.frame, earlier=4)[0]
    (found,) = fits.judge(RidgePropensity(0.01), one.frame, [origin])
    test = one.rows(origin.test)
    return [test.per_row(found.propensity), found.shares, found.coefficients]


def by_drift(one):
    model, train, test = later(one)
    found = evidence.monitor(model, train, test.frame)
    return [found.table, found.expected, found.observed, found.sentence()]


def moved(one):
    changes = {
        "spike": {"offer_price": evidence.Spike(), "offer_size": evidence.Times(1.2)},
        "outage": {"offer_size": evidence.Outage(), "segment": evidence.Outage()},
        "new": {"segment": evidence.NewLevel(share=0.5)},
        "own": {"note": lambda values: values.fillna(0.0)},
    }
    found = evidence.stress(model_of(one), one.frame, changes)
    return [found.table, found.sentence(), one.per_row(found.propensity)]


def nested(one):
    found = evidence.nested_estimate(RidgePropensity(0.01), one.frame, repeats=50)
    return [found.overall, found.campaigns, found.sentence(), one.per_row(found.propensity)]


def forward(one):
    found = evidence.forward_estimate(RidgePropensity(0.01), one.frame)
    told = [found.overall, found.campaigns, found.ageing, found.sentence()]
    return [*told, one.per_row(found.propensity.fillna(-1.0))]


def compared(one):
    return evidence.compare(RidgePropensity(0.01), one.frame, repeats=50).table.drop(
        index="lasso"  # liblinear stops at 1e-4
    )


def difference(one):
    constant = np.full(len(one.frame), 0.3)
    return vars(evidence.loss_difference(one.frame, propensities(one), constant, repeats=200))


def money_earned(one):
    return vars(evidence.earned(one.frame, propensities(one), cost=1.0, margin=5.0))


def by_segments(by):
    def call(one):
        given_money = {"cost": 1.0, "margin": 5.0}
        found = evidence.by_segment(one.frame, propensities(one), by=by, **given_money)
        return [found.table, found.drawn, found.sentence()]

    return call


def by_groups(one):
    found = fairness(propensities(one), one.frame, by="segment", depth=0.3)
    return [found.table, found.gaps, found.drawn, found.sentence()]


def steps_of_one(one):
    """Of the first contact that had the third cell's features."""
    first = int(np.flatnonzero(one.row == 4)[0])
    return [model_of(one).explanation(one.frame.rows([first]))]


def explained(one):
    first = int(np.flatnonzero(one.row == 4)[0])
    view = Explained(model_of(one), one.frame, row=first)
    view.move({"offer_price": 1.5})
    return [view.score, view.steps()]


def report_on_shift(one):
    methods = ["one alpha, campaigns left out", "spiky dropped", "base rate"]
    found = evidence.shift_report(one.frame, RidgePropensity(0.01), methods=methods, earlier=5)
    return [
        found.table,
        found.campaigns,
        found.groups,
        found.features,
        found.control,
        found.methods,
    ]


def beyond(one):
    model, _, test = later(one)
    shifted = replace(test.frame, X=test.frame.X.assign(offer_price=test.frame.X.offer_price + 3))
    found = evidence.beyond_training(model, shifted)
    return [found.table, found.share, found.sentence(), score.beyond_note(model, shifted)]


def encoder(made, **asked):
    def call(one):
        frame = encode.encoded(one.frame, made(**asked), training=one.frame.campaigns[:5])
        return [frame, one.per_row(frame.X.select_dtypes("number"))]

    return call


def with_hidden_units(one):
    asked = {"units": 24, "weight_decay": 0.01, "half_life": None, "hidden": "always"}
    model = networks.NetworkPropensity(**asked).fit(one.frame)
    told = [model.shrunk_out_, model.weight_decay_, model.gain_.folds, model.layer_.units.inputs_]
    return [*told, one.per_row(model.propensity(one.frame))]


def with_units_of_more_rows(one):
    asked = {"units": 24, "weight_decay": 0.01, "half_life": None, "hidden": "always"}
    first = one.frame.rows(one.frame.campaign.isin(one.frame.campaigns[:5]).to_numpy())
    found = {"base_rate": "training", "half_life": None, "slope": 1.0}
    model = networks.NetworkPropensity(**asked).fit(first).of_more_rows(one.frame, **found)
    told = [model.weight_decay_, model.layer_.units.inputs_, model.shares_of_features()]
    return [*told, one.per_row(model.propensity(one.frame))]


def scores(one):
    ranked = score.score_contacts(model_of(one), one.frame)
    kept = ranked.drop(columns=["row", "rank"], errors="ignore").drop_duplicates()
    order = list(kept.columns)
    return kept.sort_values(order).reset_index(drop=True)


def over(one):
    model = model_of(one)
    columns = ["offer_price", "segment=a", "note (missing)"]
    return evidence.over_campaigns(one.frame, model, columns=columns)


def slopes(one):
    found = examined.RowsByCampaign.of(model_of(one), one.frame)
    return [found.slopes(), found.independent(), found.beyond_chance(), vars(found.moments())]


def chosen(one):
    listed = Targeting(model_of(one), one.frame, depth=0.3).chosen()
    propensity = listed["propensity"]
    return [len(listed), propensity.max(), propensity.min()]


def targeting(one):
    view = Targeting(model_of(one), one.frame, release="exact")
    model, _, test = later(one)
    ahead = Targeting(model, test.frame, cost=2.0, margin=5.0, release="exact")
    return [view.state, view.exported(), ahead.state]


def targeting_alone(one):
    return Targeting(model_of(one), one.frame, release="exact").exported()


def targeting_by_value(one):
    view = Targeting(model_of(one), one.frame, margin="offer_size", release="exact")
    return [view.state, view.exported()]


def tuner(one):
    return Tuner(model_of(one), release="exact").state()


def tuner_on_others(one):
    model, _, test = later(one)
    judged_on = widget_settings.Judged.of(model, test.frame, Tuner(model).facts)
    return [Tuner(model, test.frame, release="exact").state(), judged_on.about]


def introduced(one):
    """Without notes, which are of how the rows of a table were read."""
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        reports.introduce(replace(one.frame, notes=(), recipe={}))
    return shown.getvalue()


def ranked_bins(one):
    propensity, unseen = ranked_contacts.unseen_propensities(model_of(one), one.frame)
    ranked = ranked_contacts.ranked(one.frame, propensity)
    return [one.per_row(propensity), unseen, ranked_contacts.binned(ranked)]


def shown(one):
    few = one.rows(one.frame.campaign.isin(one.frame.campaigns[:2]).to_numpy())
    towns = few.frame.X[["segment"]].assign(town=few.frame.X["offer_price"].astype(str))
    rare = replace(few.frame, X=towns, catalogue=pd.DataFrame())
    model = RidgePropensity(alpha=0.01).fit(rare)
    return [
        disclosure.shown_frame(one.frame).campaigns,
        disclosure.rare_columns(model.columns_.index, rare),
        list(disclosure.without_rare(model.coefficients(), rare).index),
    ]


def sql_numbers(one):
    text = ridge.scoring_sql(model_of(one), dialect="duckdb")
    return [float(number) for number in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", text)]


def saved(one):
    with tempfile.TemporaryDirectory() as place:
        path = model_of(one).save(Path(place) / "model.json")
        again = RidgePropensity.load(path)
        kept = json.loads(path.read_text("utf-8"))
    return [one.per_row(again.propensity(one.frame)), sorted(kept)]


def method(name, tolerance=FITTED):
    def call(one):
        return one.per_row(baselines.methods()[name].fit(one.frame).propensity(one.frame))

    return Case(call, tolerance)


def of_numbers(kind):
    """What a model of numbers says; the number of a contact follows from its outcome and price."""

    def model_of_numbers(one):
        X, y = one.frame.X, one.frame.y
        numbers = 3.0 * y + X["offer_price"].abs()
        return kind().fit(one.frame, numbers)

    def facts(one):
        model = model_of_numbers(one)
        kept = {name: value for name, value in model.training_.items() if name != "rows"}
        return [model.coef_, model.intercept_, model.columns_, model.tuning_, kept]

    return {
        "fit": facts,
        "expected": lambda one: one.per_row(model_of_numbers(one).expected(one.frame)),
        "predict": lambda one: one.per_row(model_of_numbers(one).predict(one.frame)),
    }


def of_answers():
    """What a model of several answers says; which answer it was follows from outcome and price."""

    def model_of_answers(one, **asked):
        odd = (one.frame.X["offer_price"] * 100).round() % 2 == 1
        answer = np.where(one.frame.y == 1, "bought", np.where(odd, "later", "no need"))
        return RidgeMultinomial(**asked).fit(one.frame, answer)

    def facts(model):
        kept = {name: value for name, value in model.training_.items() if name != "rows"}
        return [model.coef_, model.intercept_, model.columns_, model.tuning_, model.grid_, kept]

    def given(one):
        return model_of_answers(one, alpha=0.01)

    return {
        "fit": (lambda one: facts(model_of_answers(one)), TUNED),
        "fit, given penalties": (lambda one: facts(given(one)), FITTED),
        "coef_standardised_": (lambda one: given(one).coef_standardised_, FITTED),
        "decision_function": (
            lambda one: one.per_row(given(one).decision_function(one.frame)[:, 0]),
            FITTED,
        ),
        "predict": (lambda one: one.per_row(given(one).predict(one.frame)), FITTED),
        "predict_log_proba": (
            lambda one: one.per_row(given(one).predict_log_proba(one.frame)[:, 1]),
            FITTED,
        ),
        "predict_proba": (
            lambda one: one.per_row(given(one).predict_proba(one.frame)[:, 1]),
            FITTED,
        ),
        "reasons": (lambda one: one.per_row(given(one).reasons(one.frame)["reason_1"]), FITTED),
        "summary": (lambda one: given(one).summary().groups, FITTED),
        "penalties_": (lambda one: given(one).penalties_, FITTED),
        "of_class": (lambda one: given(one).of_class("bought").coefficients(), FITTED),
    }


def with_arms(one):
    """The rows as those of a test, whose arm has nothing to do with what it costs or offers."""
    digits = (one.frame.X["offer_price"] * 100 + one.frame.X["offer_size"] * 10).round()
    arm = pd.Series(np.where(digits % 2, "mail", "none"))
    chance = pd.Series(0.5, index=one.frame.X.index)  # known: cells are assigned as wholes
    return replace(one.frame, treatment=arm, control="none", arm_probability=chance)


def uplift_of(**asked):
    """What an uplift model says."""

    def call(one):
        model = RidgeUplift(**asked).fit(with_arms(one))
        kept = {name: value for name, value in model.training_.items() if name != "rows"}
        facts = [model.columns_, model.effect_, model.effect_error_, model.share_, kept]
        return [*facts, model.tuning_, model.folds_, one.per_row(model.scores(one.frame))]

    return call


def targeting_of_uplift(one):
    of = with_arms(one)
    view = Targeting(RidgeUplift(alpha=0.01).fit(of), of, release="exact")
    return [view.state, view.exported()]


def added(one):
    found = evidence.incremental(with_arms(one), propensities(one), cost=1.0, margin=8.0)
    return [found.value, found.gross, found.anyway, found.curve, found.gains, found.sentence()]


def uplift_followed(one):
    """By the shares that came, as these arms are not drawn."""
    split = evidence.out_of_time(with_arms(one))
    model = RidgeUplift(alpha=0.01).fit(split.train)
    of = [replace(part, arm_probability=None) for part in (split.train, split.test)]
    found = evidence.monitor_uplift(model, *of)
    return [found.table, found.calibration, found.ranking, found.expected, found.sentence()]


def unseen_of_uplift(one):
    said = unseen_chances(RidgeUplift(alpha=0.01).fit(with_arms(one)), with_arms(one))
    return one.per_row(np.column_stack([said.treated, said.untreated]))


def of_frame(name):
    return Case(lambda one: getattr(one.frame, name), needs_campaigns=False)


def of_model(name, tolerance=FITTED):
    return Case(lambda one: getattr(model_of(one), name), tolerance, needs_campaigns=False)


def by_row(name):
    def call(one):
        return one.per_row(getattr(model_of(one), name)(one.frame))

    return Case(call, FITTED, needs_campaigns=False)


HALVES = "the rates of a text's levels are learned from half of the cells, or of the contacts"
DRAWN = "cells are drawn as wholes, contacts without cells one by one"
CHANCE = "what chance may do is that of cells, or of contacts that are independent"
COUNTED = "counts cells, where it knows of them"

CASES = {
    "FeatureFrame.campaigns": of_frame("campaigns"),
    "FeatureFrame.groups": of_frame("groups"),
    "FeatureFrame.positives": of_frame("positives"),
    "FeatureFrame.weights": Case(lambda one: one.frame.weights.sum(), needs_campaigns=False),
    "FeatureFrame.known": Case(lambda one: one.frame.known(), needs_campaigns=False),
    "FeatureFrame.unknown": Case(
        lambda one: replace(one.frame, y=one.frame.y * np.nan).unknown(), needs_campaigns=False
    ),
    "FeatureFrame.rows": Case(
        lambda one: one.frame.rows((one.frame.X["segment"] == "a").to_numpy()),
        needs_campaigns=False,
    ),
    "FeatureFrame.without": Case(lambda one: one.frame.without("note"), needs_campaigns=False),
    "FeatureFrame.noting": Case(lambda one: one.frame.noting("A note."), needs_campaigns=False),
    "FeatureFrame.quality": Case(
        lambda one: one.frame.quality(), single=HALVES, needs_campaigns=False
    ),
    "FeatureFrame.summary": Case(
        lambda one: [one.frame.summary(), repr(one.frame)], needs_campaigns=False
    ),
    "FeatureFrame.in_order_of": of_frame("in_order_of"),
    "dealing.together": Case(
        lambda one: one.per_row(dealing.together(one.frame)), single=DRAWN, needs_campaigns=False
    ),
    "dealing.what_stays_together": Case(
        lambda one: dealing.what_stays_together(one.frame), single=DRAWN, needs_campaigns=False
    ),
    "evidence.hold_out": Case(held_out, single=DRAWN, needs_campaigns=False),
    "periods.with_campaigns": Case(by_periods),
    "experiments.assign": Case(
        lambda one: one.per_row(assign(one.frame, seed=1) == "treated"),
        single=DRAWN,
        needs_campaigns=False,
    ),
    "experiments.read_out": Case(read_test(), FITTED, needs_campaigns=False),
    "experiments.read_out, plain": Case(
        read_test(covariates=None, valid="at_end"), needs_campaigns=False
    ),
    "experiments.plan": Case(planned, TUNED, single=DRAWN, needs_campaigns=False),
    "dealing.wholes": Case(
        lambda one: one.per_row(dealing.wholes(one.frame)), single=DRAWN, needs_campaigns=False
    ),
    "dealing.drawn": Case(
        lambda one: dealing.drawn(one.frame).name, single=DRAWN, needs_campaigns=False
    ),
    "RidgePropensity.fit": Case(fitted(), TUNED, needs_campaigns=False),
    "RidgePropensity.fit, random folds": Case(fitted(folds="random"), TUNED, needs_campaigns=False),
    "RidgePropensity.fit, blocks of time": Case(fitted(folds="time"), TUNED),
    "RidgePropensity.fit, ranking": Case(fitted(criterion="ranking"), TUNED),
    "RidgePropensity.fit, marginal": Case(fitted(criterion="marginal_likelihood"), TUNED),
    "RidgePropensity.fit, rows left out": Case(fitted(criterion="left_out_rows"), TUNED),
    "RidgePropensity.fit, co-data": Case(
        fitted(co_data=["concentration", "heterogeneity"], deviations=True), TUNED
    ),
    "RidgePropensity.fit, half-life": Case(fitted(half_life=3.0), TUNED),
    "RidgePropensity.update": Case(updated, FITTED),
    "RidgePropensity.forget": Case(
        lambda one: of_sums(model_of(one).forget(one.frame.campaigns[1])), FITTED
    ),
    "RidgePropensity.collect": Case(
        lambda one: [vars(model_of(one).collect(one.frame).parts.folds)[n] for n in SUMMED], FITTED
    ),
    "RidgePropensity.combine": Case(combined, FITTED),
    "RidgePropensity.statistics_": Case(
        lambda one: [vars(model_of(one).statistics_.folds)[name] for name in ("at", "contacts")],
        FITTED,
    ),
    "RidgePropensity.coefficients": Case(
        lambda one: model_of(one).coefficients(), FITTED, needs_campaigns=False
    ),
    "RidgePropensity.summary": Case(
        lambda one: str(model_of(one).summary().facts.drop(index="Largest gradient entry (KKT)")),
        needs_campaigns=False,
    ),
    "RidgePropensity.contributions": by_row("contributions"),
    "RidgePropensity.decision_function": by_row("decision_function"),
    "RidgePropensity.predict": by_row("predict"),
    "RidgePropensity.predict_proba": by_row("predict_proba"),
    "RidgePropensity.propensity": by_row("propensity"),
    "RidgePropensity.explanation": Case(steps_of_one, FITTED, needs_campaigns=False),
    "RidgePropensity.reasons": by_row("reasons"),
    "RidgePropensity.score_share_by_group": Case(
        lambda one: model_of(one).score_share_by_group(one.frame), FITTED, needs_campaigns=False
    ),
    "RidgePropensity.path": Case(lambda one: model_of(one).path(), FITTED),
    "RidgePropensity.preview": Case(
        lambda one: model_of(one).preview({"offer": 0.5}).b, FITTED, needs_campaigns=False
    ),
    "RidgePropensity.refit": Case(
        lambda one: model_of(one).refit({"offer": 0.5}).coef_, FITTED, needs_campaigns=False
    ),
    "RidgePropensity.save": Case(saved, FITTED, needs_campaigns=False),
    **{
        f"RidgePropensity.{name}": of_model(name)
        for name in [
            *("coef_", "coef_standardised_", "edf_", "edf_by_group_", "penalties_"),
            *("penalty_factors_", "slope_", "per_unit", "at_zero", "at_average"),
        ]
    },
    "ridge.jackknife_errors": Case(lambda one: ridge.jackknife_errors(model_of(one)), FITTED),
    **{
        f"{kind.__name__}.{name}": Case(call, FITTED)
        for kind in (RidgeAmount, RidgeCount)
        for name, call in of_numbers(kind).items()
    },
    **{
        f"RidgeMultinomial.{name}": Case(call, tolerance)
        for name, (call, tolerance) in of_answers().items()
    },
    "RidgeUplift.fit": Case(uplift_of(), TUNED),
    "RidgeUplift.fit, given penalties": Case(uplift_of(alpha=0.01), FITTED, needs_campaigns=False),
    "uplift.arms.arm_rows": Case(
        lambda one: [arm_rows(with_arms(one)).shares(), arm_rows(with_arms(one)).overall_share],
        needs_campaigns=False,
    ),
    "ridge.scoring_sql": Case(sql_numbers, FITTED, needs_campaigns=False),
    "metrics.auc": Case(measured(metrics.auc), FITTED, needs_campaigns=False),
    "metrics.brier": Case(measured(metrics.brier), needs_campaigns=False),
    "metrics.log_loss": Case(measured(metrics.log_loss), needs_campaigns=False),
    "metrics.calibration_in_the_large": Case(
        measured(metrics.calibration_in_the_large), FITTED, needs_campaigns=False
    ),
    "metrics.calibration_slope": Case(
        measured(metrics.calibration_slope), FITTED, needs_campaigns=False
    ),
    "metrics.calibration_table": Case(
        measured(metrics.calibration_table), FITTED, needs_campaigns=False
    ),
    "metrics.calibration_table, cells drawn": Case(
        clustered(metrics.calibration_table), FITTED, single=DRAWN, needs_campaigns=False
    ),
    "metrics.expected_profit": Case(
        lambda one: metrics.expected_profit(
            propensities(one), cost=1.0, margin=5.0, weight=one.frame.weight
        ),
        FITTED,
        needs_campaigns=False,
    ),
    "metrics.expected_profit, margins of each": Case(
        lambda one: metrics.expected_profit(
            propensities(one), cost=1.0, margin=one.frame.X["offer_size"], weight=one.frame.weight
        ),
        FITTED,
        needs_campaigns=False,
    ),
    "metrics.expected_value": Case(
        lambda one: one.per_row(
            metrics.expected_value(propensities(one), one.frame.X["offer_size"])
        ),
        FITTED,
        needs_campaigns=False,
    ),
    "metrics.gain_curve": Case(measured(metrics.gain_curve), FITTED, needs_campaigns=False),
    "metrics.lift_at": Case(measured(metrics.lift_at), FITTED, needs_campaigns=False),
    "metrics.ranking_table": Case(measured(metrics.ranking_table), FITTED, needs_campaigns=False),
    "metrics.performance": Case(measured(metrics.performance), FITTED, needs_campaigns=False),
    "metrics.performance, cells drawn": Case(
        clustered(metrics.performance), FITTED, single=DRAWN, needs_campaigns=False
    ),
    "metrics.profit_by_depth": Case(
        measured(metrics.profit_by_depth, cost=1.0, margin=5.0), FITTED, needs_campaigns=False
    ),
    "metrics.profit_by_depth, margins of each": Case(
        lambda one: metrics.profit_by_depth(
            one.frame.y,
            propensities(one),
            cost=1.0,
            margin=one.frame.X["offer_size"],
            weight=one.frame.weight,
        ),
        FITTED,
        needs_campaigns=False,
    ),
    "metrics.by_campaign": Case(
        lambda one: metrics.by_campaign(
            one.frame.y, propensities(one), one.frame.campaign, weight=one.frame.weight
        ),
        FITTED,
    ),
    "metrics.overdispersion": Case(
        lambda one: metrics.overdispersion(
            one.frame.y, propensities(one), dealing.wholes(one.frame), weight=one.frame.weight
        ),
        FITTED,
        single=DRAWN,
        needs_campaigns=False,
    ),
    "metrics.uplift_by_depth": Case(
        of_a_test(metrics.uplift_by_depth), single=DRAWN, needs_campaigns=False
    ),
    "metrics.qini": Case(of_a_test(metrics.qini), single=DRAWN, needs_campaigns=False),
    "metrics.incremental_profit_by_depth": Case(
        of_a_test(metrics.incremental_profit_by_depth, cost=1.0, margin=5.0),
        single=DRAWN,
        needs_campaigns=False,
    ),
    "metrics.policy_value": Case(
        lambda one: metrics.policy_value(
            one.frame.y,
            one.frame.X["offer_size"].round() % 2 == 0,
            one.frame.X["offer_price"]
            > np.average(one.frame.X["offer_price"], weights=one.frame.weights),
            weight=one.frame.weight,
            cluster=dealing.wholes(one.frame),
            cost=1.0,
            margin=5.0,
        ),
        single=DRAWN,
        needs_campaigns=False,
    ),
    "evidence.incremental": Case(added, FITTED, single=DRAWN, needs_campaigns=False),
    "evidence.monitor_uplift": Case(uplift_followed, FITTED, single=CHANCE),
    "evidence.uplift_gain": Case(gained, FITTED, single=DRAWN, needs_campaigns=False),
    "metrics.psi": Case(
        lambda one: metrics.psi(
            one.frame.X["offer_size"],
            one.frame.X["offer_price"],
            reference_weight=one.frame.weights,
            weight=one.frame.weights,
        ),
        needs_campaigns=False,
    ),
    "metrics.psi_table": Case(
        lambda one: metrics.psi_table(
            one.frame.X["segment"],
            one.frame.X["note"].notna().map({True: "a", False: "b"}),
            reference_weight=one.frame.weights,
            weight=one.frame.weights,
        ),
        needs_campaigns=False,
    ),
    "evidence.baselines.concentration_of": Case(
        lambda one: baselines.concentration_of(one.frame), FITTED
    ),
    "evidence.baselines.BaseRate": method("base rate", EXACT),
    "evidence.baselines.NoPenalty": method("no penalty"),
    "evidence.baselines.OneAlpha": method("one alpha, random folds"),
    "evidence.baselines.OneAlpha, campaigns": method("one alpha, campaigns left out"),
    "evidence.baselines.SpikyDropped": method("spiky dropped", TUNED),
    "evidence.baselines.ShuffledCoData": method("shuffled co-data", TUNED),
    "evidence.baselines.Wrapped": method("spiky dropped", TUNED),
    # liblinear stops at a tolerance of 1e-4
    "evidence.baselines.LassoPropensity": method("lasso", 5e-3),
    "evidence.beyond_training": Case(beyond, FITTED, single=COUNTED),
    "evidence.cell_dispersion": Case(
        lambda one: vars(evidence.cell_dispersion(model_of(one), one.frame)),
        FITTED,
        single=DRAWN,
        needs_campaigns=False,
    ),
    "evidence.compare": Case(compared, TUNED),
    "evidence.earned": Case(money_earned, FITTED, single=DRAWN, needs_campaigns=False),
    "evidence.drawn_again.drawn_again": Case(
        lambda one: drawn_again(one.frame).name, single=DRAWN, needs_campaigns=False
    ),
    "evidence.by_segment": Case(
        by_segments("segment"), FITTED, single=DRAWN, needs_campaigns=False
    ),
    "evidence.by_segment, of numbers": Case(
        by_segments("offer_size"), FITTED, single=DRAWN, needs_campaigns=False
    ),
    "evidence.segment_labels": Case(
        lambda one: one.per_row(evidence.segment_labels(one.frame, "offer_size").cat.codes),
        needs_campaigns=False,
    ),
    "evidence.fits.judge": Case(judged, FITTED),
    "evidence.fits.score_shares": Case(
        lambda one: fits.score_shares(model_of(one), one.frame), FITTED, needs_campaigns=False
    ),
    "evidence.forward_estimate": Case(forward, FITTED),
    "evidence.forward_losses.forward_losses": Case(
        lambda one: forward_losses(RidgePropensity(0.01), one.frame, earlier=4).judged, FITTED
    ),
    "evidence.forward_losses.rates_known": Case(lambda one: list(rates_known(one.frame))),
    "evidence.loss_difference": Case(difference, FITTED),
    "evidence.monitor": Case(by_drift, FITTED, single=CHANCE),
    "evidence.nested_estimate": Case(nested, FITTED),
    "evidence.origins.origins": Case(all_origins, single=DRAWN),
    "evidence.origins.last_campaigns": Case(
        lambda one: [
            [part.name, *(sorted(set(one.row[rows])) for rows in (part.train, part.test))]
            for part in origins.last_campaigns(one.frame)
        ]
    ),
    "evidence.origins.known_rows_before": Case(
        lambda one: sorted(
            set(
                one.row[
                    origins.known_rows_before(
                        one.frame, np.array([len(one.row) - 1]), one.frame.campaigns[:5]
                    )
                ]
            )
        )
    ),
    "evidence.origins.both_classes": Case(
        lambda one: origins.both_classes(one.frame, np.arange(len(one.row)))
    ),
    "evidence.out_of_time": Case(split_of),
    "evidence.over_campaigns": Case(over, FITTED, single=CHANCE),
    "evidence.protocol.known_before": Case(
        lambda one: one.per_row(protocol.known_before(one.frame, pd.Timestamp("2024-05-01")))
    ),
    "evidence.random_hold_out": Case(hold_out, single=DRAWN, needs_campaigns=False),
    "evidence.shift_report": Case(report_on_shift, TUNED, single=DRAWN, slow=True),
    "evidence.spikiness": Case(lambda one: evidence.spikiness(one.frame), FITTED, single=CHANCE),
    "evidence.stress": Case(moved, FITTED, single=DRAWN, needs_campaigns=False),
    "evidence.stress.scores_of": Case(
        lambda one: one.per_row(scores_of(model_of(one), one.frame)), FITTED, needs_campaigns=False
    ),
    "networks.NetworkPropensity": Case(with_hidden_units, 1e-6),
    "networks.movable_network.MovableNetwork.of_more_rows": Case(with_units_of_more_rows, 1e-6),
    "features.encode.encoded": Case(encoder(encode.CampaignEncoder)),
    "features.encode.CampaignEncoder": Case(encoder(encode.CampaignEncoder, method="evidence")),
    "features.encode.HiddenUnits": Case(encoder(encode.HiddenUnits, units=40)),
    "features.encode.RareLevels": Case(encoder(encode.RareLevels, min_share=0.27)),
    "features.encode.MissingFlags": Case(encoder(encode.MissingFlags)),
    "governance.fairness": Case(by_groups, FITTED, single=DRAWN, needs_campaigns=False),
    "governance.roadmap.pace": Case(lambda one: pace(one.frame) or 0.0, needs_campaigns=False),
    "governance.disclosure.shown_frame": Case(shown),
    "governance.disclosure.rare_columns": Case(shown),
    "governance.disclosure.without_rare": Case(shown),
    "governance.people.heads": Case(
        lambda one: (
            people.heads(one.frame).sum()
            if one.frame.customer is None
            else people.People.of(one.frame).count()
        ),
        needs_campaigns=False,
    ),
    "reports.introduce": Case(introduced, needs_campaigns=False),
    "reports.score.score_contacts": Case(scores, FITTED),
    "reports.score.beyond_note": Case(beyond, FITTED, single=COUNTED),
    "ridge.over_campaigns.examined.RowsByCampaign.of": Case(slopes, FITTED, single=CHANCE),
    "ridge.over_campaigns.spikes.default_model": Case(
        lambda one: fit_facts(spiky_columns.default_model(one.frame, None)), TUNED
    ),
    "widgets.targeting.ranked_contacts.unseen_propensities": Case(ranked_bins, FITTED),
    "widgets.targeting.ranked_contacts.ranked": Case(ranked_bins, FITTED),
    "widgets.targeting.amounts.amounts_of": Case(
        lambda one: one.per_row(amounts_of("offer_size", one.frame).amount), needs_campaigns=False
    ),
    "widgets.tuner.settings.Judged.of": Case(tuner_on_others, FITTED),
    "widgets.shift.shift_state.ColumnsOverCampaigns.of": Case(
        lambda one: shift_state.ColumnsOverCampaigns.of(one.frame, model_of(one)).state(),
        FITTED,
        single=CHANCE,
    ),
    "Explained": Case(explained, FITTED, needs_campaigns=False),
    "ShiftView": Case(
        lambda one: ShiftView(one.frame, release="exact").exported(), FITTED, single=CHANCE
    ),
    "Targeting": Case(targeting, FITTED),
    "Targeting, without campaigns": Case(targeting_alone, FITTED, needs_campaigns=False),
    "Targeting, by value": Case(targeting_by_value, FITTED, needs_campaigns=False),
    "Targeting, of uplift": Case(targeting_of_uplift, FITTED, single=DRAWN, needs_campaigns=False),
    "widgets.targeting.contents.contents_of": Case(
        targeting_of_uplift, FITTED, single=DRAWN, needs_campaigns=False
    ),
    "widgets.targeting.measured.measurable": Case(
        targeting_of_uplift, FITTED, single=DRAWN, needs_campaigns=False
    ),
    "widgets.targeting.scores.scores_of": Case(unseen_of_uplift, FITTED, needs_campaigns=False),
    "uplift.unseen.unseen_chances": Case(unseen_of_uplift, FITTED, needs_campaigns=False),
    "widgets.targeting.kept_back.arms_of": Case(
        lambda one: one.per_row(
            arms_of(one.frame, one.frame.X["offer_price"].to_numpy(), 0.1, 1) == "control"
        ),
        single=DRAWN,
        needs_campaigns=False,
    ),
    "Targeting.chosen": Case(chosen, FITTED, single=COUNTED, needs_campaigns=False),
    "Tuner": Case(tuner, FITTED, needs_campaigns=False),
}

NOT_WANTED = {
    "FeatureFrame.with_treatment": "the arm of each row, as it is given",
    "FeatureFrame.with_offer": "the offer that each contact took, as it is given",
    "evidence.NextOffer": "an offer is what one contact took: cells are refused",
    "evidence.OfferClasses": "an offer is what one contact took: cells are refused",
    "evidence.best_offers": "what a model says of each row, cell or contact",
    "evidence.next_offer": "an offer is what one contact took: cells are refused",
    "evidence.offer_classes": "an offer is what one contact took: cells are refused",
    "evidence.offers_told_apart": "an offer is what one contact took: cells are refused",
    "evidence.paired.difference_of": "a part of `loss_difference`",
    "frame.offers_shown": "an offer is what one contact took: cells are refused",
    "reports.OfferFindings": "an offer is what one contact took: cells are refused",
    "reports.offered": "says what `best_offers` does, beside a score",
    "networks.as_ridge": "adds units to each row: see `NetworkPropensity`",
    "networks.hidden_layer.HiddenLayer.widened": "adds units to each row: see `NetworkPropensity`",
    "frame.streamed.settle.Settled": "what `ParquetRows`, `SparkRows` know: rows are no cells",
    "frame.described": "what FeatureFrame.quality, summary and its line are made by",
    "RidgePropensity.round_": "how far rounds have come: see `combine`",
    "FeatureFrame.labelled": "the reader's words, which count nothing",
    "FeatureFrame.wording": "the reader's words, which count nothing",
    "RidgePropensity.wording": "the reader's words, which count nothing",
    "frame.labelling.words_for": "the reader's words, which count nothing",
    "frame.labelling.kept_as_they_are": "the reader's words, which count nothing",
    "reports.first_page.contacts_text": "the number of contacts: see `FeatureFrame.summary`",
    "evidence.roles_of_test": "hands on what rows hold: see the metrics that take it",
    "evidence.monitoring.moved": "one row of `evidence.monitor`",
    "evidence.two_arms": "keeps rows as they are: see `evidence.uplift_gain`",
    "reports.ExperimentFindings.headline": "says what a `ReadOut` holds: see `read_out`",
    "reports.judged_on.fingerprint": "a digest of the rows, which are others",
    "reports.judged_on.features_of_unnamed": "digests of the rows, which are others",
    "widgets.explained.one_contact.row_of": "finds a row: see `Explained`",
    "widgets.explained.one_contact.facts_of": "says whose a row is: see `Explained`",
    "survey": "describes the rows as they stand in a table, cells or contacts",
    "reports.score_blocks.score_blocks": "writes what `score_contacts` says, block by block",
    "reports.score.said_of": "a part of `score_contacts`",
    "reports.score.keys_of": "who each row is, a part of `score_contacts`",
    "frame.to_score.ToScore": "reads rows, cells or contacts, as they stand in a file",
    "datasets": "what is drawn has a row a contact",
    "experiments.tested": "the first step of `read_out`, which is compared as a whole",
    "experiments.keep_look": "keeps what `read_out` says",
    "experiments.looks": "reads what `keep_look` kept",
    "metrics.heterogeneity": "takes effects of campaigns: see `read_out`",
    "evidence.nested.PropensityModel": "a protocol, without code",
    "evidence.fits.FitCache": "keeps fits by a digest of the rows, which are others",
    "evidence.fits.content_of": "a digest of the rows, which are others",
    "evidence.Split": "holds two frames: see `out_of_time` and `random_hold_out`",
    "evidence.split.counted": "hands on what rows hold: see `out_of_time`",
    "evidence.ScoredRows": "holds a frame: see `scored_rows`",
    "evidence.scored_rows": "of `ParquetRows`, whose rows are no cells",
    "evidence.model_of_files.ModelOfFiles": "of `ParquetRows`, whose rows are no cells",
    "evidence.shift_tables": "the tables of `shift_report`, which is compared as a whole",
    "evidence.baselines.Boosting": (
        "scikit-learn's trees want 20 rows in a leaf, whatever a row weighs"
    ),
    "evidence.bootstrap_interval": "takes a table; its draws of campaigns: see `nested_estimate`",
    "evidence.paired.intervals_of": "a part of `loss_difference`",
    "evidence.spiky_count": "takes a table of `spikiness`",
    "evidence.bursts": "takes tables of events",
    "features.encode.TextNgrams": "scikit-learn's TfidfVectorizer counts texts, not contacts",
    "features.encode.ColumnEncoder": "the base of the others",
    "governance.personal_data": "looks at what columns hold, and counts nobody",
    "governance.PrivateRidge.propensity": "the columns of a row by themselves, times numbers",
    "governance.private.declared": "takes a row a contact, and refuses cells: see its tests",
    "governance.private.noisy_sums": "takes a row a contact, and refuses cells: see `declared`",
    "FeatureFrame.without_customers": "keeps rows as they are, of some customers",
    "frame.suppressed": "keeps rows as they are, of some customers",
    "frame.fewer_customers": "keeps rows as they are, of some customers",
    "governance.suppress": "keeps rows as they are, of some customers",
    "governance.Suppressed": "holds what `suppress` gives",
    "governance.Governance": "says what a file says",
    "widgets.targeting.amounts.check_rows": "holds lengths against each other",
    "widgets.targeting.objected": "keeps rows as they are, of some customers",
    "governance.private_ridge": "takes a row a contact, and refuses cells: see `declared`",
    "governance.card": "made of what is compared for itself; hashes are of rows as they stand",
    "governance.fairness.propensities": "calls the model",
    "governance.model_card": "puts together what is compared for itself",
    "governance.roadmap.pilot_plan": "calls `experiments.plan`",
    "governance.disclosure.check_enough": "counts people: see `People.of`",
    "governance.disclosure.rare_features": "a part of `rare_columns`",
    "cli.early_table.check_both_outcomes": "counts outcomes by their weight, and says how many",
    "frame.streamed.drawn_contacts": "of `ParquetRows`, whose rows are no cells",
    "widgets.targeting.ranked_contacts.Unseen": "see `unseen_propensities`, which calls it",
    "governance.few_people.few_people": "what is rare: see `rare_columns`, its witness",
    "reports.features_in_files": "of `ParquetRows`, whose rows are no cells",
    "reports.judged_on.without_customer": "marks rows as they stand",
    "governance.few_in_files": "counts people of files, whose rows are no cells",
    "governance.disclosure.span": "counts people: see `People.of`",
    "governance.people.People.of": "numbers of rows; how many people they are: see `heads`",
    "governance.readiness": "asks of rows as they stand; outcomes are weighted, see its tests",
    "governance.data_readiness": "the questions of `readiness`, which take rows as they stand",
    "governance.screen": "what is rare and what is said of it: see `rare_columns`",
    "governance.status": "reads files that runs left",
    "governance.people.people": "numbers of rows; how many people they are: see `heads`",
    "metrics.ENOUGH_POSITIVES": "a number",
    "metrics.GROSS_RESPONSE": "a sentence",
    "metrics.best_depth": "takes a table of `profit_by_depth`",
    "metrics.burstiness": "takes counts of weeks",
    "evidence.arm_rows.arm_of": "names an arm",
    "evidence.arm_rows.arm_rows": "rows, as `evidence.uplift_gain` takes them",
    "metrics.by_group": "takes a table of coefficients",
    "reports.Findings": "writes what `earned`, `performance` and `beyond_training` found",
    "reports.FeatureFindings": "writes what `quality`, `spikiness` and `hold_out` found",
    "reports.shift_headline": "writes what `shift_report` found",
    "reports.cluster_headline": "writes what a fit to `SparkRows` found, whose rows are no cells",
    "reports.first_page.span": "moments alone, of campaigns or of all",
    "metrics.weighted_auc": "takes a table of `by_campaign`",
    "metrics.wilson_interval": "takes counts",
    "metrics.worst_campaign": "takes a table of `by_campaign`",
    "RidgePropensity.score": "scikit-learn's accuracy of rows, which takes `sample_weight`",
    "RidgePropensity.load": "reads a file: see `save`",
    **{
        f"RidgePropensity.{name}": "scikit-learn's own"
        for name in [
            *("get_metadata_routing", "get_params", "set_params"),
            *("set_fit_request", "set_score_request"),
        ]
    },
    "FeatureFrame.from_table": "makes these frames",
    "design.training_rows.rows_of_frame": "a part of `fit`",
    "uplift.arms.ArmRows": "holds what `arm_rows` made",
    "widgets.targeting.measured.Tested": "holds what `measurable` made",
    "RidgePropensity.foretells": "a word",
    "FeatureFrame.to_score": "makes frames of new contacts, whose outcome is not known",
    "widgets.tuner.attacks": "attacks single customers, through noise drawn from the rows",
}

# --- the tests


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if c.slow else ()) for n, c in CASES.items()]
)
def test_cells_say_what_their_contacts_say(name, world):
    case = CASES[name]
    if case.needs_campaigns and world["cells"].frame.campaign is None:
        pytest.skip("needs campaigns")
    results = {kind: said(case.call, one) for kind, one in world.items()}
    found = differences(results["cells"], results["contacts"], case.tolerance)
    assert found[:5] == []
    if not case.single:
        found = differences(results["cells"], results["single"], case.tolerance)
        assert found[:5] == []


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=12)
@given(st.integers(0, 10_000))
def test_any_cells_are_dealt_and_measured_like_their_contacts(seed):
    made = worlds(seed, **ROLES["neither"])
    for name in ("FeatureFrame.quality", "evidence.random_hold_out", "evidence.cell_dispersion"):
        cells, contacts = (said(CASES[name].call, made[kind]) for kind in ("cells", "contacts"))
        assert differences(cells, contacts, FITTED) == []
    split = evidence.random_hold_out(made["cells"].frame)
    assert set(split.train.cell).isdisjoint(split.test.cell)


# --- nothing is left out


def takes_a_frame(function):
    notes = {k: str(v) for k, v in function.__annotations__.items() if k != "return"}
    return any(kind in note for note in notes.values() for kind in ("FeatureFrame", "FrameParts"))


def public_parts(module):
    """The functions, and methods of classes, that are written in a module."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(thing):
            yield name, thing
        if inspect.isclass(thing):
            for own, part in vars(thing).items():
                method_of = getattr(part, "__func__", part)
                if inspect.isfunction(method_of) and (own == "__init__" or own[0] != "_"):
                    yield f"{name}.{own}", method_of


def home_of(name, path):
    """The outermost room that exports a name; the file where none does."""
    rooms = (path[:depth] for depth in range(1, len(path)))
    modules = ((room, importlib.import_module(".".join(["workbench", *room]))) for room in rooms)
    return next((room for room, one in modules if name in getattr(one, "__all__", ())), path)


def what_takes_a_frame():
    """Names such as evidence.stress; with the file where its package does not export them."""
    found = set()
    for info in pkgutil.walk_packages(workbench.__path__, "workbench."):
        path = info.name.split(".")[1:]
        if any(part.startswith("_") for part in path):
            continue
        module = importlib.import_module(info.name)
        for name, function in public_parts(module):
            if takes_a_frame(function):
                found.add(".".join([*home_of(name.split(".")[0], path), name]))
    return found


def of_rooms():
    """Public names of the rooms that measure, and of the frame and the model."""
    found = set()
    for room in (evidence, metrics, ridge, encode):
        short = room.__name__.removeprefix("workbench.")
        found |= {
            f"{short}.{name}"
            for name in room.__all__
            if callable(getattr(room, name)) and not inspect.isclass(getattr(room, name))
        }
    for kind in (FeatureFrame, RidgePropensity):
        found |= {f"{kind.__name__}.{name}" for name in dir(kind) if name[0] != "_"}
    fields = {f"FeatureFrame.{name}" for name in FeatureFrame.__dataclass_fields__}
    return found - fields


def accounted(name):
    short = name.removeprefix("widgets.").removeprefix("ridge.").removeprefix("frame.")
    known = {case.split(",")[0] for case in CASES} | set(NOT_WANTED)
    return any(
        other == known_name or other.startswith(f"{known_name}.")
        for other in (name, short)
        for known_name in known
    )


def test_every_public_function_of_a_frame_has_a_case_or_a_reason():
    found = what_takes_a_frame()
    assert {"evidence.compare", "Targeting.__init__"} <= {n.removeprefix("widgets.") for n in found}
    assert sorted(name for name in found | of_rooms() if not accounted(name)) == []


def test_no_reason_stands_beside_a_case():
    assert sorted(set(NOT_WANTED) & {case.split(",")[0] for case in CASES}) == []
