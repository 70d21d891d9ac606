import pandas as pd
import pytest

from workbench import load
from workbench.governance import readiness


def every(shop, n, column, value):
    return {column: shop[column].where(shop.index % n > 0, value)}


def test_days_of_a_clean_shop_pass(ask):
    found = ask()
    assert [found[n].state for n in ("dates", "date-order")] == ["pass", "pass"]


@pytest.mark.parametrize("day", ["1900-01-01", "1970-01-01", "9999-12-31"])
def test_default_days_are_found(ask, shop, day):
    found = ask(every(shop, 50, "born_on", pd.Timestamp(day)))["dates"]
    assert (found.state, day in found.evidence) == ("needs repair", True)


def test_somebody_may_be_born_on_a_default_day(ask, shop):
    born = pd.Timestamp("1969-12-01") + pd.to_timedelta(shop.index % 90, "D")
    assert ask({"born_on": born})["dates"].state == "pass"


def test_few_days_ahead_are_wrong_and_many_are_plans(ask, shop):
    ahead = pd.Timestamp("2025-03-01")
    assert ask(every(shop, 50, "born_on", ahead))["dates"].state == "needs repair"
    assert ask({"meeting_on": ahead})["dates"].state == "pass"
    until = shop["sent_on"].where(shop.index % 50 > 0, ahead)
    assert ask({"valid_until": until})["dates"].state == "pass"


def test_contacts_that_are_planned_may_lie_ahead_and_their_outcomes_may_not(ask, shop):
    ahead = shop["sent_on"].where(shop["month"] != "2024-07", pd.Timestamp("2025-01-06"))
    open_ones = shop["bought"].where(shop["month"] != "2024-07")
    assert ask({"sent_on": ahead, "bought": open_ones})["dates"].state == "pass"
    assert ask({"sent_on": ahead})["dates"].state == "needs repair"


def test_an_end_before_its_beginning_is_found(ask, shop):
    days = {"first_order": shop["sent_on"], "last_order": shop["sent_on"]}
    assert ask(days)["dates"].state == "pass"
    early = days["last_order"].where(shop.index % 40 > 0, pd.Timestamp("2023-12-24"))
    found = ask({**days, "last_order": early})["dates"]
    assert "'last_order' lies before 'first_order'" in found.evidence


def test_mixed_orders_need_repair_and_open_ones_a_person(as_file, shop):
    days = shop["born_on"].dt.strftime("%d/%m/%Y")
    other = shop["born_on"].dt.strftime("%m/%d/%Y")
    mixed = as_file(shop.assign(born_on=days.where(shop.index % 4 > 0, other)))
    assert mixed["date-order"].state == "needs repair"
    assert as_file(shop.assign(born_on=days))["date-order"].state == "pass"
    unclear = as_file(shop.assign(seen=shop["sent_on"].dt.strftime("%m/%d/%Y")))
    assert unclear["date-order"].state == "needs a person"
    said = as_file(shop.assign(seen=shop["sent_on"].dt.strftime("%m/%d/%Y")), dates="month-first")
    assert said["date-order"].state == "pass"


def test_a_day_that_no_calendar_has_is_found(as_file, shop):
    days = shop["born_on"].dt.strftime("%Y-%m-%d").where(shop.index % 90 > 0, "2023-02-30")
    assert "no calendar" in as_file(shop.assign(born_on=days))["dates"].evidence


@pytest.mark.parametrize(
    ("zone", "share", "state"),
    [("", 1, "pass"), ("Z", 1, "pass"), ("+02:00", 2, "needs repair"), ("Z", 2, "needs repair")],
)
def test_zones_in_some_rows_need_repair(as_file, shop, zone, share, state):
    clock = shop["sent_on"].dt.strftime("%Y-%m-%d 14:3") + (shop.index % 10).astype(str) + ":00"
    text = clock.where(shop.index % share > 0, clock + zone) if share > 1 else clock + zone
    assert as_file(shop.assign(opened_at=text))["time-zones"].state == state


def test_two_columns_of_which_one_has_a_zone_need_repair(ask, shop):
    clock = shop["sent_on"] + pd.Timedelta(hours=5)
    both = {"opened_at": clock, "clicked_at": clock.dt.tz_localize("UTC")}
    assert ask(both)["time-zones"].state == "needs repair"


def test_campaign_tables_are_asked_table_by_table():
    data = load("sample")
    assert readiness(data)["dates"].state == "pass"
    early = readiness(data, today=data.observed_until.date() - pd.Timedelta(days=20))
    assert early["dates"].state == "needs repair"
