"""Every kind of personal data has words, and a German card has German ones."""

import warnings

import pandas as pd

from tests.governance.card.shop import TODAY, papers
from workbench import FeatureFrame, RidgePropensity
from workbench.governance.card.model_card import model_card
from workbench.governance.personal_data import personal_data
from workbench.governance.personal_words import KINDS, kind_said
from workbench.language import speaking
from workbench.reading.personal.finding import CLASSES


def test_every_kind_has_words():
    assert set(KINDS) == set(CLASSES)
    assert [kind_said(kind) for kind in KINDS] == list(KINDS)


def test_a_german_card_says_kinds_uses_and_why_in_german():
    table = pd.DataFrame(
        {
            "x": range(120),
            "konfession": ["ev", "rk", "ev"] * 40,
            "plz": ["01067", "10115", "80331"] * 40,
            "bought": [0, 1, 1, 0] * 30,
        }
    )
    with warnings.catch_warnings(action="ignore"):  # of what is left out, and of leaks
        frame = FeatureFrame.from_table(table, target="bought")
        model = RidgePropensity(alpha=1.0).fit(frame)
    found = personal_data(frame)
    with speaking("de"):
        card = model_card(model, frame, papers(), personal=found, today=TODAY)
        checks = " ".join(check.evidence for check in found.checks())
    (grid,) = (one for one in card.section("personal-data").grids if one.key == "personal")
    lines = {line[0][0].text: [cell[0].text for cell in line[1:]] for line in grid.rows}
    assert lines["konfession"][:3] == ["Religion", "besondere Kategorie", "ausgelassen"]
    assert lines["konfession"][3].startswith("sein Name; ")
    assert "of its values" not in lines["konfession"][3]
    assert lines["plz"][0] == "Stellvertreter: Postleitzahl"
    assert lines["plz"][2] == "Merkmal"
    assert "konfession (Religion)" in checks
