import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.tables.declared.looks import Look
from workbench.tables.declared.roles_guessed import (
    arms_of_contacts,
    flags_of,
    guess_as_of,
    guess_keys,
    guess_outcome,
    guess_roles,
    guess_until,
    validity,
)

DAYS = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"])


def look(name, **columns):
    return Look(name, f"{name}.csv", pd.DataFrame(columns))


CONTACTS = look("contacts", customer_id=[1, 2, 1, 2], campaign=["a", "a", "b", "b"])
CAMPAIGNS = look("campaigns", campaign=["a", "b"], start=DAYS[[0, 2]], end=DAYS[[1, 3]])
ORDERS = look("orders", customer_id=[1, 1, 2, 9], day=DAYS)
ANSWERS = look("responses", customer_id=[1, 2], campaign=["a", "b"], at=DAYS[:2])
PEOPLE = look("people", id=[1, 2], region=["n", "s"])
COUPONS = look("coupons", campaign=["a", "a", "b"], product=[1, 2, 3])
PRODUCTS = look("products", product=[1, 2, 3], price=[1.5, 2.5, 3.5])
NOTES = look("notes", customer_id=[1, 1], text=["x", "y"])
ALL = [CONTACTS, CAMPAIGNS, ORDERS, ANSWERS, PEOPLE, COUPONS, PRODUCTS, NOTES]


def test_each_file_is_taken_for_what_it_is():
    keys = guess_keys(ALL)
    assert (keys.customer, keys.campaign) == ("customer_id", "campaign")
    guesses = {guess.look.name: guess for guess in guess_roles(ALL, keys)}
    assert {name: guess.role for name, guess in guesses.items()} == {
        "contacts": "contacts",
        "campaigns": "campaigns",
        "orders": "events",
        "responses": "events",
        "people": "attributes",
        "coupons": "offers",
        "products": "",
        "notes": "",
    }
    assert guesses["orders"].time == "day"
    assert guesses["people"].rename == {"id": "customer_id"}
    assert not guesses["orders"].rename


def test_the_order_of_files_makes_no_difference():
    keys = guess_keys(ALL)
    roles = {guess.look.name: guess.role for guess in guess_roles(ALL, keys)}
    backwards = ALL[::-1]
    again = {g.look.name: g.role for g in guess_roles(backwards, guess_keys(backwards))}
    assert again == roles


def test_a_number_that_names_other_things_is_no_customer():
    """Ids of products begin at 1 too: without such a name or values, a column is no key."""
    shelves = look("shelves", id=[1, 2], row=[1, 2])
    strangers = look("customers", id=[101, 102], region=["n", "s"])
    keys = guess_keys([*ALL, shelves, strangers])
    assert not {"shelves", "products", "customers"} & set(keys.customer_in)


def test_responses_are_told_from_orders():
    keys = guess_keys(ALL)
    events = [guess for guess in guess_roles(ALL, keys) if guess.role == "events"]
    assert guess_outcome(events, keys) == (
        "responses",
        "named like responses and its rows name the campaign",
    )
    orders = [guess for guess in events if guess.look is ORDERS]
    assert guess_outcome(orders, keys) == ("orders", "named like orders")
    visits = look("visits", customer_id=[1, 1], at=DAYS[:2])
    plain = [guess for guess in guess_roles([CONTACTS, visits], keys) if guess.role == "events"]
    assert guess_outcome(plain, keys) == ("", "")


def test_moments_are_told_by_their_names():
    assert guess_as_of(CONTACTS, CAMPAIGNS) == ("start", "campaigns", ["start", "end"])
    assert guess_until(CAMPAIGNS, "start") == "end"
    mailed = look("contacts", customer_id=[1], campaign=["a"], sent=DAYS[:1])
    assert guess_as_of(mailed, None) == ("sent", "contacts", ["sent"])
    assert guess_as_of(CONTACTS, None) == ("", "", [])
    briefed = look("campaigns", campaign=["a"], briefing_sent=DAYS[:1], start=DAYS[1:2])
    assert guess_as_of(CONTACTS, briefed) == ("", "campaigns", ["briefing_sent", "start"])
    assert not guess_until(None, "start")
    backwards = look("campaigns", campaign=["a"], start=DAYS[[1]], end=DAYS[[0]])
    assert not guess_until(backwards, "start")
    assert validity(look("people", id=[1], valid_from=DAYS[:1])) == "valid_from"
    for other in ("born", "customer_since", "card_valid_until"):
        assert not validity(look("people", id=[1], **{other: DAYS[:1]}))


@pytest.mark.parametrize(
    ("name", "values", "found"),
    [
        ("responded", [1, 0, 0, 1], True),
        ("has_bought", [True, False, True, True], True),
        ("response_time", [1, 0, 2, 1], False),
        ("opened", [1, 0, 0, 1], False),
        ("bought", [1, 1, 1, 1], False),
        ("bought_before", [1, 0, 0, 1], False),
    ],
)
def test_a_column_that_says_who_responded_is_told_by_name_and_values(name, values, found):
    assert flags_of(look("contacts", **{name: values})) == [name] * found


def test_several_moments_of_an_event_are_not_chosen_among():
    orders = look("orders", customer_id=[1, 1], registered=DAYS[:2], order_date=DAYS[2:])
    files = [CONTACTS, CAMPAIGNS, orders]
    guess = guess_roles(files, guess_keys(files))[-1]
    assert (guess.role, guess.time) == ("events", "")


def test_events_of_a_campaign_are_no_responses_unless_they_are_called_so():
    left = look("unsubscribes", customer_id=[1, 2], campaign=["a", "b"], at=DAYS[:2])
    files = [CONTACTS, CAMPAIGNS, ORDERS, left]
    keys = guess_keys(files)
    events = [guess for guess in guess_roles(files, keys) if guess.role == "events"]
    assert guess_outcome(events, keys) == ("orders", "named like orders")


def test_a_key_is_not_taken_for_one_word_of_its_name():
    people = look("people", id=[1, 2], account_balance=[5, 7], customer_segment=[1, 1])
    files = [CONTACTS, CAMPAIGNS, people]
    assert guess_keys(files).customer_in["people"] == "id"


def test_without_keys_or_contacts_there_is_nothing_to_propose():
    with pytest.raises(DataError, match="No column of these files is called like a customer"):
        guess_keys([PRODUCTS])
    with pytest.raises(DataError, match="--orders-within 30 --customer COL --time COL"):
        guess_keys([ORDERS])
    files = [CAMPAIGNS, ORDERS]
    with pytest.raises(DataError, match="One file must hold the contacts"):
        guess_roles(files, guess_keys(files))


def test_campaigns_called_by_their_month_are_no_names():
    months = look("contacts", customer_id=[1, 2, 1, 2], campaign=DAYS)
    with pytest.raises(DataError, match=r"'campaign' of contacts\.csv .* holds moments"):
        guess_keys([months, ORDERS])


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"arm": ["mail", "control", "app", "mail"]}, ("arm", "control")),
        ({"Testgruppe": ["ja", "Kontrolle", "ja", "ja"]}, ("Testgruppe", "Kontrolle")),
        ({"treated": [1, 0, 0, 1]}, ("treated", "0")),
        ({"treated": [1.0, 0.0, 0.0, 1.0]}, ("treated", "0")),
        ({"arm": ["a", "b", "a", "b"]}, ("", "")),
        ({"arm": ["mail", "control", None, "mail"]}, ("", "")),
        ({"arm": ["mail", "control"] * 2, "group": ["x", "holdout"] * 2}, ("", "")),
        ({"region": ["north", "control"] * 2}, ("", "")),
    ],
)
def test_arms_of_a_test_among_the_contacts(columns, found):
    assert arms_of_contacts(look("contacts", **columns)) == found
