"""The widget without a page: moves, refits, comparisons, and what it shows where."""

import base64
import re

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity, Tuner
from workbench.errors import DataWarning, ParameterError
from workbench.widgets.views import TUNER


@pytest.fixture
def tuner(model, frame):
    return Tuner(model, frame)


def from_the_page(tuner, penalties, *, final, revision=1):
    asked = {"revision": revision, "penalties": penalties.tolist(), "group": None, "final": final}
    tuner.asked = asked


def left_out(model):
    """Losses of campaigns left out, each by a fit without it."""
    return model.workspace_.left_out()["loss"].to_numpy()


def test_a_move_is_previewed_at_once_and_refitted_when_it_is_let_go(tuner, model):
    penalties = model.penalties_.to_numpy() * 20
    exact = model.refit(model.penalties_ * 20)
    from_the_page(tuner, penalties, final=False)
    assert (tuner.answer["kind"], tuner.answer["revision"]) == ("preview", 1)
    np.testing.assert_allclose(tuner.answer["b"], exact.workspace_.coefficients, atol=5e-3)
    from_the_page(tuner, penalties, final=True)
    np.testing.assert_allclose(tuner.model.coef_, exact.coef_, atol=1e-9)
    assert tuner.answer["kind"] == "exact"
    np.testing.assert_allclose(tuner.answer["b"], exact.workspace_.coefficients, atol=1e-9)
    np.testing.assert_allclose(tuner.answer["edf"], exact.columns_["edf"], atol=1e-9)
    np.testing.assert_allclose(tuner.answer["error"], exact.columns_["std_error"], atol=1e-9)
    np.testing.assert_allclose(tuner.answer["loss"], left_out(exact), rtol=1e-6)


def test_the_next_cell_has_what_is_shown_even_while_a_slider_is_held(tuner, model):
    penalties = model.penalties_ * 3
    from_the_page(tuner, penalties.to_numpy(), final=False)
    np.testing.assert_allclose(tuner.model.penalties_, penalties)
    np.testing.assert_allclose(tuner.model.coef_, model.refit(penalties).coef_, atol=1e-9)


def test_the_newest_of_many_moves_wins(tuner, model):
    start = model.penalties_.to_numpy()
    for revision in range(1, 12):
        from_the_page(tuner, start * revision, final=True, revision=revision)
    assert tuner.model.penalties_.to_numpy() == pytest.approx(start * 11)
    assert tuner.answer["revision"] == tuner.extras["revision"] == 11


def test_python_moves_the_sliders(tuner):
    tuner.move({"promo": 2.0, "visits_1": 0.5})
    assert tuner.penalties["promo_3"] == 2.0
    assert tuner.penalties["visits_1"] == 0.5
    tuner.move({"promo": 3.0})
    assert tuner.penalties["visits_1"] == 0.5, "what is not named stays as it is shown"
    assert tuner.model.penalties_["promo_0"] == 3.0
    with pytest.raises(ParameterError, match="Did you mean 'promo'"):
        tuner.move({"promos": 1.0})


def test_settings_are_compared(tuner, model, frame):
    assert [one["name"] for one in tuner.compared] == ["tuned", "uniform"]
    tuner.move({"promo": 2.0})
    tuner.keep()
    tuned, uniform, mine = tuner.compared
    assert mine["penalties"] == tuner.penalties.tolist()
    assert tuned["edf"] == pytest.approx(model.edf_)
    assert tuned["loss"] == pytest.approx(left_out(model).tolist())
    assert uniform["penalties"] == [model.alpha_] * 10
    assert sum(tuned["bins"][0]) == len(frame)


def test_curves_follow_the_group_that_was_touched(tuner, model):
    penalties = model.penalties_.to_numpy()
    tuner.asked = {"revision": 0, "penalties": penalties.tolist(), "group": "promo", "final": True}
    tuner.model  # noqa: B018 - waits
    assert tuner.extras["curve"]["group"] == "promo"


def test_nonsense_from_a_page_is_passed_over(tuner, model):
    for wrong in ([1.0], [-1.0] * 10, [float("nan")] * 10):
        tuner.asked = {"revision": 5, "penalties": wrong, "final": True}
        assert tuner.penalties.tolist() == model.penalties_.tolist()


def test_penalties_that_leave_coefficients_open_are_refused_in_words(frame):
    X = frame.X.assign(twin=frame.X["visits_0"])
    model = RidgePropensity(alpha=0.1).fit(X, frame.y, campaign=frame.campaign)
    tuner = Tuner(model)
    from_the_page(tuner, np.zeros(11), final=True)
    assert tuner.answer["refused"].startswith("Columns without a penalty must not determine")
    assert tuner.model.penalties_.tolist() == [0.1] * 11, "the last that had an answer"


def test_a_cell_shows_the_view_a_picture_and_the_state(tuner):
    data, _ = tuner._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == tuner.model_id
    assert base64.b64decode(data["image/png"])[1:4] == b"PNG"
    assert data[TUNER.mime]["columns"] == list(tuner.penalties.index)
    given = [float(f"{one:.2g}") for one in tuner.penalties]
    assert data[TUNER.mime]["shown"] == pytest.approx(given, rel=1e-9)


def test_too_few_contacts_leave_no_state(make_frame):
    model = RidgePropensity(alpha=0.5).fit(make_frame(campaigns=2, each=40))
    data, _ = Tuner(model)._repr_mimebundle_()
    assert data[TUNER.mime] == {}


def test_two_tuners_do_not_meet(model):
    first, second = Tuner(model), Tuner(model)
    first.move({"promo": 7.0})
    assert second.penalties.tolist() == model.penalties_.tolist()
    assert first.model.penalties_["promo_0"] == 7.0
    assert re.fullmatch(r"[0-9a-f]{32}", first.model_id)
    assert first.model_id != second.model_id


def test_a_dropped_column_does_not_stand_in_the_way_of_the_state():
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(900, 4)), columns=list("abcd"))
    X["b"] = 1.0
    y = rng.random(900) < 1 / (1 + np.exp(1 - X["a"]))
    with pytest.warns(DataWarning):
        model = RidgePropensity(alpha=0.01).fit(X, y, campaign=np.repeat([1, 2, 3], 300))
    assert model.columns_["dropped"].tolist() == [False, True, False, False]
    assert Tuner(model).state()["columns"] == ["a", "c", "d"]


def test_it_is_said_that_the_view_leaves_out_what_tuning_judged_ahead(tuned_ahead):
    said = (
        "Penalties were tuned on campaigns judged by those before them; this view leaves out one "
        "campaign at a time, so that its least loss may lie elsewhere."
    )
    ahead, given = (Tuner(model, release="exact") for model in tuned_ahead)
    assert (ahead.facts["notes"], given.facts["notes"]) == ([said], [])
    assert ahead.state()["notes"][0] == said
    assert said not in given.state()["notes"]
    np.testing.assert_allclose(ahead.answer["loss"], given.answer["loss"], rtol=1e-5)
    penalties = tuned_ahead[0].penalties_.to_numpy() * 2  # a refit leaves out, too
    for tuner in (ahead, given):
        from_the_page(tuner, penalties, final=True)
        assert len(tuner.model.workspace_.folds) == len(tuner.answer["loss"]) == 8
    np.testing.assert_allclose(ahead.answer["loss"], given.answer["loss"], rtol=1e-5)


@pytest.mark.parametrize("odd", ["spend", [5.0], float("nan"), -1.0])
def test_a_margin_that_is_no_number_is_refused(model, odd):
    message = (
        f"`margin` must be an amount of money, finite and not negative; got {odd!r}. Give cost "
        "and margin of one contact in the same currency."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        Tuner(model, margin=odd)
