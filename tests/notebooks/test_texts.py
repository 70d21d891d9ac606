"""The notebook of texts on made-up tickets: its figures, and that no text of a person is in it."""

import pandas as pd
import pytest

from workbench.datasets import sample_tickets
from workbench.errors import DataWarning
from workbench.files.shipped import notebook_path
from workbench.reports.run import run_notebook
from workbench.texts import TextRouter, load_texts

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

ROLES = {"text": "body", "target": "queue", "period": "week", "customer": "customer"}
CHOSEN = {"precision": 0.9, "least": 5, "handed_over": ["out of scope"]}


@pytest.fixture(scope="module")
def tickets():
    made = sample_tickets(300, seed=4)
    twice = made.loc[[0, 0]].assign(queue=["account", "press"])  # a contradiction: both are quoted
    return pd.concat([made, twice], ignore_index=True)  # by the warning of `fit`


@pytest.fixture(scope="module")
def finished(tickets, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    tickets.to_csv(folder / "tickets.csv", index=False)
    given = {"table": str(folder / "tickets.csv"), **ROLES, **CHOSEN}
    given |= {"router_path": str(folder / "router.npz"), "language": "de", "author": "A. <B>"}
    return run_notebook(
        notebook_path("texts.ipynb"), output=folder / "out", parameters=given, progress=False
    )


def test_its_figures_are_those_of_a_router_that_is_fitted_here(finished, tickets, figures):
    table = load_texts(tickets, **ROLES)
    with pytest.warns(DataWarning, match="came under several labels"):
        router = TextRouter(**CHOSEN).fit(table.texts, table.labels, period=table.period)
    exact = router.coverage("all").iloc[0]
    told = figures(finished)
    assert told["Of these answered rightly"] == pytest.approx(exact["precision"], rel=1e-9)
    assert told["Answered without a person"] == pytest.approx(exact["answered"], abs=5 / 302)
    kept = TextRouter.load(finished.report.parents[1] / "router.npz")
    assert kept.threshold_ == router.threshold_


def test_no_text_no_name_and_no_label_of_few_is_in_the_file(finished, tickets):
    html = finished.report.read_text(encoding="utf-8")
    assert "Welche Texte brauchen keinen Menschen?" in html
    assert "A. &lt;B&gt;" in html
    names = set(tickets["body"].str.split().str[-1].str.strip(".,?!"))
    alone = [
        name for name in names if len(name) > 8 and tickets["body"].str.contains(name).sum() < 10
    ]
    assert len(alone) > 100
    assert [name for name in alone if name.lower() in html.lower()] == []
    assert [text for text in tickets["body"] if text in html] == []
    assert "<figure data-routed>" in html, "the small router is among what is looked through"
    assert "press" not in finished.headline.sentence
    assert ">press<" not in html


def test_figures_stand_in_the_page_as_in_the_headline(finished, page):
    text = page(finished).get_text(" ")
    local = finished.headline.local or finished.headline
    for figure in local.figures:
        assert figure.name.split(",")[0] in text or figure.name in text
    share = next(f for f in finished.headline.figures if f.name == "Answered without a person")
    written = f"{share.value:.1%}".replace(".", ",").replace("%", " %")
    assert text.replace("\xa0", " ").count(written) >= 2
    (alt,) = [one["alt"] for one in page(finished)("img") if "werden beantwortet" in one["alt"]]
    assert alt.replace("\xa0", " ").startswith(written)
