import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from workbench.governance import readiness
from workbench.governance.data_readiness.customers import as_read, nameless


def test_customers_of_a_clean_shop_pass(ask):
    assert ask()["customer-ids"].state == "pass"
    assert ask(customer=None)["customer-ids"].state == "needs a person"


def test_empty_customers_need_repair_and_half_of_them_block(ask, shop):
    place = np.arange(len(shop))
    few = ask({"id": shop["id"].where(place % 20 > 0, "unknown")})["customer-ids"]
    assert (few.state, few.evidence) == ("needs repair", "53 rows name no customer (5.0%).")
    assert ask({"id": shop["id"].where(place % 2 > 0)})["customer-ids"].state == "blocked"


def test_a_nought_is_a_customer_unless_far_too_many_have_it():
    assert not nameless(pd.Series([str(k) for k in range(40)])).any()
    assert nameless(pd.Series(["0"] * 30 + [str(k) for k in range(1, 40)])).sum() == 30


def test_two_spellings_are_found_and_no_customer_is_shown(ask, shop):
    twice = shop["id"].where(shop.index % 7 > 0, shop["id"].str.lower() + " ")
    found = ask({"id": twice})["customer-ids"]
    assert found.state == "needs repair"
    assert "K0" not in found.evidence + found.next_step


@given(st.integers(0, 10**9), st.integers(0, 3), st.booleans())
def test_however_a_number_is_written_it_is_read_as_one(number, zeros, is_float):
    written = " " + "0" * zeros + str(number) + (".0" if is_float else "")
    first, second = as_read(pd.Series([written, str(number)]))
    assert first == second


def test_numbers_that_a_spreadsheet_rounded_are_found(as_file, shop):
    found = as_file(shop.assign(id=shop["id"].where(shop.index % 9 > 0, "4.91512E+12")))
    assert "rounded number" in found["customer-ids"].evidence


def test_row_numbers_and_numbers_of_each_list_are_no_customers(ask, shop):
    rows = ask({"id": np.arange(1050) + 1})["customer-ids"]
    anew = ask({"id": shop.groupby("month").cumcount() + 1})["customer-ids"]
    assert (rows.state, anew.state) == ("needs repair", "needs repair")
    assert "as rows are" in rows.evidence
    assert "anew in each campaign" in anew.evidence


def test_numbers_in_the_order_of_the_file_that_differ_by_campaign_are_customers(ask, shop):
    number = shop.groupby("month").cumcount() + 10_000 * shop["month"].str[-2:].astype(int)
    assert ask({"id": number})["customer-ids"].state == "pass"


def test_a_number_given_again_is_told_by_the_day_of_birth(ask, shop):
    born = shop["born_on"].copy()
    late = shop.index[shop["month"] == "2024-07"][:40]
    born[late] = born[late] + pd.Timedelta(days=3000)
    found = ask({"born_on": born})["customer-ids"]
    assert (found.state, "'born_on'" in found.evidence) == ("needs repair", True)
    default = shop["born_on"].where(shop.index % 30 > 0, pd.Timestamp("1900-01-01"))
    assert ask({"born_on": default})["customer-ids"].state == "pass"


def test_what_changes_by_nature_is_nobody_else(ask, shop):
    assert ask({"days_since_order": np.arange(1050) % 90})["customer-ids"].state == "pass"


def test_new_numbers_for_all_before_the_latest_campaign_are_found(ask, shop):
    moved = shop["id"].where(shop["month"] != "2024-07", "N" + shop["id"])
    found = ask({"id": moved})["customer-ids"]
    assert (found.state, "0% were contacted before" in found.evidence) == ("needs repair", True)


def test_a_table_of_one_campaign_cannot_tell_rows_from_customers(shop):
    found = readiness(shop.assign(id=range(1050)), target="bought", customer="id")
    assert found["customer-ids"].state == "needs a person"
