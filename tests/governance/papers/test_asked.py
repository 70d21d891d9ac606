from tests.governance.papers.filled import filled
from workbench.governance.papers.asked import missing_answers
from workbench.language import speaking


def test_entries_are_asked_about_by_name_or_place():
    said = filled(channels=[{"name": "e-mail", "basis": "consent"}, {"consent": "yes"}])
    assert list(missing_answers(said)) == [
        "channels.e-mail.consent",
        "channels.2.name",
        "channels.2.basis",
    ]


def test_lists_of_nothing_are_asked_about_as_wholes():
    missing = missing_answers(filled(channels=[], kpis=[{"name": "", "baseline": None}]))
    assert list(missing) == ["channels", "kpis"]


def test_a_pilot_and_objections_are_asked_about_where_they_are_begun():
    begun = filled(pilot={}, suppression={"file": ""}, allowed={"age": ""})
    missing = missing_answers(begun)
    assert [key for key in missing if key.startswith("pilot")] == [
        *("pilot.start", "pilot.weeks", "pilot.responses_rate", "pilot.effect"),
        *("pilot.control", "pilot.go", "pilot.no_go"),
    ]
    assert missing["allowed.age"] == "Why may the column 'age' be a feature?"
    assert "suppression.file" in missing
    assert missing_answers(filled(pilot=None, suppression=None)) == {}


def test_questions_are_asked_in_the_readers_language():
    with speaking("de"):
        asked = missing_answers({})
    assert asked["people.owner"] == "Wer verantwortet das Modell?"
