"""The notebook of a cluster on a real Spark of this machine."""

import os
import shutil
from importlib.util import find_spec

import pytest

from workbench import RidgePropensity
from workbench.datasets import sample
from workbench.features import FeatureSet
from workbench.files.shipped import notebook_path
from workbench.reports.run import run_notebook

pytestmark = [pytest.mark.notebook, pytest.mark.slow, pytest.mark.warehouse]


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # gaps, short histories
def test_spark_fits_and_scores_as_python_does(tmp_path, figures, page, monkeypatch):
    if shutil.which("java") is None or find_spec("pyspark") is None:
        if os.environ.get("WORKBENCH_REQUIRE_WAREHOUSES") == "1":
            pytest.fail("WORKBENCH_REQUIRE_WAREHOUSES=1, but there is no PySpark, or no Java")
        pytest.skip("no PySpark, or no Java")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    given = {"builders": ["attributes", "logged(rfm)"], "alpha": 0.01, "checked": 500}
    given["look_ahead"] = False  # each pass is a job of Spark
    done = run_notebook(
        notebook_path("cluster.ipynb"), output=tmp_path / "reports", parameters=given
    )
    data = sample()
    proposed = FeatureSet.default(data).builders
    chosen = [one for one in proposed if one.rows()[0][0] in given["builders"]]
    frame = FeatureSet(*chosen).build(data, progress=False)
    by_fold = (
        RidgePropensity(alpha=0.01, half_life=None, slope=1.0).fit(frame).workspace_.left_out()
    )
    found = figures(done)
    weights = by_fold["contacts"] / by_fold["contacts"].sum()
    assert found["Log loss"] == pytest.approx(float(weights @ by_fold["loss"]), abs=1e-8)
    assert found["Features"] == frame.X.shape[1]
    assert found["Campaigns"] == len(frame.campaigns)
    assert "of 500 contacts none differs by more than" in done.headline.sentence
    assert list((tmp_path / "temporary").rglob("*.parquet")) == []
    report = page(done)
    assert len(report.select("img")) == 2
    assert "logged(rfm)" in report.get_text()
