"""Personal data inside of a text: each number is told once, by its check digits."""

import pytest

from workbench.texts.screening.personal_spans import personal_spans


def found_in(text):
    return {
        kind: [text[start:end] for start, end in spans]
        for kind, spans in personal_spans(text).items()
        if spans
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IBAN DE89 3704 0044 0532 0130 00 BITTE", {"@iban": ["DE89 3704 0044 0532 0130 00"]}),
        ("card 4111 1111 1111 1111 here", {"@card": ["4111 1111 1111 1111"]}),
        ("Anna, geb. am 3.5.71, hier", {"@birth": ["3.5.71"]}),
        ("Her birthday is 1971-05-03 now", {"@birth": ["1971-05-03"]}),
        ("call +49 170 1234567 tomorrow", {"@phone": ["+49 170 1234567"]}),
        ("mobil +49 (0) 170 / 123 45 67", {"@phone": ["+49 (0) 170 / 123 45 67"]}),
        ("call +49 170 1234567 - 12 Uhr", {"@phone": ["+49 170 1234567"]}),
        ("Ann, Geb.-Datum: 03.05.1971", {"@birth": ["03.05.1971"]}),
        ("ann@müller.example", {"@email": ["ann@müller.example"]}),
        ("a@b.example, info@b.example", {"@email": ["a@b.example"]}),
        ("the year 1971-05-03 alone", {}),
        ("4111 1111 1111 1112", {}),
        ("price 4111111111111111.50", {}),
        ("", {}),
    ],
)
def test_what_is_found(text, found):
    assert found_in(text) == found
