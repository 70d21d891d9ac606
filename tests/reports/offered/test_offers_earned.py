"""What the offer made to each contact met, or earned: told in fives, and of few people not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.offers_planted import contacts
from workbench import FeatureFrame, evidence
from workbench.digits import money_text
from workbench.evidence import next_offer
from workbench.reports.offered.offers_earned import OffersEarned

SAID = {"target": "bought", "campaign": "month", "offer": "took", "customer": "who"}
MARGINS = {"coffee": 1.0, "green tea": 2.5, "Müsli": 4.0, "wine": 3.0}


@pytest.fixture(scope="module")
def split():
    frame = FeatureFrame.from_table(contacts(3000), **SAID)
    return evidence.out_of_time(frame, test_campaigns=2)


@pytest.fixture(scope="module")
def found(split):
    return next_offer(split.train, split.test)


def test_what_it_met_is_told_in_fives(found):
    hits = found.chosen["positives"].sum()
    told = 5 * np.floor(hits / 5 + 0.5)
    constant = 5 * np.floor(found.constant_earned / 5 + 0.5)
    said = OffersEarned(found).sentence()
    contacts_ = 5 * np.floor(found.contacts / 5 + 0.5)
    assert said.startswith(
        f"Had each of {contacts_:,.0f} contacts been made the offer that it is likeliest to take, "
        f"{told:,.0f} ("
    )
    assert f"with {found.constant!r} for everybody, {constant:,.0f}." in said
    assert f"That is {told - constant:,.0f} more (95% interval of the difference: " in said
    low, high = 5 * np.floor(found.low / 5), 5 * np.ceil(found.high / 5)
    assert f"{low:,.0f} to {high:,.0f}, customers drawn again)." in said


def test_money_is_told_of_counts_in_fives(split):
    found = next_offer(split.train, split.test, margins=MARGINS)
    worth = pd.Series(MARGINS)
    hits = 5 * np.floor(found.chosen["positives"] / 5 + 0.5)
    said = OffersEarned(found, "EUR").sentence()
    assert f"would have brought {money_text((hits * worth).sum(), 'EUR')};" in said
    assert "EUR more" in said


def test_what_is_not_proven_is_called_chance(found):
    shy = OffersEarned(replace(found, low=-3.0, high=40.0))
    assert "which may be chance (95% interval of the difference: -5 to 40," in shy.sentence()
    plain = f"{found.constant!r} for everybody is the plain choice."
    beyond = "How far other campaigns would differ, the interval does not tell."
    assert shy.sentence().endswith(f"{plain} {beyond}")
    assert plain not in OffersEarned(found).sentence()
    assert OffersEarned(found).sentence().endswith(beyond), "two campaigns are not drawn again"
    drawn = OffersEarned(replace(found, drawn="campaigns"))
    assert beyond not in drawn.sentence()
    worse = OffersEarned(replace(found, low=-40.0, high=-3.0))
    assert f" {found.constant!r} for everybody is better." in worse.sentence()
    fewer = replace(found, chosen=found.chosen.assign(positives=5.0))
    assert "fewer" in OffersEarned(fewer).sentence()


def test_of_few_who_took_it_nothing_is_told(found):
    few = found.chosen.assign(positives=[2.0, 1.0, 0.0, 0.0])
    said = OffersEarned(replace(found, chosen=few)).sentence()
    assert said.startswith("Too few contacts took the offer that would have been made to them")


def test_the_same_for_everybody_is_said(found):
    same = found.chosen.assign(contacts=0.0)
    same.loc[found.constant, "contacts"] = 1000.0
    said = OffersEarned(replace(found, chosen=same)).sentence()
    assert said.startswith(f"The model would make everybody the same offer, {found.constant!r}:")
