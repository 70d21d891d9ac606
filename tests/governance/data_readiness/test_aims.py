import pytest

from workbench.governance import Governance

KPI = {
    "name": "response",
    "kind": "conversion",
    "unit": "%",
    "baseline": 4.0,
    "target": 5.0,
    "date": "2025-03-01",
}


@pytest.mark.parametrize(
    ("changed", "kpi", "baseline"),
    [
        ({}, "pass", "pass"),
        ({"target": None}, "needs a person", "pass"),
        ({"date": "2024-01-01"}, "needs a person", "pass"),
        ({"baseline": None}, "pass", "needs a person"),
    ],
)
def test_a_measure_needs_target_date_and_baseline(ask, changed, kpi, baseline):
    found = ask(governance=Governance.of({"kpis": [KPI | changed]}))
    assert (found["kpi"].state, found["baseline"].state) == (kpi, baseline)


def test_without_papers_nobody_knows(ask):
    assert {ask()[name].state for name in ("kpi", "baseline")} == {"needs a person"}
