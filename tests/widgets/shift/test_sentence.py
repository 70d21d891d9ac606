"""What a shift view says of a column, of every kind, in English and in German."""

import numpy as np
import pandas as pd
import pytest

from workbench.language import speaking
from workbench.widgets.shift.sentence import sentence

ROW = {
    "concentration": 0.45,
    "concentration_noise": 0.01,
    "concentration_dealt": 0.03,
    "q": 24.0,
    "q_dealt": 12.0,
    "active_campaigns": 2,
    "lives_in": 2,
    "usual": 0.0,
    "by_mean": False,
    "between_share": 0.1,
    "compared": 2,
    "i_squared": 0.834,
    "false_discovery_rate": 0.01,
    "tau_squared": 0.16,
    "effect": 0.12,
    "psi": 0.1,
    "psi_noise": 0.01,
}
SURE = "its effect differs between campaigns more than chance would explain"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({}, f"Exists in 2 of 12 campaigns; {SURE}, even in sign: I² 83%, +0.12 ± 0.40."),
        ({"effect": 0.5}, f"Exists in 2 of 12 campaigns; {SURE}: I² 83%, +0.50 ± 0.40."),
        (
            {"active_campaigns": 12, "false_discovery_rate": 0.3, "score_share": 0.041},
            (
                "Exists in all 12 campaigns, 90% of it in 2; its effect differs between "
                "campaigns no more than chance may explain: I² 83%. It carries 4.1% of the "
                "score's variance."
            ),
        ),
        (
            {"usual": 65000.0, "compared": 1, "psi": 0.41, "score_share": -0.0001},
            (
                "Leaves its usual value, 65,000, in 2 of 12 campaigns; only one campaign shows "
                "its effect: nothing to compare it with; it has moved: PSI 0.41 of the second half "
                "of the campaigns against the first, 0.01 by chance. It carries 0% of the "
                "score's variance."
            ),
        ),
        (
            {"compared": 0, "between_share": 1.0, "by_mean": True, "usual": 3.0},
            (
                "Exists in 2 of 12 campaigns; it is constant within each: it separates "
                "campaigns, and cannot rank contacts."
            ),
        ),
        (
            {"compared": 0},
            "Exists in 2 of 12 campaigns; it is too rare within each to show its effect.",
        ),
        ({"concentration": np.nan}, "Constant: leave it out."),
    ],
)
def test_each_sentence(other, said):
    assert sentence(pd.Series(ROW | other), 12) == said


def test_in_german_with_german_numbers():
    row = ROW | {"usual": 65000.0, "psi": 0.41, "score_share": 0.041, "effect": 0.5}
    with speaking("de"):
        said = sentence(pd.Series(row), 12)
    assert said == (
        "Weicht in 2 von 12 Kampagnen vom üblichen Wert 65.000 ab; der Effekt unterscheidet sich "
        "zwischen den Kampagnen stärker, als der Zufall erklären würde: "
        "I² 83\u00a0%, +0,50 ± 0,40; Verschiebung: PSI 0,41 der zweiten Hälfte der Kampagnen "
        "gegenüber der ersten, durch Zufall 0,01. Anteil an der Varianz des Scores: "
        "4,1\u00a0%."
    )
