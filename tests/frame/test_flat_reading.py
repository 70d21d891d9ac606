import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError


@pytest.fixture
def trained(tmp_path):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "spend": np.round(rng.gamma(2, 500, 200), 2),
            "share": np.round(rng.random(200), 3),
            "member": rng.random(200) < 0.5,
            "branch": np.array(["01", "02", "10"])[rng.integers(0, 3, 200)],
            "bought": rng.integers(0, 2, 200),
        }
    )
    file = tmp_path / "t.csv"
    table.to_csv(file, index=False, sep=";", decimal=",")
    frame = FeatureFrame.from_table(file, target="bought")
    return table, frame, RidgePropensity(0.1).fit(frame)


def test_a_row_scores_the_same_from_every_file_and_alone(trained, tmp_path):
    table, frame, model = trained
    wanted = model.propensity(frame)
    table.to_parquet(tmp_path / "p.parquet")
    table.to_csv(tmp_path / "c.csv", index=False, sep=";", decimal=",")
    for name in ("p.parquet", "c.csv"):
        again = model.propensity(FeatureFrame.to_score(tmp_path / name, frame.recipe))
        np.testing.assert_allclose(again, wanted, rtol=0, atol=1e-12)
    lines = (tmp_path / "c.csv").read_text().splitlines()
    for row in (0, 7, 42):
        (tmp_path / "one.csv").write_text("\n".join([lines[0], lines[row + 1]]))
        alone = model.propensity(FeatureFrame.to_score(tmp_path / "one.csv", frame.recipe))
        np.testing.assert_allclose(alone, wanted[row : row + 1], rtol=0, atol=1e-12)


def test_another_decimal_mark_is_refused_until_it_is_said(trained, tmp_path):
    table, frame, model = trained
    table.to_csv(tmp_path / "p.csv", index=False)
    with pytest.raises(DataError, match=r"^'spend' must be numbers written as 1234,5"):
        FeatureFrame.to_score(tmp_path / "p.csv", frame.recipe)
    said = FeatureFrame.to_score(tmp_path / "p.csv", frame.recipe, decimal=".")
    np.testing.assert_allclose(model.propensity(said), model.propensity(frame), atol=1e-12)


def test_the_recipe_goes_through_a_model_file(trained, tmp_path):
    _, frame, model = trained
    model.save(tmp_path / "m.json", recipe=frame.recipe)
    assert RidgePropensity.load(tmp_path / "m.json").recipe_["reading"] == frame.recipe["reading"]
