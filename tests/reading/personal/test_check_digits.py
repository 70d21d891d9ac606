"""Check digits against published examples, and against what one wrong digit must do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.reading.personal import check_digits as rules

# of the registry of SWIFT, of the authorities' leaflets, and of card issuers' test numbers
KNOWN = [
    (rules.is_iban, "GB82 WEST 1234 5698 7654 32"),
    (rules.is_iban, "FR1420041010050500013M02606"),
    (rules.is_iban, "CH93 0076 2011 6238 5295 7"),
    (rules.is_iban, "AT61 1904 3002 3457 3201"),
    (rules.is_iban, "nl91abna0417164300"),
    (rules.is_card, "4012888888881881"),
    (rules.is_card, "3782 822463 10005"),
    (rules.is_card, "6011-1111-1111-1117"),
    (rules.is_german_tax_number, "36 574 261 809"),
    (rules.is_german_pension_number, "15 070649 C 103"),
    (rules.is_american_number, "078-05-1120"),
    (rules.is_swiss_number, "756.1234.5678.97"),
    (rules.is_austrian_number, "1237010180"),
    (rules.is_british_number, "AB123456C"),
    (rules.is_spanish_number, "X1234567L"),
    (rules.is_french_number, "1 84 12 76 451 089 46"),
    (rules.is_dutch_number, "111222333"),
]


@pytest.mark.parametrize(("rule", "text"), KNOWN)
def test_published_numbers_keep_their_rule(rule, text):
    assert rule(text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [(r, t) for r, t in KNOWN if r not in (rules.is_british_number, rules.is_american_number)],
)
def test_a_wrong_last_digit_breaks_the_rule(rule, text):
    last = text[-1]
    other = str((int(last, 36) + 1) % 10) if last.isdigit() else ("A" if last != "A" else "B")
    assert not rule(text[:-1] + other)


def check_digits_of(country, bban):
    """ISO 13616 by itself: letters count from ten, 98 less the rest of 97."""
    return 98 - int("".join(str(int(c, 36)) for c in f"{bban}{country}00")) % 97


@given(st.integers(0, 10**18 - 1))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_every_german_account_with_right_digits_is_one_and_with_others_none(number):
    bban = f"{number:018d}"
    right = check_digits_of("DE", bban)
    assert rules.is_iban(f"DE{right:02d}{bban}")
    assert not rules.is_iban(f"DE{(right + 1) % 97:02d}{bban}")
    assert not rules.is_iban(f"DE{right:02d}{bban}0")


@given(st.integers(0, 10**14 - 1))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_of_ten_last_digits_one_passes_luhn(number):
    passing = [d for d in range(10) if rules.passes_luhn(f"4{number:014d}{d}")]
    assert len(passing) == 1


@given(st.permutations("0123456789"), st.integers(0, 9))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_ten_different_digits_are_no_tax_number(digits, last):
    assert not rules.is_german_tax_number("".join(digits) + str(last))


def test_repeated_digits_are_no_card():
    assert not rules.is_card("0000000000000000")


def test_amounts_that_pass_luhn_are_no_cards():
    assert rules.passes_luhn("18")
    assert not rules.is_card("18")
    assert not rules.is_card("1234567812345670")  # passes Luhn, and no issuer begins with 1
