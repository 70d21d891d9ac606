"""What stands on top of a report: money before losses, one verdict, and one source a figure."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from workbench import FeatureFrame, RidgePropensity, evidence, metrics
from workbench.language import speaking
from workbench.reports import Findings

COST, MARGIN = 1.0, 8.0


def shop(n=3000, campaigns=24, *, leak=False, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    y = rng.random(n) < expit(1.3 * x[:, 0] - 1.8)
    table = pd.DataFrame(x, columns=["mail_opens", "visits", "age"]).assign(bought=y * 1)
    month = pd.Series(np.arange(n) * campaigns // n)
    table["month"] = [f"{2022 + k // 12}-{1 + k % 12:02d}" for k in month]
    if leak:
        table["refund"] = np.where(y, rng.random(n), 0.0)
    return table


def found(table, **roles):
    frame = FeatureFrame.from_table(table, target="bought", **roles)
    split = evidence.hold_out(frame)
    model = RidgePropensity(alpha=0.01).fit(split.train)
    test = split.test
    p = model.propensity(test)
    by = None
    if split.kind == "out of time":
        by = metrics.by_campaign(test.y, p, test.campaign)
    forward = None
    if split.later:
        forward = evidence.forward_estimate(RidgePropensity(alpha=0.01), frame)
    return frame, Findings(
        split,
        metrics.performance(test.y, p).iloc[0],
        evidence.earned(test, p, cost=COST, margin=MARGIN),
        evidence.beyond_training(model, test),
        model.coefficients(),
        forward,
        by,
    )


@pytest.fixture(scope="module")
def ordered():
    return found(shop(), campaign="month")


def headline(pair, **changes):
    frame, findings = pair
    findings = replace(findings, **changes)
    return findings.headline("Who buys?", frame=frame, data="shop.csv", target="bought")


def test_it_is_ready_where_everything_holds(ordered):
    told = headline(ordered)
    assert told.verdict == "ready", told.why
    assert dict(told.facts) == {
        "Author": "",
        "Data": "shop.csv",
        "Span": "2022-01 to 2023-12",
        "Contacts": "3,000",
    }


@pytest.mark.parametrize("title", ["new", "1,234 contacts"])
def test_a_title_of_one_s_own_is_no_message(ordered, title):
    frame, findings = ordered
    with speaking("de"):
        told = findings.headline(title, frame=frame, data="shop.csv", target="bought")
    assert told.local is not None
    assert told.local.title == told.title == title


def test_the_sentence_says_whom_to_contact_and_what_that_earns(ordered):
    told = headline(ordered, waiting=500.0, chosen=120.0, currency="EUR")
    earned = ordered[1].earned
    assert told.sentence == (
        f"On 8 later campaigns, not seen before, contacting {earned.whom()} would have earned "
        f"{earned.realised:,.0f} EUR. {earned.compared('EUR')} Of those waiting now, 120 of 500 "
        "contacts are worth their cost."
    )


def test_money_comes_first_and_the_loss_last(ordered):
    figures = headline(ordered, currency="EUR").figures
    assert [figure.name for figure in figures] == [
        "Contact the best",
        "Gain at cost 1, margin 8",
        "Profit at cost 1, margin 8",
        "AUC, all contacts",
        "AUC within campaigns",
        "Lift, best 10%",
        "Log loss",
    ]
    assert figures[0].text.endswith("%")
    assert "." not in figures[0].text
    assert figures[1].text.endswith(" EUR")
    assert "over contacting everybody; 95% interval" in figures[1].note


def test_a_leak_turns_the_verdict_and_is_named():
    told = headline(found(shop(leak=True), campaign="month"))
    assert told.verdict == "not proven"
    assert told.why.startswith("'refund' may give the outcome away. A score this good is hardly")
    assert told.next_step.startswith("leave out what is known only afterwards (--drop refund)")


def test_without_an_order_nothing_is_later_and_it_says_what_would_settle_it():
    table = shop(campaigns=8)
    table["month"] = table["month"].map(
        {m: "hcfabgde"[k] for k, m in enumerate(table.month.unique())}
    )
    told = headline(found(table, campaign="month"))
    assert told.verdict == "with care"
    assert told.sentence.startswith("On 2 other campaigns, not seen before, contacting the best ")
    assert told.why == (
        "How it does on the next campaign is not known: the order of the campaigns in time is "
        "not. Name the time column, or give the order."
    )
    assert "later" not in str(told)


def test_without_campaigns_the_third_picture_is_of_responses():
    pair = found(shop(600).drop(columns="month"))
    assert headline(pair).verdict == "with care"
    plt.switch_backend("agg")
    plt.close("all")
    pair[1].draw()
    titles = [plt.figure(number).get_suptitle() for number in plt.get_fignums()]
    plt.close("all")
    assert titles == [
        "Profit by share of contacts",
        "What it leans on: features",
        "Responses reached by share contacted",
    ]


def test_the_drawn_curve_has_the_depth_that_is_said(ordered):
    findings = ordered[1]
    best = metrics.best_depth(findings.curve)
    assert best["realised_profit"] == findings.earned.realised
    assert len(findings.curve) < len(findings.earned.curve)
    assert np.diff(findings.curve["contacts"]).min() >= 10


def test_what_a_network_depends_on_is_a_feature_and_no_unit(ordered):
    findings = ordered[1]
    unit = findings.coefficients.iloc[[0]].assign(feature="hidden_001", score_share=0.9)
    wide = pd.concat([findings.coefficients, unit])
    shares = pd.Series({"visits": 0.6, "age": 0.3, "mail_opens": 0.1})
    told = replace(findings, coefficients=wide, shares=shares)
    assert told.judged.leans_on == "visits"
    assert findings.judged.leans_on == "mail_opens"
