import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.reports.clean import clean_notebook, warnings_in
from workbench.reports.headline import MIME, Headline
from workbench.reports.notebook_page import NOTE, STYLE
from workbench.widgets.views import SAVED

WIDGET = "application/vnd.jupyter.widget-view+json"


def notebook(*outputs, tags=()):
    code = new_code_cell("x", outputs=list(outputs), metadata={"tags": list(tags)})
    return new_notebook(cells=[new_markdown_cell("# Title\n\n## Data"), code])


def outputs_of(*outputs):
    cleaned, _ = clean_notebook(notebook(*outputs))
    return [output for cell in cleaned.cells[1:] for output in cell.outputs]


def stderr(text):
    return new_output("stream", name="stderr", text=text)


def stdout(text):
    return new_output("stream", name="stdout", text=text)


def display(data, **metadata):
    return new_output("display_data", data=data, metadata=metadata)


@pytest.mark.parametrize("tag", ["parameters", "injected-parameters", "notebook-only"])
def test_cells_that_are_not_for_readers_go(tag):
    cleaned, _ = clean_notebook(notebook(stdout("shown"), tags=[tag]))
    assert [cell.cell_type for cell in cleaned.cells] == ["markdown"]


def test_a_cell_that_shows_nothing_goes():
    cleaned, _ = clean_notebook(notebook())
    assert len(cleaned.cells) == 1


def test_progress_bars_and_widgets_go():
    bar = "\r  0%|          | 0/3 [00:00<?, ?it/s]\r100%|###| 3/3 [00:00<00:00, 99it/s]\n"
    assert outputs_of(stderr(bar), display({WIDGET: {"model_id": "a"}, "text/plain": "HBox"})) == []


def test_a_line_rewritten_in_place_shows_its_last_state():
    assert outputs_of(stdout("1 of 2\r2 of 2\nready\n"))[0].text == "2 of 2\nready\n"


def test_a_warning_becomes_an_escaped_note():
    text = "/lib/fit.py:12: DataWarning: 'a<b>' is constant.\n  model.fit(X)\n"
    (note,) = outputs_of(stderr(text))
    assert note.data == {
        "text/html": '<p class="note" role="note"><strong>Note.</strong> '
        "&#x27;a&lt;b&gt;&#x27; is constant.</p>"
    }


def test_a_warning_on_several_lines_is_one_note():
    text = "<ipython-input>:1: DataWarning: two columns:\nage\nsex\n  model.fit(X)\nother text\n"
    assert warnings_in(text) == ["two columns: age sex"]


def test_a_warning_given_twice_is_one_note():
    line = "/lib/fit.py:12: DataWarning: constant.\n  model.fit(X)\n"
    assert warnings_in(line + line) == ["constant."]


def test_a_warning_of_several_cells_is_noted_once():
    line = "/lib/fit.py:12: DataWarning: constant.\n  model.fit(X)\n"
    cells = [new_code_cell("x", outputs=[stderr(line)]) for _ in range(2)]
    cleaned, _ = clean_notebook(new_notebook(cells=cells))
    assert len(cleaned.cells) == 1


def test_a_bar_after_a_warning_is_no_part_of_it():
    assert warnings_in("<string>:1: UserWarning: odd.\n\r 50%|##  | 1/2 [00:01, 1.2it/s]") == [
        "odd."
    ]


def test_other_text_on_stderr_goes():
    assert outputs_of(stderr("INFO loading 3 files\n")) == []


def test_the_last_headline_is_taken_out():
    first, last = ({MIME: Headline(title).to_dict(), "text/plain": ""} for title in ("A", "B"))
    cleaned, headline = clean_notebook(notebook(display(first), display(last), stdout("kept")))
    assert headline == Headline("B", figures=[])
    assert [output.output_type for output in cleaned.cells[1].outputs] == ["stream"]


def test_without_one_there_is_no_headline():
    assert clean_notebook(notebook(stdout("x")))[1] is None


def test_a_figure_keeps_its_description_and_gets_its_section_without_one():
    described = display({"image/svg+xml": "<svg/>"}, **{"image/svg+xml": {"alt": "Gain"}})
    bare = display({"image/png": "aaaa"})
    first, second = outputs_of(described, bare)
    assert first.metadata["image/svg+xml"]["alt"] == "Gain"
    assert second.metadata["image/png"]["alt"] == "Chart in Data"


def test_the_notebook_that_was_given_is_not_changed():
    given = notebook(stderr("x"), stdout("a\rb"), display({"image/png": "aaaa"}))
    before = nbformat.writes(given)
    clean_notebook(given)
    assert nbformat.writes(given) == before


def test_a_note_of_a_notebook_is_a_note_of_the_report_and_its_style_and_pictures_go():
    noted = display({NOTE: {"message": "It is <odd>."}, "text/html": "<p>x</p>"})
    style, saved = (display({mime: {}, "text/html": "<p>y</p>"}) for mime in (STYLE, SAVED))
    (shown,) = outputs_of(noted, style, saved, noted)
    assert "It is &lt;odd&gt;." in shown.data["text/html"]
