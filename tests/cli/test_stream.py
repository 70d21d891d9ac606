"""`workbench run propensity --stream`, as far as it goes without a kernel."""

import pytest

from tests.parquet_tables import mailings, written
from workbench.files.shipped import notebook_path
from workbench.reports import from_files

ROLES = ("--target", "bought", "--campaign", "month")
NEED = "all rows in memory. Leave that out, or leave --stream out.\n"
BLOCKS = "workbench: --stream reads contacts in blocks, and judges on later campaigns; here "


@pytest.fixture
def contacts(here):
    written(mailings(300), here / "contacts")
    mailings(300).to_parquet(here / "contacts.parquet")
    (here / "taken").write_text("no folder")
    return here


REFUSED = [
    (["--set", "offer=job"], "--set offer needs"),
    (["--trials", "web_visits"], "--trials needs"),
    (["--treatment", "opted", "--suppress", "no.csv"], "--treatment and --suppress need"),
    (["--governance", "governance.toml"], "--governance needs"),
    (["--labels", "words.csv"], "--labels needs"),
    (["--set", "hidden_units=250"], "--set hidden_units needs"),
]


@pytest.mark.parametrize(("typed", "need"), REFUSED, ids=lambda one: "".join(one)[:20])
def test_what_needs_memory_is_refused_in_the_words_that_were_typed(contacts, run_main, typed, need):
    asked = ["run", "propensity", "--stream", "--table", "contacts", *ROLES, *typed]
    assert run_main(*asked) == (2, "", f"{BLOCKS}{need} {NEED}")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ["propensity", "--table", "contacts", "--target", "bought"],
            (
                f"{BLOCKS}neither --campaign nor --time is named. Name a column, a month will do, "
                "or leave --stream out."
            ),
        ),
        (
            ["propensity", "--data", "complete-journey"],
            (
                "workbench: --stream reads contacts from Parquet, and needs --table, a file or a "
                "folder of them. Name it, or leave --stream out: campaign tables are read into "
                "memory."
            ),
        ),
        (
            ["propensity", "--table", "taken", *ROLES],
            (
                "workbench: --stream reads Parquet; 'taken' is none. Write the table as Parquet, "
                "or leave --stream out."
            ),
        ),
        (
            ["shift", "--table", "contacts", *ROLES],
            (
                "workbench: --stream is for the template 'propensity'; got 'shift'. Leave --stream "
                "out."
            ),
        ),
        (
            ["propensity", "--table", "none", *ROLES],
            "workbench: There is no file 'none'. Check the path after --table.",
        ),
    ],
)
def test_what_cannot_be_streamed_is_one_sentence(contacts, run_main, typed, said):
    assert run_main("run", *typed, "--stream") == (2, "", f"{said}\n")


def test_a_folder_is_no_table_without_it(contacts, run_main):
    code, out, err = run_main("run", "propensity", "--table", "contacts", *ROLES)
    assert (code, out) == (2, "")
    assert err == "workbench: There is no file 'contacts'. Check the path after --table.\n"


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ([], "is read in blocks. To read it into memory, say --no-stream."),
        (
            ["--seed", "3", "--set", "hidden_units=50", "--campaign", "month"],
            "is read into memory, as --set hidden_units needs all rows in memory.",
        ),
    ],
)
def test_of_a_large_file_a_line_says_how_it_is_read(contacts, run_main, monkeypatch, more, note):
    monkeypatch.setattr(from_files, "LARGE", 1000)
    asked = ["run", "propensity", "--table", "contacts.parquet", "--output", "taken", "--set"]
    roles = ROLES if not more else ROLES[:2]
    code, _, err = run_main(*asked, "margin=3", *roles, *more)
    assert code == 2  # its output is a file
    assert err.splitlines()[0] == f"workbench: note: 'contacts.parquet' has 0.0 GiB, and {note}"
    for word in ("--stream", "--no-stream"):
        if not more:
            assert "note" not in run_main(*asked, "margin=3", *roles, word)[2]


def test_its_own_parameters_are_listed(run_main):
    code, out, err = run_main("run", "propensity", "--stream", "--parameters")
    assert (code, err) == (0, "")
    assert out.startswith("The parameters of propensity_from_files.ipynb, each set by ")
    assert "scratch = None" in out
    assert "offer" not in out


def test_a_configuration_says_it_too(contacts, run_main):
    (contacts / "workbench.toml").write_text("[run]\nstream = true\ntrials = 'web_visits'\n")
    code, _, err = run_main("run", "propensity", "--table", "contacts", *ROLES)
    assert code == 2
    assert "needs all rows in memory" in err


def test_a_notebook_for_files_takes_a_folder_without_it(contacts, run_main):
    own = notebook_path("propensity_from_files.ipynb").read_bytes()
    (contacts / "own.ipynb").write_bytes(own)
    for name in ("propensity_from_files", "own.ipynb"):
        code, _, err = run_main("run", name, "--table", "contacts", *ROLES, "--output", "taken")
        assert (code, "'taken'" in err) == (2, True)  # its output is a file: nothing else is wrong
        code, _, err = run_main("run", name, "--table", "none", *ROLES, "--output", "taken")
        assert (code, err) == (
            2,
            "workbench: There is no file 'none'. Check the path after --table.\n",
        )
