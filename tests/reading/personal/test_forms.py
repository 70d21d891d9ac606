"""What single values are written as; look-alikes are none."""

import pytest

from workbench.reading.personal import forms

PHONES = [
    *("+49 170 1234567", "0049 30 123456-0", "030/1234567", "0170 1234567", "(0611) 123456"),
    *("+442079460958", "020 7946 0958", "07700 900123", "(212) 555-0123", "212-555-0123"),
    *("1-212-555-0123", "+43 664 1234567", "06 12 34 56 78", "01711234567"),
]
NONE = [
    *("2125550123", "12345678", "2024-01-31", "31.12.2024", "12:30:00", "0012345678", "4711"),
    *("1.234,50", "0123456789", "10.4.2.1", "ABC-123", "", "+49", "05/12/2023"),
]


@pytest.mark.parametrize("text", PHONES)
def test_phones_of_several_countries(text):
    assert forms.is_phone(text)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_phone(text):
    assert not forms.is_phone(text)


def test_in_a_column_called_phone_ten_digits_are_one_and_a_day_is_none():
    assert forms.is_dialled("1701234567")
    assert not forms.is_dialled("31.12.1999")
    assert not forms.is_dialled("12345")


@pytest.mark.parametrize("text", ["a.b+c@mail.example", "A@B.CO", "mailto:x@y.de", " x@y.de "])
def test_addresses(text):
    assert forms.is_email(text)


@pytest.mark.parametrize("text", ["a at b.de", "a@b", "@b.de", "a@b.de, c@d.de", "5", "a b@c.de"])
def test_no_addresses(text):
    assert not forms.is_email(text)


def test_versions_are_no_wide_addresses():
    assert forms.is_ip("10.4.2.1")
    assert not forms.is_wide_ip("10.4.2.1")
    assert not forms.is_ip("10.4.2.256")
    assert forms.is_wide_ip("fe80::1ff:fe23:4567:890a")


@pytest.mark.parametrize(
    "text", ["Lindenstraße 12", "Am Anger 3", "12 High Street", "5 rue de la Paix", "Kerkstraat 9"]
)
def test_streets(text):
    assert forms.is_street(text)


@pytest.mark.parametrize("text", ["Spring 2024", "Nur heute: 20% auf alles", "Regal 3", "A 12"])
def test_no_house(text):
    assert not forms.is_house(text)


def test_plates_and_frames():
    assert forms.is_plate("HH-XY 12E")
    assert not forms.is_plate("A12")
    assert forms.is_frame_number("WVWZZZ1JZXW000001")
    assert not forms.is_frame_number("ABCDEFGHJKLMNPRST")


def test_postcodes():
    assert forms.is_british_postcode("EC1A 1BB")
    assert not forms.is_british_postcode("AB12")
    assert not forms.is_postcode("north")


def test_hashes_and_masked_cards():
    assert forms.is_hash("d41d8cd98f00b204e9800998ecf8427e")
    assert not forms.is_hash("d41d8cd98f00b204")
    assert forms.is_masked_card("**** **** **** 1234")
    assert not forms.is_masked_card("1234 5678 9012 3456")


@pytest.mark.parametrize(
    ("text", "year"),
    [("1.2.1970", 1970), ("1970-02-01 10:00", 1970), ("5 March 1988", 1988), ("19880305", 1988)],
)
def test_years_of_days(text, year):
    assert forms.year_of(text) == year


@pytest.mark.parametrize("text", ["1970", "12", "3012-01-01", "north", "170/1234567"])
def test_no_days(text):
    assert forms.year_of(text) is None
