"""One rule, sign by sign; the worst decides, whatever else is well."""

import math
from dataclasses import replace

import pytest

from workbench.reports.verdict import (
    ENOUGH_CAMPAIGNS,
    MUCH_OUTSIDE,
    NOT_PROVEN,
    READY,
    TOO_GOOD_AUC,
    TOO_GOOD_LOSS,
    VERDICTS,
    WITH_CARE,
    Judged,
    verdict,
)

NAN = math.nan
GOOD = Judged(
    auc=0.8,
    loss_ratio=0.8,
    loss_low=0.75,
    loss_high=0.85,
    gain=700.0,
    gain_low=500.0,
    gain_high=900.0,
    campaigns=6,
    forward=True,
)
UNPROVEN = [
    ({"suspects": ["refund"]}, "'refund' may give the outcome away."),
    (
        {"auc": 0.9981, "leans_on": "refund"},
        (
            "A score this good is hardly ever real: AUC 0.998, 80% of the base rate's log loss. "
            "It depends most on 'refund'."
        ),
    ),
    (
        {"loss_ratio": 0.01},
        "A score this good is hardly ever real: AUC 0.800, 1% of the base rate's log loss.",
    ),
    ({"loss_low": NAN}, "How far its loss might differ on other contacts cannot be told."),
    ({"loss_high": math.inf}, "How far its loss might differ on other contacts cannot be told."),
    ({"auc": NAN}, "How far its loss might differ on other contacts cannot be told."),
    ({"too_few": "Too few."}, "Too few."),
    ({"loss_high": 1.0}, "It may err as much as giving everybody the same rate."),
    (
        {"loss_low": 1.01, "loss_high": 1.2},
        "It errs more than giving everybody the same rate.",
    ),
    (
        {"gain": -9.0, "gain_low": -12.0, "gain_high": -1.0},
        "Contacting everybody would have earned more.",
    ),
]
CARE = [
    ({"unordered": "No order.", "forward": None, "campaigns": 0}, "No order."),
    (
        {"campaigns": 5},
        (
            "5 campaigns were judged by earlier ones, and fewer than 6 do not tell how far the "
            "next may differ."
        ),
    ),
    (
        {"campaigns": 1, "forward": False},
        (
            "1 campaign was judged by earlier ones, and fewer than 6 do not tell how far the "
            "next may differ."
        ),
    ),
    (
        {"forward": False},
        (
            "Campaigns walked through in time do not prove that it errs less than the response "
            "rate of the recent ones."
        ),
    ),
    ({"gain_low": -1.0}, "What it earns over contacting everybody may be chance."),
    ({"gain_low": NAN, "gain_high": NAN}, "What it earns over contacting everybody may be chance."),
    ({"short": True}, "The profit falls short of the expected one by more than chance."),
    ({"outside": 0.125}, "12% of what moves its scores lies outside of what training saw."),
]


def changed(**changes):
    return verdict(replace(GOOD, **changes))


def test_where_nothing_speaks_against_it_it_is_ready():
    found = verdict(GOOD)
    assert found.word == READY
    assert "errs less than the base rate" in found.why
    assert "`workbench score`" in found.next_step


@pytest.mark.parametrize(("changes", "why"), UNPROVEN)
def test_what_makes_it_not_proven(changes, why):
    found = changed(**changes)
    assert (found.word, found.why) == (NOT_PROVEN, why)


@pytest.mark.parametrize(("changes", "why"), CARE)
def test_what_asks_for_care(changes, why):
    found = changed(**changes)
    assert (found.word, found.why) == (WITH_CARE, why)


@pytest.mark.parametrize("care", [changes for changes, _ in CARE])
@pytest.mark.parametrize("unproven", [changes for changes, _ in UNPROVEN])
def test_the_worst_sign_decides_whatever_stands_beside_it(unproven, care):
    assert changed(**{**care, **unproven}).word == NOT_PROVEN


def test_every_reason_of_the_worst_kind_is_said_and_the_first_says_what_to_do():
    found = changed(suspects=["a b", "c"], auc=0.999, leans_on="c", short=True)
    assert found.why.startswith("'a b', 'c' may give the outcome away. A score this good ")
    assert "falls short" not in found.why
    assert found.next_step == (
        "leave out what is known only afterwards (--drop 'a b' --drop c), and run again."
    )


EVERYBODY = {"depth": 1.0, "gain": 0.0, "gain_low": 0.0, "gain_high": 0.0}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"auc": TOO_GOOD_AUC}, READY),
        ({"auc": TOO_GOOD_AUC + 1e-9}, NOT_PROVEN),
        ({"loss_ratio": TOO_GOOD_LOSS}, READY),
        ({"loss_ratio": TOO_GOOD_LOSS - 1e-9}, NOT_PROVEN),
        ({"loss_high": 1 - 1e-9}, READY),
        ({"campaigns": ENOUGH_CAMPAIGNS - 1}, WITH_CARE),
        ({"outside": MUCH_OUTSIDE}, READY),
        ({"outside": MUCH_OUTSIDE + 1e-9}, WITH_CARE),
        ({"gain_low": 0.0}, WITH_CARE),
        ({"gain": 0.0, "gain_low": -9.0, "gain_high": 9.0}, WITH_CARE),  # it breaks even
        ({**EVERYBODY, "profit_low": 1.0}, READY),
        ({**EVERYBODY, "profit_low": 0.0}, WITH_CARE),
        ({"depth": 0.0}, NOT_PROVEN),
        ({"outside": math.nan}, WITH_CARE),
        ({"loss_ratio": math.nan}, NOT_PROVEN),
        ({"forward": None}, WITH_CARE),
    ],
)
def test_where_the_limits_lie(changes, word):
    assert changed(**changes).word == word


def test_it_reads_as_one_line():
    said = str(verdict(GOOD))
    assert said.startswith("Ready. On contacts")
    assert VERDICTS == ("ready", "with care", "not proven")
