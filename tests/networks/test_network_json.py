import json

import numpy as np
import pandas as pd
import pytest

from tests.networks.conftest import mixed
from workbench import RidgePropensity
from workbench.errors import MissingDataError, ParameterError, SchemaError
from workbench.governance import Governance
from workbench.networks import NetworkPropensity, network_json
from workbench.ridge.export.model_schema import first_fault as fault_of_ridge


def test_what_is_loaded_scores_and_tells_as_what_was_saved(model, later, tmp_path):
    path = model.save(tmp_path / "model.json", recipe={"kind": "table"}, headline={"auc": 0.7})
    again = NetworkPropensity.load(path)
    pd.testing.assert_series_equal(again.propensity(later), model.propensity(later))
    pd.testing.assert_frame_equal(again.reasons(later), model.reasons(later))
    pd.testing.assert_frame_equal(again.weight_decay_, model.weight_decay_)
    assert again.layer_.units.units_ == model.layer_.units.units_
    assert again.hidden_fact() == model.hidden_fact()
    assert again.get_params() == model.get_params()
    assert again.governance_ is None
    assert (again.recipe_, again.headline_) == ({"kind": "table"}, {"auc": 0.7})
    assert again.save(tmp_path / "two.json", recipe={"kind": "table"}, headline={"auc": 0.7})
    assert (tmp_path / "two.json").read_bytes() == path.read_bytes()


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
def test_text_gaps_and_a_layer_that_is_out(tmp_path):
    X, y, campaign = mixed(200)
    chance = np.random.default_rng(1).permutation(y)
    for asked, outcome in (({"hidden": "always"}, y), ({"hidden": "proven"}, chance)):
        model = NetworkPropensity(units=20, **asked).fit(X, outcome, campaign=campaign)
        again = NetworkPropensity.load(model.save(tmp_path / "m.json"))
        np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
        assert again.shrunk_out_ == model.shrunk_out_ == (asked["hidden"] == "proven")


def test_who_answers_for_a_network_is_kept_where_somebody_says_so(model, tmp_path):
    papers = Governance.of({"people": {"owner": "Ada"}, "dates": {"review": "2027-06-30"}})
    path = model.save(tmp_path / "m.json", governance=papers)
    again = NetworkPropensity.load(path)
    assert again.governance_ == again.ridge_.governance_ == papers.record()
    path = again.save(tmp_path / "n.json")  # of this file nobody said so
    assert NetworkPropensity.load(path).governance_ is None
    with pytest.raises(ParameterError, match=r"governance\.owner is not text"):
        model.save(tmp_path / "o.json", governance={**papers.record(), "owner": 7})


def test_what_is_of_the_run_stands_where_every_model_has_it(model, tmp_path):
    told = {"recipe": {"kind": "table"}, "headline": {"auc": 0.7}}
    content = network_json.read(model.save(tmp_path / "m.json", **told))
    assert {name: content[name] for name in told} == told
    assert not set(told) & set(content["ridge"])
    ridge = network_json.as_ridge(content)
    assert fault_of_ridge({**ridge, "checksum": ""}) is None
    assert [one["column"] for one in ridge["columns"]] == list(model.columns_.index)


def test_the_file_is_that_of_its_owner(model, tmp_path):
    assert model.save(tmp_path / "m.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda c: c["units"][0].update(bias="x"), "bias is not a finite number"),
        (lambda c: c["units"][0].update(bias=0.123), "its checksum"),
        (lambda c: c["units"].pop(), "the ridge's names"),
        (lambda c: c["inputs"][0].update(scale=0), "scale is 0"),
        (lambda c: c["units"][0].update(columns=["nobody"]), "among the inputs"),
        (lambda c: c["ridge"].pop("alpha"), "alpha is missing"),
        (lambda c: c["ridge"].update(intercept=9.9), "its checksum"),
        (lambda c: c.update(format=9), "has format 9"),
        (lambda c: c.update(model="RidgePropensity"), "must be a NetworkPropensity"),
    ],
)
def test_an_edited_file_is_refused(model, tmp_path, change, fault):
    path = model.save(tmp_path / "m.json")
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SchemaError, match=fault):
        NetworkPropensity.load(path)


def test_other_files(model, tmp_path, earlier):
    with pytest.raises(MissingDataError):
        NetworkPropensity.load(tmp_path / "none.json")
    path = model.save(tmp_path / "m.json")
    with pytest.raises(SchemaError, match="RidgePropensity model file"):
        RidgePropensity.load(path)
