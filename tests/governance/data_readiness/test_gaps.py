import numpy as np
import pytest

from workbench import load
from workbench.governance import readiness


def test_a_clean_shop_has_no_gaps(ask):
    assert ask()["missing-values"].evidence == "0.0% of all values are missing."


def test_a_column_that_a_campaign_lacks_is_named_with_it(ask, shop):
    spend = shop["spend"].where(shop["month"] != "2024-05")
    found = ask({"spend": spend})["missing-values"]
    assert (found.state, found.evidence) == (
        "needs repair",
        "'spend' is missing in the whole of '2024-05'.",
    )


def test_gaps_here_and_there_are_none_of_a_campaign(ask, shop):
    some = np.random.default_rng(0).random(len(shop)) < 0.4
    assert ask({"spend": shop["spend"].where(~some)})["missing-values"].state == "pass"
    most = np.random.default_rng(0).random(len(shop)) < 0.7
    assert ask({"spend": shop["spend"].where(~most)})["missing-values"].state == "needs a person"


@pytest.mark.parametrize("code", [9999.0, 99999.0, -999.0, -9.0])
def test_a_code_for_missing_is_found(ask, shop, code):
    found = ask({"spend": shop["spend"].where(shop.index % 20 > 0, code)})["missing-values"]
    assert (found.state, f"{code:,.0f}" in found.evidence) == ("needs repair", True)


def test_a_largest_amount_is_no_code(ask, shop):
    assert ask({"age": 20 + shop.index % 80})["missing-values"].state == "pass"
    assert ask({"gain": (shop.index % 19) - 9})["missing-values"].state == "pass"
    once = shop["spend"].copy()
    once.iloc[3] = 9999.0
    assert ask({"spend": once})["missing-values"].state == "pass"


def test_an_empty_column_is_named(ask):
    assert "'fax'" in ask({"fax": None})["missing-values"].evidence


def test_tables_are_asked_column_by_column():
    assert readiness(load("sample"))["missing-values"].state == "pass"
