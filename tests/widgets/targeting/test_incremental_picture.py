from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.language import say, speaking
from workbench.widgets.front.picture import words
from workbench.widgets.targeting import incremental_picture as module
from workbench.widgets.targeting.amounts import Amounts
from workbench.widgets.targeting.contents import contents_of
from workbench.widgets.targeting.incremental_picture import (
    advice,
    followed,
    incremental_picture,
    measured,
)

MONEY = {"cost": 1.0, "margin": 9.0}


@pytest.fixture
def drawn(monkeypatch):
    """What each picture was drawn from; it is drawn all the same."""
    seen, really = [], module._drawn  # noqa: SLF001

    def spy(table, came, note, currency, *, digits):
        seen.append((table, came, note, digits))
        return really(table, came, note, currency, digits=digits)

    monkeypatch.setattr(module, "_drawn", spy)
    return seen


def given(model, frame, *, amounts=None, keep=0.0):
    return contents_of(model, frame, amounts=amounts, keep=keep, seed=0, currency="EUR")


def test_the_lines_are_those_of_the_rows(uplift_model, after, drawn):
    of = given(uplift_model, after)
    incremental_picture(of, MONEY, "exact")
    table, came, note, digits = drawn[0]
    uplift = np.sort(uplift_model.uplift(after))[::-1]
    for row in table.itertuples():
        made = round(row.contacts)
        assert row.expected_profit == pytest.approx(9 * uplift[:made].sum() - made, abs=1e-6)
        gross = of.contacts["propensity_treated"][:made].sum()
        assert row.gross_profit == pytest.approx(9 * gross - made, abs=1e-6)
    assert len(table) == 101
    assert len(came) == 21
    by_depth = of.tested.by_depth()
    profit = 9 * 2000 * by_depth["added"] - 2000 * by_depth["depth"]
    np.testing.assert_allclose(came["measured_profit"][1:], profit)
    assert (came["low"] <= came["measured_profit"]).all()
    assert digits is None
    assert note == module.WHAT_IT_IS


def test_a_mailed_picture_tells_of_parts_of_many_alone(uplift_model, after, drawn):
    of = given(uplift_model, after)
    for release in ("private", "static"):
        incremental_picture(of, MONEY, release)
        assert len(drawn[-1][1]) == 1 + of.tested.most_parts()
    few = replace(after, y=after.y.where(np.cumsum(after.y) < 12, 0.0))
    rare = given(uplift_model, few)
    incremental_picture(rare, MONEY, "private")
    assert drawn[-1][1] is None
    assert measured(rare.tested, drawn[-1][0], MONEY, "private") is None


def test_amounts_are_drawn_of_many_who_share_them(uplift_model, after, contract, drawn):
    amounts = Amounts(contract[: len(after)], predicted=False)
    of = given(uplift_model, after, amounts=amounts)
    incremental_picture(of, MONEY, "private")
    table, came, _, digits = drawn[0]
    assert came is None, "what came of one is a large part of a difference"
    assert digits == 3
    assert len(table) < 101
    incremental_picture(of, MONEY, "exact")
    assert drawn[1][1] is not None
    whale = contract[: len(after)].copy()
    whale[5] = 1e9
    said = incremental_picture(
        given(uplift_model, after, amounts=Amounts(whale, predicted=False)), MONEY, "private"
    )
    assert said == words(
        "Too few contacts share the money to draw it: what is shown is of many alone."
    )


def test_open_outcomes_draw_no_measured_line(uplift_model, open_ahead, drawn):
    incremental_picture(given(uplift_model, open_ahead, keep=0.05), MONEY, "exact")
    assert drawn[0][1] is None
    assert drawn[0][2].endswith("\nOf the chosen, 5.0% are kept back at random as a control group.")


def test_few_customers_are_not_drawn(uplift_model, after):
    few = given(uplift_model, after.rows(np.arange(len(after)) < 9))
    assert incremental_picture(few, MONEY, "exact") == words(
        "Too few contacts to draw: what is shown is of many alone."
    )


def test_the_title_says_the_best_depth_and_what_it_adds():
    bins = np.array([[100.0, 100.0], [20.0, 5.0], [30.0, 20.0]])
    table = followed(bins, MONEY)
    assert table["expected_profit"].tolist() == [0.0, 80.0, 25.0]
    assert table["gross_profit"].tolist() == [0.0, 170.0, 250.0]
    best = table.iloc[1]
    said = "Best 50% (100 contacts): 80 EUR of incremental profit expected"
    assert advice(best, "EUR") == said
    with speaking("de"):
        said = advice(best, "EUR").replace("\N{NO-BREAK SPACE}", " ")
        assert said == "Beste 50 % (100 Kontakte): 80 EUR zusätzlicher Deckungsbeitrag erwartet"
    nobody = pd.Series({"depth": 0.0, "contacts": 0.0, "expected_profit": 0.0})
    assert advice(nobody) == say("Contact nobody: no contact is expected to earn its cost")
    best = pd.Series({"depth": 0.5, "contacts": 100.0, "expected_profit": 12345.0})
    assert advice(best, digits=3).endswith(": 12,300 of incremental profit expected")
