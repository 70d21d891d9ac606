import datetime as dt
from dataclasses import replace

import pytest

from workbench import __version__
from workbench.files.digest import Digest
from workbench.governance import Governance
from workbench.governance.run_evidence.evidence import KnownFile, RunEvidence
from workbench.governance.run_evidence.places import Place
from workbench.governance.run_status.run_checks import checks_of_retention, checks_of_run

DAY = dt.date(2026, 12, 1)
PLACE = Place("x", "x", "/x")
PAPERS = {
    "people": {"owner": "Ada", "author": "Grace", "approver": "Ada"},
    "dates": {"review": "2027-06-30", "retention": "2028-12-31"},
}
RUN = RunEvidence(
    "spring",
    "2026-11-30T06:00:00+00:00",
    __version__,
    "3.12",
    "workbench run spring",
    PLACE,
    files=(
        KnownFile("data", PLACE, Digest(0, "")),
        KnownFile("model", PLACE, Digest(0, "")),
    ),
    governance=Governance.of(PAPERS).to_dict(),
    author="Grace",
)


def told(run, today=DAY):
    checks = {check.name: check for check in checks_of_run(run, today)}
    assert all(name.endswith(" spring") for name in checks)
    return {name.removesuffix(" spring"): check for name, check in checks.items()}


def with_papers(**sections):
    return replace(RUN, governance=Governance.of({**PAPERS, **sections}).to_dict())


def test_papers_are_asked_as_they_were_when_the_run_read_them():
    found = told(RUN)
    assert found["review-date"].state == found["four-eyes"].state == "pass"
    assert found["papers"].state == "needs repair"
    assert found["papers"].evidence.startswith("governance.toml does not say: model.name, model.p")
    assert "people.owner" not in found["papers"].evidence
    assert "objections" not in found


def test_messages_name_the_file_as_it_was_called():
    named = replace(RUN, governance={**RUN.governance, "file": "papers.toml"})
    assert told(named)["papers"].evidence.startswith("papers.toml does not say: ")
    assert "papers.toml" in told(named, dt.date(2030, 1, 1))["review-date"].next_step


@pytest.mark.parametrize("name", ["review", "retention"])
def test_a_date_that_is_past_blocks(name):
    day = dt.date.fromisoformat(PAPERS["dates"][name])
    assert told(RUN, day)[f"{name}-date"].state == "pass"
    assert told(RUN, day + dt.timedelta(days=1))[f"{name}-date"].state == "blocked"


def test_an_approver_who_is_the_author_blocks():
    same = {"people": {"author": "Grace", "approver": " grace "}}
    assert told(with_papers(**same))["four-eyes"].state == "blocked"
    assert "four-eyes-report" not in told(with_papers(**same)), "said once"


def test_an_approver_whom_the_report_names_as_its_author_blocks():
    found = told(replace(RUN, author="ADA"))
    assert found["four-eyes"].state == "pass"
    assert found["four-eyes-report"].state == "blocked"
    assert "ADA is the author" in found["four-eyes-report"].evidence
    assert told(replace(RUN, author="Alan"))["four-eyes-report"].state == "pass"
    composed = with_papers(people={**PAPERS["people"], "approver": "Ren\u00e9"})
    typed = replace(composed, author="Rene\u0301")
    assert told(typed)["four-eyes-report"].state == "blocked", "an accent typed in another way"
    assert "four-eyes-report" not in told(replace(RUN, author="")), "nobody is named"


def test_a_model_without_papers_is_to_be_repaired_and_other_reports_need_none():
    without = replace(RUN, governance=None)
    assert told(without)["papers"].state == "needs repair"
    assert "papers" not in told(replace(without, files=RUN.files[:1]))


def test_papers_that_cannot_be_read_any_more_are_told():
    found = told(replace(RUN, governance={"people": {"boss": "Ada"}}))
    assert found["papers"].state == "needs repair"
    assert "boss" in found["papers"].evidence


@pytest.mark.parametrize(
    ("days", "state"), [(0, "pass"), (180, "pass"), (181, "needs repair"), (400, "needs repair")]
)
def test_a_table_of_regulations_older_than_180_days_is_named(days, state):
    dated = DAY - dt.timedelta(days=days)
    check = told(replace(RUN, regulation=str(dated)))["regulation-dated"]
    assert check.state == state
    assert f"It is of {dated}" in check.evidence
    assert "regulation-dated" not in told(RUN), "none was used"


def test_signs_are_for_a_person_and_a_run_that_stopped_is_to_be_repaired():
    assert told(RUN)["signs"].state == "needs a person"
    assert "looked for no sign" in told(RUN)["signs"].evidence
    assert told(replace(RUN, files=()))["signs"].state == "not applicable"
    seen = told(replace(RUN, looked_at=("leak", "drift")))["signs"]
    assert (seen.state, "Looked at: leak, drift." in seen.evidence) == ("pass", True)
    drift = replace(RUN, signs=("drift: much.",))
    assert (told(drift)["signs"].state, told(drift)["signs"].evidence) == (
        "needs a person",
        "drift: much.",
    )
    stopped = told(replace(drift, stopped_by=("drift: much.",)))["signs"]
    assert (stopped.state, stopped.evidence) == (
        "needs repair",
        "The run kept no model. drift: much.",
    )


def test_exact_statistics_are_for_a_person():
    assert told(replace(RUN, release="exact"))["release"].state == "needs a person"
    assert "release" not in told(replace(RUN, release="private"))


def test_data_that_cannot_be_read_again_are_for_a_person():
    far = told(replace(RUN, others=("a database", "a query")))["sources"]
    assert far.state == "needs a person"
    assert far.evidence == "Cannot be re-verified: a database; a query."
    assert told(replace(RUN, files=()))["sources"].evidence.startswith("It is not known what")
    assert "sources" not in told(RUN)


def test_another_version_is_for_a_person():
    assert told(RUN)["version"].state == "pass"
    other = told(replace(RUN, workbench="0.0.1"))["version"]
    assert other.state == "needs a person"
    assert "marketing-workbench==0.0.1" in other.next_step


def test_of_an_earlier_run_retention_alone_is_asked():
    assert [check.name for check in checks_of_retention(RUN, DAY)] == ["retention-date spring"]
    assert checks_of_retention(replace(RUN, governance=None), DAY) == []
    (late,) = checks_of_retention(RUN, dt.date(2030, 1, 1))
    assert late.state == "blocked"
