"""Measures of every kind, computed by a plan of choice; and the inequality join itself."""

import numpy as np
import pandas as pd
import pytest

from workbench.features import Equals, Feature, Measure, Present, Source, Tables
from workbench.features.plans.execute import execute
from workbench.tables.campaign_data import CampaignData, Events

VISITS = Source("visits")
AGGREGATES = {
    "count": "count(e.time) {where}",
    "sum": "coalesce(sum(e.{column}) {where}, 0)",
    "first": "epoch_us(min(e.time) {where})",
    "last": "epoch_us(max(e.time) {where})",
    "distinct": "count(DISTINCT e.{column}) {where}",
}


def every_measure(*, lookbacks=(None, 28, 91)):
    app, tea = Equals("channel", "app"), Equals("item", "tea")
    wheres = [(), (app,), (Equals("channel", "mail"),), (app, tea), (Present("spend"), app)]
    for days in lookbacks:
        for where in wheres:
            yield Measure(VISITS, "count", None, where, days)
            yield Measure(VISITS, "sum", "spend", where, days)
            yield Measure(VISITS, "first", None, where, days)
            yield Measure(VISITS, "last", None, where, days)
            yield Measure(VISITS, "distinct", "time", where, days)
            yield Measure(VISITS, "distinct", "item", where, days)
        yield Measure(VISITS, "gap_mean", lookback_days=days)
        yield Measure(VISITS, "gap_variance", lookback_days=days)


def as_feature(name, measure):
    from workbench.features import Formula

    moment = measure.how in ("first", "last")
    value = Formula("CAST(epoch_us({0}) AS DOUBLE)", (measure,)) if moment else measure
    return Feature(name, value, "g", "unit", "Text.")


@pytest.fixture
def run():
    """Compute measures by a plan."""

    def compute(data, measures, plan=None, **settings):
        features = [as_feature(f"f{i}", m) for i, m in enumerate(measures)]
        return execute(features, Tables(data), progress=False, plan=plan, **settings)

    return compute


@pytest.fixture
def join():
    """Compute measures by the inequality join, in plain SQL; gaps are left out."""

    def compute(data, measures):
        connection = data.connect()
        late = "arrived" in Tables(data).columns("visits")
        aggregates = [
            f"CAST({AGGREGATES[m.how].format(column=m.column, where=_filter(m))} AS DOUBLE) AS f{i}"
            for i, m in enumerate(measures)
            if m.how in AGGREGATES
        ]
        query = (
            f"SELECT {', '.join(aggregates)} FROM contacts c LEFT JOIN visits e "
            "ON e.customer = c.customer AND e.time < c.as_of "
            f"{'AND e.arrived < c.as_of' if late else ''} GROUP BY c.contact ORDER BY c.contact"
        )
        return connection.execute(query).df()

    return compute


def _filter(measure):
    conditions = ["true", *map(_condition, measure.where)]
    if measure.lookback_days is not None:
        conditions.append(f"e.time >= c.as_of - INTERVAL {measure.lookback_days} DAY")
    return f"FILTER (WHERE {' AND '.join(conditions)})"


def _condition(condition):
    if isinstance(condition, Present):
        return f"e.{condition.column} IS NOT NULL AND NOT isnan(e.{condition.column})"
    return f"e.{condition.column} = '{condition.level}'"


def _visits(rng, day, customers, events, *, late):
    times = day + pd.to_timedelta(rng.integers(0, 700 * 24, events), unit="h")
    visits = pd.DataFrame(
        {
            "customer": rng.integers(0, customers, events),
            "moment": times.astype("datetime64[us]"),
            "spend": np.where(
                rng.random(events) < 0.1, np.nan, rng.normal(20, 30, events).round(2)
            ),
            "channel": rng.choice(["mail", "app", "shop"], events),
            "item": rng.choice(["tea", "cup", "pot", "pan", None], events),
        }
    )
    if late:
        hours = rng.choice([0, 1, 30 * 24], events, p=[0.5, 0.3, 0.2])
        visits["arrived"] = visits["moment"] + pd.to_timedelta(hours, unit="h")
    return visits


@pytest.fixture
def large():
    """Return tables with more customers than a block, decided on on few days or on many."""

    def make(*, dates=12, late=False, customers=700, events=20_000, visits=None):
        rng = np.random.default_rng(1)
        day = pd.Timestamp("2023-01-01")
        if visits is None:
            visits = _visits(rng, day, customers, events, late=late)
        rows = customers * 4
        days = rng.integers(0, 700 * 24, dates)
        moments = (day + pd.to_timedelta(days, unit="h")).astype("datetime64[us]")
        contacts = pd.DataFrame(
            {
                "customer": rng.permutation(np.repeat(np.arange(-50, customers - 50), 4)),
                "campaign": "one",
                "at": rng.choice(moments, rows),
            }
        ).drop_duplicates(["customer"] if dates == 1 else ["customer", "at"])
        contacts["campaign"] = contacts["campaign"] + contacts.groupby("customer").cumcount().map(
            str
        )
        campaigns = pd.DataFrame({"campaign": contacts["campaign"].unique()})
        return CampaignData(
            contacts,
            campaigns,
            events={"visits": Events(visits, time="moment", arrived="arrived" if late else None)},
            customer="customer",
            campaign="campaign",
            as_of="at",
            observed_until="2026-01-01",
        )

    return make


@pytest.fixture
def measures():
    """Every kind of measure, under every kind of condition."""
    return list(every_measure())
