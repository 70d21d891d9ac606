import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from workbench.errors import MissingDataError, RunError, SchemaError
from workbench.reports.headline import Figure, Headline
from workbench.reports.history import COLUMNS, read_history, record, row_of, row_of_failure
from workbench.reports.run import Run
from workbench.reports.signs import Sign, Signs

MOMENT = datetime(2026, 11, 29, 6, 30, tzinfo=UTC)
LEAK = Sign("leak", "May give it away.", "Leave it out.")


def finished(folder, *figures, **changes):
    headline = Headline("Who?", "Good.", figures, about="shop.csv: bought")
    (folder / "model.json").write_text("{}")
    given = {"report": folder / "spring.html", "model": folder / "model.json", "seconds": 2.5}
    return Run(**{**given, "headline": headline, "signs": Signs(), **changes})


def test_a_row_a_run_the_earliest_first(tmp_path):
    day = timedelta(days=1)
    good = finished(tmp_path, Figure("AUC", 0.8), Figure("seconds", 3.0))
    later = row_of(good, notebook="spring", moment=MOMENT + day, folder=tmp_path)
    stopped = finished(tmp_path, Figure("Lift", None), model=None, stopped_by=(LEAK,))
    earlier = row_of(stopped, notebook="spring", moment=MOMENT, folder=tmp_path)
    failed = row_of_failure(RunError("It broke."), notebook="spring", moment=MOMENT + 2 * day)
    for row in (later, earlier, failed):
        record(tmp_path, row)
    runs = read_history(tmp_path)
    assert list(runs) == [*COLUMNS, "AUC", "seconds (figure)", "Lift"]
    assert list(runs["outcome"]) == ["stopped", "done", "failed"]
    assert list(runs["moment"]) == [pd.Timestamp(MOMENT + k * day) for k in range(3)]
    assert list(runs["signs"]) == ["leak", "", ""]
    assert list(runs["said"]) == ["leak: May give it away. Leave it out.", "", "It broke."]
    assert list(runs["model"]) == ["", "model.json", ""]
    # of {}, as `sha256sum` says
    assert runs["model_sha256"][1].startswith("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e83")
    assert list(runs["report"]) == ["spring.html", "", ""]
    np.testing.assert_array_equal(runs["AUC"], [np.nan, 0.8, np.nan])
    np.testing.assert_array_equal(runs["seconds (figure)"], [np.nan, 3.0, np.nan])
    assert runs["Lift"].isna().all()
    assert runs["Lift"].dtype == "float64"


def test_files_are_named_as_they_are_seen_from_the_folder(tmp_path):
    run = finished(tmp_path, report=tmp_path / "2026-11-29" / "spring.html", model=None)
    row = row_of(run, notebook="spring", moment=MOMENT, folder=tmp_path)
    assert (row["report"], row["model"]) == ("2026-11-29/spring.html", "")


def test_two_runs_at_once_are_two_rows(tmp_path):
    rows = [row_of_failure(RunError(str(k)), notebook="n", moment=MOMENT) for k in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda row: record(tmp_path, row), rows))
    assert sorted(read_history(tmp_path)["said"]) == list("01234567")


@pytest.mark.parametrize("content", [b"no parquet", None])
def test_a_history_that_cannot_be_read(tmp_path, content):
    path = tmp_path / "runs.parquet"
    if content is None:
        pd.DataFrame({"moment": [1]}).to_parquet(path)
    else:
        path.write_bytes(content)
    kept = path.read_bytes()
    message = (
        f"The history must be as it was written; {str(path)!r} cannot be read. Restore it, or move "
        "it away: then a new one begins."
    )
    with pytest.raises(SchemaError, match=f"^{re.escape(message)}$"):
        record(tmp_path, row_of_failure(RunError("x"), notebook="n", moment=MOMENT))
    assert path.read_bytes() == kept


def test_no_history(tmp_path):
    message = (
        f"There is no history {str(tmp_path / 'runs.parquet')!r}: `workbench run` writes it. Name "
        "the folder that its option --output named."
    )
    with pytest.raises(MissingDataError, match=f"^{re.escape(message)}$"):
        read_history(tmp_path)
