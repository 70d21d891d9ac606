"""Every number in every hint, computed again, on two data sets."""

import json
import re

import numpy as np
import pytest

from workbench import RidgePropensity
from workbench.digits import loss_text
from workbench.widgets.fitted.facts import Facts, answer
from workbench.widgets.tuner import answers

SAY = """
import { readFileSync } from "node:fs";
import { hints } from "./hints.js";
console.log(JSON.stringify(hints(JSON.parse(readFileSync(0, "utf8")))));
"""


def said(node, model, factors=None, *, left_out_are="campaigns", errors=None, offs=None):
    """The hints of a model under some multiples of its penalties, and what they are about."""
    facts = Facts.of(model)
    penalties = facts.tuned.copy()
    for group, by in (factors or {}).items():
        penalties[np.array(facts.groups) == group] *= by
    tuned = answers.core(answer(facts, facts.tuned), revision=0, kind="", penalties=facts.tuned)
    now = answers.core(answer(facts, penalties), revision=1, kind="", penalties=penalties)
    described = {
        "groups": facts.groups,
        "campaigns": facts.campaigns.tolist(),
        "folds": facts.folds,
        "lived_in": len(facts.folds),
        "left_out": left_out_are,
        "weights": facts.stats.weight.tolist(),
        "penalties": facts.tuned.tolist(),
    }
    now |= {} if errors is None else {"errors": errors}
    nudges = answers.nudges(facts, penalties)
    given = {"facts": described, "answer": now, "tuned": tuned, "nudges": nudges, "offs": offs}
    found = node(SAY, json.loads(json.dumps(given)))
    return {(one["kind"], one.get("group")): one for one in found}, penalties


def losses(model, penalties):
    stats, fit = model.workspace_.stats, model.workspace_
    one_step, tuned = (stats.without_folds(some).loss for some in (penalties, fit.penalties))
    return fit.left_out()["loss"].to_numpy() + (one_step - tuned) / stats.weight


def compared(model, penalties, others):
    """Mean loss, mean difference from other penalties, and its standard error, by hand."""
    share = model.workspace_.stats.weight / model.workspace_.stats.weight.sum()
    now, then = losses(model, penalties), losses(model, others)
    difference = share @ (now - then)
    G = len(share)
    se = np.sqrt(G / (G - 1) * np.sum((share * (now - then - difference)) ** 2))
    return share @ now, difference, se


def percents(text):
    return [float(one.replace("−", "-")) for one in re.findall(r"([\d.]+)%", text)]


DATA = [{"effect": 2.5}, {"seed": 11, "campaigns": 6, "each": 900, "spiky": 6, "effect": 3.0}]


@pytest.fixture(scope="module", params=DATA, ids=["eight campaigns", "six campaigns"])
def weak(request, make_frame):
    """Penalties far too weak, so that there is much to say."""
    return RidgePropensity(alpha=1e-5).fit(make_frame(**request.param))


def test_the_spiky_group(weak, node):
    hint = said(node, weak)[0]["spiky", "promo"]
    facts = Facts.of(weak)
    chosen = np.array(facts.groups) == "promo"
    G = len(facts.folds)
    lives = np.median(facts.campaigns[chosen])
    share = weak.columns_["score_share"][chosen].sum()
    stronger = np.where(chosen, 8.0, 1.0) * facts.tuned
    mean, rise, se = compared(weak, stronger, facts.tuned)
    before = mean - rise
    assert hint["text"].startswith(
        f"promo is concentrated in {lives:.1f} of {G} campaigns and carries"
    )
    assert f"× 8 {'lowers' if rise < 0 else 'raises'} the loss" in hint["text"]
    expected = [100 * share, 100 * abs(rise) / before, 100 * se / before]
    for shown, real in zip(percents(hint["text"]), expected, strict=True):
        assert shown == pytest.approx(real, abs=0.5 if real >= 9.95 else 0.0501)
    assert ("within chance" in hint["text"]) == (abs(rise) <= 2 * se)


def test_what_is_left_out_is_called_what_it_is(weak, node):
    found, _ = said(node, weak, {"behaviour": 1e5}, left_out_are="parts of the rows")
    texts = " ".join(hint["text"] for hint in found.values())
    assert texts.count("loss on parts of the rows left out") >= 2
    assert "campaigns left out" not in texts


def test_another_group_that_should_be_nudged(weak, node):
    found, penalties = said(node, weak, {"behaviour": 1e5})
    hint = found["nudge", "behaviour"]
    weaker = np.where(np.array(Facts.of(weak).groups) == "behaviour", 1 / 8, 1.0) * penalties
    mean, change, se = compared(weak, weaker, penalties)
    assert hint["text"].startswith("behaviour ÷ 8 lowers the loss on campaigns left out by ")
    expected = [-100 * change / (mean - change), 100 * se / (mean - change)]
    for shown, real in zip(percents(hint["text"]), expected, strict=True):
        assert shown == pytest.approx(real, abs=0.5 if real >= 9.95 else 0.0501)


def test_against_the_tuned(weak, node):
    found, penalties = said(node, weak, {"behaviour": 1e5, "promo": 10})
    hint = found["against tuned", None]
    tuned = weak.penalties_.to_numpy()
    now, difference, se = compared(weak, penalties, tuned)
    before = now - difference
    assert f"campaigns left out {now:.4f}, " in hint["text"]
    assert f"tuned {before:.4f}, " in hint["text"]
    assert f"difference ({loss_text(se)})" in hint["text"]
    assert ("above" if difference > 0 else "below") in hint["text"]
    assert ("more than two" if abs(difference) > 2 * se else "within two") in hint["text"]
    shown = percents(hint["text"])[0]
    assert shown == pytest.approx(100 * abs(difference) / before, rel=0.06)


def test_the_worst_campaign(weak, node):
    hint = said(node, weak)[0]["worst", None]
    each = losses(weak, weak.penalties_.to_numpy())
    mean = compared(weak, weak.penalties_.to_numpy(), weak.penalties_.to_numpy())[0]
    worst = int(np.argmax(each))
    assert hint["text"] == (
        f"Left out, {Facts.of(weak).folds[worst]} is predicted worst: loss {each[worst]:.4f} a "
        f"contact, against {mean:.4f} over all."
    )


def test_no_campaign_is_the_worst_where_losses_may_be_off_by_more_than_it_is_apart(weak, node):
    next_to_worst, worst = np.sort(losses(weak, weak.penalties_.to_numpy()))[-2:]
    for part, is_told in ((0.49, True), (0.51, False)):
        off = {"fold": part * (worst - next_to_worst)}
        assert (("worst", None) in said(node, weak, errors=off)[0]) == is_told


def test_what_a_file_may_be_off_by_is_no_hint(weak, node):
    moved = {"behaviour": 1e5}
    found, penalties = said(node, weak, moved)
    assert {("against tuned", None), ("nudge", "behaviour")} <= found.keys()
    _, above, _ = compared(weak, penalties, weak.penalties_.to_numpy())
    weaker = np.where(np.array(Facts.of(weak).groups) == "behaviour", 1 / 8, 1.0) * penalties
    _, fall, _ = compared(weak, weaker, penalties)
    for part in (0.99, 1.01):
        offs = {group: [part * abs(fall), 1e9] for group in ("behaviour", "promo")}
        errors = {"loss": part * abs(above)}
        kept = said(node, weak, moved, errors=errors, offs=offs)[0].keys()
        assert (("against tuned", None) in kept) == (part < 1)
        assert (("nudge", "behaviour") in kept) == (part < 1)


def test_how_far_columns_are_shrunk_is_no_hint_where_it_may_be_off(weak, node):
    for edf, is_told in ((0.59, True), (0.61, False)):  # a tenth of six columns
        found, _ = said(node, weak, errors={"edf": edf})
        assert (("free", "behaviour") in found) == is_told
    share = weak.columns_["score_share"][np.array(Facts.of(weak).groups) == "promo"].sum()
    for part, is_told in ((0.99, True), (1.01, False)):
        found, _ = said(node, weak, errors={"share": part * share})
        assert (("spiky", "promo") in found) == is_told


def test_groups_that_are_free_or_gone(weak, node):
    free, _ = said(node, weak)
    edf = weak.edf_by_group_
    assert free["free", "behaviour"]["text"] == (
        f"behaviour is hardly shrunk: {edf['behaviour']:.1f} of 6 columns effective."
    )
    gone, _ = said(node, weak, {"behaviour": 1e9})
    real = weak.preview(dict.fromkeys(["behaviour"], 1e4)).edf - edf["promo"]
    assert gone["gone", "behaviour"]["text"] == (
        f"behaviour is all but shrunk out: {abs(real):.1f} of 6 columns effective."
    )


def test_two_campaigns_tell_no_standard_error_and_so_no_change_of_the_loss(make_frame, node):
    two = RidgePropensity(alpha=1e-5).fit(make_frame(campaigns=2, each=900))
    found, _ = said(node, two, {"behaviour": 1e5})
    assert {kind for kind, _ in found} & {"against tuned", "nudge"} == set()
    assert not any("standard error" in hint["text"] for hint in found.values())
    assert ("worst", None) in found


def test_nothing_is_said_of_the_tuned_against_itself(model, node):
    assert ("against tuned", None) not in said(node, model)[0]
