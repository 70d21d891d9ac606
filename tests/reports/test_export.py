import base64
import hashlib
import re
from dataclasses import replace

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.errors import MissingDataError, RunError
from workbench.reports.export import MOST_BYTES, export_report
from workbench.reports.headline import MIME, Figure, Headline
from workbench.reports.page_script import page_script
from workbench.reports.table import Table

HEADLINE = Headline(
    "Who <buys>?",
    "Better & cheaper.",
    [Figure("Log loss", 0.2931, note="base rate <0.33>", better="lower", previous=0.3)],
    {"Data": "<b>shop</b>", "Author": ""},
)


def display(data, **metadata):
    return new_output("display_data", data=data, metadata=metadata)


@pytest.fixture
def export(tmp_path):
    def exported(*cells):
        nbformat.write(new_notebook(cells=list(cells)), tmp_path / "trial.ipynb")
        export_report(tmp_path / "trial.ipynb", tmp_path / "trial.html")
        return BeautifulSoup((tmp_path / "trial.html").read_text(encoding="utf-8"), "html.parser")

    return exported


def cell(*outputs, source="secret = 1"):
    return new_code_cell(source, outputs=list(outputs))


def text(page, selector):
    return [" ".join(tag.get_text().split()) for tag in page.select(selector)]


def test_the_headline_stands_on_top(export):
    page = export(
        new_markdown_cell("# The notebook's own title\n\nWords."),
        cell(display({MIME: HEADLINE.to_dict(), "text/plain": "again"})),
    )
    assert text(page, "title") == text(page, "h1") == ["Who <buys>?"]
    assert text(page, ".finding") == ["Better & cheaper."]
    assert text(page, ".headline-figure") == [
        "Log loss 0.2931 base rate <0.33> before: 0.3000 (better)"
    ]
    facts = text(page, ".facts > span")
    assert facts[0] == "Data <b>shop</b>"
    assert re.fullmatch(r"Date \d{4}-\d\d-\d\d", facts[1])
    assert len(facts) == 2
    assert text(page, "main") == ["Words."]


def test_without_a_headline_the_first_heading_is_the_title(export):
    page = export(new_markdown_cell("# Spring <i>\n\nWords."))
    assert text(page, "title") == text(page, "h1") == ["Spring <i>"]
    assert page.select(".figures") == []


def test_without_a_heading_the_file_name_is(export):
    assert text(export(cell()), "h1") == ["trial"]


def test_sections_can_be_jumped_to(export):
    page = export(new_markdown_cell("## The data"), new_markdown_cell("## The model"))
    links = [(link["href"], link.get_text()) for link in page.select("nav a")]
    assert links == [("#section-1", "The data"), ("#section-2", "The model")]
    assert [heading["id"] for heading in page("h2")] == ["section-1", "section-2"]


def test_code_and_prompts_are_left_out(export):
    result = new_output("execute_result", data={"text/plain": "42"}, execution_count=7)
    page = export(cell(result))
    assert "secret" not in str(page)
    assert "[7]" not in str(page)
    assert text(page, "pre") == ["42"]


@pytest.mark.parametrize(
    "output",
    [
        new_output("stream", name="stdout", text="<script>alert(1)</script>"),
        new_output("execute_result", data={"text/plain": "<script>alert(1)</script>"}),
        display({"text/latex": "<script>alert(1)</script>"}),
        new_output("error", ename="E", evalue="e", traceback=["<script>alert(1)</script>"]),
    ],
    ids=["stdout", "plain", "latex", "error"],
)
def test_plain_text_is_escaped(export, output):
    page = export(cell(output))
    assert page("script") == []
    assert "<script>alert(1)</script>" in page.main.get_text()


@pytest.mark.parametrize("mime", ["text/html", "text/markdown"])
def test_markup_runs_nothing(export, mime):
    page = export(cell(display({mime: "kept <script>alert(1)</script><b onclick='x()'>b</b>"})))
    assert page("script") == []
    assert page.select("[onclick]") == []
    assert "kept" in page.main.get_text()


def test_javascript_and_widgets_are_left_out(export):
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "HBox"}
    page = export(cell(display({"application/javascript": "alert(1)"}), display(widget)))
    assert text(page, "main") == [""]


def test_a_description_cannot_leave_its_attribute(export):
    hostile = 'x" onerror="alert(1)'
    svg = display({"image/svg+xml": "<svg/>"}, **{"image/svg+xml": {"alt": hostile}})
    png = display({"image/png": "AAAA"}, **{"image/png": {"alt": hostile, "width": 700}})
    pictures = export(cell(svg, png)).select("figure img")
    assert [picture["alt"] for picture in pictures] == [hostile, hostile]
    assert [set(picture.attrs) for picture in pictures] == [{"alt", "src"}, {"alt", "src", "width"}]
    assert pictures[1]["width"] == "700"
    assert pictures[0]["src"] == "data:image/svg+xml;base64,PHN2Zy8+"


def test_the_page_says_its_language_and_forbids_itself_to_load_anything(export):
    page = export(cell())
    assert page.html["lang"] == "en"
    policy = page.select_one("meta[http-equiv=Content-Security-Policy]")["content"]
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_too_large_a_report_is_refused_and_the_earlier_one_kept(export, tmp_path):
    export(cell())
    before = (tmp_path / "trial.html").read_bytes()
    expected = (
        "A report must be at most 2 MB; trial.html would have 2.0 MB. Show fewer or smaller "
        "figures and tables."
    )
    with pytest.raises(RunError, match=f"^{re.escape(expected)}$"):
        export(cell(new_output("stream", name="stdout", text="x" * MOST_BYTES)))
    assert (tmp_path / "trial.html").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"trial.html", "trial.ipynb"}


def test_no_notebook(tmp_path):
    expected = f"There is no notebook {str(tmp_path / 'none.ipynb')!r}. Check the path."
    with pytest.raises(MissingDataError, match=f"^{re.escape(expected)}$"):
        export_report(tmp_path / "none.ipynb", tmp_path / "none.html")


def searchable(value):
    return display({"text/html": Table(pd.DataFrame({"a": [value]}), search=True)._repr_html_()})


def policy(page):
    return page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]


def test_what_can_be_kept_or_searched_brings_one_script_and_the_policy_names_it(export):
    page = export(cell(searchable("<script>alert(1)</script>"), searchable("b")))
    (script,) = page("script")
    assert script.string == page_script()
    assert script.attrs == {}
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    assert policy(page).endswith(f"; script-src 'sha256-{digest}'")
    assert text(page, "td") == ["<script>alert(1)</script>", "b"]


def test_where_there_is_nothing_to_do_no_script_may_run(export):
    page = export(cell(display({"text/html": "<script>alert(1)</script><p>a</p>"})))
    assert page("script") == []
    assert "script" not in policy(page)


def png(letter):
    return display({"image/png": letter * 4}, **{"image/png": {"alt": f"Picture {letter}"}})


def judged(**changes):
    told = Headline("Who?", "Contact 3.", [Figure("Gain", 12.0, kind="money", unit="EUR")])
    return replace(told, verdict="with care", why="Few <b>.", next_step="ask `&`.", **changes)


def test_pictures_of_the_first_page_stand_above_what_is_folded(export):
    page = export(
        new_markdown_cell("# Title\n\nWords."),
        new_markdown_cell("## The data\n\nMore."),
        cell(png("A")),
        cell(display({MIME: judged().to_dict()})),
        new_code_cell("draw()", outputs=[png("B"), png("C")], metadata={"tags": ["first-page"]}),
    )
    assert [one["alt"] for one in page.select(".masthead .pictures img")] == [
        "Picture B",
        "Picture C",
    ]
    assert [one["alt"] for one in page.select("main img")] == ["Picture A"]
    assert text(page, ".verdict") == ["With care Few <b>."]
    assert page.select_one(".verdict")["data-verdict"] == "with care"
    assert text(page, ".after > div") == [
        "What to do next Ask &.",
        (
            "Since the last run Nothing to compare with: no earlier run on these data left its "
            "model here."
        ),
    ]
    (section,) = page.select("main > details.section")
    assert not section.has_attr("open")
    assert text(section, "summary h2") == ["The data"]
    assert text(section, "p") == ["More."]
    assert text(page, "main > div > p") == ["Words."]


def test_without_a_verdict_nothing_is_folded(export):
    page = export(
        new_markdown_cell("## The data\n\nMore."), cell(display({MIME: HEADLINE.to_dict()}))
    )
    assert page.select("main details, .verdict, .after, .pictures") == []
