"""A first run on a table with columns of text does not die, whatever stands in them.

`WORKBENCH_EVERY_TABLE=1` runs all forty to the report, at the command line.
"""

import contextlib
import io
import os
import warnings

import numpy as np
import pandas as pd
import pytest

from tests.text_tables import COUNT, KINDS, text_table
from workbench import RidgePropensity, cli, evidence, load
from workbench.errors import WorkbenchWarning
from workbench.reports.score import score_contacts

EVERY = os.environ.get("WORKBENCH_EVERY_TABLE") == "1"
QUICK = (0, 26, 32, 33, 38)
TO_THE_REPORT = range(COUNT) if EVERY else (5, 16)


@pytest.fixture
def written(tmp_path):
    def write(number):
        file = tmp_path / "table.csv"
        text_table(number).to_csv(file, index=False)
        return file

    return write


def test_the_tables_are_what_they_are_meant_to_be():
    tables = [text_table(number) for number in range(COUNT)]
    texts = [[name for name in table if "_" in name] for table in tables]
    assert {len(names) for names in texts} == set(range(1, 7))
    kinds = {name.rsplit("_", 1)[0] for names in texts for name in names}
    assert kinds == {kind.__name__ for kind in KINDS}
    levels = [tables[k][name].nunique() for k in range(COUNT) for name in texts[k]]
    assert min(levels) == 1
    assert max(levels) > 2000  # all distinct
    for table in tables:
        new = set(table.columns[table.columns.str.startswith("later")])
        known = table["month"] < "2024-06"
        for name in new:
            assert not set(table.loc[known, name]) & set(table.loc[~known, name])


def assert_a_first_run(file):
    """Fit, tune, judge, fit again on all rows, score and tell why: what the report does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WorkbenchWarning)
        frame = load(file, target="bought", campaign="month", say=False)
        split = evidence.hold_out(frame)
        model = RidgePropensity().fit(split.train)
        judged = model.propensity(split.test)
        final = RidgePropensity(model.alpha_, model.penalty_factors_).fit(frame.known())
        scores = score_contacts(final, frame.unknown())
    assert model.summary().sentence
    for propensity in (judged, scores["propensity"]):
        assert np.isfinite(propensity).all()
        assert ((propensity > 0) & (propensity < 1)).all()
    assert len(scores) == frame.y.isna().sum() > 0
    # with a free intercept, the fit's mean propensity is its response rate
    fitted = 1 / (1 + np.exp(-_log_odds(model, split.train)))
    assert np.average(fitted, weights=split.train.weights) == pytest.approx(
        split.train.y.mean(), abs=1e-6
    )
    factors = pd.Series(final.penalty_factors_)
    assert factors.index.isin([*final.columns_.index, *final.columns_["feature"]]).all()


def _log_odds(model, frame):
    """The linear predictor of the fit itself, from its design matrix."""
    matrix = model.design_.matrix(frame.X)
    columns = model.columns_
    coef = (columns["coef_standardised"] / columns["scale"]).to_numpy()
    matrix = matrix.toarray() if hasattr(matrix, "toarray") else np.asarray(matrix)
    start = model.workspace_.coefficients[0] - columns["mean"].to_numpy() @ coef
    return start + matrix @ coef


@pytest.mark.parametrize("number", QUICK)
def test_some_tables_are_fitted_tuned_and_scored(written, number):
    assert_a_first_run(written(number))


@pytest.mark.slow
@pytest.mark.parametrize("number", [k for k in range(COUNT) if k not in QUICK])
def test_every_table_is_fitted_tuned_and_scored(written, number):
    assert_a_first_run(written(number))


@pytest.mark.slow
@pytest.mark.notebook
@pytest.mark.parametrize("number", TO_THE_REPORT)
def test_tables_run_to_the_report_and_are_scored_at_the_command_line(written, number, tmp_path):
    file, out = written(number), tmp_path / "reports"
    table = ("--table", str(file))
    roles = ("--target", "bought", "--campaign", "month")
    run = ("run", "propensity", *table, *roles, "--output", str(out), "--fail-on", "none")
    assert said(*run)[0] == 0
    report = (out / "propensity.html").read_text(encoding="utf-8")
    assert "contacts are waiting" in report
    scores = tmp_path / "scores.csv"
    score = (
        "score",
        "--without-governance",
        "--model",
        str(out / "model.json"),
        *table,
        "--output",
        str(scores),
    )
    code, text, _ = said(*score, "--only-open")
    assert (code, len(pd.read_csv(scores))) == (0, text_table(number)["bought"].isna().sum()), text


def said(*command):
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        warnings.catch_warnings(action="always"),  # as at the command line: notes
    ):
        code = cli.main(list(command))
    return code, out.getvalue(), err.getvalue()
