import pandas as pd

from workbench import FeatureFrame, evidence
from workbench.evidence.spikes_by_chance import SpikyCount
from workbench.language import speaking
from workbench.reports import FeatureFindings

TABLE = pd.DataFrame(
    {
        "visits": [*range(30)] * 8,
        "plain": 1.0,
        "gaps": [1.0, *[None] * 29] * 8,
        "wave": [f"2024-0{1 + k // 30}" for k in range(240)],
        "bought": [0, 0, 1] * 80,
    }
)


def findings(**more):
    frame = FeatureFrame.from_table(TABLE, target="bought", campaign="wave")
    split = evidence.hold_out(frame)
    return FeatureFindings(frame, split, split.train.quality(), **more)


def test_it_counts_what_the_table_shows():
    found = findings()
    values = {figure.name: figure.value for figure in found.figures()}
    assert values == {"Features": 3, "Mostly missing": 1, "Leakage suspects": 0}
    assert found.figures()[0].note == "1 that vary"
    assert found.sentence() == "3 features in 2 groups. No leakage suspect."


def test_suspects_and_spikes_are_named():
    spikes = SpikyCount(spiky=1, columns=4, by_chance=0.5, at_most=2, deals=20)
    found = findings(suspects={"visits": "AUC 0.99"}, spikes=spikes)
    assert found.sentence() == (
        "3 features in 2 groups. 1 of 4 columns are spiky (by chance 0.5, at most 2). "
        "Leakage suspects: visits."
    )
    count = len(found.split.train.campaigns)
    assert (
        found.figures()[2].note == f"of 4 columns, over {count} campaigns; by chance 0.5, at most 2"
    )


def test_the_headline_is_in_english_for_programs_and_in_german_for_readers():
    with speaking("de"):
        headline = findings().headline("shop.csv")
    assert headline.title == "Features of shop.csv"
    assert headline.read.title == "Merkmale von shop.csv"
    assert headline.read.facts["Kontakte"].endswith(" im Training")
    assert headline.facts["Contacts"] == "180 in training"
    assert headline.facts["Span"] == "2024-01 to 2024-06"
    assert headline.read.facts["Zeitraum"] == "2024-01 bis 2024-06"
