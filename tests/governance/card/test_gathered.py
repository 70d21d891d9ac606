"""What is held back in a report is held back in its card; names get the reader's words."""

from datetime import date

from tests.governance.card.shop import papers, shop
from workbench.governance.card.gathered import Gathered, joined
from workbench.governance.card.parts import text_of
from workbench.governance.checked import Check
from workbench.governance.regulation import regulation
from workbench.governance.roadmap import roadmap


def gathered(frame=None, checks=()):
    told = papers()
    day = date(2026, 12, 1)
    frame = shop(300) if frame is None else frame
    return Gathered(None, frame, told, roadmap(told), regulation(), day, {}, checks)


def test_what_a_person_did_not_say_is_empty():
    of = gathered()
    assert text_of(of.answer("people.owner")) == "Olga Owner"
    assert of.paper("owner", "Owner", "people.owner").text == "Olga Owner"


def test_counts_of_people_in_sentences_are_rounded():
    said = gathered().measured("Learned from 1,203 contacts in 3 campaigns.", "split.sentence()")
    assert text_of(said) == "Learned from 1,205 contacts in 3 campaigns."


def test_levels_of_few_people_are_not_told():
    frame = shop(300)
    frame.X.loc[:3, "town"] = "Lonelyville"
    assert text_of((gathered(frame).named("Lonelyville", "x"),)) == "other"
    assert "Lonelyville" not in text_of((gathered(frame).said("In 'Lonelyville'.", "x"),))


def test_checks_are_found_by_name_or_by_how_it_begins():
    checks = [Check(name, "?", "pass", "Yes.") for name in ("fairness-auc", "fair", "objections")]
    of = gathered(checks=checks)
    assert [one.name for one in of.worst_of(["fairness", "objections"])] == [
        "fairness-auc",
        "objections",
    ]


def test_words_of_the_reader_are_taken():
    frame = shop(300).labelled({"visits": "Visits, a month"})
    assert gathered(frame).named("visits", "x").text == "Visits, a month"


def test_pieces_are_joined():
    assert text_of(joined(["a", "b", "c"], "; ")) == "a; b; c"
    assert joined([]) == ()
