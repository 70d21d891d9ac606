import hashlib
import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from workbench.errors import MissingDataError, ParameterError, RunError, SchemaError
from workbench.reports.headline import Figure, Headline
from workbench.reports.history import record, row_of, row_of_failure
from workbench.reports.pairing import join
from workbench.reports.run import Run
from workbench.reports.side_by_side.one_run import read_run
from workbench.ridge.export import model_json

MOMENT = datetime(2026, 11, 29, 6, 30, tzinfo=UTC)


def told(folder, **changes):
    """A row of history for what stands in a folder."""
    headline = Headline("Who?", "Good.", [Figure("AUC", 0.8)], about="shop.csv: bought")
    given = {"report": folder / "mine.html", "model": None, "headline": headline, "seconds": 1.0}
    row = row_of(Run(**given | changes), notebook="mine", moment=MOMENT, folder=folder)
    record(folder, row)


def with_report(folder):
    (folder / "mine.html").write_text('<meta content="none" name="workbench-model">')
    join(folder / "mine.html", folder / "model.json")
    return folder / "mine.html"


def test_a_run_is_named_by_its_folder_its_model_or_its_report(saved):
    folder = saved("out")
    report = with_report(folder)
    named = [read_run(place, name="old") for place in (folder, folder / "model.json", report)]
    assert {one.place for one in named} == {str(folder / "model.json")}
    assert all(one.remarks == () and one.moment is None for one in named)
    assert named[0].target == "bought"
    assert list(named[0].columns.index) == ["visits", "age", "region=north", "region=south"]


def test_of_dated_folders_the_latest_with_a_model_counts(saved, tmp_path):
    for day in ("2026-01-01", "2026-02-01"):
        saved(day)
    (tmp_path / "2026-03-01").mkdir()
    run = read_run(tmp_path, name="old")
    assert run.place == str(tmp_path / "2026-02-01" / "model.json")


def test_the_history_of_the_folder_or_of_that_above_tells_the_moment(saved, tmp_path):
    folder = saved("2026-11-29")
    model = folder / "model.json"
    told(tmp_path, model=model)
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    assert pd.read_parquet(tmp_path / "runs.parquet")["model_sha256"][0] == digest
    assert read_run(folder, name="old").moment == pd.Timestamp(MOMENT)


def test_a_run_that_saved_no_model_is_its_headline(tmp_path):
    told(tmp_path)
    run = read_run(tmp_path, name="old")
    assert run.headline.figures[0].value == 0.8
    assert run.columns.empty
    assert run.model == {}
    assert run.remarks == (
        f"{tmp_path / 'runs.parquet'}: the last run that came to its end; it saved no model.",
    )


def test_what_is_no_run_is_refused(saved, tmp_path):
    with pytest.raises(MissingDataError) as nowhere:
        read_run("nowhere", name="new")
    assert str(nowhere.value) == (
        "`new` must be a run's output folder, report or model; there is no 'nowhere'. Check the "
        "path."
    )
    with pytest.raises(MissingDataError) as empty:
        read_run(tmp_path, name="old")
    assert str(empty.value) == (
        f"`old` must be the folder of a run that kept something to compare; {str(tmp_path)!r} is "
        "not: it has no 'model.json' and no 'runs.parquet'. Name another run."
    )
    record(tmp_path, row_of_failure(RunError("It broke."), notebook="mine", moment=MOMENT))
    with pytest.raises(MissingDataError, match=r"not: of the runs in 'runs.parquet' none kept a"):
        read_run(tmp_path, name="old")
    (tmp_path / "mine.html").write_text("x")
    with pytest.raises(MissingDataError, match="that run was stopped, or saved none"):
        read_run(tmp_path, name="old")
    with pytest.raises(MissingDataError, match="`old` is a report without its model"):
        read_run(tmp_path / "mine.html", name="old")
    (tmp_path / "table.csv").write_text("a,b")
    with pytest.raises(SchemaError, match="must be a model file"):
        read_run(tmp_path / "table.csv", name="old")


def test_a_report_of_another_model_is_refused(saved):
    folder = saved("out")
    report = with_report(folder)
    other = folder / "other.html"
    other.write_text("x")
    with pytest.raises(ParameterError) as of_another:
        read_run(other, name="old")
    assert str(of_another.value) == (
        f"`old` must be a report beside its own model; the model beside {str(other)!r} is of "
        "mine.html. Name the model itself, or another run."
    )
    report.write_text(report.read_text() + "edited")
    with pytest.raises(ParameterError, match="are not of one run"):
        read_run(report, name="old")
    assert "are not of one run" in read_run(folder, name="old").remarks[0]


def test_a_headline_of_another_version_is_refused(saved):
    model = saved("out") / "model.json"
    content = json.loads(model.read_text())
    content["headline"]["invented"] = 1
    model_json.write(content, model)
    with pytest.raises(SchemaError, match="was not written by this version"):
        read_run(model, name="old")
