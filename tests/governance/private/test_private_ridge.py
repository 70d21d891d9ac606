"""The public call: planted effects come back within their errors; the file counts what left."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.errors import FitError, ParameterError, SchemaError
from workbench.governance import private_ridge
from workbench.governance.private.gaussian import epsilon

BOUNDS = {"visits": (0, 12), "member": (False, True), "town": ["Bonn", "Ulm"]}
CAMPAIGNS = ["m1", "m2", "m3", "m4"]
EFFECTS = {"visits": 12 * 0.015, "member": 0.06, "town=Ulm": -0.03}
N = 40_000


@pytest.fixture(autouse=True)
def _key(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.getbasetemp() / "private-key"
    folder.mkdir(exist_ok=True)
    (folder / "release.key").write_bytes(b"k" * 32)  # the same noise in every run of the tests
    monkeypatch.setenv("WORKBENCH_CONFIG", str(folder))


def table_of(n=N, seed=0):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "who": np.arange(n),
            "month": np.array(CAMPAIGNS)[np.arange(n) * 4 // n],
            "visits": rng.integers(0, 13, n),
            "member": rng.random(n) < 0.4,
            "town": rng.choice(["Bonn", "Ulm"], n),
        }
    )
    rate = 0.05 + 0.015 * table["visits"] + 0.06 * table["member"] - 0.03 * (table["town"] == "Ulm")
    return table.assign(bought=(rng.random(n) < rate).astype(float))


def frame_of(table):
    return FeatureFrame(
        X=table[["visits", "member", "town"]],
        y=table["bought"],
        campaign=table["month"],
        customer=table["who"],
    )


@pytest.fixture(scope="module")
def frame():
    return frame_of(table_of())


@pytest.fixture
def model(frame):
    return private_ridge(frame, bounds=BOUNDS, campaigns=CAMPAIGNS)


def test_planted_effects_are_within_their_errors(model):
    table = model.coefficients
    assert table.index.tolist() == ["(constant)", "visits", "member", "town=Ulm"]
    for name, effect in EFFECTS.items():
        row = table.loc[name]
        kept = 1 / (1 + row["alpha"])
        assert abs(row["effect"] - kept * effect) < 4 * row["error"]
        assert row["error"] == pytest.approx(np.hypot(row["chance_error"], row["noise_error"]))
        assert row["noise_error"] < row["chance_error"]
    middle = 0.05 + 0.015 * 6 + 0.03
    assert table.loc["(constant)", "effect"] == pytest.approx(middle, abs=0.02)
    assert model.rate == pytest.approx(0.149, abs=0.01)


def test_losses_of_campaigns_left_out(model, frame):
    losses = model.losses
    assert losses.index.tolist() == CAMPAIGNS
    true = frame.y.groupby(frame.campaign).agg(["size", "mean"])
    assert losses["contacts"].to_numpy() == pytest.approx(true["size"].to_numpy(), rel=0.02)
    assert losses["rate"].to_numpy() == pytest.approx(true["mean"].to_numpy(), abs=0.01)
    base = true["mean"] * (1 - true["mean"])  # the others' rate is nearly this one's
    assert (losses["base_loss"] - base).abs().max() < 0.01
    assert ((losses["base_loss"] - losses["loss"]) > 2 * losses["noise_error"]).all()


def test_propensities_are_those_of_its_table(model, frame):
    table = model.coefficients["effect"]
    one = frame.rows([5])
    x = one.X.iloc[0]
    expected = table["(constant)"] + table["visits"] * (x["visits"] - 6) / 12
    expected += table["member"] * (0.5 if x["member"] else -0.5)
    expected += table["town=Ulm"] * (x["town"] == "Ulm")
    assert model.propensity(one)[0] == pytest.approx(expected, abs=1e-3)
    shares = model.propensity(frame)
    assert ((shares >= 0) & (shares <= 1)).all()
    assert np.corrcoef(shares, frame.y)[0, 1] > 0.15


def test_it_is_drawn_once_for_each_content(model, frame):
    again = private_ridge(frame, bounds=BOUNDS, campaigns=CAMPAIGNS)
    pd.testing.assert_frame_equal(again.coefficients, model.coefficients)
    mixed = frame.rows(np.random.default_rng(0).permutation(N))
    same = private_ridge(mixed, bounds=BOUNDS, campaigns=CAMPAIGNS)
    pd.testing.assert_frame_equal(same.coefficients, model.coefficients)
    fewer = private_ridge(frame.rows(np.arange(1, N)), bounds=BOUNDS, campaigns=CAMPAIGNS)
    moved = (fewer.coefficients["effect"] - model.coefficients["effect"]).abs()
    assert fewer.sums.mark != model.sums.mark
    assert moved.max() > 3e-4  # new noise: a customer's own part is at most about 8e-5


def test_the_statement_says_what_and_to_whom(model, frame):
    assert model.statement == (
        "Differentially private (ε = 3, δ = 1e-7, one customer), under these declared bounds. "
        "Whether any one customer is among the data or not changes the chance of any content by a "
        "factor of at most e^ε, but for a chance of δ. Of each customer one contact is used."
    )
    unnamed = FeatureFrame(X=frame.X, y=frame.y, campaign=frame.campaign)
    several = private_ridge(unnamed, bounds=BOUNDS, campaigns=CAMPAIGNS, contacts=2, epsilon=2.5)
    assert several.statement == (
        "Differentially private (ε = 2.5, δ = 1e-7, one customer), under these declared bounds. "
        "Whether any one customer is among the data or not changes the chance of any content by a "
        "factor of at most e^ε, but for a chance of δ. Of each customer at most 2 contacts are "
        "used, of a campaign each. The table names no customers: each row is one."
    )
    assert re.fullmatch(
        r"PrivateRidge: about [34][\d,]+ contacts × 3 columns; differentially private \(ε = 3, "
        r"δ = 1e-7, one customer\)",
        repr(model),
    )


def test_the_file_counts_what_left_its_folder(model, frame, tmp_path):
    first = model.to_html(tmp_path / "out" / "spring.html")
    text = first.read_text(encoding="utf-8")
    assert "No other content is known to have left this folder" in text
    assert "Differentially private (ε = 3, δ = 1e-7, one customer)" in text
    assert model.to_html(first).read_text(encoding="utf-8") == text
    other = private_ridge(frame, bounds=BOUNDS, campaigns=CAMPAIGNS, epsilon=2.0)
    later = other.to_html(tmp_path / "out" / "autumn.html").read_text(encoding="utf-8")
    both = epsilon(np.hypot(model.promise.mu, other.promise.mu), 1e-7)
    (said,) = re.findall(r"All of them together are \(ε = ([\d.]+), δ = 1e-7\)", later)
    assert both <= float(said) <= both + 0.02
    assert float(said) < 5  # what ε would add up to, one by one
    lines = json.loads((tmp_path / "out" / "released.json").read_text())
    assert [(line["report"], line["promised"]) for line in lines] == [
        ("spring.html", True),
        ("autumn.html", True),
    ]
    assert "Shown, and not counted" in model._repr_html_()


def test_what_cannot_be_written_is_said(model, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ParameterError) as error:
        model.to_html(tmp_path / "file" / "x.html")
    assert str(error.value) == (
        f"`path` must be in a folder that can be made; {str(tmp_path / 'file')!r} cannot be: File "
        "exists. Choose another place."
    )
    (tmp_path / "released.json").write_text("{")
    with pytest.raises(SchemaError, match="The ledger of what was released must be as it was"):
        model.to_html(tmp_path / "x.html")
    assert not (tmp_path / "x.html").exists()


def test_too_few_customers_get_no_model(frame):
    with pytest.raises(FitError, match=r"Under ε = 0\.1, .* would do\."):
        private_ridge(frame, bounds=BOUNDS, campaigns=CAMPAIGNS, epsilon=0.1)


@pytest.mark.parametrize("odd", [0, -1, 3.01, np.nan, np.inf])
def test_an_epsilon_that_says_little_is_refused(frame, odd):
    with pytest.raises(ParameterError) as error:
        private_ridge(frame, bounds=BOUNDS, campaigns=CAMPAIGNS, epsilon=odd)
    assert str(error.value) == (
        f"`epsilon` must be from 0.01 to 3, as larger ones promise little; got {odd!r}. Use fewer "
        "columns or more customers where noise is too large."
    )


def test_a_delta_that_says_little_is_refused(frame):
    with pytest.raises(ParameterError) as error:
        private_ridge(frame, bounds=BOUNDS, campaigns=CAMPAIGNS, delta=0.1)
    assert str(error.value) == (
        "`delta` must be from 1e-15 to 1e-05, and below one over the number of customers; got 0.1."
    )
    large = frame.rows(np.tile(np.arange(N), 3))
    unnamed = FeatureFrame(X=large.X, y=large.y, campaign=large.campaign)
    with pytest.raises(ParameterError) as error:
        private_ridge(unnamed, bounds=BOUNDS, campaigns=CAMPAIGNS, delta=1e-5)
    assert re.fullmatch(
        r"`delta` must be below one over the number of customers; got 1e-05 for about 1[12]\d,\d+\."
        r" Write delta=[89]e-07\.",
        str(error.value),
    )


def test_one_campaign_has_no_losses(frame):
    bare = FeatureFrame(X=frame.X, y=frame.y)
    model = private_ridge(bare, bounds=BOUNDS)
    assert model.losses.empty
    assert "Campaigns left out" not in model._repr_html_()
