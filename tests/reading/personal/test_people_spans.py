"""Where an e-mail, a phone or an account stands in a text."""

import time

from workbench.reading.personal.people_spans import people_spans


def test_each_has_its_place():
    text = "Konto DE89 3704 0044 0532 0130 00 AB, ann.lee@mail.example, +49 170 1234567 nicht"
    found = {kind: text[start:end] for kind, start, end in people_spans(text)}
    assert found == {
        "iban": "DE89 3704 0044 0532 0130 00",
        "email": "ann.lee@mail.example",
        "phone": "+49 170 1234567",
    }


def test_figures_alone_are_no_phone():
    assert list(people_spans("0170 1234567")) == []


def test_a_long_word_without_an_at_takes_no_time():
    begun = time.process_time()
    assert list(people_spans("a." * 50_000)) == []
    assert time.process_time() - begun < 5  # a square of its length would take minutes
