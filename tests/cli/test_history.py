from datetime import UTC, datetime

from workbench.errors import RunError
from workbench.reports.history import record, row_of_failure


def test_the_table_is_printed_and_the_page_written(here, run_main, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    (here / "out").mkdir()
    moment = datetime(2026, 11, 29, 6, 30, tzinfo=UTC)
    record(here / "out", row_of_failure(RunError("It broke."), notebook="mine", moment=moment))
    code, out, err = run_main("history", "out")
    assert (code, err) == (0, "")
    first, head, row, last = out.splitlines()
    assert (first, head.split()) == ("mine: 1 run", ["run", "outcome"])
    assert row.endswith("failed")
    assert last == "out/history.html: the figures, run by run."
    assert "It broke." in (here / "out" / "history.html").read_text()


def test_without_a_history_it_says_what_writes_one(here, run_main):
    assert run_main("history") == (
        2,
        "",
        (
            "workbench: There is no history 'reports/runs.parquet': `workbench run` writes it. "
            "Name the folder that its option --output named.\n"
        ),
    )
