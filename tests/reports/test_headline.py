import json
import math

import pytest

from workbench.reports.headline import MIME, Figure, Headline, previous_headline


def headline(**changes):
    figures = [
        Figure("Log loss", 0.29314, note="base rate 0.3302", better="lower"),
        Figure("Lift", 3.456, digits=2, better="higher"),
    ]
    return Headline(
        **{"title": "Who?", "sentence": "Good.", "figures": figures, "about": "a: b"} | changes
    )


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure("f", 0.29314), "0.2931"),
        (Figure("f", 0.29314, digits=2), "0.29"),
        (Figure("f", 0.2931, kind="share"), "29.3%"),
        (Figure("f", 1234567.8, kind="money"), "1,234,568"),
        (Figure("f", -12.0, kind="money"), "-12"),
        (Figure("f", 4321, kind="count"), "4,321"),
        (Figure("f", None), "n/a"),
        (Figure("f", math.nan, kind="share"), "n/a"),
    ],
)
def test_a_figure_is_written_by_its_kind(figure, text):
    assert figure.text == text


@pytest.mark.parametrize(
    ("now", "before", "better", "change"),
    [
        (0.30, 0.31, "lower", "before: 0.3100 (better)"),
        (0.32, 0.31, "lower", "before: 0.3100 (worse)"),
        (0.32, 0.31, "higher", "before: 0.3100 (better)"),
        (0.30, 0.31, "higher", "before: 0.3100 (worse)"),
        (0.310001, 0.31, "lower", "before: 0.3100 (unchanged)"),
        (0.32, 0.31, None, "before: 0.3100"),
        (None, 0.31, "lower", "before: 0.3100"),
        (0.32, None, "lower", ""),
    ],
)
def test_a_change_says_whether_it_is_for_the_better(now, before, better, change):
    assert Figure("f", now, better=better, previous=before).change == change


def test_previous_figures_are_matched_by_name():
    earlier = headline(figures=[Figure("Lift", 3.0), Figure("Gone", 1.0)]).to_dict()
    compared = headline().compared_with(earlier)
    assert [figure.previous for figure in compared.figures] == [None, 3.0]


@pytest.mark.parametrize("earlier", [None, {}, headline(about="another: b").to_dict()])
def test_figures_of_other_data_are_no_comparison(earlier):
    assert headline().compared_with(earlier) == headline()


def test_it_survives_json_with_a_missing_figure():
    kept = headline(figures=[Figure("AUC", math.nan)], facts={"Span": "2017"})
    read = Headline.from_dict(json.loads(json.dumps(kept.to_dict(), allow_nan=False)))
    assert read == headline(figures=[Figure("AUC", None)], facts={"Span": "2017"})


def test_printed_figures_stand_under_each_other():
    compared = headline().compared_with(headline(figures=[Figure("Lift", 3.0)]).to_dict())
    assert str(compared).splitlines() == [
        "Good.",
        "  Log loss  0.2931  base rate 0.3302",
        "  Lift        3.46  before: 3.00 (better)",
    ]


def test_what_a_notebook_shows_is_escaped():
    shown = headline(sentence="<script>1</script>", figures=[Figure("<b>", 1.0, note="&")])
    bundle = shown._repr_mimebundle_()
    assert bundle["text/html"] == (
        "<p><b>&lt;script&gt;1&lt;/script&gt;</b></p>"
        "<table><tr><th>&lt;b&gt;</th><td>1.0000</td><td>&amp;</td><td></td></tr></table>"
    )
    assert bundle[MIME] == shown.to_dict()


def test_the_previous_headline_is_read_from_the_model_file(tmp_path):
    model = tmp_path / "model.json"
    model.write_text(json.dumps({"format": 99, "headline": headline().to_dict()}))
    assert headline().compared_with(previous_headline(model)).figures[1].previous == 3.456


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"headline": null}', '{"headline": [1]}'])
def test_a_model_file_without_a_headline_is_a_first_run(tmp_path, content):
    model = tmp_path / "model.json"
    model.write_text(content)
    assert previous_headline(model) is None


@pytest.mark.parametrize("path", [None, "nowhere/model.json"])
def test_no_model_file_is_a_first_run(path):
    assert previous_headline(path) is None


def test_what_is_shown_names_nobody_and_what_is_kept_is_as_it_is(watched):
    figures = [Figure("Worst", 0.5, note="of tattooed")]
    headline = Headline("Who?", "Of 1,253 contacts.", figures, {"Span": "tattooed"})
    shown = headline._repr_mimebundle_()
    assert "tattooed" not in json.dumps(shown)
    assert shown[MIME]["sentence"] == "Of 1,255 contacts."
    assert headline.to_dict()["figures"][0]["note"] == "of tattooed"
