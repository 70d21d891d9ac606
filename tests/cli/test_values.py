import argparse
import re

import pytest

from workbench.cli.values import (
    CONDITIONS,
    DATES,
    KINDS,
    MARKS,
    allowed_of,
    amount_of,
    days_of,
    groups_of,
    kinds_of,
    names_of,
    order_of,
    whole_of,
)
from workbench.errors import ParameterError
from workbench.reading import told
from workbench.reports import signs


def test_what_is_typed_becomes_what_it_stands_for():
    assert amount_of("1.50") == 1.5
    assert amount_of("0,8") == 0.8
    assert amount_of("1.2340") == 1.234
    assert amount_of("0.125") == 0.125
    assert amount_of("1.234,50") == amount_of("1,234.50") == 1234.5
    assert whole_of(" 12 ") == 12
    assert days_of("30") == 30.0
    assert names_of("customer, day,amount") == ["customer", "day", "amount"]
    assert groups_of(["mail_*=mail", "a=b=c"]) == {"mail_*": "mail", "a=b": "c"}
    assert kinds_of(["zip=category"]) == {"zip": "category"}
    assert kinds_of(None) == groups_of(None) == {}
    assert order_of("day-first") == "day-first"
    assert order_of("spring, summer") == ["spring", "summer"]
    assert order_of(None) is None


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (amount_of, "-1", "must be an amount of money, as in 1.50; got '-1'"),
        (
            amount_of,
            "1,234",
            (
                "must be a number that can be read in one way; '1,234' may be 1.234 or 1234. Write "
                "1.2340 or 1234"
            ),
        ),
        (
            amount_of,
            "2.500",
            (
                "must be a number that can be read in one way; '2.500' may be 2.500 or 2500. Write "
                "2.5000 or 2500"
            ),
        ),
        (amount_of, "1_0", "must be an amount of money, as in 1.50; got '1_0'"),
        (amount_of, "0,8 EUR", "must be an amount of money, as in 1.50; got '0,8 EUR'"),
        (whole_of, "2,5", "must be a whole number, as in 3; got '2,5'"),
        (whole_of, "1_000", "must be a whole number, as in 3; got '1_000'"),
        (days_of, "0", "must be a number of days above 0; got '0'"),
        (days_of, "inf", "must be a number of days above 0; got 'inf'"),
        (days_of, "a month", "must be a number of days above 0; got 'a month'"),
        (
            names_of,
            "customer",
            "must be the names of all columns, as in customer,day,amount; got 'customer'",
        ),
        (
            names_of,
            "a,,b",
            "must be the names of all columns, as in customer,day,amount; got 'a,,b'",
        ),
    ],
)
def test_what_cannot_be_is_refused(read, text, message):
    with pytest.raises(argparse.ArgumentTypeError, match=f"^{re.escape(message)}$"):
        read(text)


def test_pairs_need_both_sides():
    with pytest.raises(
        ParameterError, match=r"^--group must be PATTERN=NAME, as in 'mail_\*=mail'"
    ):
        groups_of(["mail"])
    with pytest.raises(ParameterError, match=r"^--as must be COL=KIND, as in 'zip=category'; got"):
        kinds_of(["zip"])


def test_what_is_said_of_a_file_is_what_reading_knows():
    assert (DATES, MARKS, KINDS) == (told.ORDERS, told.MARKS, told.SAID_OF_COLUMNS)


def test_conditions_are_those_of_the_signs():
    assert CONDITIONS == signs.CONDITIONS


def test_a_reason_may_hold_the_sign_and_must_be_there():
    assert allowed_of(["geb=a = b ", "konf=agreed"]) == {"geb": "a = b", "konf": "agreed"}
    assert allowed_of(None) == {}
    for typed in ("konf", "konf=", "konf= ", "=reason"):
        message = f"--allow must be COL=REASON, as in 'birth_date=the reason'; got {typed!r}."
        with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
            allowed_of([typed])
