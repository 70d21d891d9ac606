"""Targeting of an uplift: every figure found again from the rows, and from the arms of the test."""

import base64
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity, Targeting
from workbench.widgets.targeting.contents import NOT_MEASURED
from workbench.widgets.targeting.targeting import UPLIFT_PICTURE_ALONE
from workbench.widgets.views import TARGETING

READ = """
import { anywayShare, earnings, pointAt } from "../targeting/sums.js";
import { bestDepth } from "./panels.js";
import fs from "node:fs";
const { state, money, depth } = JSON.parse(fs.readFileSync(0));
const points = earnings(state, money);
const best = bestDepth(points);
const here = pointAt(state, points, money, depth ?? best.depth);
console.log(JSON.stringify({ best, here, anyway: anywayShare(here) }));
"""
SAID = """
import { advice, notes } from "../targeting/sentences.js";
import { earnings, pointAt } from "../targeting/sums.js";
import fs from "node:fs";
const { state, money, depth } = JSON.parse(fs.readFileSync(0));
const here = pointAt(state, earnings(state, money), money, depth);
console.log(JSON.stringify([advice(here, state), ...notes(state)]));
"""


def asked(targeting, depth=None):
    return {"state": targeting.state, "money": targeting.money, "depth": depth}


def rows_of(frame, chosen):
    return frame.customer.isin(chosen["customer"]).to_numpy()


def test_every_figure_is_found_from_the_rows(uplift_model, after, node):
    targeting = Targeting(uplift_model, after, cost=1.5, margin=9.0, depth=0.37)
    said = node(READ, asked(targeting, 0.37))
    chosen, here = targeting.chosen(), said["here"]
    assert len(chosen) == here["contacts"] == 740
    assert list(chosen) == [
        *("customer", "campaign", "uplift", "propensity_treated", "propensity_untreated", "rank")
    ]
    uplift = uplift_model.uplift(after)
    best = np.sort(uplift)[::-1][:740]
    np.testing.assert_allclose(chosen["uplift"], best)
    with_contact = uplift_model.propensity(after, treated=True)[rows_of(after, chosen)].sum()
    assert here["responses"] == pytest.approx(best.sum())
    assert here["came"] == pytest.approx(with_contact)
    assert here["expected"] == pytest.approx(9.0 * best.sum() - 1.5 * 740)
    assert here["gross"] == pytest.approx(9.0 * with_contact - 1.5 * 740)
    without = uplift_model.propensity(after)[rows_of(after, chosen)].sum()
    assert said["anyway"] == pytest.approx(without / with_contact)


def test_what_was_added_is_the_difference_of_the_arms(uplift_model, after, node):
    alone = replace(after, campaign=None, as_of=None)
    targeting = Targeting(uplift_model, alone, cost=1.5, margin=9.0, depth=0.25)
    here = node(READ, asked(targeting, 0.25))["here"]
    among = rows_of(alone, targeting.chosen())
    treated = (alone.treatment == "treated").to_numpy()
    added = 500 * (alone.y[among & treated].mean() - alone.y[among & ~treated].mean())
    assert here["added"] == pytest.approx(added)
    assert here["realised"] == pytest.approx(9.0 * added - 1.5 * 500)
    assert here["low"] < here["realised"] < here["high"]
    spread = [alone.y[among & arm].var(ddof=1) / (among & arm).sum() for arm in (treated, ~treated)]
    half = 1.96 * 9.0 * 500 * np.sqrt(sum(spread))
    assert (here["high"] - here["low"]) / 2 == pytest.approx(half, rel=0.05)


def test_the_true_effect_lies_in_the_interval(uplift_model, after, planted_mail, node):
    targeting = Targeting(uplift_model, after, cost=0.0, margin=1.0, depth=0.5)
    here = node(READ, asked(targeting, 0.5))["here"]
    of_new = planted_mail.effect[(planted_mail.frame.campaign >= "c06").to_numpy()]
    truth = of_new[rows_of(after, targeting.chosen())].sum()
    assert here["low"] < truth < here["high"]
    assert truth > 2 * of_new.mean() * 1000 / 2, "those are who is moved more than others"


def test_a_contact_is_worth_it_where_uplift_times_margin_is_above_its_cost(
    uplift_model, after, node
):
    targeting = Targeting(uplift_model, after, cost=1.0, margin=12.0)
    best = node(READ, asked(targeting))["best"]
    assert best["contacts"] == len(targeting.chosen())
    worth = (uplift_model.uplift(after) > 1 / 12).sum()
    assert 0 < worth < len(after)
    assert abs(best["contacts"] - worth) <= len(after) / 100, "to the nearest bin"


def test_contacts_whose_outcome_is_open_are_ranked_and_the_test_is_told(
    uplift_model, open_ahead, node
):
    targeting = Targeting(uplift_model, open_ahead, depth=0.5)
    assert set(targeting.chosen()["campaign"]) == {"c07"}
    here = node(READ, asked(targeting, 0.5))["here"]
    assert here["realised"] is here["low"] is here["added"] is None
    told = next(one for one in node(SAID, asked(targeting, 0.5)) if "In a test of" in one)
    assert "6,000 contacts" in told
    known = open_ahead.rows(open_ahead.y.notna().to_numpy())
    mean = known.y.groupby([known.campaign, known.treatment]).mean()
    by_campaign = mean.xs("treated", level=1) - mean.xs("control", level=1)
    added = 6000 * by_campaign.mean()  # campaigns are of equal size
    measured = targeting.state["measured"]
    assert measured["added"][-1] * measured["contacts"] == pytest.approx(added, rel=0.02)


def test_amounts_rank_by_what_a_contact_adds_in_money(uplift_model, after, contract, node):
    amount = contract[: len(after)]
    targeting = Targeting(uplift_model, after, cost=2.0, margin=amount, depth=0.3)
    chosen = targeting.chosen()
    assert list(chosen)[-3:] == ["amount", "value", "rank"]
    assert chosen["value"].is_monotonic_decreasing
    worth = uplift_model.uplift(after).to_numpy() * amount
    here = node(READ, asked(targeting, 0.3))["here"]
    assert here["expected"] == pytest.approx(np.sort(worth)[::-1][:600].sum() - 2 * 600)
    gross = uplift_model.propensity(after, treated=True).to_numpy() * amount
    assert here["gross"] == pytest.approx(gross[rows_of(after, chosen)].sum() - 2 * 600)
    told = node(SAID, asked(targeting, 0.3))
    assert any("ranked by uplift times amount" in one for one in told)


def test_contacts_that_lose_responses_have_no_share_that_would_have_come_anyway(node):
    state = {"bins": [[100, 100], [-1.0, -3.0], [20.0, 10.0]], "uplift": True, "measured": None}
    state |= {"currency": "", "unseen": False, "judged": False}
    given = {"state": state, "money": {"cost": 0.0, "margin": 1.0}, "depth": 1.0}
    said = node(READ, given)
    assert said["anyway"] is None
    assert said["best"]["depth"] == 0
    assert "Contacting them is expected to add no response." in node(SAID, given)[0]


def test_the_advice_says_what_is_added_and_what_would_have_come_anyway(node):
    measured = {"depth": [0.0, 0.5, 1.0], "contacts": 200, "expected": 11.0}
    measured |= {"added": [0.0, 0.04, 0.06], "low": [0.0, 0.01, 0.02], "high": [0.0, 0.07, 0.1]}
    state = {"bins": [[100, 100], [8.0, 3.0], [20.0, 10.0]], "uplift": True, "judged": True}
    state |= {"measured": measured, "currency": "EUR", "unseen": False}
    state |= {"keep": 0.1, "kept": [[10, 10], [0.8, 0.3], [2.0, 1.0]]}
    said = node(SAID, {"state": state, "money": {"cost": 0.5, "margin": 10.0}, "depth": 0.5})
    assert said[0] == (
        "Contact the best 100: incremental profit 30 EUR expected; 30 EUR measured (95% interval "
        "−30 to 90 EUR). Of the responses expected from them, 60% would have come without the "
        "contact. Of these contacts, 10 are kept back at random as a control group, which costs "
        "3 EUR of expected profit."
    )
    assert said[2] == (
        "In a test of 200 contacts, contacting all of them added 12 responses (95% interval 4 to "
        "20), where 11 were expected."
    )


@pytest.mark.parametrize("release", ["private", "static"])
def test_only_a_picture_is_mailed_and_it_says_why(uplift_model, after, release):
    targeting = Targeting(uplift_model, after, release=release)
    data, _ = targeting._repr_mimebundle_()
    assert targeting.exported() is None
    assert data[TARGETING.mime] == {"reason": UPLIFT_PICTURE_ALONE}
    assert targeting.state["notes"] == [UPLIFT_PICTURE_ALONE]
    assert base64.b64decode(data["image/png"])[1:4] == b"PNG"


def test_an_exact_release_holds_aggregates_and_no_row(uplift_model, after):
    targeting = Targeting(uplift_model, after, release="exact", keep_control=0.05)
    data, _ = targeting._repr_mimebundle_()
    state = data[TARGETING.mime]
    assert "secret-" not in json.dumps(state) + json.dumps(targeting.get_state(), default=str)
    assert set(state) == {
        *("bins", "currency", "known", "unseen", "money", "depth", "guarantee", "notes"),
        *("uplift", "judged", "measured", "keep", "kept"),
    }
    assert state["guarantee"]["release"] == "exact"
    assert state["notes"] == [state["guarantee"]["sentence"]]
    assert min(state["bins"][0]) >= 20


def test_without_arms_the_view_says_that_nothing_is_measured(uplift_model, after):
    plain = replace(after, treatment=None, control=None)
    targeting = Targeting(uplift_model, plain, release="exact")
    assert targeting.state["measured"] is None
    assert targeting.state["notes"] == [NOT_MEASURED]


def test_of_a_propensity_the_same_view_counts_gross(before, after, node):
    model = RidgePropensity(alpha=0.01).fit(before)
    targeting = Targeting(model, after, cost=1.0, margin=9.0, depth=0.5, keep_control=0.1)
    chosen = targeting.chosen()
    here = node(READ, asked(targeting, 0.5))["here"]
    kept = chosen["arm"] == "control"
    assert here["kept"] == kept.sum() == pytest.approx(100, abs=10)
    profit = 9.0 * chosen.loc[kept, "propensity"].sum() - kept.sum()
    assert here["forgone"] == pytest.approx(profit)
    assert "gross" not in here
    mailed = targeting.exported()
    assert mailed["keep"] == 0.1
    assert "kept" not in mailed, "how many of each bin were drawn stays in the house"
    given = {"state": mailed, "money": targeting.money, "depth": 0.5}
    noisy = node(READ, given)["here"]
    assert noisy["kept"] == pytest.approx(0.1 * noisy["contacts"])
    assert noisy["forgone"] == pytest.approx(0.1 * noisy["expected"])
    count = round(noisy["kept"])
    assert f"Of these contacts, about {count} are kept back at random" in node(SAID, given)[0]


def test_kept_back_figures_are_those_of_the_list(uplift_model, after, node):
    targeting = Targeting(uplift_model, after, cost=1.0, margin=9.0, keep_control=0.05)
    best = node(READ, asked(targeting))["here"]
    chosen = targeting.chosen()
    kept = chosen[chosen["arm"] == "control"]
    assert best["kept"] == len(kept) > 0
    assert best["forgone"] == pytest.approx(9.0 * kept["uplift"].sum() - len(kept))


def test_weights_count_as_contacts_in_the_measured_effect(uplift_model, after, node):
    twice = np.repeat(np.arange(len(after)), 2)
    weight = pd.Series(np.full(len(after), 2.0))
    one = Targeting(uplift_model, replace(after, customer=None, weight=weight), depth=0.5)
    other = Targeting(uplift_model, replace(after, customer=None).rows(twice), depth=0.5)
    for name in ("added", "low", "high"):
        np.testing.assert_allclose(
            one.state["measured"][name], other.state["measured"][name], rtol=1e-9
        )
