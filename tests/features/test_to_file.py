"""A file of features is there whole or not at all, and what cannot be one is told at once."""

import os

import pandas as pd
import pytest

from tests.feature_files import LooksAround, in_parts
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.features import FeatureSet, cadence, parts_written, rfm, to_file

RFM = rfm("visits", value="spend")


def test_what_is_no_target(make_shop, tmp_path):
    (tmp_path / "folder.parquet").mkdir()
    for to, came in (
        (7, "`to` must be the path of a Parquet file; got a int."),
        ("features.csv", "got 'features.csv', which does not end in '.parquet'."),
        (tmp_path, ", a folder."),
        (tmp_path / "folder.parquet", ", a folder."),
    ):
        with pytest.raises(ParameterError) as raised:
            FeatureSet(RFM).build(make_shop(), to=to)
        assert came in str(raised.value)
        assert str(raised.value).startswith("`to` must be ")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.parquet"]


def test_a_cache_beside_it(make_shop, tmp_path):
    with pytest.raises(ParameterError) as raised:
        FeatureSet(RFM).build(make_shop(), to=tmp_path / "f.parquet", cache=True)
    assert str(raised.value) == (
        "`to` writes the features to one file, and keeps them nowhere else; got `cache=True` "
        "beside it. Leave one of them out."
    )


def test_a_formula_of_several_rows(make_shop, tmp_path):
    features, file = FeatureSet(LooksAround("rank() Over (ORDER BY {0})")), tmp_path / "f.parquet"
    assert len(features.build(make_shop(), progress=False)) == 3
    with pytest.raises(ParameterError) as raised:
        features.build(make_shop(), to=file)
    assert str(raised.value) == (
        "With `to`, a formula must be of one row; that of ['rank'] has a window (OVER), which "
        "would see some contacts alone. Put it into the SQL of a `Source`, which reads all of "
        "them, or leave `to` out."
    )
    FeatureSet(LooksAround("length('an OVER in words') + {0}")).build(make_shop(), to=file)


def test_too_many_moments_are_told_before_anything_is_computed(make_shop, tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.frame.streamed.row_keys.MOST", 2)
    monkeypatch.setattr(to_file, "MOST", 2)
    monkeypatch.setattr(parts_written.PartsWritten, "write", None)
    with pytest.raises(DataError) as raised:
        FeatureSet(RFM).build(make_shop(), to=tmp_path / "f.parquet")
    assert str(raised.value) == (
        "With `to`, contacts may have 2 different campaigns, hours of `as_of` and outcomes, taken "
        "together; they have more. Give each campaign one `as_of`, or leave `to` out."
    )


def test_a_formula_that_does_not_go_with_the_tables(make_shop, tmp_path):
    features = FeatureSet(LooksAround("c.nothing + {0}"))
    with pytest.raises(SchemaError, match="Formulas and values of features must be SQL"):
        features.build(make_shop(), to=tmp_path / "f.parquet")
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_file_is_replaced_and_is_its_owners_alone(make_shop, tmp_path):
    file = tmp_path / "new" / "f.parquet"
    in_parts(FeatureSet(RFM), make_shop(), file, 2)
    rows = in_parts(FeatureSet(cadence()), make_shop(), file, 2)
    assert list(rows.groups) == list(pd.read_parquet(file))[5:]
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o600
