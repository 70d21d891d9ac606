import nbformat
import pytest

from workbench.language import speaking
from workbench.reports.export import export_report
from workbench.reports.translated import language_of, translated

TITLE = (
    "## The data\n\nA row is one contact: a customer, a campaign, and the moment at which it was "
)
TITLE += "decided to contact them. What happened at or after that moment enters no feature."


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


def parameters(source, tag="parameters"):
    return nbformat.v4.new_code_cell(source, metadata={"tags": [tag]})


@pytest.mark.parametrize(
    ("cells", "tag"),
    [
        ([parameters('language = "de"')], "de"),
        (
            [
                parameters('language = "en"'),
                parameters('language = "de-CH"', "injected-parameters"),
            ],
            "de-CH",
        ),
        ([parameters("seed = 0")], "en"),
        ([parameters('language = "Python"')], "en"),
        ([parameters("language = chosen()")], "en"),
        ([nbformat.v4.new_code_cell('language = "de"')], "en"),
        ([], "en"),
    ],
)
def test_the_language_is_what_the_parameters_say(cells, tag):
    assert language_of(notebook(*cells)) == tag


def test_a_notebook_without_the_parameter_is_in_the_language_of_now():
    with speaking("de-AT"):
        assert language_of(notebook()) == "de-AT"


def test_a_cell_of_text_is_translated_whole_and_the_notebook_stays_as_it_was():
    before = notebook(nbformat.v4.new_markdown_cell(TITLE), nbformat.v4.new_markdown_cell("Mine."))
    with speaking("de"):
        told = translated(before)
    assert told.cells[0].source.startswith("## Die Daten\n\nEine Zeile ist ein Kontakt:")
    assert told.cells[1].source == "Mine."
    assert before.cells[0].source == TITLE
    with speaking("xx"):
        heading, text = translated(before).cells[0].source.split("\n\n")
    assert heading == "## ⟦The data⟧"
    assert text.startswith("⟦A row is one contact")


def test_a_page_says_its_language(tmp_path):
    cells = [parameters('language = "de"'), nbformat.v4.new_markdown_cell(f"# Mine\n\n{TITLE}")]
    cells.append(nbformat.v4.new_markdown_cell(TITLE))
    nbformat.write(notebook(*cells), tmp_path / "mine.ipynb")
    export_report(tmp_path / "mine.ipynb", tmp_path / "mine.html")
    html = (tmp_path / "mine.html").read_text("utf-8")
    assert '<html lang="de">' in html
    assert "Die Daten" in html
    assert "Diese Datei ist in sich vollständig und lädt nichts nach." in html
