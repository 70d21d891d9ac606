"""`workbench check-text`: prints signs, writes tables, and ends with 3 where one is severe."""

import json
import os
import stat
import subprocess
import sys

import pandas as pd
import pytest

from tests.texts.screening.contracts import finder
from workbench.cli import command_line
from workbench.language.current import LANGUAGES
from workbench.texts.screening.kinds import KINDS
from workbench.texts.screening.kinds import LANGUAGES as TEXT_LANGUAGES
from workbench.texts.screening.rule import SEVERITIES

MAILING = "Betreff: Nur heute!\r\nLiebe Frau Lee,\r\ngratis Rosen für Sie.\r\n"
HARMLESS = "The table is made of oak, and it has four legs.\n"


@pytest.fixture
def mailing(here):
    (here / "mail.txt").write_bytes(MAILING.encode())
    (here / "oak.md").write_text(HARMLESS)
    return here


def test_signs_are_printed_with_their_places(mailing, run_main):
    code, out, err = run_main(
        "check-text", "mail.txt", "--kind", "mailing", "--as-of", "2026-12-01"
    )
    assert (code, err) == (3, "")
    assert out.startswith("mail.txt: 6 findings, 11 rules asked\n")
    assert "[moderate] urgency · line 1, 9-18: “Nur heute”" in out
    assert "No finding is no clearance" in out


def test_the_exit_code_is_what_is_asked_for(mailing, run_main):
    def code(*typed):
        return run_main("check-text", *typed)[0]

    assert code("oak.md") == 0
    assert code("mail.txt", "--kind", "mailing", "--fail-on", "none") == 0
    assert code("mail.txt", "--kind", "clauses") == 0
    assert code("mail.txt", "--kind", "clauses", "--fail-on", "moderate") == 3
    assert (
        code("mail.txt", "--kind", "clauses", "--fail-on", "moderate", "--as-of", "2000-01-01") == 0
    )
    assert code("no.txt") == 2


def test_the_kind_that_cannot_be_told_is_asked_for_as_it_is_typed(mailing, run_main):
    _, out, _ = run_main("check-text", "oak.md")
    assert "What kind of text it is cannot be told: say --kind. Not asked: ai-disclosure" in out
    _, out, _ = run_main("check-text", "oak.md", "--json")
    assert "say --kind" in json.loads(out)["texts"][0]["remarks"][1]


def test_tables_hold_every_finding_and_no_formula(mailing, run_main):
    (mailing / "=1+1.txt").write_bytes(MAILING.encode())
    typed = ["check-text", "=1+1.txt", "--kind", "mailing", "--json"]
    code, out, _ = run_main(*typed, "--output", "f.csv")
    found = json.loads(out)
    assert code == found["exit_code"] == 3
    table = pd.read_csv("f.csv", dtype="str", keep_default_na=False)
    assert table["rule"].tolist() == [one["rule"] for one in found["findings"]]
    assert set(table["file"]) == {"'=1+1.txt"}
    assert stat.S_IMODE((mailing / "f.csv").stat().st_mode) == 0o600
    run_main(*typed, "--output", "f.xlsx")
    book = pd.read_excel("f.xlsx", engine="calamine")
    assert book["rule"].tolist() == table["rule"].tolist()
    assert set(book["file"]) == {"=1+1.txt"}


def test_it_is_told_in_german(mailing, run_main):
    _, out, _ = run_main("check-text", "mail.txt", "--report-language", "de")
    assert "Kein Fund ist keine Freigabe" in out
    assert "Es heißt, die Zeit sei knapp." in out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["oak.md", "--output", "f.pdf"], "--output must be a file *.csv or *.xlsx; got 'f.pdf'."),
        (["oak.md", "oak.md"], "Name every file once; one stands twice."),
        (["oak.md", "--as-of", "soon"], "--as-of must be a day, as 2026-12-01; got 'soon'."),
    ],
)
def test_what_cannot_be_is_refused(mailing, run_main, typed, said):
    assert run_main("check-text", *typed) == (2, "", f"workbench: {said}\n")
    assert not (mailing / "f.pdf").exists()


def test_the_words_that_can_be_typed_are_those_of_the_library():
    parser = command_line().commands["check-text"]
    choices = {one.dest: one.choices for one in parser._actions}  # noqa: SLF001
    assert choices["kind"] == ("auto", *KINDS)
    assert choices["fail_on"] == (*SEVERITIES, "none")
    assert choices["report_language"] == tuple(LANGUAGES)
    assert choices["language"] == ("auto", *TEXT_LANGUAGES)


def test_what_comes_on_stdin_is_looked_through_without_pandas(mailing):
    """What only prints needs no table: pandas takes longer to import than all the rest."""
    told = (
        "import sys; sys.argv[:] = ['workbench', 'check-text', '-']\n"
        "from workbench.cli import main\ncode = main()\n"
        "print(code, sorted({'pandas', 'numpy', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], input="Nur heute gratis", capture_output=True, text=True,
        check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert "“Nur heute”" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 []"


def test_clauses_are_read_by_a_router_from_a_file(mailing, run_main):
    finder().save("clauses.npz")
    (mailing / "terms.md").write_text(
        "## Liability\n\nThe customer is liable for any loss of lamps, without limit.\n\n"
        "The customer pays for lamps within two weeks.\n"
    )
    typed = ["check-text", "terms.md", "--clauses", "clauses.npz", "--harmless", "usual"]
    code, out, err = run_main(*typed, "--fail-on", "moderate")
    assert (code, err) == (3, "")
    assert "[moderate] clause: unlimited liability · line 3, 14-74: “The customer is" in out
    assert "[minor] clause · line 1, 0-12: “## Liability”" in out
    assert "3 clauses were read." in out
    assert run_main(*typed)[0] == 0  # nothing serious
    _, out, _ = run_main(*typed, "--json")
    told = [one for one in json.loads(out)["findings"] if one["label"]]
    assert [one["label"] for one in told] == ["unlimited liability"]
    assert told[0]["probability"] > 0.9


def test_the_harmless_label_is_asked_for_as_it_is_typed(mailing, run_main):
    finder().save("clauses.npz")
    said = (
        "workbench: --harmless must be the label of clauses that need no look, one of ['silent "
        "renewal', 'unlimited liability', 'usual']; got none.\n"
    )
    typed = ["check-text", "oak.md", "--clauses", "clauses.npz"]
    assert run_main(*typed) == (2, "", said)
