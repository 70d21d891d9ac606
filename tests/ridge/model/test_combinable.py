"""Rounds with the owners of rows, against one fit to all rows in one place."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from tests.ridge.owners import owners, rounds
from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError, FitError, ParameterError, SchemaError
from workbench.ridge.export.owner_sums import OwnerSums


@pytest.fixture(scope="module")
def tuned():
    made = owners()
    return made, rounds(made.start, made.frames)


def test_given_penalties_end_at_the_fit_to_all_rows():
    made = owners(alpha=0.02)
    found, fit = rounds(made.start, made.frames), RidgePropensity(0.02).fit(made.together)
    for name in ("mean", "scale", "coef_standardised", "score_share"):
        assert_allclose(found.columns_[name], fit.columns_[name], rtol=1e-8, atol=1e-8)
    there = fit.workspace_.retaken().described()
    assert_allclose(found.columns_["std_error"], there.std_error, rtol=1e-8)
    assert_allclose(found.columns_["edf"], there.edf, rtol=1e-8)
    facts = ("contacts", "positives", "log_loss", "base_log_loss", "rows", "campaigns")
    assert_allclose([found.training_[n] for n in facts], [fit.training_[n] for n in facts])
    assert found.round_.converged
    assert found.round_.number <= 6


def test_under_tuned_penalties_it_is_the_fit_to_all_rows_and_so_are_left_out_losses(tuned):
    made, found = tuned
    fit = RidgePropensity(half_life=None).fit(made.together)
    exact = fit.refit(found.penalties_)
    assert found.round_.converged
    assert found.training_["drift"] < 1e-8
    assert_allclose(found.coef_standardised_, exact.coef_standardised_, atol=1e-9)
    assert_allclose(found.columns_["std_error"], exact.columns_["std_error"], rtol=1e-8)
    left = exact.workspace_.left_out()
    loss = np.average(left["loss"], weights=left["contacts"])
    assert_allclose(found.tuning_["left_out_loss"], loss, rtol=1e-8)
    # the search of `fit` stops where a step gains a fifty-thousandth; ties may cost 0.02%
    assert loss <= fit.tuning_["left_out_loss"].iloc[0] * (1 + 4e-4)


def test_who_has_which_rows_and_who_begins_changes_nothing(tuned):
    made, found = tuned
    with pytest.warns(match="Constant columns"):
        begun = RidgePropensity(half_life=None).fit(made.frames[2])
    alone = rounds(begun, [made.together])
    assert_allclose(alone.penalties_, found.penalties_, rtol=1e-7)
    assert_allclose(alone.coef_standardised_, found.coef_standardised_, atol=1e-8)
    left = [one.tuning_["left_out_loss"].iloc[0] for one in (alone, found)]
    assert left[0] == pytest.approx(left[1], rel=1e-8)


def test_rounds_go_by_files(tuned, tmp_path):
    made = tuned[0]
    path = made.start.save(tmp_path / "model.json")
    for k in range(2):
        files = [
            RidgePropensity.load(path).collect(one).save(tmp_path / f"{g}-{k}.npz")
            for g, one in enumerate(made.frames)
        ]
        path = RidgePropensity.combine(path, files, again=True).save(tmp_path / f"round-{k}.json")
    by_file = RidgePropensity.load(path)
    again = made.start
    for _ in range(2):
        again = RidgePropensity.combine(again, [again.collect(f) for f in made.frames], again=True)
    assert_allclose(by_file.coef_, again.coef_, rtol=1e-12)
    assert by_file.round_.number == 2


def test_a_campaign_that_two_owners_share_is_one():
    made = owners(alpha=0.02)
    last = made.frames[2]
    half = np.arange(len(last.X)) % 2 == 0
    parts = [made.frames[0], made.frames[1], last.rows(half), last.rows(~half)]
    found, fit = rounds(made.start, parts), RidgePropensity(0.02).fit(made.together)
    assert found.statistics_.names == list(fit.workspace_.folds)
    assert_allclose(found.coef_standardised_, fit.coef_standardised_, atol=1e-9)


def test_a_far_column_a_gap_a_level_and_a_late_one_are_as_in_one_place():
    rng = np.random.default_rng(0)
    n = 1800
    month = np.repeat([f"2024-0{k}" for k in range(1, 7)], n // 6)
    table = pd.DataFrame({"far": 1e6 + rng.normal(size=n), "g": rng.choice(list("abc"), n)})
    table["late"] = np.where(month > "2024-03", rng.normal(size=n), 0.0)
    table["x"] = rng.normal(size=n)
    eta = -1 + 0.5 * table["x"] + 0.3 * (table["far"] - 1e6) + 0.3 * table["late"]
    table["y"], table["m"] = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(int), month

    def frame(some):
        return FeatureFrame.from_table(
            table[some].reset_index(drop=True), target="y", campaign="m", time=None
        )

    early = month <= "2024-03"
    with pytest.warns(match="Constant columns"):
        start = RidgePropensity(0.01).fit(frame(early))
    found = rounds(start, [frame(early), frame(~early)])
    fit = RidgePropensity(0.01).fit(frame(early | True))
    assert_allclose(found.coef_standardised_, fit.coef_standardised_, atol=1e-8)
    assert not found.columns_.loc["late", "dropped"]


def test_a_first_round_that_is_far_off_says_not_yet(tmp_path):
    made = owners(alpha=0.02)
    made.start.save(tmp_path / "model.json")
    start = RidgePropensity.load(tmp_path / "model.json")
    sums = [start.collect(one) for one in made.frames]
    with pytest.raises(FitError, match=r"Not yet: .* in round 1, and nothing bounds.*again=True"):
        RidgePropensity.combine(start, sums)
    once = RidgePropensity.combine(start, sums, again=True)
    assert "drift" not in once.training_
    twice = RidgePropensity.combine(once, [once.collect(one) for one in made.frames])
    assert twice.training_["drift"] < 0.1


def test_it_goes_on_as_any_model_that_was_updated(tuned):
    made, found = tuned
    less = found.forget(found.statistics_.names[0])
    assert less.training_["campaigns"] == 8
    assert less.round_ is None
    assert found.propensity(made.together).between(0, 1).all()
    with pytest.raises(FitError, match="without them"):
        found.refit({"spiky": 1.0})


def test_what_does_not_belong_together_is_refused(tuned, tmp_path):
    made, found = tuned
    start, frames = made.start, made.frames
    sums = [start.collect(one) for one in frames]
    with pytest.raises(ParameterError, match=r"'sums 1'.* another round, or of another model"):
        RidgePropensity.combine(found, sums)
    with pytest.raises(ParameterError, match="'sums 2' and 'sums 1' hold the same sums"):
        RidgePropensity.combine(start, [sums[0], sums[0]])
    other = RidgePropensity(0.02).fit(FeatureFrame(**_renamed(frames[0])))
    with pytest.raises(ParameterError, match="'sums 1' are of others"):
        RidgePropensity.combine(other, sums)
    with pytest.raises(FitError, match=r"'c01', 'c02', 'c03'.*missing or pooled otherwise"):
        RidgePropensity.combine(found, [found.collect(one) for one in frames[1:]])
    with pytest.raises(ParameterError, match="must be a list of OwnerSums"):
        RidgePropensity.combine(start, sums[0])
    with pytest.raises(ParameterError, match="got an empty list"):
        RidgePropensity.combine(start, [])
    with pytest.raises(ParameterError, match="`model` must be the RidgePropensity"):
        RidgePropensity.combine(3, sums)
    path = sums[0].save(tmp_path / "one.npz")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(SchemaError, match="Ask its owner to `collect` and `save` again"):
        RidgePropensity.combine(start, [path])


def _renamed(frame):
    names = {name: f"{name}_more" for name in frame.X}
    return {
        "X": frame.X.rename(columns=names),
        "y": frame.y,
        "campaign": frame.campaign,
        "as_of": frame.as_of,
    }


def test_an_owner_is_refused_by_name():
    made = owners(alpha=0.02)
    rows = made.frames[1]
    few = rows.rows(np.arange(len(rows.X)) < 60)
    with pytest.raises(FitError, match="100 contacts and 10 responses or more; got 60"):
        made.start.collect(few)
    with pytest.raises(FitError, match="one class"):
        made.start.collect(rows.rows((rows.y == 0).to_numpy()))
    with pytest.raises(DataError, match="must have a campaign"):
        made.start.collect(rows.X, rows.y)
    with pytest.raises(FitError, match="are missing"):
        made.start.collect(rows.X.iloc[:, 1:], rows.y, campaign=rows.campaign)
    with pytest.raises(ParameterError, match="a model of `half_life=None` alone"):
        RidgePropensity(0.02, half_life=2.0).fit(made.together).collect(rows)
    found = rounds(made.start, made.frames, most=1)
    assert isinstance(found.collect(rows), OwnerSums)


def test_rounds_are_of_the_same_rows(tuned):
    made, found = tuned
    more = made.together.rows(np.arange(300)).X
    with pytest.raises(FitError, match=r"\['new'\] came later"):
        found.collect(more, made.together.y[:300], campaign=["new"] * 300)


def test_slope_and_base_rate_are_nearly_those_of_a_fit_where_labels_are_dates():
    made = owners(seed=5)
    dated = {name: f"2024-0{k}-01" for k, name in enumerate(made.together.campaigns, 1)}
    frames = [_dated(one, dated) for one in made.frames]
    found, fit = rounds(made.start, frames), RidgePropensity(half_life=None)
    fit = fit.fit(_dated(made.together, dated))
    assert found.outlook_.in_time
    assert found.slope_ == pytest.approx(fit.slope_, abs=0.11)
    assert_allclose(found.base_rate_["rate"], fit.base_rate_["rate"], rtol=0.03)


def _dated(frame, names):
    table = frame.X.assign(y=frame.y, m=frame.campaign.astype(str).map(names))
    return FeatureFrame.from_table(
        table, target="y", campaign="m", groups=dict(frame.groups), time=None
    )
