"""E-mails, phones and accounts inside of texts; what is a firm's own, or an order, is none."""

import pandas as pd
import pytest

from workbench.reading.personal.inside import are_long, share_with_people


def share_of(*texts):
    return share_with_people(pd.Series([*texts], dtype="str"))


@pytest.mark.parametrize(
    "text",
    [
        "please write to ann.lee@mail.example tomorrow",
        "Rückruf unter 0170/1234567 am Abend",
        "call (212) 555-0123 after five",
        "Konto DE89 3704 0044 0532 0130 00 bitte belasten",
        "Tel. +43 664 1234567 oder Mail",
        "geht auch 0170-1234567 bitte",
    ],
)
def test_what_is_somebody_s(text):
    assert share_of(text, "nothing to see in this remark") == 0.5


@pytest.mark.parametrize(
    "text",
    [
        "write to service@shop.example for help",
        "Your order 0815-12345 has been shipped",
        "from 2023-01-05 to 2023-02-05 on 3.000 Euro",
        "DE88 3704 is no account and no more",
        "00001 20210101  1   11.77",
        "see https://shop.example/a@b for more of it",
        "tracking 1234567890123456 was lost again",
    ],
)
def test_what_is_nobody_s(text):
    assert share_of(text) == 0


def test_no_text_at_all():
    assert share_with_people(pd.Series([None, None], dtype="str")) == 0


def test_short_texts_hold_nothing():
    assert not are_long([])
    assert not are_long(["a b", "c d"])
    assert are_long(["a remark of several words here", "short"])
