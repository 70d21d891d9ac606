import re
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from workbench.errors import RunError
from workbench.reports.headline import Figure, Headline
from workbench.reports.history import read_history, record, row_of, row_of_failure
from workbench.reports.page_script import page_script, page_script_source
from workbench.reports.run import Run
from workbench.reports.signs import Sign, Signs
from workbench.reports.trend import lines_of, series_of, write_page

MOMENT = datetime(2026, 11, 27, 6, 30, tzinfo=UTC)
LEAK = Sign("leak", "May <give> it away.", "Leave it out.")


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Three of one notebook, the second stopped, the third broken; and one about another thing."""
    monkeypatch.setenv("TZ", "UTC")
    report = tmp_path / "2026-11-27" / "spring.html"
    report.parent.mkdir()
    report.write_text("")
    for day, (about, area, stopped_by) in enumerate(
        [("a & b", 0.8123, ()), ("a & b", 0.991, (LEAK,)), ("another", 0.7, ())]
    ):
        figures = [Figure("AUC <all>", area, digits=3, better="higher"), Figure("n", day, "count")]
        headline = Headline("Who?", "Good.", figures, about=about)
        run = Run(report, None, headline, 1.0, Signs(stopped_by), stopped_by)
        moment = MOMENT + timedelta(days=day)
        record(tmp_path, row_of(run, notebook="spring", moment=moment, folder=tmp_path))
    moment = MOMENT + timedelta(days=1, hours=1)
    record(tmp_path, row_of_failure(RunError("It broke."), notebook="spring", moment=moment))
    return read_history(tmp_path)


def test_a_block_for_what_can_be_compared(runs):
    assert lines_of(runs) == [
        "spring, a & b: 3 runs",
        "run               outcome        AUC <all>  n",
        "2026-11-27 06:30  done           0.812      0",
        "2026-11-28 06:30  stopped: leak  0.991      1",
        "2026-11-28 07:30  failed",
        "",
        "spring, another: 1 run",
        "run               outcome  AUC <all>  n",
        "2026-11-29 06:30  done     0.700      2",
    ]


def test_a_failure_before_any_success_stands_alone():
    row = row_of_failure(RunError("It broke."), notebook="n", moment=MOMENT)
    table = pd.DataFrame([row]).assign(about="", headline="", signs="")
    assert [series.name for series in series_of(table)] == ["n"]


def test_a_page_with_a_picture_of_each_figure_that_asks_for_nothing(runs, tmp_path):
    page = write_page(runs, tmp_path)
    assert page == tmp_path / "history.html"
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    assert [h.get_text() for h in soup("h2")] == ["spring, a & b", "spring, another"]
    assert [img["alt"] for img in soup("img")] == [
        "AUC <all> (higher is better), over 2 runs",
        "n, over 2 runs",
        "AUC <all> (higher is better), over 1 run",
        "n, over 1 run",
    ]
    assert all(img["src"].startswith("data:image/png;base64,") for img in soup("img"))
    rows = [[cell.get_text() for cell in row] for row in soup.tbody("tr")]
    assert rows == [
        ["2026-11-28 07:30", "failedIt broke.", "", ""],
        ["2026-11-28 06:30", "stopped: leakleak: May <give> it away. Leave it out.", "0.991", "1"],
        ["2026-11-27 06:30", "done", "0.812", "0"],
    ]
    assert [a["href"] for a in soup("a")] == ["2026-11-27/spring.html"]
    assert [script.get_text() for script in soup("script")] == [page_script()]
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.endswith(f"; script-src {page_script_source()}")
    assert not re.search(r"https?:", page.read_text(encoding="utf-8"))
    assert page.stat().st_size < 300_000
