"""The file of sums: whole, private, its own model's alone, and no pickle."""

import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from workbench import RidgePropensity
from workbench.errors import MissingDataError, SchemaError
from workbench.ridge.export import packed, statistics_npz


def model_of(seed=0):
    rng = np.random.default_rng(seed)
    X, name = rng.normal(size=(900, 3)), np.repeat([f"2024-0{k}" for k in range(1, 7)], 150)
    y = (rng.random(900) < 1 / (1 + np.exp(1 - X[:, 0]))).astype(float)
    return RidgePropensity(0.01).fit(X, y, campaign=name)


@pytest.fixture
def saved(tmp_path):
    model = model_of()
    model.save(tmp_path / "model.json", statistics=True)
    return model, tmp_path / "model.statistics.npz"


def test_it_holds_what_was_saved(saved):
    model, path = saved
    sums, before = statistics_npz.load(RidgePropensity.load(path.parent / "model.json"), path)
    assert before is None
    for name, values in model.statistics_.arrays().items():
        assert_array_equal(sums.arrays()[name], values)
    assert sums.campaigns == model.statistics_.campaigns
    assert oct(path.stat().st_mode & 0o777) == "0o600" or os.name == "nt"


def rewritten(path, **changed):
    with np.load(path) as held:
        arrays = {name: held[name] for name in held.files}
    np.savez(path, **{**arrays, **changed})


def said(path, **changed):
    with np.load(path) as held:
        text = json.loads(held["said"].tobytes())
    return np.frombuffer(json.dumps({**text, **changed}).encode(), dtype=np.uint8)


def sealed(arrays, text):
    """Put the right checksum to what is said."""
    told = json.loads(text.tobytes())
    del told["checksum"]
    told["checksum"] = packed.checksum_of(arrays, told)
    return np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)


def test_a_changed_number_is_found(saved):
    model, path = saved
    with np.load(path) as held:
        curvature = held["fold_curvature"].copy()
    curvature[0, 0, 0] += 1e-9
    rewritten(path, fold_curvature=curvature)
    with pytest.raises(SchemaError, match="not what its checksum says"):
        statistics_npz.load(model, path)


@pytest.mark.parametrize(
    "changed", [{"length": 40}, {"half_life": 0.1}, {"fitted": []}, {"ahead": ["x"]}]
)
def test_what_is_said_beside_the_numbers_is_under_the_checksum_too(saved, changed):
    model, path = saved
    rewritten(path, said=said(path, **changed))
    with pytest.raises(SchemaError, match="not what its checksum says"):
        statistics_npz.load(model, path)


def test_a_flipped_bit_is_found_or_changes_nothing(saved):
    model, path = saved
    whole, before = path.read_bytes(), statistics_npz.load(model, path)[0].arrays()
    found_out = 0
    for at in np.linspace(0, len(whole) - 1, 100).astype(int):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        try:
            found = statistics_npz.load(model, path)[0].arrays()
        except SchemaError:
            found_out += 1
            continue
        assert all(np.array_equal(found[name], before[name], equal_nan=True) for name in before)
    assert found_out > 50


def test_each_model_has_sums_of_its_own():
    names = ["m.json", "m.v1", "m.v2", "m"]
    found = {statistics_npz.beside(Path(name)).name for name in names}
    assert found == {"m.statistics.npz", "m.v1.statistics.npz", "m.v2.statistics.npz"}


def test_another_model_is_refused(saved):
    _, path = saved
    with pytest.raises(SchemaError, match="they are of another"):
        statistics_npz.load(model_of(1), path)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:500]), "damaged or edited"),
        (lambda path: path.write_text("no zip"), "damaged or edited"),
        (lambda path: rewritten(path, said=said(path, format=9)), "of format 1"),
        (lambda path: rewritten(path, said=np.zeros(3, dtype=np.uint8)), "say what it holds"),
        (lambda path: np.savez(path, said=np.array([{}], dtype=object)), "damaged or edited"),
    ],
)
def test_damage_is_named(saved, damage, words):
    model, path = saved
    damage(path)
    with pytest.raises(SchemaError, match=words):
        statistics_npz.load(model, path)


def test_shapes_that_do_not_fit_are_found(saved):
    model, path = saved
    with np.load(path) as held:
        arrays = {name: held[name] for name in held.files if name != "said"}
    arrays["fold_loss"] = arrays["fold_loss"][:-1]
    np.savez(path, **arrays, said=sealed(arrays, said(path)))
    with pytest.raises(SchemaError, match="'loss' has the shape"):
        statistics_npz.load(model, path)


def test_a_missing_file_is_named(saved):
    model, path = saved
    with pytest.raises(MissingDataError, match="no file of sums"):
        statistics_npz.load(model, path.with_name("other.npz"))


def test_nothing_in_it_is_executed(saved):
    _, path = saved
    with zipfile.ZipFile(path) as packed:
        heads = [packed.read(name)[:128] for name in packed.namelist()]
    assert all(b"|O" not in head for head in heads)
