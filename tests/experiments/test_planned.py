"""What a plan says, in a sentence and in a table."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from workbench.experiments import Plan
from workbench.language import speaking


def made(**changed):
    given = {
        "kind": "binary",
        "rate": 0.15,
        "smallest_effect": 0.01,
        "power": 0.8,
        "share": 0.9,
        "level": 0.95,
        "saved": 0.12,
        "contacts": 20_000,
        "contacts_plain": 22_727,
        "contacts_any_time": 38_300,
        "days": None,
        "days_plain": None,
        "days_any_time": None,
        "looks": (1.0,),
        "boundaries": (1.96,),
        "inflation": 1.0,
        "variance": 0.25,
        "rarer": 500.0,
    }
    return Plan(**(given | changed))


def test_the_sentence_of_a_plan():
    assert made().sentence() == (
        "To see an effect of 1 point on 15.0% with a chance of 80%, the test needs 20,000 "
        "contacts, 18,000 of them treated. The features save 12% of the sample: without them it "
        "needs 22,727. To be read at any time, it needs 38,300 contacts."
    )
    assert repr(made()) == made().sentence()


def test_of_rare_outcomes_features_save_next_to_nothing():
    said = made(
        rate=0.009, smallest_effect=0.0025, saved=0.008, contacts_plain=20_161, share=0.5
    ).sentence()
    assert said == (
        "To see an effect of 0.25 points on 0.9% with a chance of 80%, the test needs 20,000 "
        "contacts, 10,000 of them treated. The features save next to nothing, 0.8% of the sample: "
        "without them it needs 20,161. To be read at any time, it needs 38,300 contacts."
    )


def test_days_looks_and_what_makes_it_uncertain_are_said():
    several = made(
        days=1, days_plain=2, days_any_time=2, looks=(0.5, 1.0), boundaries=(2.963, 1.969),
        inflation=1.004, rarer=12.0, clustering=2.0,
    )  # fmt: skip
    assert several.sentence() == (
        "To see an effect of 1 point on 15.0% with a chance of 80%, the test needs 20,000 "
        "contacts, 18,000 of them treated: 1 day. The features save 12% of the sample: without "
        "them it needs 22,727. 2 looks take 0.4% more contacts than one look at the end. To be "
        "read at any time, it needs 38,300 contacts. Only 12 past contacts have the rarer outcome: "
        "its rate is hardly known, and no saving is counted on. Contacts of one customer or cell "
        "are alike: 50% of so many would do, if they were not."
    )
    assert several.notes == (
        (
            "Only 12 past contacts have the rarer outcome: its rate is hardly known, and no saving "
            "is counted on."
        ),
        "Contacts of one customer or cell are alike: 50% of so many would do, if they were not.",
    )
    assert made(rarer=1.0).notes == (
        (
            "Only one past contact has the rarer outcome: its rate is hardly known, and no saving "
            "is counted on."
        ),
    )


def test_too_few_responses_to_be_normal_are_said():
    (said,) = made(rate=0.004, smallest_effect=0.02).notes
    assert said == (
        "The control group is expected to have 8.0 responses: so few are not normal, and the test "
        "needs more contacts than this."
    )
    assert made(rate=0.005).notes == ()
    assert made(kind="amount", rate=0.001).notes == ()


def test_the_table_has_a_row_a_reading():
    table = made(days=20, days_plain=23, days_any_time=39).table()
    assert table.index.tolist() == ["with the features", "without the features", "read at any time"]
    assert table["contacts"].tolist() == [20_000, 22_727, 38_300]
    assert table["treated"].tolist() == [18_000, 20_454, 34_470]
    assert (table["treated"] + table["control"] == table["contacts"]).all()
    assert table["days"].tolist() == [20, 23, 39]
    assert "days" not in made().table()


def test_no_arm_is_rounded_away():
    assert made(share=0.999, contacts=4).table().loc["with the features", "control"] == 1


def test_the_table_is_shown_below_the_sentence():
    shown = made()._repr_html_()
    assert shown.startswith("<p>To see an effect of 1 point")
    row = shown.split("<th>with the features</th>")[1].split("</tr>")[0]
    assert re.findall(r"<td>(.*)</td>", row) == ["20,000", "18,000", "2,000"]


def test_in_german():
    with speaking("de"):
        said, shown = made(kind="amount", rate=12.5).sentence(), made()._repr_html_()
    assert said.startswith("Um einen Effekt von 0,01 auf 12,5 ")
    assert "20.000" in shown
    assert "mit den Merkmalen" in shown


def test_an_effect_on_nothing_has_no_relative_size():
    assert made(rate=0.2, smallest_effect=0.05).relative == pytest.approx(0.25)
    assert pd.isna(made(kind="amount", rate=0.0).relative)


def test_several_arms_are_said_one_by_one():
    several = made(arms=2, share=0.6, contacts=10_000)
    assert several.sentence().startswith(
        "To see an effect of 1 point on 15.0% in any of 2 arms with a chance of 80%, the "
        "test needs 10,000 contacts: 3,000 in each, 4,000 not treated. The intervals then hold for "
        "all arms together. The features save 12%"
    )
    assert several.contacts_of_pair == 7_000
    assert "together. It takes 3 days. The" in replace(several, days=3).sentence()
    table = several.table()
    assert table["each arm"].tolist() == [3000, 6818, 11490]
    assert "each arm" in several._repr_html_()
    with speaking("de"):
        assert "3.000 in jeder, 4.000 nicht behandelt." in several.sentence()
        assert "<th>jede Gruppe</th>" in several._repr_html_()
    assert "each arm" not in made().table()
