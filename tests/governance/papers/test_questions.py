from dataclasses import fields

from workbench.governance.papers import questions, sections


def test_sections_have_just_the_fields_that_are_asked_for():
    of = {
        **questions.SINGLE,
        "channel": questions.CHANNEL,
        "kpi": questions.KPI,
        "pilot": questions.PILOT,
        "suppression": questions.SUPPRESSION,
    }
    for name, keys in of.items():
        record = getattr(sections, name.capitalize())
        assert [one.name for one in fields(record)] == list(keys)


def test_questions_are_questions():
    every = [*questions.SINGLE.values(), questions.CHANNEL, questions.KPI, questions.PILOT]
    asked = [one.asks for keys in every for one in keys.values()]
    assert all(text.endswith("?") for text in asked)
    assert len(set(asked)) == len(asked)
