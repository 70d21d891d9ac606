import os
import re
import stat
import subprocess
import sys
from copy import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, RidgeUplift
from workbench.errors import ExtrapolationWarning, ParameterError
from workbench.evidence import beyond_training
from workbench.networks import NetworkPropensity
from workbench.reports.score import (
    beyond_note,
    check_scores_file,
    score_blocks,
    score_contacts,
    write_scores,
)

REASON = re.compile(r"(\w+) = ([^\s,]+)(?:, counted as \S+)? \(([+-]\d+\.\d\d)\)")


def table(n=240, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4)).round(3)
    months = np.repeat(["2024-02", "2024-01", "2024-03"], n // 3)
    bought = (rng.random(n) < 1 / (1 + np.exp(0.5 - x[:, 0]))).astype(int)
    features = {f"x{k}": x[:, k] for k in range(4)}
    return pd.DataFrame({"id": range(n), "month": months, "bought": bought} | features)


@pytest.fixture(scope="module")
def model():
    frame = FeatureFrame.from_table(table(), target="bought", campaign="month", customer="id")
    return RidgePropensity(alpha=0.01).fit(frame)


@pytest.fixture(scope="module")
def scores(model):
    recipe = {"kind": "table", "target": "bought", "campaign": "month", "customer": "id"}
    return score_contacts(model, FeatureFrame.to_score(table(seed=1), recipe))


def test_every_contact_is_scored_once(scores, model):
    assert list(scores) == [
        *("customer", "campaign", "propensity", "rank"),
        *("reason_1", "reason_2", "reason_3"),
    ]
    assert sorted(scores["customer"]) == list(range(240))
    new = table(seed=1)
    expected = model.predict_proba(new[[f"x{k}" for k in range(4)]])[:, 1]
    assert scores.set_index("customer")["propensity"].sort_index().tolist() == expected.tolist()


def test_campaigns_stand_in_time_order_and_the_best_first(scores):
    assert scores["campaign"].drop_duplicates().tolist() == ["2024-01", "2024-02", "2024-03"]
    for _, campaign in scores.groupby("campaign"):
        assert campaign["rank"].tolist() == list(range(1, 81))
        assert campaign["propensity"].is_monotonic_decreasing


def test_reasons_are_the_largest_contributions(scores, model):
    new = table(seed=1).set_index("id")
    coef = pd.Series(model.coef_[0], index=model.coefficients()["feature"])
    trained = table()[list(coef.index)]
    held = new[coef.index].clip(trained.min(), trained.max(), axis=1)
    for contact in scores.head(20).itertuples():
        added = coef * (held.loc[contact.customer] - trained.mean())
        strongest = added.abs().sort_values(ascending=False).index[:3]
        reasons = (contact.reason_1, contact.reason_2, contact.reason_3)
        found = [REASON.fullmatch(reason).groups() for reason in reasons]
        assert [name for name, _, _ in found] == list(strongest)
        for name, value, amount in found:
            assert float(value) == pytest.approx(new.loc[contact.customer, name], abs=5e-4)
            assert float(amount) == pytest.approx(added[name], abs=0.0051)


def test_equal_propensities_share_the_better_rank():
    data = pd.DataFrame({"x": [1.0, 0.0, 1.0, 0.0, 0.0], "bought": [1, 0, 1, 1, 0]})
    frame = FeatureFrame.from_table(data, target="bought")
    ranked = score_contacts(RidgePropensity(alpha=0.1).fit(frame), frame)
    assert ranked["rank"].tolist() == [1, 1, 3, 3, 3]
    assert ranked["row"].tolist() == [0, 2, 1, 3, 4]
    assert "campaign" not in ranked


@pytest.mark.parametrize(("name", "read"), [("s.csv", pd.read_csv), ("s.parquet", pd.read_parquet)])
def test_a_file_holds_the_scores_to_the_last_bit(scores, tmp_path, name, read):
    path = write_scores(scores, tmp_path / "new" / name)
    back = read(path)
    pd.testing.assert_frame_equal(back, scores, check_exact=True, check_dtype=False)
    assert [file.name for file in path.parent.iterdir()] == [name]


def test_another_kind_of_file_is_refused():
    expected = "`output` must be one of ['.csv', '.parquet', '.xlsx']; got '.ods'."
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        check_scores_file("scores.ods")


def test_what_lies_beyond_training_is_told_in_a_clause(model):
    recipe = {"kind": "table", "target": "bought", "campaign": "month", "customer": "id"}
    assert beyond_note(model, FeatureFrame.to_score(table(), recipe)) == ""  # the rows of the fit
    far = FeatureFrame.to_score(table(seed=1).assign(x0=lambda new: new["x0"] + 9), recipe)
    share = beyond_training(model, far).share
    assert 0.5 < share < 1
    expected = f"; {share:.1%} of what moves the scores lies outside of the trained range"
    assert beyond_note(model, far) == expected
    old = copy(model).set_params(extrapolate=True)
    old.columns_ = model.columns_.drop(columns=["low", "high"])
    assert beyond_note(old, far) == ""


FORMULAS = ["=1+1", "+1", "-2", "@SUM(1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")']


def test_no_cell_of_a_csv_file_is_run_by_a_spreadsheet(tmp_path):
    scores = pd.DataFrame(
        {
            "customer": [*FORMULAS, "a=1", "", None],
            "campaign": pd.Categorical([*FORMULAS, "b", "b", "b"]),
            "propensity": -0.5,
            "rank": 1,
        }
    )
    back = pd.read_csv(write_scores(scores, tmp_path / "s.csv"), keep_default_na=False)
    assert back["customer"].tolist() == [*(f"'{text}" for text in FORMULAS), "a=1", "", ""]
    assert back["campaign"].tolist() == [*(f"'{text}" for text in FORMULAS), "b", "b", "b"]
    assert back["propensity"].tolist() == [-0.5] * 10
    whole = pd.read_parquet(write_scores(scores, tmp_path / "s.parquet"))
    assert whole["customer"].tolist()[:-1] == [*FORMULAS, "a=1", ""]


@pytest.mark.parametrize("name", ["s.csv", "s.parquet"])
def test_scores_are_their_owners_alone(scores, tmp_path, name):
    assert stat.S_IMODE(write_scores(scores, tmp_path / name).stat().st_mode) == 0o600


def test_a_planted_link_is_replaced_and_not_followed(scores, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "s.csv").symlink_to(victim)
    path = write_scores(scores, tmp_path / "s.csv")
    assert victim.read_text() == "precious"
    assert not path.is_symlink()
    assert len(pd.read_csv(path)) == len(scores)


def in_blocks(frame, rows):
    for start in range(0, len(frame), rows):
        yield frame.rows(np.arange(start, min(start + rows, len(frame))))


RECIPE = {"kind": "table", "target": "bought", "campaign": "month", "customer": "id"}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("rows", [7, 100, 1000])
def test_blocks_give_the_same_file(model, tmp_path, suffix, rows):
    new = table(seed=1).assign(x0=lambda new: new["x0"].round(0) * 2)  # with ties, and far out
    frame = FeatureFrame.to_score(new, RECIPE)
    with pytest.warns(ExtrapolationWarning) as at_once:
        whole = write_scores(score_contacts(model, frame), tmp_path / f"whole.{suffix}")
    with pytest.warns(ExtrapolationWarning) as in_parts:
        done = score_blocks(model, in_blocks(frame, rows), tmp_path / f"parts.{suffix}")
    assert {str(w.message) for w in in_parts} == {str(w.message) for w in at_once}
    assert len(in_parts) == 1
    assert (done.contacts, done.campaigns) == (240, 3)
    assert done.beyond == beyond_note(model, frame) != ""
    if suffix == "csv":
        assert done.path.read_bytes() == whole.read_bytes()
    else:
        pd.testing.assert_frame_equal(
            pd.read_parquet(done.path), pd.read_parquet(whole), check_exact=True, check_dtype=False
        )
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([whole.name, done.path.name])


def test_campaigns_stand_in_the_order_of_their_first_moment_over_all_blocks(model, tmp_path):
    frame = FeatureFrame.to_score(table(seed=1), RECIPE)
    late = pd.Timestamp("2024-06-01") - pd.to_timedelta(np.arange(240) % 80, "D")
    late -= pd.to_timedelta(frame.campaign.map({"2024-02": 900, "2024-01": 0, "2024-03": 500}), "D")
    labels = frame.campaign.map({"2024-02": "spring", "2024-01": "=may", "2024-03": "a\rb"})
    frame = replace(frame, as_of=pd.Series(late), campaign=labels)
    whole = write_scores(score_contacts(model, frame), tmp_path / "whole.csv")
    parts = score_blocks(model, in_blocks(frame, 50), tmp_path / "parts.csv").path
    assert parts.read_bytes() == whole.read_bytes()


def test_a_block_that_fails_leaves_the_earlier_file(model, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("earlier")

    def frames():
        yield FeatureFrame.to_score(table(seed=1), RECIPE)
        raise MemoryError

    with pytest.raises(MemoryError):
        score_blocks(model, frames(), path)
    assert path.read_text() == "earlier"
    assert [file.name for file in tmp_path.iterdir()] == ["s.csv"]


SHORT_OF_MEMORY = """
import resource, sys
from workbench import cli
import workbench.reports.score, workbench.frame.scoring_blocks  # what takes room before it begins
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 40_000_000,) * 2)
command = ["score", "--without-governance", "--model", "m.json", "--table", "new.parquet"]
sys.exit(cli.main([*command, "--output", "s.csv"]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limit of address space is Linux's")
def test_memory_short_is_one_sentence(model, tmp_path):
    model.save(tmp_path / "m.json", recipe=RECIPE)
    wide = table(60_000).assign(note="x" * 2000)
    wide.to_parquet(tmp_path / "new.parquet")
    run = subprocess.run(
        [sys.executable, "-c", SHORT_OF_MEMORY],
        cwd=tmp_path,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert run.stderr.splitlines()[-1] == (
        "workbench: there is not enough memory for this; nothing was overwritten. Score fewer rows."
    )
    assert sorted(file.name for file in tmp_path.iterdir()) == ["m.json", "new.parquet"]


@pytest.fixture(scope="module")
def uplift():
    frame = FeatureFrame.from_table(table(2400), target="bought", campaign="month", customer="id")
    arm = pd.Series(np.where(np.random.default_rng(9).random(2400) < 0.5, "mail", "none"))
    return RidgeUplift(alpha=0.01).fit(replace(frame, treatment=arm, control="none"))


def test_whom_a_contact_changes_most_is_ranked_first(uplift):
    frame = FeatureFrame.to_score(table(seed=1), RECIPE)
    scores = score_contacts(uplift, frame, rank_within="all")
    assert list(scores) == [
        *("customer", "campaign", "uplift", "propensity_treated", "propensity_untreated"),
        *("rank", "rank_overall", "reason_1", "reason_2", "reason_3"),
    ]
    assert scores["uplift"].is_monotonic_decreasing
    assert scores["rank_overall"].tolist() == list(range(1, 241))
    by_campaign = scores.groupby("campaign")["uplift"].rank(ascending=False)
    assert scores["rank"].tolist() == by_campaign.tolist()
    said = scores.set_index("customer").sort_index()
    expected = uplift.scores(frame)
    pd.testing.assert_frame_equal(
        said[list(expected)].reset_index(drop=True), expected, check_exact=True
    )
    reasons = uplift.reasons(frame)
    assert said["reason_1"].tolist() == reasons["reason_1"].tolist()
    assert said["reason_1"].str.endswith(" points)").all()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("rank_within", ["campaign", "all"])
def test_blocks_of_uplifts_give_the_same_file(uplift, tmp_path, suffix, rank_within):
    new = table(seed=1).assign(x0=lambda new: new["x0"].round(0) * 3)  # with ties, and far out
    frame = FeatureFrame.to_score(new, RECIPE)
    with pytest.warns(ExtrapolationWarning) as at_once:
        scores = score_contacts(uplift, frame, rank_within=rank_within)
    whole = write_scores(scores, tmp_path / f"whole.{suffix}")
    with pytest.warns(ExtrapolationWarning) as in_parts:
        done = score_blocks(
            uplift, in_blocks(frame, 50), tmp_path / f"parts.{suffix}", rank_within=rank_within
        )
    assert {str(w.message) for w in in_parts} == {str(w.message) for w in at_once}
    assert len(at_once) == len(in_parts) == 1
    assert (done.contacts, done.by) == (240, "uplift")
    assert done.beyond == beyond_note(uplift, frame) != ""
    if suffix == "csv":
        assert done.path.read_bytes() == whole.read_bytes()
    else:
        back = [pd.read_parquet(path) for path in (done.path, whole)]
        pd.testing.assert_frame_equal(*back, check_exact=True, check_dtype=False)


@pytest.mark.parametrize("rows", [7, 100])
def test_blocks_of_a_network_give_the_same_file(tmp_path, rows):
    frame = FeatureFrame.from_table(table(), target="bought", campaign="month", customer="id")
    network = NetworkPropensity(12, 0.01, hidden="always").fit(frame)
    new = table(seed=1).assign(x0=lambda new: new["x0"].round(0) * 3)  # with ties, and far out
    scored = FeatureFrame.to_score(new, RECIPE)
    with pytest.warns(ExtrapolationWarning) as at_once:
        whole = write_scores(score_contacts(network, scored), tmp_path / "whole.csv")
    with pytest.warns(ExtrapolationWarning) as in_parts:
        done = score_blocks(network, in_blocks(scored, rows), tmp_path / "parts.csv")
    assert {str(w.message) for w in in_parts} == {str(w.message) for w in at_once}
    assert len(in_parts) == 1
    assert done.path.read_bytes() == whole.read_bytes()
    assert done.beyond == beyond_note(network, scored) != ""
