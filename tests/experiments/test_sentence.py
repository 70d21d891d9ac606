import pandas as pd
import pytest

from workbench.experiments.sentence import headline
from workbench.governance.counts_in_text import rounded_counts
from workbench.language import speaking


def said(
    effect, low, high, *, arm="Mail", kind="binary", valid="any_time", outcome=None, level=0.95
):
    per = 1 / effect if effect > 0 else float("nan")
    row = pd.Series(
        {"arm": arm, "effect": effect, "low": low, "high": high, "contacts_per_response": per}
    )
    return headline(row, kind=kind, valid=valid, level=level, outcome=outcome)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            said(0.0593, 0.053, 0.0653, outcome="visits"),
            (
                "Mail raised visits by 5.9 points (95% interval 5.3 to 6.5, valid at any look): 1 "
                "extra "
                "response for every 17 contacted."
            ),
        ),
        (
            said(0.004, -0.001, 0.009, valid="at_end", level=0.9),
            (
                "No effect of Mail on responses is proven: 0.4 points (90% interval -0.1 to 0.9, "
                "valid "
                "for one look)."
            ),
        ),
        (
            said(-0.02, -0.03, -0.01, valid="planned"),
            (
                "Mail lowered responses by 2.0 points (95% interval -3.0 to -1.0, valid at the "
                "planned "
                "looks)."
            ),
        ),
        (
            said(1.234, 1.2, 1.27, kind="amount"),
            (
                "Mail raised the amount by 1.23 per contact (95% interval 1.20 to 1.27, valid at "
                "any look)."
            ),
        ),
        (
            said(-5, -7, -3, kind="count", outcome="orders"),
            (
                "Mail lowered orders by 5.0 per contact (95% interval -7.0 to -3.0, valid at any "
                "look)."
            ),
        ),
        (
            said(0.0, -1, 1, kind="count"),
            (
                "No effect of Mail on the number is proven: 0.0 per contact (95% interval -1.0 to "
                "1.0, "
                "valid at any look)."
            ),
        ),
        (
            said(0.2, -0.02, 0.42, kind="amount", valid="at_end"),
            (
                "No effect of Mail on the amount is proven: 0.20 per contact (95% interval -0.02 "
                "to "
                "0.42, valid for one look)."
            ),
        ),
        (
            said(3e-6, 1e-6, 5e-6, kind="amount", valid="at_end"),
            (
                "Mail raised the amount by 0.0000030 per contact (95% interval 0.0000010 to "
                "0.0000050, valid for one look)."
            ),
        ),
        (
            said(0.99, 0.98, 1.0),
            (
                "Mail raised responses by 99.0 points (95% interval 98.0 to 100.0, valid at any "
                "look): 1 "
                "extra response for every 1 contacted."
            ),
        ),
        (
            said(0.0002, 0.0001, 0.0003),
            (
                "Mail raised responses by 0.020 points (95% interval 0.010 to 0.030, valid at any "
                "look): "
                "1 extra response for every 5,000 contacted."
            ),
        ),
    ],
)
def test_the_headline(sentence, expected):
    assert sentence == expected


def test_it_is_said_in_german():
    with speaking("de"):
        sentence = said(0.0593, 0.053, 0.0653, outcome="Besuche")
    assert sentence == (
        "Mail – Besuche: 5,9 Punkte mehr (95-%-Intervall 5,3 bis 6,5, gültig bei jeder "
        "Auswertung): "
        "1 zusätzliche Response auf je 17 Kontaktierte."
    )


@pytest.mark.parametrize("arm", ["1", "mail 7", "2 mails"])
def test_an_arm_whose_name_may_be_read_as_a_count_stands_in_quotes(arm):
    """Counts of few contacts are hidden in a mailed page; the name of an arm is none."""
    sentence = said(0.02, 0.01, 0.03, arm=arm)
    assert sentence.startswith(f"{arm!r} raised responses by 2.0 points")
    assert rounded_counts(sentence) == sentence
