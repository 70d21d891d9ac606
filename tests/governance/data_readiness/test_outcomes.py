import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.governance import readiness
from workbench.governance.data_readiness.outcomes import readable, responses


def test_a_clean_shop_passes_all_questions_of_outcomes(ask):
    found = ask(horizon_days=14)
    names = ("readable", "target", "horizon", "outcomes-matured", "campaigns", "responses")
    assert {found[name].state for name in names} == {"pass"}
    assert found["horizon"].evidence == "14 days after the decision, in the median."


def test_no_outcome_and_one_outcome_block(ask):
    assert ask({"bought": None})["outcomes-matured"].state == "blocked"
    assert ask({"bought": 1})["target"].state == "blocked"
    assert ask(target=None)["target"].evidence == "No outcome is named."


def test_a_target_of_words_that_nobody_can_tell_blocks_and_says_what_to_say(ask, shop):
    words = shop["bought"].map({0: "silver", 1: "gold"})
    found = ask({"bought": words})["target"]
    assert found.state == "blocked"
    assert "`positive='gold'`" in found.evidence
    assert ask({"bought": words}, positive="gold")["target"].state == "pass"


def test_outcomes_of_windows_that_are_open_were_counted_too_early(ask):
    early = dt.date(2024, 7, 10)
    found = ask(horizon_days=14, today=early)["outcomes-matured"]
    assert found.state == "needs repair"
    assert found.evidence.startswith("150 contacts")
    assert ask(horizon_days=8, today=early)["outcomes-matured"].state == "pass"


def test_empty_outcomes_of_old_campaigns_are_asked_about(ask, shop):
    old = shop["bought"].where(shop["month"] != "2024-02")
    found = ask({"bought": old})["outcomes-matured"]
    assert found.state == "needs a person"
    assert "150 of them are of campaigns before" in found.evidence
    waiting = shop["bought"].where(shop["month"] != "2024-07")
    assert ask({"bought": waiting})["outcomes-matured"].state == "pass"


@pytest.mark.parametrize(("kept", "state"), [(5, "needs a person"), (6, "pass"), (7, "pass")])
def test_six_campaigns_are_enough(shop, kept, state):
    table = shop[shop["month"].isin(shop["month"].unique()[:kept])]
    found = readiness(table, target="bought", campaign="month", customer="id")
    assert found["campaigns"].state == state


def test_campaigns_in_no_order_of_time_need_a_person(ask, shop):
    names = shop["month"].map(dict(zip(shop["month"].unique(), "qwertzu", strict=True)))
    found = ask({"month": names}, time=None)["campaigns"]
    assert (found.state, "order in time" in found.evidence) == ("needs a person", True)


def test_a_campaign_without_any_response_was_not_recorded(ask, shop):
    silent = shop["bought"].where(shop["month"] != "2024-03", 0)
    found = ask({"bought": silent})["responses"]
    assert (found.state, "'2024-03'" in found.evidence) == ("needs repair", True)


def test_nine_responses_block_and_ninety_make_wide_intervals(material, shop):
    place = np.arange(len(shop))
    nine = responses(material({"bought": (place % 131 == 0).astype(int)}))
    assert nine.state == "blocked"
    ninety = responses(material({"bought": (place % 12 == 0).astype(int)}))
    assert ninety.state == "needs a person"


def test_what_a_run_refuses_is_told_and_all_else_is_asked_all_the_same(ask, shop):
    days = shop["sent_on"].dt.strftime("%d/%m/%Y")
    found = ask({"sent_on": days})
    assert found["readable"].state == "blocked"
    assert "can be read in one way" in found["readable"].evidence
    assert found["leakage"].state == "pass"


def test_words_among_numbers_and_broken_letters_are_named(as_file, shop):
    spend = shop["spend"].astype(str).where(shop.index % 3 > 0, "12 pcs")
    towns = np.where(shop["id"] < "K0300", "MÃ¼nchen", "Bonn")
    found = as_file(shop.assign(spend=spend, town=towns))["readable"]
    assert found.state == "needs repair"
    assert "'town'" in found.evidence


def test_a_frame_of_cells_counts_contacts(material):
    cells = pd.DataFrame({"price": [1.0, 2.0, 3.0], "sent": [900, 800, 700], "sold": [90, 40, 70]})
    frame = FeatureFrame.from_table(cells, target="sold", trials="sent")
    found = readiness(frame)
    assert "200 of 2,400" in found["target"].evidence
    assert readable(material()).evidence == "1,050 contacts."
