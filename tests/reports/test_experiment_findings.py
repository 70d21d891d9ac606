"""What the first page of a test says, by hand-worked numbers."""

import math

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, metrics
from workbench.experiments import read_out
from workbench.language import speaking
from workbench.reports import ExperimentFindings

RNG = np.random.default_rng(0)
N = 6000
TREATED = RNG.integers(0, 2, N)
GOOD = RNG.integers(0, 2, N)  # whom the contact changes
Y = (RNG.random(N) < 0.2 + 0.3 * TREATED * GOOD).astype(float)
ARM = np.where(TREATED, "mail", "control")


def frame(campaigns=4, y=Y):
    names = pd.Series(np.resize([f"c{k}" for k in range(campaigns)], N)) if campaigns else None
    X = pd.DataFrame({"good": GOOD, "age": RNG.normal(size=N)})
    return FeatureFrame(
        X, pd.Series(y), campaign=names, treatment=pd.Series(ARM), control="control"
    )


FRAME = frame()
READ = read_out(FRAME)
ROLES = {"y": Y, "treated": TREATED, "campaign": FRAME.campaign}
PRICES = {"cost": 1.0, "margin": 10.0}


def findings(*, read=READ, contacted=GOOD, **changed):
    chosen = metrics.policy_value(contacted=contacted, **PRICES, **ROLES)
    others = metrics.policy_value(contacted=1 - contacted, **PRICES, **ROLES)
    given = {"chosen": chosen, "others": others, "currency": "EUR", **PRICES, **changed}
    return ExperimentFindings(read, "mail", **given)


def test_figures_are_those_of_the_read_out_and_of_the_rule():
    found = findings()
    told = {figure.name: figure for figure in found.figures()}
    effect = READ.effect_of("mail")
    assert told["Effect, points"].value == 100 * effect["effect"]
    assert told["Contacts for one response more"].value == effect["contacts_per_response"]
    profit = told["Profit of 1,000 contacts, cost 1, margin 10"]
    assert profit.value == pytest.approx(1000 * (10 * effect["effect"] - 1), rel=1e-9)
    assert profit.low == pytest.approx(1000 * (10 * effect["low"] - 1), rel=1e-9)
    best = next(figure for name, figure in told.items() if name.startswith("The same, of the"))
    rates = pd.Series(Y[GOOD == 1]).groupby(TREATED[GOOD == 1]).mean()
    assert best.value == pytest.approx(1000 * (10 * (rates[1] - rates[0]) - 1), abs=15)
    assert told["Sample saved"].value == effect["sample_saved"]


def test_the_sentence_tells_of_those_whom_it_changes_and_of_the_others():
    said = findings().sentence()
    assert said.startswith("mail raised responses by")
    assert f"contacting the {GOOD.mean():.0%} whom it changes most would have earned" in said
    assert f"Contacting the other {1 - GOOD.mean():.0%} as well would have cost" in said
    turned = findings(contacted=1 - GOOD).sentence()
    assert f"Contacting the other {GOOD.mean():.0%} as well would have added" in turned


def test_a_rule_that_loses_is_said_to_and_is_not_the_next_step():
    found = findings(contacted=1 - GOOD, cost=5.0, margin=25.0)
    said = f"contacting the {1 - GOOD.mean():.0%} whom it changes most would have cost"
    assert said in found.sentence()
    assert found.measured.best_low < 0


def test_a_rule_that_takes_nobody_or_everybody_is_said_to():
    nobody, everybody = np.zeros(N), np.ones(N)
    assert "Nobody's uplift is expected" in findings(contacted=nobody).sentence()
    assert "Everybody's uplift is expected" in findings(contacted=everybody).sentence()
    assert findings(chosen=None, others=None).whom() == ""


def test_the_verdict_stands_on_the_interval_the_profit_and_the_campaigns():
    assert findings().verdict.word == "ready"
    assert "changes most" in findings().verdict.next_step
    assert findings(cost=1.0, margin=2.0).verdict.word == "not proven"  # costs more than it earns
    alone = read_out(frame(campaigns=0))
    assert findings(read=alone).verdict.word == "with care"
    assert math.isnan(findings(read=alone).measured.differ_p)
    nothing = read_out(frame(y=(RNG.random(N) < 0.2).astype(float)))
    assert findings(read=nothing).verdict.word == "not proven"


def test_a_scheduled_run_may_stop_where_contacting_is_not_proven_to_pay():
    assert findings().signs().found == ()
    assert findings().signs().looked_at == ("leak", "readiness")
    (sign,) = findings(cost=1.0, margin=2.0).signs().found
    assert str(sign) == (
        "readiness: It changes the outcome, and costs more than that earns. "
        "Contact only those whom it changes most, or check cost and margin."
    )
    with speaking("de"):
        (local,) = findings(cost=1.0, margin=2.0).signs().found
    assert (local.what, local.then) == (sign.what, sign.then)
    assert local.local.startswith("Der Kontakt verändert das Ergebnis und kostet mehr")
    assert local.local.endswith(
        "Nur diejenigen kontaktieren, die der Kontakt am meisten verändert, oder Kosten und Marge "
        "prüfen."
    )


def test_the_headline_is_said_in_the_readers_language_too():
    with speaking("de"):
        told = findings().headline("", frame=FRAME, data="d.csv", target="bought")
    assert told.title == "What did contacting change?"
    assert told.read.title == "Was hat der Kontakt verändert?"
    assert told.about == "d.csv: bought, test of mail"
    assert told.facts["Against"] == "control"


def test_three_pictures_are_drawn_and_arms_where_there_are_no_campaigns():
    import matplotlib.pyplot as plt

    plt.close("all")
    parts = metrics.uplift_by_depth(score=GOOD, bins=2, **ROLES)
    curve = metrics.incremental_profit_by_depth(score=GOOD, **PRICES, **ROLES)
    findings(parts=parts, curve=curve).draw()
    titles = [plt.figure(k).get_suptitle() for k in plt.get_fignums()]
    assert titles == [
        "Effect by campaign",
        "Uplift by part of the ranking",
        "Profit (EUR) by share of contacts",
    ]
    plt.close("all")
    findings(read=read_out(frame(campaigns=0))).draw()
    assert plt.gcf().get_suptitle() == "What contacting changed, by arm"
    plt.close("all")
