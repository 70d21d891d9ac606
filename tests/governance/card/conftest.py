"""A run with all of its evidence, judged on the last campaigns, and the card of it."""

import warnings
from types import SimpleNamespace

import pytest

from tests.governance.card.shop import TODAY, effect, headline, papers, shop
from workbench import RidgePropensity, evidence, metrics
from workbench.frame import dealing
from workbench.governance import readiness
from workbench.governance.card.model_card import model_card
from workbench.governance.fairness import fairness
from workbench.governance.personal_data import personal_data
from workbench.governance.roadmap import pace, pilot_plan, roadmap
from workbench.reports.signs import Signs


@pytest.fixture(scope="session")
def run():
    """The evidence of a run, by the names of `model_card`'s arguments."""
    frame = shop()
    split = evidence.hold_out(frame, test_campaigns=3)
    with warnings.catch_warnings(action="ignore"):
        model = RidgePropensity(alpha=0.1).fit(split.train)
    test = split.test
    chance = model.propensity(test)
    given = {"weight": test.weight, "cluster": dealing.drawn(test).label}
    told = papers()
    return SimpleNamespace(
        road=roadmap(told, plan=pilot_plan(frame, told), per_week=pace(frame)),
        model=model,
        frame=frame,
        chance=chance,
        told={
            "split": split,
            "performance": metrics.performance(test.y, chance, **given).iloc[0],
            "by_campaign": metrics.by_campaign(test.y, chance, test.campaign),
            "segments": evidence.by_segment(test, chance, by="town"),
            "calibration": metrics.calibration_table(test.y, chance, bins=5),
            "fairness": fairness(chance, test, by="age_band", depth=0.3),
            "beyond": evidence.beyond_training(model, test, fewest=10),
            "earned": evidence.earned(test, chance, cost=1.0, margin=10.0),
            "spikes": evidence.spikiness(split.train, model),
            "signs": Signs(),
            "headline": headline(),
            "experiment": effect(),
            "personal": personal_data(frame),
            "readiness": readiness(frame, governance=told, today=TODAY),
            "suppressed": SimpleNamespace(customers=123, rows=456, unknown=3),
            "release": "static",
            "command": "workbench run propensity --table shop.csv",
            "currency": "EUR",
        },
    )


@pytest.fixture(scope="session")
def card(run):
    return model_card(run.model, run.frame, papers(), **run.told, pilot=run.road, today=TODAY)
