"""The view in a notebook: Python answers, and nothing that is typed is kept anywhere."""

import json

import numpy as np
import pytest
from anywidget import AnyWidget

from workbench.errors import ParameterError
from workbench.language import speaking
from workbench.texts import TextRouter
from workbench.widgets import Routed
from workbench.widgets.views import ROUTED

SECRET = "My invoice is wrong, says Zebedee Quux"


class Heard:
    """A view's other end: what it is told, as it would come through Jupyter."""

    def __init__(self, view):
        self.view, self.said = view, []
        view.send = lambda content, buffers=None: self.said.append(json.loads(json.dumps(content)))

    def ask(self, text, number=1, asker="a"):
        self.said.clear()
        content = {"asked": "route", "text": text, "asker": asker, "number": number}
        self.view._handle_custom_msg(content, [])  # noqa: SLF001 - as ipywidgets does
        return self.said


def test_an_answer_is_what_route_says_and_steps_add_up(router, table):
    heard = Heard(Routed(router))
    texts = [*table.texts.tolist()[:15], "Who won the match?", "日本"]
    for text, (_, row) in zip(texts, router.route(texts).iterrows(), strict=True):
        (said,) = heard.ask(text, number=7, asker="me")
        assert (said["asker"], said["number"]) == ("me", 7)
        assert (said["answer"] or "to a person") == row["answer"]
        assert said["labels"][0] == [row["likeliest"], pytest.approx(row["probability"], abs=1e-12)]
        assert len(said["labels"]) == 4
        assert said["bar"] == router.threshold_
        sums = [
            sum(adds for _, adds in steps["shown"]) + steps["rest"]
            for steps in said["steps"].values()
        ]
        assert sums[0] == pytest.approx(sums[1], abs=1e-9)
        assert all(len(steps["shown"]) <= 10 for steps in said["steps"].values())


def test_nothing_that_is_typed_is_in_an_answer_or_in_the_saved_state(router, table):
    view = Routed(router, table)
    heard = Heard(view)
    (said,) = heard.ask(SECRET)
    assert SECRET not in json.dumps(said)
    state = json.dumps(view.get_state(["spoken", "notes"]), default=str)
    kept = json.dumps(view._repr_mimebundle_()[0])
    assert "Quux" not in state + kept
    own = {*view.class_traits(sync=True)} - {*AnyWidget().traits(sync=True)}
    assert own <= {"spoken", "notes", "_esm"}


def test_what_is_no_question_is_not_answered(router):
    view = Routed(router)
    heard = Heard(view)
    for content in ({"asked": "score"}, {"asked": "route", "text": 3}, {}):
        view._handle_custom_msg(content, [])  # noqa: SLF001 - as ipywidgets does
    assert heard.said == []


def test_a_router_without_a_threshold_says_so(table):
    strict = TextRouter(((1, 1, "words"),), precision=0.9999, alpha=0.001, least=5)
    with pytest.warns(Warning, match="Every text goes to a person"):
        strict.fit(table.texts, table.labels, period=table.period)
    (said,) = Heard(Routed(strict)).ask("my invoice")
    assert not np.isfinite(strict.threshold_)
    assert (said["answer"], said["why"], said["bar"]) == (None, "unsure", None)


def test_a_report_gets_a_small_router_or_the_reason_why_not(view, mailed, router):
    state = view.exported()
    assert state["threshold"] == mailed.judged.threshold != router.threshold_
    assert Routed(router).exported() == {
        "reason": "Texts can be typed in the notebook alone: no small router was to be mailed."
    }
    data = view._repr_mimebundle_()[0]
    assert data[ROUTED.mime]["labels"] == state["labels"]
    assert data["image/png"]


def test_of_is_one_text(view):
    assert view.of("日本").why == "unknown"
    with pytest.raises(ParameterError, match=r"`text` must be one text; got list\. Several go to"):
        view.of(["a"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((3,), "`router` must be a fitted TextRouter; got int. Write Routed"),
        ((TextRouter,), "`router` must be a fitted TextRouter; got type"),
    ],
)
def test_what_is_no_router_is_refused(given, message):
    with pytest.raises(ParameterError, match=message):
        Routed(*given)


def test_a_router_that_is_not_fitted_and_no_table_are_refused(router):
    with pytest.raises(ParameterError, match="`router` must be a fitted TextRouter; got one that"):
        Routed(TextRouter())
    with pytest.raises(ParameterError, match=r"`table` must be a TextTable.*; got list\. Leave it"):
        Routed(router, ["a"])


def test_labels_that_are_numbers_are_written(router, table):
    numbered = TextRouter(((1, 1, "words"),), precision=0.7, alpha=0.001, least=5)
    numbered.fit(table.texts, table.labels.factorize()[0], period=table.period)
    (said,) = Heard(Routed(numbered)).ask(table.texts.iloc[0])
    assert all(isinstance(label, str) for label, _ in said["labels"])


def test_it_keeps_the_language_in_which_it_was_made(router, table):
    with speaking("de"):
        view = Routed(router, table)
    assert view.spoken["messages"]["To a person"] == "An einen Menschen"
    assert view.exported()["spoken"] == view.spoken
    assert view.exported()["notes"][0].startswith("Diese Datei hat")
