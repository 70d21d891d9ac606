"""All questions at once; and a slice of `benchmarks/readiness.py`: each kind of defect is found."""

from pathlib import Path

import pytest

from workbench.datasets import planted
from workbench.governance import readiness
from workbench.governance.data_readiness.asking import QUESTIONS
from workbench.language import speaking
from workbench.language.sentences import MARK

DEFECTS = Path(__file__).resolve().parents[3] / "benchmarks"
COUNT = 30


def test_every_question_has_a_name_of_its_own_and_says_what_it_found(ask):
    found = ask()
    assert len({check.name for check in found.checks}) == len(QUESTIONS)
    assert all(check.question.endswith("?") and check.evidence for check in found.checks)
    assert found.state == "needs a person"


def test_every_sentence_is_in_the_catalogue(ask):
    with speaking("xx"):
        for check in ask(horizon_days=14).checks:
            said = (check.question, check.next_step)
            assert all(part.startswith(MARK) for part in said if part), check.name


@pytest.mark.slow
def test_simulated_spikes_are_no_defect():
    found = readiness(planted().frame)
    assert {check.state for check in found.checks} <= {"pass", "not applicable", "needs a person"}


@pytest.mark.slow
@pytest.mark.parametrize("house", ["shop", "versand"])
@pytest.mark.parametrize("number", range(COUNT))
def test_a_planted_defect_is_found_by_its_question(house, number, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(DEFECTS))
    from defects import bases
    from defects.judged import DEFECT, asked, judge
    from defects.planted import KINDS

    assert len(KINDS) == COUNT
    base = getattr(bases, house)()
    clean = asked(base, tmp_path)
    assert [check.name for check in clean.checks if check.state in DEFECT] == []
    found = judge(base, KINDS[number], clean, tmp_path, seed=number)
    assert found.found, found
