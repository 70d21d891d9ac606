"""What the view says is what the model says of the frame with the changed cells."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from workbench import Explained, FeatureFrame, RidgePropensity, RidgeUplift
from workbench.errors import DataWarning, ParameterError, SchemaError
from workbench.language import speaking

EXACT = 1e-12


class Heard:
    """A view, and all that was said to it, as JSON."""

    def __init__(self, one):
        self.one, self.said = one, []
        one.send = lambda content, buffers=None: self.said.append(json.loads(json.dumps(content)))

    def ask(self, **content):
        self.said.clear()
        self.one._handle_custom_msg(content, [])  # noqa: SLF001 - as ipywidgets calls it
        return self.said

    def score(self, revision, **changes):
        (message,) = self.ask(asked="score", revision=revision, changes=changes)
        return message["answer"]


@pytest.fixture
def one(shop, of_shop):
    return Explained(of_shop, shop, customer="secret-7", campaign="June")


def foretold(model, shop, row, **cells):
    """The propensity of the whole frame with changed cells, at the row."""
    X = shop.X.copy()
    for name, value in cells.items():
        if isinstance(value, float):
            X[name] = X[name].astype("float64") if X[name].dtype.kind in "biu" else X[name]
        X.loc[row, name] = value
    return model.propensity(X).iloc[row]


@pytest.mark.parametrize(
    ("entered", "cells"),
    [
        ({}, {}),
        ({"visits": "7"}, {"visits": 7}),
        ({"visits": "2.5", "town": "Ulm"}, {"visits": 2.5, "town": "Ulm"}),
        ({"age": None}, {"age": np.nan}),
        ({"since_log": "30", "member": "1"}, {"since_log": np.log1p(30), "member": True}),
        ({"spend": "3.3"}, {"spend": np.float32(3.3)}),
        ({"visits": "9999"}, {"visits": 9999}),
    ],
)
def test_a_changed_cell_is_scored_as_the_model_scores_the_frame(
    one, of_shop, shop, entered, cells, recwarn
):
    view = Heard(one)
    answer = view.score(1, **entered)
    assert answer["score"] == pytest.approx(foretold(of_shop, shop, 307, **cells), abs=EXACT)
    assert one.score == answer["score"]
    assert set(answer["entered"]) == set(entered)


@pytest.mark.parametrize("by", ["feature", "group"])
def test_steps_lead_from_the_average_contact_to_the_score_that_is_shown(one, of_shop, shop, by):
    answer = Heard(one).score(1, visits="9", town="Ulm")
    steps = answer["steps"][by]
    x = of_shop.design_.matrix(shop.X)
    average = of_shop.intercept_[0] + x.mean(axis=0) @ of_shop.coef_[0]
    assert steps[0]["start"] == pytest.approx(average, abs=1e-9)
    assert expit(steps[-1]["end"]) == pytest.approx(answer["score"], abs=1e-9)
    adds = sum(step["contribution"] for step in steps)
    assert adds == pytest.approx(steps[-1]["end"] - average, abs=1e-9)
    assert sum(answer["adds"].values()) == pytest.approx(adds, abs=1e-9)
    assert one.steps(by=by)["end"].iloc[-1] == pytest.approx(steps[-1]["end"], abs=1e-9)


def test_what_a_view_is_shown_at_first(one, shop):
    contact, answer = (
        part for message in Heard(one).ask(asked="contact") for part in message.items()
    )
    title, fields = contact[1]["title"], contact[1]["fields"]
    outcome = "responded" if shop.y[307] else "did not respond"
    assert title == f"Customer secret-7, campaign June, {outcome}"
    parts = np.abs(list(answer[1]["adds"].values()))
    by_size = np.array(list(answer[1]["adds"]))[np.argsort(-parts, kind="stable")]
    assert [field["name"] for field in fields] == by_size.tolist()
    about = {field["name"]: field["about"] for field in fields}
    assert about["visits"] == "Visits in 91 days"
    assert about["spend"] == "", "the name says as much"


def test_values_out_of_range_are_told_and_wrong_ones_leave_the_figures(one):
    view = Heard(one)
    most = view.score(1, visits="9999")
    assert "counts as" in most["told"]["visits"]
    assert view.score(2, visits="9998")["score"] == most["score"], "held at the edge"
    wrong = view.score(3, visits="many", age="40")
    assert set(wrong) == {"revision", "wrong"}
    assert set(wrong["wrong"]) == {"visits"}
    assert one.changes == {"visits": 9998.0}, "what was right before stays"


def test_python_moves_the_view(one, of_shop, shop):
    view = Heard(one)
    view.score(4, visits="5")
    view.said.clear()
    one.move({"town": "Bonn"})
    (message,) = view.said
    assert message["answer"]["revision"] == 5
    assert message["answer"]["entered"] == {"visits": "5", "town": "Bonn"}
    assert one.score == pytest.approx(
        foretold(of_shop, shop, 307, visits=5, town="Bonn"), abs=EXACT
    )
    one.back()
    assert one.changes == {}
    assert one.score == pytest.approx(of_shop.propensity(shop).iloc[307], abs=EXACT)
    with pytest.raises(ParameterError, match="reads no column 'visit'"):
        one.move({"visit": 3})


def test_the_sentence_has_the_scores_of_contact_change_and_average(one, of_shop, shop):
    view = Heard(one)
    own = of_shop.propensity(shop).iloc[307]
    average = expit(one.steps()["start"].iloc[0])
    times = f"{own / average:.3g} times the average contact's {average:.1%}."
    assert view.score(1)["sentence"] == f"Propensity {own:.1%}; {times}"
    moved = view.score(2, visits="9")
    assert moved["sentence"].startswith(
        f"Propensity {moved['score']:.1%}, with 1 change; as it is, {own:.1%}; "
    )


def test_amounts_and_counts(numbers, shop):
    for model, what in zip(numbers, ("amount", "count"), strict=True):
        one = Explained(model, shop, row=3)
        answer = Heard(one).score(1, visits="6")
        X = shop.X.copy()
        X.loc[3, "visits"] = 6
        assert answer["score"] == pytest.approx(model.expected(X).iloc[3], abs=1e-11)
        assert answer["sentence"].startswith(f"Expected {what} ")
        assert answer["axis"].startswith(f"Expected {what}")
        assert set(answer["adds"]) == {"visits", "town"}


def test_words_of_ones_own(of_shop, shop):
    one = Explained(of_shop, shop, row=3, labels={"visits": "Visits to the shop"})
    contact = Heard(one).ask(asked="contact")[0]["contact"]
    said = {field["name"]: field["words"] for field in contact["fields"]}
    assert said["visits"] == "Visits to the shop"
    assert said["age"] == "age"
    with pytest.raises(ParameterError, match="`labels` names unknown feature 'visit'"):
        Explained(of_shop, shop, row=3, labels={"visit": "x"})
    with pytest.raises(ParameterError, match="`labels` must give each feature words"):
        Explained(of_shop, shop, row=3, labels={"visits": " "})


def test_words_of_frame_and_model_for_features_groups_and_levels(of_shop, shop):
    """The model was fitted without words; those given here go before the frame's."""
    frame = shop.labelled({"visits": "Visits", "town": "Town", "town=Ulm": "Ulm on the Danube"})
    frame = frame.labelled({**frame.wording.words, "who": "The person"})
    labels = {"visits": "Visits to the shop", "web": "On the site", "town=Bonn": "Capital"}
    one = Explained(of_shop, frame, row=3, labels=labels)
    contact = Heard(one).ask(asked="contact")[0]["contact"]
    field = {field["name"]: field for field in contact["fields"]}
    assert (field["visits"]["words"], field["visits"]["group"]) == (
        "Visits to the shop",
        "On the site",
    )
    assert (field["town"]["words"], field["town"]["group"]) == ("Town", "The person")
    assert field["town"]["options"] == [
        ["Bonn", "Capital"],
        ["Köln", "Köln"],
        ["Ulm", "Ulm on the Danube"],
    ]
    answer = Heard(one).score(1, town="Ulm")
    steps = {step["words"]: step["value"] for step in answer["steps"]["feature"]}
    assert steps["Town"] == "Ulm on the Danube"
    assert {step["words"] for step in answer["steps"]["group"]} == {"The person", "On the site"}
    assert answer["entered"] == {"town": "Ulm"}, "what is entered is the level"
    assert one.score == pytest.approx(foretold(of_shop, shop, 3, town="Ulm"), abs=EXACT)


def test_words_of_the_fit_are_kept_where_the_frame_has_none(shop):
    with pytest.warns(DataWarning, match="Missing values in 'age'"):
        model = RidgePropensity(alpha=0.01).fit(shop.labelled({"visits": "Visits in all"}))
    answer = Heard(Explained(model, shop, row=3)).score(1)
    assert "Visits in all" in {step["words"] for step in answer["steps"]["feature"]}


def test_in_german_numbers_are_typed_and_written_with_a_comma(of_shop, shop):
    with speaking("de"):
        one = Explained(of_shop, shop, customer="secret-7", campaign="June")
    view = Heard(one)
    contact = view.ask(asked="contact")[0]["contact"]
    assert contact["title"].startswith("Kunde secret-7, Kampagne June, ")
    entered = {field["name"]: field["entered"] for field in contact["fields"]}
    assert entered["spend"] == f"{shop.X['spend'][307]:.6g}".replace(".", ",")
    answer = view.score(1, visits="2,5")
    assert answer["score"] == pytest.approx(foretold(of_shop, shop, 307, visits=2.5), abs=EXACT)
    assert answer["entered"] == {"visits": "2,5"}
    assert f"Propensity {answer['score']:.1%}".replace(".", ",").rstrip("%") in answer["sentence"]
    assert answer["axis"] == "Propensity (Abstände wie Log-Odds)"
    assert "keine Punkte" in view.score(2, visits="2.500")["wrong"]["visits"]


def test_levels_too_many_for_a_list_are_typed():
    n = 1200
    X = pd.DataFrame({"shop": [f"s{k % 400}" for k in range(n)]})
    model = RidgePropensity(alpha=0.1, most_levels=400).fit(X, np.arange(n) % 2)
    one = Explained(model, FeatureFrame(X, pd.Series(np.arange(n) % 2 * 1.0)), row=0)
    contact = Heard(one).ask(asked="contact")[0]["contact"]
    assert contact["fields"][0]["options"] == []
    assert contact["fields"][0]["entered"] == "s0"


def test_nothing_of_the_contact_is_in_what_is_saved(one):
    """A notebook keeps the state and the outputs; what is sent to the open view it does not."""
    view = Heard(one)
    view.ask(asked="contact")
    one.move({"visits": 7})
    data, _ = one._repr_mimebundle_()
    kept = json.dumps([one.get_state(), data], default=str)
    assert "secret" not in kept
    assert "Bonn" not in kept.replace(json.dumps(one.get_state()["_esm"]), "")
    assert json.dumps(view.said), "it was said to the view"


@pytest.mark.parametrize("model", ["nothing", RidgePropensity, make_pipeline(RidgePropensity())])
def test_other_models_are_refused(shop, model):
    with pytest.raises(ParameterError, match="`model` must be a fitted RidgePropensity"):
        Explained(model, shop, row=3)


def test_an_uplift_has_a_table_of_steps_and_no_view(shop):
    with pytest.raises(ParameterError) as caught:
        Explained(RidgeUplift(), shop, row=3)
    assert str(caught.value) == (
        "`model` must be a fitted RidgePropensity, RidgeAmount or RidgeCount; got a RidgeUplift. "
        "Its steps stand in a table: `model.explanation(frame.rows([0]))`."
    )


def test_a_model_that_is_not_fitted_says_so(shop):
    with pytest.raises(NotFittedError):
        Explained(RidgePropensity(), shop, row=3)


def test_a_frame_that_lacks_a_column_is_refused(shop, of_shop):
    with pytest.raises(SchemaError, match="has no column 'town'"):
        Explained(of_shop, shop.without("town"), row=3)
