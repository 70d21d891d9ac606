"""What contacts by propensity add: against means by hand, known truth, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from workbench import FeatureFrame
from workbench.errors import DataError, ParameterError
from workbench.evidence import incremental, uplift_gain
from workbench.language import retold, speaking
from workbench.metrics import incremental_profit_by_depth

PRICES = {"cost": 0.3, "margin": 1.0}


def world(n=8000, seed=0, *, share=0.5, against=0.0):
    """Fond contacts respond anyway; moved ones respond to the contact. And both truths."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"fond": rng.normal(size=n), "moved": rng.normal(size=n)})
    mailed = rng.random(n) < share
    base = expit(-1.2 + 1.5 * X["fond"]).to_numpy()
    effect = 0.35 * expit(2 * X["moved"] - against * X["fond"]).to_numpy() * (1 - base)
    frame = FeatureFrame(
        X,
        pd.Series((rng.random(n) < base + effect * mailed).astype(float)),
        treatment=pd.Series(np.where(mailed, "mail", "none")),
        control="none",
    )
    return frame, base + share * effect, effect


def test_it_is_what_the_arms_of_the_contacted_differ_by():
    frame, chance, _ = world()
    found = incremental(frame, chance, **PRICES)
    here, mailed, y = chance > 0.3, (frame.treatment == "mail").to_numpy(), frame.y.to_numpy()
    treated, control = y[here & mailed].mean(), y[here & ~mailed].mean()
    assert found.value["contacts"] == here.sum()
    assert found.value["increments"] == pytest.approx(here.sum() * (treated - control), rel=0.02)
    assert found.value["profit"] == pytest.approx(found.value["increments"] - 0.3 * here.sum())
    assert found.gross == pytest.approx(here.sum() * (treated - 0.3), rel=0.02)
    assert found.anyway == pytest.approx(control / treated, rel=0.05)
    assert found.left_out == 0
    assert found.rival is None


def test_its_curve_and_gains_are_those_of_the_metrics():
    frame, chance, _ = world(2000)
    found = incremental(frame, chance, **PRICES)
    mailed = (frame.treatment == "mail").astype(float)
    pd.testing.assert_frame_equal(
        found.curve, incremental_profit_by_depth(frame.y, mailed, chance, **PRICES)
    )
    depth = float(found.value["share"])
    pd.testing.assert_frame_equal(found.gains, uplift_gain(chance, frame, depth=depth, **PRICES))


def test_its_interval_holds_the_truth():
    held = []
    for seed in range(100):
        frame, chance, effect = world(1500, seed)
        value = incremental(frame, chance, **PRICES).value
        here = chance > 0.3
        held.append(value["low"] <= effect[here].sum() - 0.3 * here.sum() <= value["high"])
    assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 100)


def test_the_ranking_by_uplift_is_named_where_it_is_proven_only():
    frame, chance, effect = world(12_000, against=1.0)
    proven = incremental(frame, chance, uplift=effect, **PRICES)
    assert proven.rival_is_better
    gain = uplift_gain(
        effect, frame, propensity=chance, depth=float(proven.value["share"]), **PRICES
    ).iloc[0]
    assert proven.rival["gain"] == pytest.approx(gain["gain"])
    assert "As many contacts ranked by uplift would have earned" in proven.sentence("EUR")
    noise = np.random.default_rng(0).normal(size=len(frame))
    for other in (noise, chance):
        found = incremental(frame, chance, uplift=other, **PRICES)
        assert not found.rival_is_better
        assert "uplift" not in found.sentence()


def test_it_is_said():
    frame, chance, _ = world(4000)
    found = incremental(frame, chance, **PRICES)
    said = found.sentence("EUR")
    assert said.startswith("Beyond what comes anyway, contacting the best ")
    assert f"{found.anyway:.0%} of the responses would have come without a contact." in said
    assert "by propensity would have lost" in said
    assert "not proven" not in said
    even = incremental(frame, chance, cost=0.13, margin=1.0)
    assert even.value["low"] < 0 < even.value["high"]
    assert "Whether it earns or loses is not proven." in even.sentence()
    earns = incremental(frame, chance, cost=0.01, margin=1.0)
    assert "by propensity would have earned" in earns.sentence()
    assert incremental(frame, chance, cost=2.0, margin=1.0).sentence() == (
        "No contact was expected to earn its cost, so nothing is added."
    )
    assert "contacting everybody" in incremental(frame, chance, cost=0.0, margin=1.0).sentence()
    assert "<th>rival</th>" in found._repr_html_()
    with speaking("de"):
        assert found.sentence("EUR").startswith("Über das hinaus, was ohnehin kommt")


def test_campaigns_with_one_arm_and_open_outcomes_are_left_out():
    frame, chance, _ = world(3000)
    campaign = np.arange(3000) % 3
    mailed = (frame.treatment == "mail") | (campaign == 2)
    y = frame.y.where(np.arange(3000) % 10 > 0)
    several = replace(
        frame,
        y=y,
        campaign=pd.Series(campaign.astype(str)),
        treatment=pd.Series(np.where(mailed, "mail", "none")),
    )
    found = incremental(several, chance, **PRICES)
    kept = (campaign < 2) & y.notna().to_numpy()
    assert found.left_out == (~kept).sum()
    own = incremental(several.rows(kept), chance[kept], **PRICES)
    pd.testing.assert_series_equal(found.value, own.value)


def test_several_arms_are_one_or_one_of_them():
    frame, chance, _ = world(6000)
    arms = frame.treatment.where(np.arange(6000) % 2 == 0, frame.treatment.replace("mail", "app"))
    three = replace(frame, treatment=arms)
    pd.testing.assert_series_equal(
        incremental(three, chance, **PRICES).value, incremental(frame, chance, **PRICES).value
    )
    pair = three.rows((arms != "app").to_numpy())
    pd.testing.assert_series_equal(
        incremental(three, chance, arm="mail", **PRICES).value,
        incremental(pair, chance[(arms != "app").to_numpy()], **PRICES).value,
    )


def refused(kind, said, *given, **told):
    with pytest.raises(kind) as caught:
        incremental(*given, **(PRICES | told))
    assert str(caught.value) == said


def test_what_cannot_be_measured_is_refused():
    frame, chance, _ = world(600)
    refused(
        DataError,
        "What a contact adds is told by a test: the frame must say which rows were treated. Read "
        "it with `FeatureFrame.from_table(…, treatment=…, control=…)`.",
        replace(frame, treatment=None, control=None),
        chance,
    )
    refused(
        DataError,
        "What a contact adds is measured against a control group of the same campaign; no campaign "
        "here has both a treated arm and 'none' with known outcomes. Keep a control group next "
        "time: `workbench.experiments.assign`.",
        replace(frame, campaign=frame.treatment),
        chance,
    )
    refused(
        DataError,
        "`propensity` must have one score a row of the frame; got 10 scores and 600 rows. Score "
        "these contacts.",
        frame,
        chance[:10],
    )
    with pytest.raises(ParameterError, match="`cost` must be an amount of money"):
        incremental(frame, chance, cost=-1.0, margin=1.0)


def test_contacts_that_were_chosen_are_refused_without_their_chances():
    frame, chance, _ = world(2000)
    rng = np.random.default_rng(1)
    p = expit(frame.X["fond"].to_numpy())
    mailed = rng.random(2000) < p
    chosen = replace(frame, treatment=pd.Series(np.where(mailed, "mail", "none")))
    with pytest.raises(DataError, match="Arms must be assigned at random; features tell the"):
        incremental(chosen, chance, **PRICES)
    known = replace(chosen, arm_probability=pd.Series(np.where(mailed, p, 1 - p)))
    assert np.isfinite(incremental(known, chance, **PRICES).value["profit"])


def chosen_by_fondness():
    frame, chance, _ = world(2000)
    mailed = np.random.default_rng(1).random(2000) < expit(3 * frame.X["fond"].to_numpy())
    return replace(frame, treatment=pd.Series(np.where(mailed, "mail", "none"))), chance


def mailed_alone():
    frame, chance, _ = world(600)
    mailed = (frame.treatment == "mail").to_numpy()
    return frame.rows(mailed), chance[mailed]


DRAWN = (
    "Die Gruppen müssen zufällig zugewiesen sein; Merkmale unterscheiden {who} von 'none' "
    "(p < 1e-12), vor allem ['fond']. "
)
BOTH = (
    "Was ein Kontakt hinzufügt, wird an einer Kontrollgruppe derselben Kampagne gemessen; keine "
    "Kampagne hat hier {who} und 'none' zugleich, mit bekannten Ergebnissen. "
)


@pytest.mark.parametrize(
    ("contacts", "arm", "german"),
    [
        (chosen_by_fondness, "any", DRAWN.format(who="die Behandelten")),
        (chosen_by_fondness, "mail", DRAWN.format(who="'mail'")),
        (mailed_alone, "any", BOTH.format(who="eine behandelte Gruppe")),
        (mailed_alone, "mail", BOTH.format(who="'mail'")),
    ],
)
def test_why_nothing_is_measured_is_told_on_a_page_in_its_language(contacts, arm, german):
    frame, chance = contacts()
    with pytest.raises(DataError) as caught:
        incremental(frame, chance, arm=arm, **PRICES)
    assert retold(str(caught.value)) == str(caught.value)
    with speaking("de"):
        assert retold(str(caught.value)).startswith(german)
