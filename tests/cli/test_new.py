import json
import shutil
import tomllib

from workbench.files.shipped import data_path
from workbench.governance import Governance

BEGINS = "The name of a governance file begins with 'governance'."


def test_new_copies_a_template_and_overwrites_only_when_told(here, run_main):
    code, out, _ = run_main("new", "propensity", "mine.ipynb")
    assert (code, out) == (
        0,
        (
            "mine.ipynb: open it with `jupyter lab mine.ipynb`, run it with "
            "`workbench run mine.ipynb`.\n"
        ),
    )
    copied = (here / "mine.ipynb").read_text()
    assert any("parameters" in c["metadata"].get("tags", []) for c in json.loads(copied)["cells"])
    (here / "mine.ipynb").write_text("my own work")
    assert run_main("new", "propensity", "mine.ipynb") == (
        2,
        "",
        (
            "workbench: mine.ipynb is there already, and is not overwritten. "
            "Choose another name, or --force.\n"
        ),
    )
    assert (here / "mine.ipynb").read_text() == "my own work"
    assert run_main("new", "propensity", "mine.ipynb", "--force")[0] == 0
    assert (here / "mine.ipynb").read_text() == copied


def test_new_looks_at_a_folder_and_proposes_what_each_table_is(here, run_main):
    (here / "tables").mkdir()
    for file in data_path("contacts.csv").parent.glob("*.csv"):
        shutil.copy(file, here / "tables")
    code, out, err = run_main("new", "campaigns.toml", "--from", "tables")
    assert (code, err) == (0, "")
    assert "  visits.csv     events        4,891 rows  rows with a moment\n" in out
    assert out.endswith(
        "campaigns.toml: answer what is to answer, and check the guesses; then `workbench run "
        "propensity --data campaigns.toml`.\n"
    )
    said = tomllib.loads((here / "campaigns.toml").read_text())
    assert said["events"]["visits"] == {"file": "tables/visits.csv", "time": "visited_at"}

    (here / "campaigns.toml").write_text("my own work")
    code, _, err = run_main("new", "campaigns.toml", "--from", "tables")
    assert (code, err) == (
        2,
        (
            "workbench: campaigns.toml is there already, and is not overwritten. "
            "Choose another name, or --force.\n"
        ),
    )
    assert (here / "campaigns.toml").read_text() == "my own work"


def test_new_tells_what_does_not_go_together(here, run_main):
    for arguments, message in (
        (["campaigns.toml"], f"name the folder, --from, and no copy. {BEGINS}"),
        (["campaigns.toml", "mine.ipynb", "--from", "."], f"--from, and no copy. {BEGINS}"),
        (
            ["governance.toml", "--from", "."],
            "written from nothing else: name no copy, and no --from.",
        ),
        (["Governance-2.toml", "mine.ipynb"], "name no copy, and no --from."),
        (["campaigns.toml", "--from", "nowhere"], "There is no folder 'nowhere'. Check the path."),
        (["propensity"], "A template needs the name of its copy, such as mine.ipynb."),
        (["propensity", "a.ipynb", "--from", "."], "a template needs none. Leave it out."),
    ):
        code, out, err = run_main("new", *arguments)
        assert (code, out) == (2, "")
        assert err.endswith(f"{message}\n")
    assert list(here.iterdir()) == []


def test_new_begins_a_governance_file_whose_questions_are_all_open(here, run_main):
    code, out, err = run_main("new", "governance.toml")
    assert (code, err) == (0, "")
    assert out == (
        "governance.toml: answer its questions; then `workbench run propensity --governance "
        "governance.toml` keeps them with the model.\n"
    )
    papers = Governance.read(here / "governance.toml")
    assert {"people.owner", "legal.basis", "channels", "pilot.weeks"} < set(papers.missing())
    (here / "governance.toml").write_text("my own work")
    code, _, err = run_main("new", "governance.toml")
    assert code == 2
    assert "is there already, and is not overwritten" in err
    assert run_main("new", "governance.toml", "--force")[0] == 0
    assert Governance.read(here / "governance.toml") == papers
