import json


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
