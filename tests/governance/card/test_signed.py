"""Of signs against a model only what was looked for is said, in the reader's language."""

from dataclasses import replace

from tests.governance.card.shop import TODAY, papers
from workbench.governance.card.model_card import model_card
from workbench.governance.card.signed import LOOKED_FOR, checks_of_signs, sign_said
from workbench.language import speaking
from workbench.reports.signs import CONDITIONS, Sign, Signs

SIGN = Sign("leak", "It leaks.", "Leave it out.", local="Es verrät. Weglassen.")


def test_every_condition_has_words():
    assert tuple(LOOKED_FOR) == CONDITIONS


def test_where_nothing_was_looked_for_nothing_is_known():
    (check,) = checks_of_signs(Signs([], looked_at=()))
    assert check.state == "needs a person"
    assert "looked for no sign" in check.evidence
    assert "No sign against it was found" not in check.evidence


def test_none_found_says_what_was_looked_for():
    (check,) = checks_of_signs(Signs([], looked_at=("leak", "drift")))
    assert check.state == "pass"
    assert LOOKED_FOR["drift"] in check.evidence
    assert LOOKED_FOR["perfect"] not in check.evidence


def test_signs_are_told_in_the_language_of_the_card():
    (check,) = checks_of_signs(Signs([SIGN]))
    assert (check.evidence, check.next_step) == ("It leaks.", "Leave it out.")
    assert sign_said(SIGN) == "It leaks. Leave it out."
    with speaking("de"):
        (check,) = checks_of_signs(Signs([SIGN]))
        assert check.evidence == sign_said(SIGN) == "Es verrät. Weglassen."
        assert check.next_step == "Das beheben und erneut rechnen."
        (bare,) = checks_of_signs(Signs([replace(SIGN, local="")]))
        assert (bare.evidence, bare.next_step) == ("It leaks.", "Leave it out.")


def test_a_card_without_a_look_is_open(run):
    told = {"signs": Signs([], looked_at=()), "pilot": run.road, "today": TODAY}
    card = model_card(run.model, run.frame, papers(), **told)
    states = {check.name: check.state for check in card.checks}
    assert states["signs-none"] == "needs a person"
