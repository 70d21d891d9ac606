import pandas as pd

from workbench import load
from workbench.governance import readiness


def test_a_clean_shop_has_nothing_twice(ask):
    found = ask()
    assert {found[n].state for n in ("repeated-rows", "repeated-contacts")} == {"pass"}


def test_rows_twice_need_repair_where_customers_are_named(shop):
    twice = pd.concat([shop, shop.iloc[:30]])
    named = readiness(twice, target="bought", campaign="month", customer="id")
    assert named["repeated-rows"].evidence.endswith("30 rows.")
    assert named["repeated-rows"].state == "needs repair"
    nobody = readiness(twice.drop(columns="id"), target="bought", campaign="month")
    assert nobody["repeated-rows"].state == "needs a person"


def test_a_number_of_its_own_hides_no_repeated_row(shop):
    twice = pd.concat([shop, shop.iloc[:30]], ignore_index=True).assign(row_number=range(1080))
    found = readiness(twice, target="bought", customer="id")
    assert found["repeated-rows"].evidence.endswith("30 rows.")


def test_both_outcomes_of_one_contact_are_counted(shop):
    other = shop.iloc[:25].assign(bought=1 - shop["bought"].iloc[:25])
    found = readiness(pd.concat([shop, other]), target="bought", campaign="month", customer="id")[
        "repeated-contacts"
    ]
    assert found.state == "needs repair"
    assert found.evidence.endswith("25 rows. With different outcomes: 25.")


def test_one_customer_at_two_moments_of_a_month_is_none_twice(shop):
    later = shop.iloc[:25].assign(sent_on=pd.Timestamp("2024-01-15"))
    roles = {"target": "bought", "campaign": "month", "customer": "id", "time": "sent_on"}
    found = readiness(pd.concat([shop, later]), **roles)
    assert found["repeated-contacts"].state == "pass"


def test_who_has_no_name_stands_in_no_campaign_twice(ask, shop):
    found = ask({"id": shop["id"].where(shop.index % 20 > 0, "n/a")})
    assert found["repeated-contacts"].state == "pass"


def test_tables_of_events_are_asked_too():
    assert readiness(load("sample"))["repeated-rows"].state == "pass"
